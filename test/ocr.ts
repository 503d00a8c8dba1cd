// Reading by eyes that are not ours: Debian's tesseract on a picture, to see whether a text can still be read.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { GreyImage } from '../src/domain/pixels/greyImage';
import { pngOf } from '../src/engines/png';

const SCALE = 3;
const MARGIN = 20;

/** Why no text can be read here; null when it can. */
export const noTesseract: string | null =
  spawnSync('tesseract', ['--version']).status === 0 ? null : 'tesseract is not installed: only pixels were compared';

/** All that is read in a picture of light text, letters and digits in capitals without what stands between. */
export function readOnItsOwn(image: GreyImage): string {
  const folder = mkdtempSync(join(tmpdir(), 'ocr-'));
  const file = join(folder, 'picture.png');
  writeFileSync(file, pngOf(darkOnLight(image)));
  const { stdout } = spawnSync('tesseract', [file, '-', '--psm', '11', '--dpi', '300'], { encoding: 'utf8' });
  rmSync(folder, { recursive: true });
  return stdout.toUpperCase().replace(/[^A-Z0-9]/g, '');
}

function darkOnLight({ width, height, data }: GreyImage): GreyImage {
  const [w, h] = [SCALE * width + 2 * MARGIN, SCALE * height + 2 * MARGIN];
  const paper = new Uint8Array(w * h).fill(255);
  for (let y = 0; y < SCALE * height; y++)
    for (let x = 0; x < SCALE * width; x++)
      paper[(y + MARGIN) * w + x + MARGIN] = 255 - data[Math.floor(y / SCALE) * width + Math.floor(x / SCALE)]!;
  return { width: w, height: h, data: paper };
}

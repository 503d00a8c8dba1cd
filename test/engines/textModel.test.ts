// The text network: only the one that its manifest names, over pictures of any size; and what it makes of text.
import assert from 'node:assert/strict';
import { copyFile, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { DomainError } from '@/domain/errors';
import { seededRandom } from '@/domain/phantom/random';
import type { GreyImage } from '@/domain/pixels/greyImage';
import { createTextModel, type TextModel } from '@/engines/textModel';
import { textSize, writeText } from '../fixtures/writtenText';

const FOLDER = join(import.meta.dirname, '../../models/text');

let model: TextModel;
let folder: string;
before(async () => {
  model = await createTextModel(FOLDER);
  folder = await mkdtemp(join(tmpdir(), 'cloakroom-text-'));
});
after(async () => {
  await model.dispose();
  await rm(folder, { recursive: true });
});

const NAME = 'KOWALCZYK 1961';

function noisy(width: number, height: number, name?: { x: number; y: number }): GreyImage {
  const random = seededRandom(width + height);
  const data = Uint8Array.from(
    { length: width * height },
    (_, i) => 70 + 40 * Math.sin((i % width) / 31) + 20 * random(),
  );
  if (name)
    writeText(NAME, name.x, name.y, 2, (x, y) => {
      data[y * width + x] = 240;
    });
  return { width, height, data };
}

test('a picture of any size has a probability for each of its cells, and none of text where there is none', async () => {
  for (const [width, height] of [
    [1, 1],
    [37, 5],
    [203, 118],
    [8, 900],
  ] as const) {
    const { cell, columns, rows, data } = await model.map(noisy(width, height));
    assert.deepEqual(
      [cell, columns, rows, data.length],
      [4, Math.ceil(width / 4), Math.ceil(height / 4), columns * rows],
    );
    assert.ok(
      data.every((p) => p >= 0 && p < 0.5),
      `${width}x${height}`,
    );
  }
});

test('a name is seen in its cells and hardly anywhere else, in a tall picture of several strips too', async () => {
  for (const [width, height, y] of [
    [300, 200, 90],
    [2400, 3600, 1630],
  ] as const) {
    const at = { x: 60, y };
    const size = textSize(NAME, 2);
    const { columns, data } = await model.map(noisy(width, height, at));
    const seen = [...data.keys()].filter((i) => data[i]! > 0.5);
    const inside = seen.filter((i) => {
      const [x, row] = [4 * (i % columns), 4 * Math.floor(i / columns)];
      return x >= at.x - 8 && x < at.x + size.width + 8 && row >= at.y - 8 && row < at.y + size.height + 8;
    });
    assert.ok(inside.length >= (0.7 * size.width * size.height) / 16, `${inside.length} cells of ${width}x${height}`);
    assert.ok(seen.length - inside.length <= 0.2 * inside.length, `${seen.length} cells of ${width}x${height}`);
  }
});

test('a model that is missing, changed or of another kind is refused in plain words', async () => {
  const refused = (error: unknown) =>
    error instanceof DomainError && error.code === 'UNSAFE' && /models\/text/.test(error.message);
  await assert.rejects(createTextModel(join(folder, 'none')), refused);
  const manifest = JSON.parse(await readFile(join(FOLDER, 'manifest.json'), 'utf8'));
  const bytes = await readFile(join(FOLDER, 'model.onnx'));
  bytes[bytes.length >> 1]! ^= 1;
  await writeFile(join(folder, 'model.onnx'), bytes);
  await writeFile(join(folder, 'manifest.json'), JSON.stringify(manifest));
  await assert.rejects(createTextModel(folder), refused);
  await copyFile(join(FOLDER, 'model.onnx'), join(folder, 'model.onnx'));
  await (await createTextModel(folder)).dispose();
  await writeFile(
    join(folder, 'manifest.json'),
    JSON.stringify({ ...manifest, input: { ...manifest.input, scale: 1 } }),
  );
  await assert.rejects(createTextModel(folder), refused);
});

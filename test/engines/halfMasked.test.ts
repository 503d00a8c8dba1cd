// Images that may hold text and cannot be looked at whole: refused in plain words, and not a byte of them is written.
import assert from 'node:assert/strict';
import { readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { presets } from '@/domain/deid/presets';
import type { Element } from '@/domain/dicom/dataset';
import { makeDataSet, makeElement } from '@/domain/dicom/make';
import { TAG } from '@/domain/dicom/tags';
import { frameBytes } from '@/domain/pixels/layout';
import { cleanSeries } from '@/engines/cleanSeries';
import { deidKeys } from '@/engines/dicomFiles';
import { withFolder } from '@/engines/files';
import { pixelPlanner } from '@/engines/maskBurnedIn';
import { bytesOf, contextFor } from '../fixtures/dicom';
import { encapsulated, layoutOf, packed } from '../fixtures/images';

const SECONDARY_CAPTURE = '1.2.840.10008.5.1.4.1.1.7.2';
const context = contextFor('little');
const { profile } = presets.research;

const names: Element[] = [
  makeElement(0x00080016, 'UI', SECONDARY_CAPTURE, context),
  makeElement(0x00080018, 'UI', '1.2.826.0.1.3680043.10.2.1', context),
  makeElement(0x00080060, 'CS', 'OT', context),
  makeElement(0x0020000d, 'UI', '1.2.826.0.1.3680043.10.2.2', context),
  makeElement(0x0020000e, 'UI', '1.2.826.0.1.3680043.10.2.3', context),
];

const layout = layoutOf({ rows: 24, columns: 32, frames: 40 });
async function fragments(suffix: string): Promise<Uint8Array[]> {
  const frames = Array.from({ length: 40 }, (_, n) =>
    Uint8Array.from({ length: frameBytes(layout) }, (__, i) => (i * (n + 3)) & 0xff),
  );
  const element = (await packed(layout, suffix, frames)).dataset.elements.get(TAG.PixelData);
  return element?.kind === 'encapsulated' ? [...element.fragments] : [];
}

/** The reason why a file of these fragments is refused; nothing of it may be on the disk. */
async function refusal(suffix: string, parts: readonly Uint8Array[], starts: readonly number[] = []): Promise<string> {
  return withFolder(undefined, async (folder) => {
    const file = encapsulated(layout, suffix, parts, starts);
    const elements = [...file.dataset.elements.values(), ...names].sort((a, b) => a.tag - b.tag);
    const path = join(folder, 'in');
    await writeFile(path, bytesOf({ ...file, dataset: makeDataSet(elements) }));
    const { clean, refused } = await cleanSeries({
      files: [path],
      output: () => join(folder, 'out'),
      profile,
      keys: deidKeys(new Uint8Array(32)),
      subjectCode: 'sub-001',
      pixels: pixelPlanner([path], profile, 'sub-001').plan,
      sayPixelsCleaned: true,
    });
    assert.deepEqual([clean, await readdir(folder)], [[], ['in']]);
    return refused[0]?.reason ?? '';
  });
}

test('a codec that fails on frame 17 of 40 keeps the whole file back', async () => {
  for (const suffix of ['.5', '.4.70', '.4.80']) {
    const broken = (await fragments(suffix)).map((part, i) => {
      if (i !== 16) return part;
      const cut = part.subarray(0, suffix === '.5' ? 70 : 2 * Math.floor(part.length / 6));
      return suffix === '.5' ? cut : Buffer.concat([cut, Buffer.of(0xff, 0xd9)]);
    });
    assert.match(await refusal(suffix, broken), /^Frame 17 of 40 cannot be decompressed/, suffix);
  }
});

test('fragments that do not match frames and tables that lie keep it back', async () => {
  const parts = await fragments('.5');
  assert.match(await refusal('.5', [...parts, parts[0]!]), /fragments do not match its frames/);
  assert.match(
    await refusal(
      '.5',
      parts,
      parts.map((_, i) => 4 * i),
    ),
    /table of frames does not match/,
  );
});

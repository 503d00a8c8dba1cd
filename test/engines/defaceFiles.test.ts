// Faces removed from DICOM files: in every layout and lossless syntax what the mask marks is filled, every other pixel is bit for bit
// what it was, and what cannot surely be done so is refused in plain words.
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import fc from 'fast-check';
import type { DicomFile, Element } from '@/domain/dicom/dataset';
import { makeDataSet, makeElement, makeItem, makeSequence } from '@/domain/dicom/make';
import { TAG } from '@/domain/dicom/tags';
import { LITTLE_ENDIAN_UTF8 } from '@/domain/dicom/values';
import { writeDicom } from '@/domain/dicom/write';
import { writeNifti } from '@/domain/nifti/write';
import { frameBytes, type PixelLayout, wordReader } from '@/domain/pixels/layout';
import { pixelValues } from '@/domain/pixels/paint';
import { defaceJob } from '@/engines/defaceFiles';
import { deflateRaw, readDicomFile, writeDicomFile } from '@/engines/dicomFiles';
import { writeNiftiBytes } from '@/engines/files';
import { openPixels } from '@/engines/framePixels';
import { layoutOf, native, packed, ROOT } from '../fixtures/images';
import { type Placed, placedVolume, placeOfSlice, voxelAt } from '../fixtures/placedFrames';

const GREY = [
  { bitsAllocated: 8, bitsStored: 8 },
  { bitsAllocated: 16, bitsStored: 12 },
  { bitsAllocated: 16, bitsStored: 12, signed: true },
  { bitsAllocated: 16, bitsStored: 16, signed: true },
] as const;
const SYNTAXES = ['.1', '.1.99', '.1.98', '.8.1', '.5', '.4.57', '.4.70', '.4.80', '.4.90', '.4.201'] as const;

let root: string;
let count = 0;
before(async () => {
  root = await mkdtemp(join(tmpdir(), 'cloakroom-faces-'));
});
after(() => rm(root, { recursive: true, force: true }));

const decimals = (values: readonly number[]) => values.map((value) => String(Number(value.toFixed(9))));
const ds = (tag: number, values: readonly number[]) => makeElement(tag, 'DS', decimals(values), LITTLE_ENDIAN_UTF8);

/** Where the frames lie: in the image itself when it has one, in functional groups when it has several. */
function placeElements(placed: Placed, slices: readonly number[]): Element[] {
  const parts = (k: number) => {
    const { position, orientation, pixelSpacing } = placeOfSlice(placed, k);
    return {
      position: ds(TAG.ImagePositionPatient, position!),
      orientation: ds(TAG.ImageOrientationPatient, orientation!),
      spacing: ds(TAG.PixelSpacing, pixelSpacing!),
    };
  };
  const first = parts(slices[0]!);
  if (slices.length === 1) return [first.position, first.orientation, first.spacing];
  const group = (tag: number, element: Element) => makeSequence(tag, [makeItem([element])]);
  return [
    makeSequence(TAG.SharedFunctionalGroupsSequence, [
      makeItem([
        group(TAG.PlaneOrientationSequence, first.orientation),
        group(TAG.PixelMeasuresSequence, first.spacing),
      ]),
    ]),
    makeSequence(
      TAG.PerFrameFunctionalGroupsSequence,
      slices.map((k) => makeItem([group(TAG.PlanePositionSequence, parts(k).position)])),
    ),
  ];
}

function withElements(file: DicomFile, elements: readonly Element[]): DicomFile {
  const all = new Map(file.dataset.elements);
  for (const element of elements) all.set(element.tag, element);
  return { ...file, dataset: makeDataSet([...all.values()].sort((a, b) => a.tag - b.tag)) };
}

function picture(layout: PixelLayout, seed: number): Uint8Array {
  const bytes = new Uint8Array(frameBytes(layout));
  const view = new DataView(bytes.buffer);
  const range = 2 ** layout.bitsStored;
  for (let n = 0; n < layout.rows * layout.columns; n++) {
    const value = (Math.imul(n + 1, 2654435761 + seed * 97) >>> 5) % range;
    const stored = layout.signed ? value - range / 2 : value;
    if (layout.bitsAllocated === 8) bytes[n] = stored;
    else view.setInt16(2 * n, (stored << 16) >> 16, true);
  }
  return bytes;
}

interface Made {
  readonly placed: Placed;
  readonly layout: PixelLayout;
  readonly frames: readonly Uint8Array[];
  readonly file: DicomFile;
  readonly mask: Uint8Array;
  readonly fill: number;
  /** Stored voxels after defacing. */
  readonly voxels: Float64Array;
}

async function made(placed: Placed, part: Partial<PixelLayout>, suffix: string, seed: number): Promise<Made> {
  const [columns, rows, slices] = placed.shape;
  const layout = layoutOf({ ...part, rows, columns, frames: slices });
  const frames = Array.from({ length: slices }, (_, k) => picture(layout, seed + k));
  const plain = suffix === '.1' || suffix === '.1.99';
  const bare = plain ? native(layout, Buffer.concat(frames)) : await packed(layout, suffix, frames);
  const uid = `${ROOT}${suffix}`;
  const meta = makeDataSet([makeElement(TAG.TransferSyntaxUID, 'UI', uid, LITTLE_ENDIAN_UTF8)]);
  const encoding = { ...bare.encoding, deflated: suffix === '.1.99' };
  const places = placeElements(placed, [...Array(slices).keys()]);
  const file = withElements({ ...bare, meta, encoding, transferSyntaxUid: uid }, places);
  const mask = new Uint8Array(columns * rows * slices).map((_, n) => ((n * 7 + seed) % 5 < 2 ? 1 : 0));
  const fill = layout.signed ? -3 : 2;
  const voxels = new Float64Array(mask.length);
  for (const [k, bytes] of frames.entries()) {
    const values = pixelValues(bytes, layout);
    for (let y = 0; y < rows; y++)
      for (let x = 0; x < columns; x++) {
        const voxel = voxelAt(placed, x, y, k);
        voxels[voxel] = mask[voxel] === 1 ? fill : values[y * columns + x]!;
      }
  }
  return { placed, layout, frames, file, mask, fill, voxels };
}

/** Defaces the file, with the volume as it is given. */
async function deface({ placed, file, mask, voxels }: Made, straightened = false) {
  const name = join(root, String(++count));
  const { shape, affine } = placed;
  const data = new Uint8Array(voxels.slice().buffer);
  await writeNiftiBytes(`${name}.nii.gz`, writeNifti({ shape, affine, datatype: 64, data }));
  await writeNiftiBytes(`${name}-mask.nii.gz`, writeNifti({ shape, affine, datatype: 2, data: mask }));
  await writeDicomFile(`${name}.dcm`, writeDicom(file, { deflateRaw }));
  const job = defaceJob([{ nifti: `${name}.nii.gz`, mask: `${name}-mask.nii.gz`, straightened }]);
  const to = `${name}-defaced.dcm`;
  const answer = await job([{ index: 0, from: `${name}.dcm`, to }]);
  const { refused } = answer;
  assert.equal(existsSync(to), refused.length === 0, 'a refused file is not there');
  return { ...answer, reason: refused[0]?.reason ?? null, to, from: `${name}.dcm` };
}

for (const suffix of SYNTAXES) {
  test(`${ROOT}${suffix}: the masked pixels are filled, all others bit for bit the same, and so is the header`, async () => {
    const cases = fc.tuple(placedVolume, fc.constantFrom(...GREY), fc.nat(1000));
    await fc.assert(
      fc.asyncProperty(cases, async ([placed, part, seed]) => {
        const one = await made(placed, part, suffix, seed);
        const { reason, voxels, to, from } = await deface(one);
        assert.equal(reason, null);
        assert.equal(voxels, one.voxels.length);
        const [before, after] = [await readDicomFile(from), await readDicomFile(to)];
        assert.equal(after.transferSyntaxUid, before.transferSyntaxUid);
        for (const [tag, element] of before.dataset.elements)
          if (tag !== TAG.PixelData) assert.deepEqual(bytesOf(after.dataset.elements.get(tag)), bytesOf(element));
        const opened = openPixels(after);
        for (const [k, was] of one.frames.entries()) {
          const { bytes, layout } = await opened.frame(k);
          const values = pixelValues(bytes, layout);
          const [oldWord, newWord] = [wordReader(was, one.layout), wordReader(bytes, layout)];
          for (let y = 0; y < layout.rows; y++)
            for (let x = 0; x < layout.columns; x++) {
              const pixel = y * layout.columns + x;
              const at = (pixel * layout.bitsAllocated) / 8;
              if (one.mask[voxelAt(placed, x, y, k)] === 1) assert.equal(values[pixel], one.fill);
              else assert.equal(newWord(at), oldWord(at));
            }
        }
      }),
      { numRuns: 12 },
    );
  });
}

const bytesOf = (element: Element | undefined) =>
  element?.kind === 'bytes' ? Buffer.from(element.bytes).toString('hex') : element?.kind;

test('what is not surely the volumes’ own images is refused in plain words, and nothing is written', async () => {
  const placed = fc.sample(
    placedVolume.filter(({ shape: [x, y, z] }) => x * y > 20 && z > 2),
    { numRuns: 1, seed: 4 },
  )[0]!;
  const good = await made(placed, GREY[1], '.1', 3);
  assert.equal((await deface(good)).reason, null);
  const refused = async (one: Made, pattern: RegExp) => assert.match((await deface(one)).reason ?? 'done', pattern);
  const withOther = (elements: readonly Element[]) => ({ ...good, file: withElements(good.file, elements) });
  const pixels = (bytes: Uint8Array) => makeElement(TAG.PixelData, 'OW', bytes, LITTLE_ENDIAN_UTF8);
  const whole = Buffer.concat(good.frames);
  const changed = Uint8Array.from(whole);
  const kept = good.mask.indexOf(0);
  const { values, at } = pixelAt(good, kept);
  new DataView(changed.buffer).setUint16(at, values < 2048 ? 4095 : 0, true);
  await refused(withOther([pixels(changed)]), /does not agree, in place or pixels/);
  await refused(
    { ...good, placed: { ...placed, affine: placed.affine.map((v, n) => (n === 3 ? v + 40 : v)) } },
    /does not agree/,
  );
  await refused(withOther([makeSequence(TAG.PerFrameFunctionalGroupsSequence, [])]), /where each of its frames lies/);
  await refused(withOther([pixels(Buffer.concat([whole, whole]))]), /more pixels than its header says/);
  const icon = makeSequence(0x00880200, [makeItem([pixels(new Uint8Array(8))])]);
  await refused(withOther([icon]), /a second picture/);
  await refused(withOther([makeElement(0x60003000, 'OW', new Uint8Array(8), LITTLE_ENDIAN_UTF8)]), /a second picture/);
  const colour = layoutOf({ samples: 3, rows: 4, columns: 4 });
  await refused({ ...good, file: native(colour, new Uint8Array(48)) }, /colour/);
  const lossy = { ...(await made(placed, GREY[1], '.4.90', 3)).file, transferSyntaxUid: `${ROOT}.4.91` };
  const meta = makeDataSet([makeElement(TAG.TransferSyntaxUID, 'UI', `${ROOT}.4.91`, LITTLE_ENDIAN_UTF8)]);
  await refused({ ...good, file: { ...lossy, meta } }, /compressed with loss/);
  const broken = await made(placed, GREY[1], '.4.80', 3);
  const element = broken.file.dataset.elements.get(TAG.PixelData)!;
  assert.ok(element.kind === 'encapsulated');
  const cut = { ...element, fragments: element.fragments.map((part) => part.slice(0, part.length >> 2)) };
  await refused({ ...broken, file: withElements(broken.file, [cut]) }, /cannot be decompressed/);
});

/** The pixel that a voxel was, and where it starts in the bytes of all frames. */
function pixelAt({ placed, frames, layout }: Made, voxel: number): { values: number; at: number } {
  const [columns, rows] = placed.shape;
  for (const [k, bytes] of frames.entries())
    for (let y = 0; y < rows; y++)
      for (let x = 0; x < columns; x++)
        if (voxelAt(placed, x, y, k) === voxel)
          return { values: pixelValues(bytes, layout)[y * columns + x]!, at: ((k * rows + y) * columns + x) * 2 };
  throw new Error('there is no such voxel');
}

test('what lies behind the end of a compressed frame goes, even where the mask marks nothing', async () => {
  const placed = fc.sample(placedVolume, { numRuns: 1, seed: 9 })[0]!;
  const one = await made({ ...placed, shape: [placed.shape[0], placed.shape[1], 1] }, GREY[1], '.4.70', 5);
  const element = one.file.dataset.elements.get(TAG.PixelData)!;
  assert.ok(element.kind === 'encapsulated');
  const hidden = Buffer.concat([element.fragments[0]!, Buffer.from('ANOTHER PICTURE '), element.fragments[0]!]);
  const none = { ...one, mask: one.mask.map(() => 0), voxels: Float64Array.from(one.voxels) };
  const values = pixelValues(one.frames[0]!, one.layout);
  for (let n = 0; n < values.length; n++)
    none.voxels[voxelAt(one.placed, n % one.layout.columns, Math.floor(n / one.layout.columns), 0)] = values[n]!;
  const file = withElements(one.file, [{ ...element, fragments: [hidden] }]);
  const { reason, to } = await deface({ ...none, file });
  assert.equal(reason, null);
  const written = (await readDicomFile(to)).dataset.elements.get(TAG.PixelData)!;
  assert.ok(written.kind === 'encapsulated' && written.fragments[0]!.length <= element.fragments[0]!.length + 1);
});

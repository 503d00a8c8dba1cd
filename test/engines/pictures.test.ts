// Pictures uploaded as such: what they say beside their pixels goes, every pixel stays, and what cannot be treated is kept back.
import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { deflateSync } from 'node:zlib';
import fc from 'fast-check';
import { DomainError } from '@/domain/errors';
import { cleanPicture } from '@/domain/pictures/picture';
import { pngChunk } from '@/domain/pictures/pngPicture';
import { type Raster, upright } from '@/domain/pictures/raster';
import { writePicture } from '@/engines/cleanPicture';
import { lookInto } from '@/engines/lookInto';
import { decodePicture, lookAgainAtPicture } from '@/engines/pictures';
import { pngOf } from '@/engines/png';
import { wasmDecode } from '@/engines/wasmCodecs';
import { exifOf, jpegOf, packBits, packLzw, tiffFile, withSegment } from '../fixtures/pictures';

const NAME = 'SILVESTER HILDE 19570312';
let root: string;
before(async () => {
  root = await mkdtemp(join(tmpdir(), 'cloakroom-pictures-'));
});
after(() => rm(root, { recursive: true, force: true }));

const joined = (bytes: Uint8Array) => Buffer.concat(cleanPicture(bytes).chunks);
const decoded = (bytes: Uint8Array) => decodePicture(cleanPicture(bytes));
function sameRaster(a: Raster, b: Raster): void {
  assert.deepEqual([a.width, a.height, a.channels, a.data.length], [b.width, b.height, b.channels, b.data.length]);
  assert.ok(a.data.every((value, i) => value === b.data[i]));
}
async function look(bytes: Uint8Array, name = 'file') {
  await writeFile(join(root, name), bytes);
  return lookInto(join(root, name));
}
async function refused(bytes: Uint8Array, words: RegExp, name?: string): Promise<void> {
  const answer = await look(bytes, name);
  assert.ok(answer.kind === 'quarantined', answer.kind);
  assert.match(answer.reason, words);
  assert.doesNotMatch(answer.reason, /SILVESTER/);
}

const orientation = fc.integer({ min: 1, max: 8 });
const raster = fc
  .record({
    width: fc.integer({ min: 1, max: 21 }),
    height: fc.integer({ min: 1, max: 13 }),
    channels: fc.constantFrom(1 as const, 3 as const),
    wide: fc.boolean(),
    seed: fc.nat(9999),
  })
  .map(({ wide, seed, ...size }): Raster => {
    const length = size.width * size.height * size.channels;
    const value = (_: unknown, i: number) => ((i + seed) * 2654435761) >>> (i % 5 === 0 ? 31 : 12);
    return { ...size, data: wide ? Uint16Array.from({ length }, value) : Uint8Array.from({ length }, value) };
  });

function assertClean(bytes: Uint8Array, expected: number): Buffer {
  const clean = joined(bytes);
  assert.ok(!clean.includes('SILVESTER') && !clean.includes('HILDE'));
  assert.equal(Buffer.compare(joined(clean), clean), 0);
  assert.equal(cleanPicture(clean).orientation, expected);
  return clean;
}

test('PNG: texts, times, profiles and what follows the end go; pixels and the way up stay', async () => {
  const planted = fc.constantFrom('tEXt', 'zTXt', 'iTXt', 'tIME', 'iCCP', 'eXIf', 'sPLT', 'prVt');
  await fc.assert(
    fc.asyncProperty(raster, orientation, fc.array(planted), fc.boolean(), async (picture, way, chunks, trailing) => {
      const plain = Buffer.from(pngOf(picture));
      const said = chunks.filter((type) => type !== 'eXIf').map((type) => pngChunk(type, Buffer.from(NAME)));
      const bytes = Buffer.concat([
        plain.subarray(0, 33),
        pngChunk('eXIf', exifOf(way, NAME)),
        pngChunk('pHYs', new Uint8Array(9)),
        ...said,
        plain.subarray(33),
        Buffer.from(trailing ? NAME : ''),
      ]);
      const clean = assertClean(bytes, way);
      assert.ok(clean.includes('pHYs') && clean.includes(plain.subarray(33)));
      sameRaster(await decoded(clean), upright(picture, way));
    }),
  );
});

test('PNG: a picture that has nothing to lose comes back byte for byte; interlaced and palette ones decode alike', async () => {
  await fc.assert(
    fc.asyncProperty(raster, async (picture) => {
      const bytes = pngOf(picture);
      assert.equal(Buffer.compare(joined(bytes), bytes), 0);
      sameRaster(await decoded(bytes), picture);
      sameRaster(await decoded(interlaced(picture)), picture);
    }),
  );
  const header = Uint8Array.of(0, 0, 0, 5, 0, 0, 0, 1, 2, 3, 0, 0, 0);
  const palette = Uint8Array.of(0, 0, 0, 255, 0, 0, 0, 255, 0, 9, 8, 7);
  const two = png(['IHDR', header], ['PLTE', palette], ['IDAT', deflateSync(Uint8Array.of(0, 0b00011011, 0b01000000))]);
  assert.deepEqual([...(await decoded(two)).data], [0, 0, 0, 255, 0, 0, 0, 255, 0, 9, 8, 7, 255, 0, 0]);
});

function png(...chunks: readonly [string, Uint8Array][]): Uint8Array {
  const begin = Buffer.from(pngOf({ width: 1, height: 1, data: new Uint8Array(1) })).subarray(0, 8);
  return Buffer.concat([
    begin,
    ...chunks.map(([type, data]) => pngChunk(type, data)),
    pngChunk('IEND', new Uint8Array(0)),
  ]);
}

/** Adam7 by its definition: pixel (x, y) is in the first pass whose grid it lies on. */
function interlaced({ width, height, channels, data }: Raster): Uint8Array {
  const grids = [
    [0, 0, 8, 8],
    [4, 0, 8, 8],
    [0, 4, 4, 8],
    [2, 0, 4, 4],
    [0, 2, 2, 4],
    [1, 0, 2, 2],
    [0, 1, 1, 2],
  ] as const;
  const wide = data.BYTES_PER_ELEMENT === 2;
  const rows: number[] = [];
  for (const [x0, y0, dx, dy] of grids) {
    if (x0 >= width) continue;
    for (let y = y0; y < height; y += dy) {
      rows.push(0);
      for (let x = x0; x < width; x += dx)
        for (let c = 0; c < channels; c++) {
          const value = data[(y * width + x) * channels + c]!;
          rows.push(...(wide ? [value >> 8, value & 0xff] : [value]));
        }
    }
  }
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([wide ? 16 : 8, channels === 3 ? 2 : 0, 0, 0, 1], 8);
  return png(['IHDR', header], ['IDAT', deflateSync(Uint8Array.from(rows))]);
}

test('JPEG: EXIF, XMP, IPTC, profiles, comments, small pictures and a second image behind the end go; pixels stay', async () => {
  const layout = { rows: 32, columns: 48, samples: 3 as const };
  const colours = Uint8Array.from({ length: 32 * 48 * 3 }, (_, i) => (i * 7) ^ (i >> 4));
  const plain = await jpegOf(colours, layout);
  const { bytes: pixels } = await wasmDecode('jpeg', plain);
  const planted = fc.constantFrom(0xe1, 0xe2, 0xed, 0xec, 0xfe, 0xe8, 0xef, 0xe0);
  await fc.assert(
    fc.asyncProperty(fc.array(planted), orientation, fc.boolean(), async (markers, way, second) => {
      const said = markers.reduce<Uint8Array>((jpeg, marker) => withSegment(jpeg, marker, NAME), plain);
      const exif = Buffer.concat([Buffer.from('Exif\0\0'), exifOf(way, NAME)]);
      const behind = second ? withSegment(plain, 0xfe, NAME) : new Uint8Array(0);
      const bytes = Buffer.concat([withSegment(said, 0xe1, exif), behind]);
      const clean = assertClean(bytes, way);
      assert.ok(clean.length <= plain.length + 36);
      const expected = upright({ width: 48, height: 32, channels: 3, data: pixels }, way);
      sameRaster(await decoded(clean), expected);
    }),
    { numRuns: 40 },
  );
  assert.equal(Buffer.compare(joined(plain), plain), 0);
});

const shape = fc.record({
  little: fc.boolean(),
  packing: fc.constantFrom(1, 5, 8, 32773),
  predictor: fc.boolean(),
  block: fc.constantFrom('strips' as const, 'tiles' as const, 'one' as const),
  way: orientation,
});

test('TIFF: every text tag, hidden gap and trailing byte goes; pixels, tags of layout and the way up stay', async () => {
  await fc.assert(
    fc.asyncProperty(raster, shape, async (picture, how) => {
      const bytes = tiffOf(picture, how);
      const clean = assertClean(bytes, how.way);
      sameRaster(await decoded(clean), upright(picture, how.way));
    }),
    { numRuns: 200 },
  );
});

interface Shape {
  readonly little: boolean;
  readonly packing: number;
  readonly predictor: boolean;
  readonly block: 'strips' | 'tiles' | 'one';
  readonly way: number;
}

function tiffOf(
  { width, height, channels, data }: Raster,
  { little, packing, predictor, block, way }: Shape,
): Uint8Array {
  const depth = 8 * data.BYTES_PER_ELEMENT;
  const [across, down] = block === 'tiles' ? [16, 16] : [width, block === 'strips' ? 3 : height];
  const blocks: Uint8Array[] = [];
  for (let top = 0; top < height; top += down)
    for (let left = 0; left < width; left += across) {
      const lines = block === 'tiles' ? down : Math.min(down, height - top);
      const line = (y: number) => {
        const values = Array.from({ length: across * channels }, (_, i) => {
          const x = left + Math.floor(i / channels);
          return x < width && y < height ? data[(y * width + x) * channels + (i % channels)]! : 0;
        });
        const stored = predictor
          ? values.map((value, i) => (value - (values[i - channels] ?? 0)) & (2 ** depth - 1))
          : values;
        return stored.flatMap((value) =>
          depth === 8 ? [value] : little ? [value & 255, value >> 8] : [value >> 8, value & 255],
        );
      };
      const plain = Uint8Array.from(Array.from({ length: lines }, (_, i) => line(top + i)).flat());
      const pack = { 1: (b: Uint8Array) => b, 5: packLzw, 8: (b: Uint8Array) => deflateSync(b), 32773: packBits }[
        packing
      ]!;
      blocks.push(pack(plain));
    }
  const words = (text: string) => [...Buffer.from(`${text}\0`)];
  const tags = [
    { tag: 256, type: 3, values: [width] },
    { tag: 257, type: 3, values: [height] },
    { tag: 258, type: 3, values: Array<number>(channels).fill(depth) },
    { tag: 259, type: 3, values: [packing] },
    { tag: 262, type: 3, values: [channels === 3 ? 2 : 1] },
    { tag: 270, type: 2, values: words(NAME) },
    { tag: 274, type: 3, values: [way] },
    { tag: 277, type: 3, values: [channels] },
    { tag: 282, type: 5, values: [300, 1] },
    { tag: 305, type: 2, values: words(NAME) },
    { tag: 306, type: 2, values: words(NAME) },
    { tag: 317, type: 3, values: [predictor ? 2 : 1] },
    { tag: 700, type: 1, values: words(NAME) },
    { tag: 33723, type: 4, values: [0x48494c44] },
    { tag: block === 'tiles' ? 324 : 273, type: 4, values: [-1] },
    { tag: block === 'tiles' ? 325 : 279, type: 4, values: blocks.map(({ length }) => length) },
    ...(block === 'tiles'
      ? [
          { tag: 322, type: 3, values: [16] },
          { tag: 323, type: 3, values: [16] },
        ]
      : [{ tag: 278, type: 3, values: [down] }]),
  ];
  return Buffer.concat([tiffFile(tags, { blocks, little }), Buffer.from(NAME)]);
}

test('bad pictures are kept back with a reason, whatever they are called', async () => {
  const small = pngOf({ width: 4, height: 4, data: new Uint8Array(16) });
  const animated = Buffer.concat([small.subarray(0, 33), pngChunk('acTL', new Uint8Array(8)), small.subarray(33)]);
  await refused(animated, /moves: it holds more images/, 'a.png');
  const page = [
    { tag: 256, type: 3, values: [4] },
    { tag: 257, type: 3, values: [4] },
    { tag: 262, type: 3, values: [1] },
    { tag: 273, type: 4, values: [-1] },
    { tag: 279, type: 4, values: [2] },
  ];
  await refused(tiffFile(page, { blocks: [new Uint8Array(2)], pages: 1000 }), /has 1000 pages/, 'a.tif');
  await refused(
    Buffer.from(`<svg xmlns="http://www.w3.org/2000/svg"><text>${NAME}</text></svg>`),
    /text file/,
    'b.png',
  );
  await refused(small.subarray(0, small.length - 3), /cut short/);
  const bent = Buffer.from(small);
  bent[45]! ^= 1;
  await refused(bent, /check sum/);
  await refused(Buffer.of(0xff, 0xd8, 0xff, 0xe0, 0, 4, 1, 1), /cut short|damaged/);
});

test('a slide of 30,000 x 30,000 pixels is refused by its header, in each format, without being unpacked', async () => {
  const header = Buffer.from(pngOf({ width: 1, height: 1, data: new Uint8Array(1) }).subarray(16, 29));
  header.writeUInt32BE(30_000, 0);
  header.writeUInt32BE(30_000, 4);
  const slide = /30000 x 30000 pixels large.*33 million/;
  await refused(png(['IHDR', header], ['IDAT', deflateSync(new Uint8Array(10))]), slide);
  const tags = [
    { tag: 256, type: 4, values: [30_000] },
    { tag: 257, type: 4, values: [30_000] },
    { tag: 262, type: 3, values: [1] },
  ];
  await refused(tiffFile(tags), slide);
  const jpeg = Buffer.from(await jpegOf(new Uint8Array(48 * 32), { rows: 32, columns: 48, samples: 1 }));
  const frame = Math.max(jpeg.indexOf(Buffer.of(0xff, 0xc0)), jpeg.indexOf(Buffer.of(0xff, 0xc2)));
  jpeg.writeUInt16BE(30_000, frame + 5);
  jpeg.writeUInt16BE(30_000, frame + 7);
  await refused(jpeg, slide);
});

test('what is packed beside the pixels, or in transparent parts, keeps a picture back when it is decoded', async () => {
  const [header, row] = [Uint8Array.of(0, 0, 0, 2, 0, 0, 0, 1, 8, 0, 0, 0, 0), Uint8Array.of(0, 1, 2)];
  const refusal = (bytes: Uint8Array, words: RegExp) => assert.rejects(decoded(bytes), words);
  const more = deflateSync(Buffer.concat([row, Buffer.from(NAME)]));
  await refusal(png(['IHDR', header], ['IDAT', more]), /something else is packed/);
  await refusal(
    png(['IHDR', header], ['IDAT', Buffer.concat([deflateSync(row), Buffer.from(NAME)])]),
    /something else/,
  );
  await refusal(png(['IHDR', header], ['IDAT', deflateSync(Uint8Array.of(0, 1))]), /cannot be unpacked/);
  const seeThrough = Uint8Array.of(0, 0, 0, 2, 0, 0, 0, 1, 8, 4, 0, 0, 0);
  await refusal(png(['IHDR', seeThrough], ['IDAT', deflateSync(Uint8Array.of(0, 9, 255, 9, 254))]), /transparent/);
  assert.deepEqual(
    [...(await decoded(png(['IHDR', seeThrough], ['IDAT', deflateSync(Uint8Array.of(0, 9, 255, 8, 255))]))).data],
    [9, 8],
  );
});

test('a picture cut or bent anywhere is an answer, never another error', async () => {
  const picture: Raster = { width: 9, height: 7, channels: 3, data: Uint8Array.from({ length: 189 }, (_, i) => i) };
  const jpeg = await jpegOf(new Uint8Array(48 * 32), { rows: 32, columns: 48, samples: 1 });
  const how = { little: true, packing: 5, predictor: true, block: 'strips', way: 6 } as const;
  const files = [pngOf(picture), tiffOf(picture, how), withSegment(jpeg, 0xe1, exifOf(6, NAME))];
  const bends = fc.array(fc.tuple(fc.nat(), fc.integer({ min: 0, max: 255 })), { maxLength: 4 });
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...files), fc.nat(), fc.boolean(), bends, async (whole, cut, cuts, changes) => {
      const bytes = whole.slice(0, cuts ? cut % whole.length : whole.length);
      for (const [at, value] of changes) if (bytes.length > 0) bytes[at % bytes.length] = value;
      try {
        const clean = cleanPicture(bytes);
        const again = Buffer.concat(clean.chunks);
        assert.equal(Buffer.compare(joined(again), again), 0);
        await decodePicture(clean);
      } catch (error) {
        assert.ok(error instanceof DomainError, String(error));
      }
    }),
    { numRuns: 500 },
  );
});

test('with nothing to black out a picture is its own bytes; else a PNG, upright, equal outside of the boxes', async () => {
  await fc.assert(
    fc.asyncProperty(raster, orientation, fc.boolean(), async (picture, way, hides) => {
      const original = Buffer.from(pngOf(picture));
      const bytes = Buffer.concat([
        original.subarray(0, 33),
        pngChunk('eXIf', exifOf(way, NAME)),
        original.subarray(33),
      ]);
      const clean = cleanPicture(bytes);
      const { width, height, channels, data } = await decodePicture(clean);
      const box = {
        x: Math.floor(width / 2),
        y: 0,
        width: 3,
        height: 2,
        verdict: hides ? 'doubtful' : 'harmless',
      } as const;
      const plan = [{ rows: height, columns: width, frames: 1, boxes: [box] }];
      const written = await writePicture(clean, plan, join(root, 'out'), join(root, 'preview.png'));
      const result = await readFile(written.path);
      if (!hides) assert.equal(Buffer.compare(result, Buffer.concat(clean.chunks)), 0);
      const shown = await decoded(await readFile(join(root, 'preview.png')));
      sameRaster(await decoded(result), shown);
      data.forEach((value, i) => {
        const [x, y] = [Math.floor(i / channels) % width, Math.floor(i / channels / width)];
        const black = hides && x >= box.x && x < box.x + 3 && y < 2;
        assert.equal(shown.data[i], black ? 0 : value);
      });
    }),
    { numRuns: 40 },
  );
});

test('a picture that came to hold anything else is found when it is looked at again', async () => {
  const plain = pngOf({ width: 4, height: 4, data: new Uint8Array(16) });
  await writeFile(join(root, 'again.png'), plain);
  await lookAgainAtPicture(join(root, 'again.png'));
  for (const bytes of [
    Buffer.concat([plain, Buffer.from('x')]),
    Buffer.concat([plain.subarray(0, 33), pngChunk('tEXt', Buffer.from('x')), plain.subarray(33)]),
  ]) {
    await writeFile(join(root, 'again.png'), bytes);
    await assert.rejects(lookAgainAtPicture(join(root, 'again.png')), /found again/);
  }
});

// A colour profile keeps its colours and loses its texts.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { deidentify } from '@/domain/deid/deidentify';
import { presets } from '@/domain/deid/presets';
import { plainProfile } from '@/domain/pixels/colourProfile';
import { el, fileOf, keys } from '../deid/build';

const SECRET = 'Quillfeather, room 4, calibrated 2003-04-17';

/** A profile of these tags: four letters, and the content that begins with its type. */
function profile(tags: readonly (readonly [string, Buffer])[]): Uint8Array {
  const header = Buffer.alloc(132 + 12 * tags.length);
  header.write('mntrRGB XYZ ', 12, 'latin1');
  header.write('acsp', 36, 'latin1');
  header.writeUInt32BE(tags.length, 128);
  let at = header.length;
  tags.forEach(([name, { length }], i) => {
    header.write(name, 132 + 12 * i, 'latin1');
    header.writeUInt32BE(at, 136 + 12 * i);
    header.writeUInt32BE(length, 140 + 12 * i);
    at += length;
  });
  return new Uint8Array(Buffer.concat([header, ...tags.map(([, content]) => content)]));
}
const content = (type: string, of: Buffer) => Buffer.concat([Buffer.from(`${type}\0\0\0\0`, 'latin1'), of]);
const colours = content('XYZ ', Buffer.from([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]));
const curve = content('curv', Buffer.from('ABCDEFGHIJKL'));

test('texts of every kind go, numbers stay, whatever is behind or between goes', () => {
  const texts = ['desc', 'text', 'mluc', 'priv'].map((type) => ['desc', content(type, Buffer.from(SECRET))] as const);
  const dirty = profile([['rXYZ', colours], ...texts, ['rTRC', curve]]);
  dirty.set(Buffer.from('Quill'), 100);
  const file = fileOf({ elements: [el(0x00282000, 'OB', Buffer.concat([dirty, Buffer.from(`${SECRET} `)]))] });
  const { file: after } = deidentify(file, presets.research.profile, keys, { subjectCode: 'sub-001' });
  const element = after.dataset.elements.get(0x00282000);
  assert.ok(element?.kind === 'bytes');
  const bytes = Buffer.from(element.bytes);
  assert.ok(!/quill|2003/i.test(bytes.toString('latin1')));
  assert.ok(bytes.includes(colours) && bytes.includes(curve));
  assert.equal(plainProfile(element.bytes), element.bytes);
});

test('a profile of numbers is the same bytes', () => {
  const plain = profile([['rXYZ', colours]]);
  assert.equal(plainProfile(plain), plain);
});

test('any bytes are a profile or none, without an error', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 300 }), fc.nat(30), (noise, tags) => {
      const bytes = Uint8Array.from([...profile([]).subarray(0, 128), 0, 0, 0, tags, ...noise]);
      assert.equal(plainProfile(bytes)?.length ?? bytes.length, bytes.length);
      assert.equal(plainProfile(noise), null);
    }),
  );
});

// A series read with what its files share in common is the very series that it is read file by file.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { regionsOf } from '@/domain/deid/regions';
import { Alike } from '@/domain/dicom/alike';
import type { DicomFile, Element } from '@/domain/dicom/dataset';
import { makeDataSet } from '@/domain/dicom/make';
import { readDicom } from '@/domain/dicom/read';
import { writeDicom } from '@/domain/dicom/write';
import { DomainError } from '@/domain/errors';
import { bytesOf, fileOf, PLAIN_SYNTAXES } from '../../fixtures/dicom';
import { arbitraryElements } from './arbitrary';

/** The file as it is, as it is written again, and where its values are; or the words of the error. */
function outcome(read: () => DicomFile): unknown {
  try {
    const file = read();
    const plain = (elements: Iterable<Element>): unknown[] =>
      Array.from(elements, ({ lasting: _, ...element }) =>
        element.kind === 'sequence'
          ? { ...element, items: element.items.map((item) => ({ ...item, elements: plain(item.elements.values()) })) }
          : { ...element },
      );
    const written = Buffer.concat(writeDicom(file)).toString('hex');
    return { dataset: plain(file.dataset.elements.values()), written, regions: regionsOf(file) };
  } catch (error) {
    assert.ok(error instanceof DomainError, String(error));
    return error.message;
  }
}

/** Elements on whose values the meaning of others depends: signed pixels, and who a private block belongs to. */
const around = fc.tuple(fc.nat(1), fc.constantFrom('SIEMENS MR HEADER', 'GEMS_IDEN_01')).map(([signed, creator]) => {
  const text = (tag: number, value: string): Element => {
    return { kind: 'bytes', tag, vr: 'LO', bytes: Buffer.from(value.padEnd(value.length + (value.length % 2))) };
  };
  const word = (tag: number, vr: string, value: number): Element => {
    return { kind: 'bytes', tag, vr, bytes: Uint8Array.of(value, 0) };
  };
  return [
    word(0x00280103, 'US', signed),
    word(0x00280106, signed ? 'SS' : 'US', 7),
    text(0x00190010, creator),
    text(0x0019100c, '12'),
  ];
});
/** Files of a few sets of elements, mixed: most elements come back, in other company and with other bytes before them. */
const series = fc
  .tuple(
    fc.array(fc.tuple(arbitraryElements, around), { minLength: 1, maxLength: 3 }),
    fc.constantFrom(...PLAIN_SYNTAXES),
  )
  .chain(([sets, syntax]) => {
    const choice = fc.array(fc.nat(2 * sets.length), { minLength: 60, maxLength: 60 });
    const damage = fc.option(fc.tuple(fc.nat(), fc.nat(255)), { freq: 4 });
    return fc.array(fc.tuple(choice, damage), { minLength: 2, maxLength: 8 }).map((files) =>
      files.map(([choices, hit]) => {
        const all = sets.map(([own, beside]) => makeDataSet([...own, ...beside]).elements);
        const tags = [...new Set(all.flatMap((elements) => [...elements.keys()]))];
        const picked = tags.flatMap((tag, i) => all[choices[i % 60]! % (all.length + 1)]?.get(tag) ?? []);
        const bytes = Uint8Array.from(bytesOf(fileOf(picked, syntax)));
        if (hit !== null) bytes[hit[0] % bytes.length] = hit[1];
        return bytes;
      }),
    );
  });

test('nothing tells whether an element was read anew', () => {
  fc.assert(
    fc.property(series, (files) => {
      const alike = new Alike();
      for (const bytes of files) {
        const alone = outcome(() => readDicom(bytes.slice()));
        const buffer = bytes.slice();
        assert.deepEqual(
          outcome(() => readDicom(buffer, { alike })),
          alone,
        );
        // Files are read into the same buffer one after the other: nothing remembered may lead into it.
        buffer.fill(0x58);
      }
    }),
    { numRuns: 100 },
  );
});

test('what many files share is the same object, what differs from file to file is not kept', () => {
  const alike = new Alike();
  const shared: Element = { kind: 'bytes', tag: 0x00080060, vr: 'CS', bytes: Buffer.from('CT') };
  const first: Element = { kind: 'bytes', tag: 0x00080005, vr: 'CS', bytes: Buffer.from('ISO_IR 192') };
  const read = (n: number) => {
    const own: Element = { kind: 'bytes', tag: 0x00200013, vr: 'IS', bytes: Buffer.from(String(100000 + n)) };
    return readDicom(Uint8Array.from(bytesOf(fileOf([first, shared, own], 'little'))), { alike }).dataset.elements;
  };
  const files = Array.from({ length: 20 }, (_, n) => read(n));
  assert.equal(new Set(files.map((elements) => elements.get(0x00080060))).size, 1);
  assert.ok(files[0]!.get(0x00080060)!.lasting);
  assert.equal(files.at(-1)!.get(0x00200013)!.lasting, undefined);
});

// Data sets of every shape for property tests: any VR, nested sequences, both kinds of length, private blocks.
import fc from 'fast-check';
import type { DataSet, Element, Item } from '../../../src/domain/dicom/dataset';
import { makeItem, makeSequence } from '../../../src/domain/dicom/make';

/** Tags whose VR the dictionary knows, so that implicit VR reads them alike; bytes to a multiple of the width. */
const PLAIN: readonly (readonly [number, string, number])[] = [
  [0x00080016, 'UI', 2],
  [0x00080020, 'DA', 2],
  [0x0008002a, 'DT', 2],
  [0x00080030, 'TM', 2],
  [0x00080054, 'AE', 2],
  [0x00080060, 'CS', 2],
  [0x00080119, 'UC', 2],
  [0x00080120, 'UR', 2],
  [0x00090010, 'LO', 2],
  [0x00091001, 'UN', 2],
  [0x00100010, 'PN', 2],
  [0x00101010, 'AS', 2],
  [0x00104000, 'LT', 2],
  [0x00180050, 'DS', 2],
  [0x00186020, 'SL', 4],
  [0x00189073, 'FD', 8],
  [0x00200013, 'IS', 2],
  [0x00209165, 'AT', 4],
  [0x00280010, 'US', 2],
  [0x00189219, 'SS', 2],
  [0x00189310, 'FD', 8],
  [0x0040a160, 'UT', 2],
  [0x00420011, 'OB', 2],
  [0x00660016, 'OF', 4],
  [0x00660040, 'OL', 4],
  [0x00720082, 'SV', 8],
  [0x00720083, 'UV', 8],
  [0x00720073, 'OD', 8],
  [0x00081196, 'US', 2],
  [0x30060050, 'DS', 2],
];
const SEQUENCES = [0x00081140, 0x00400275, 0x0040a730, 0x30060039];

const plain = fc
  .constantFrom(...PLAIN)
  .chain(([tag, vr, width]) =>
    fc
      .uint8Array({ maxLength: 24 })
      .map(
        (bytes): Element => ({ kind: 'bytes', tag, vr, bytes: bytes.slice(0, bytes.length - (bytes.length % width)) }),
      ),
  );

function sequence(depth: number): fc.Arbitrary<Element> {
  return fc
    .tuple(fc.constantFrom(...SEQUENCES), fc.array(item(depth - 1), { maxLength: 3 }), fc.boolean())
    .map(([tag, items, undefinedLength]) => makeSequence(tag, items, { undefinedLength }));
}

function elements(depth: number): fc.Arbitrary<Element[]> {
  const one = depth > 0 ? fc.oneof({ weight: 4, arbitrary: plain }, { weight: 1, arbitrary: sequence(depth) }) : plain;
  return fc.array(one, { maxLength: 8 });
}

function item(depth: number): fc.Arbitrary<Item> {
  return fc.tuple(elements(depth), fc.boolean()).map(([list, undefinedLength]) => makeItem(list, undefinedLength));
}

/** A data set that is never empty and starts as real ones do. */
export const arbitraryElements: fc.Arbitrary<Element[]> = elements(3).map((list) => [
  ...list,
  { kind: 'bytes', tag: 0x00080008, vr: 'CS', bytes: new TextEncoder().encode('ORIGINAL\\PRIMARY') },
]);

/** A data set as plain values without sources, to be compared. */
export function plainOf(dataset: DataSet): unknown {
  return [...dataset.elements.values()].map((element) => {
    if (element.kind === 'bytes') return [element.tag, element.vr, Buffer.from(element.bytes).toString('hex')];
    if (element.kind === 'encapsulated')
      return [
        element.tag,
        [element.offsetTable, ...element.fragments].map((part) => Buffer.from(part).toString('hex')),
      ];
    if (element.kind === 'far') return [element.tag, element.vr, element.length];
    return [
      element.tag,
      element.vr,
      element.undefinedLength,
      element.items.map((one) => [one.undefinedLength, plainOf(one)]),
    ];
  });
}

// Small DICOM files made for these tests, and the keys of a test project.
import { createHmac } from 'node:crypto';
import type { DeidKeys } from '@/domain/deid/keys';
import type { DicomFile, Element } from '@/domain/dicom/dataset';
import { makeDataSet, makeElement, makeItem, makeSequence } from '@/domain/dicom/make';
import { readDicom } from '@/domain/dicom/read';
import { LITTLE_ENDIAN_UTF8 } from '@/domain/dicom/values';
import { writeDicom } from '@/domain/dicom/write';

export function keysOf(secret: string): DeidKeys {
  return { hmac: (label, text) => createHmac('sha256', secret).update(`${label}\0${text}`, 'utf8').digest() };
}
export const keys = keysOf('the secret of a test project');

/** An element in UTF-8, little endian. */
export function el(
  tag: number,
  vr: string,
  value: string | readonly string[] | readonly number[] | Uint8Array,
): Element {
  return makeElement(tag, vr, value, LITTLE_ENDIAN_UTF8);
}
export const sequence = (tag: number, ...items: Element[][]): Element =>
  makeSequence(
    tag,
    items.map((elements) => makeItem(elements)),
  );

const META: Element[] = [
  el(0x00020001, 'OB', Uint8Array.of(0, 1)),
  el(0x00020002, 'UI', '1.2.840.10008.5.1.4.1.1.4'),
  el(0x00020003, 'UI', '1.2.3.4.5.6.7.8'),
  el(0x00020010, 'UI', '1.2.840.10008.1.2.1'),
];
/** What every MR image has. */
const BASE: readonly Element[] = [
  el(0x00080005, 'CS', 'ISO_IR 192'),
  el(0x00080016, 'UI', '1.2.840.10008.5.1.4.1.1.4'),
  el(0x00080018, 'UI', '1.2.3.4.5.6.7.8'),
  el(0x00080060, 'CS', 'MR'),
  el(0x0020000d, 'UI', '1.2.3.4.5.6.7'),
  el(0x0020000e, 'UI', '1.2.3.4.5.6.7.1'),
];

interface Parts {
  readonly elements?: readonly Element[];
  readonly meta?: readonly Element[];
  readonly preamble?: Uint8Array;
  readonly trailing?: Uint8Array;
  readonly base?: readonly Element[];
}

/** A file of these parts as bytes, explicit VR little endian; later elements win over the base. */
export function bytesOf(parts: Parts): Uint8Array {
  const written = writeDicom({
    preamble: parts.preamble ?? new Uint8Array(128),
    meta: makeDataSet([...META, ...(parts.meta ?? [])]),
    encoding: { explicitVr: true, bigEndian: false, deflated: false },
    transferSyntaxUid: '1.2.840.10008.1.2.1',
    dataset: makeDataSet([...(parts.base ?? BASE), ...(parts.elements ?? [])]),
    trailing: new Uint8Array(0),
  });
  return joined([...written, parts.trailing ?? new Uint8Array(0)]);
}

/** The same, read again, so that its elements have the bytes they came from. */
export function fileOf(parts: Parts): DicomFile {
  return readDicom(bytesOf(parts));
}

export function joined(chunks: readonly Uint8Array[]): Uint8Array {
  return new Uint8Array(Buffer.concat(chunks));
}
export const outputOf = (file: DicomFile): Uint8Array => joined(writeDicom(file));

/** Whether a text stands in bytes, in UTF-8, Latin-1 or UTF-16, whatever its case; written apart from the engine's own search. */
export function holds(bytes: Uint8Array, text: string): boolean {
  const hay = Buffer.from(bytes).toString('latin1').toLowerCase();
  return (['utf8', 'latin1', 'utf16le'] as const).some((encoding) =>
    hay.includes(Buffer.from(text, encoding).toString('latin1').toLowerCase()),
  );
}

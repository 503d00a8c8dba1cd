// Which fragments of compressed pixel data belong to which frame (PS3.5 A.4), and the element put together again from frames.
import type { DataSet, DicomFile, EncapsulatedElement } from '../dicom/dataset';
import { makeDataSet, makeElement } from '../dicom/make';
import { TAG } from '../dicom/tags';
import { contextOf } from '../dicom/values';
import { DomainError } from '../errors';

const EXTENDED_OFFSETS = 0x7fe00001;
const EXTENDED_LENGTHS = 0x7fe00002;
const ITEM_HEADER = 8;

/**
 * The fragments of each frame, as the very views of the element.
 * @throws DomainError UNREADABLE when an offset table lies or the fragments do not match the frames
 */
export function framesOf(file: DicomFile, element: EncapsulatedElement, frames: number): Uint8Array[][] {
  const { fragments } = element;
  const starts = declaredStarts(file.dataset, element);
  const declared = starts === null ? null : byStarts(fragments, starts, frames);
  if (declared !== null) return declared;
  if (fragments.length === frames) return fragments.map((fragment) => [fragment]);
  if (frames === 1) return [[...fragments]];
  const begun = byCodestream(fragments);
  if (begun.length !== frames) throw unreadable('its compressed fragments do not match its frames');
  return begun;
}

/** Offsets of the frames' first items behind the offset table; null when there is no table. */
function declaredStarts(dataset: DataSet, { offsetTable }: EncapsulatedElement): number[] | null {
  const extended = dataset.elements.get(EXTENDED_OFFSETS);
  if (extended?.kind === 'bytes' && extended.bytes.length > 0) {
    const view = viewOf(extended.bytes);
    return Array.from({ length: extended.bytes.length >> 3 }, (_, i) => Number(view.getBigUint64(8 * i, true)));
  }
  if (offsetTable.length === 0) return null;
  const view = viewOf(offsetTable);
  return Array.from({ length: offsetTable.length >> 2 }, (_, i) => view.getUint32(4 * i, true));
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

function byStarts(fragments: readonly Uint8Array[], starts: readonly number[], frames: number): Uint8Array[][] {
  const lies = 'its table of frames does not match its compressed fragments';
  if (starts.length !== frames || starts[0] !== 0) throw unreadable(lies);
  const groups: Uint8Array[][] = [];
  let offset = 0;
  for (const fragment of fragments) {
    if (groups.length < frames && starts[groups.length] === offset) groups.push([]);
    groups.at(-1)!.push(fragment);
    offset += ITEM_HEADER + fragment.length + (fragment.length % 2);
  }
  if (groups.length !== frames) throw unreadable(lies);
  return groups;
}

/** Frames begin where a fragment begins with a JPEG or JPEG 2000 start marker. */
function byCodestream(fragments: readonly Uint8Array[]): Uint8Array[][] {
  const groups: Uint8Array[][] = [];
  for (const fragment of fragments) {
    const begins = fragment[0] === 0xff && (fragment[1] === 0xd8 || fragment[1] === 0x4f) && fragment[2] === 0xff;
    if (begins || groups.length === 0) groups.push([]);
    groups.at(-1)!.push(fragment);
  }
  return groups;
}

/** One frame's compressed bytes in one piece; the view itself when it is one fragment. */
export function joined(fragments: readonly Uint8Array[]): Uint8Array {
  if (fragments.length === 1) return fragments[0]!;
  const whole = new Uint8Array(fragments.reduce((sum, fragment) => sum + fragment.length, 0));
  let at = 0;
  for (const fragment of fragments) {
    whole.set(fragment, at);
    at += fragment.length;
  }
  return whole;
}

/** A file with other frames; it has a table of offsets where it had one, of the same kind. */
export function withFrames(file: DicomFile, frames: readonly (readonly Uint8Array[])[]): DicomFile {
  const before = file.dataset.elements.get(TAG.PixelData) as EncapsulatedElement;
  const starts: number[] = [];
  let offset = 0;
  for (const frame of frames) {
    starts.push(offset);
    for (const fragment of frame) offset += ITEM_HEADER + fragment.length + (fragment.length % 2);
  }
  const elements = new Map(file.dataset.elements);
  const context = contextOf(file);
  if (elements.has(EXTENDED_OFFSETS)) {
    const lengths = frames.map((frame) => frame.reduce((sum, fragment) => sum + fragment.length, 0));
    elements.set(EXTENDED_OFFSETS, makeElement(EXTENDED_OFFSETS, 'OV', wide(starts), context));
    elements.set(EXTENDED_LENGTHS, makeElement(EXTENDED_LENGTHS, 'OV', wide(lengths), context));
  }
  if (before.offsetTable.length > 0 && offset > 0xffffffff) throw unreadable('it is too large for its table of frames');
  const offsetTable =
    before.offsetTable.length > 0 ? new Uint8Array(Uint32Array.from(starts).buffer) : new Uint8Array(0);
  elements.set(TAG.PixelData, {
    kind: 'encapsulated',
    tag: TAG.PixelData,
    vr: before.vr,
    offsetTable,
    fragments: frames.flat(),
  });
  return { ...file, dataset: makeDataSet(elements.values()) };
}

function wide(values: readonly number[]): Uint8Array {
  return new Uint8Array(BigUint64Array.from(values.map(BigInt)).buffer);
}

function unreadable(what: string): DomainError {
  return new DomainError('UNREADABLE', `This image is damaged: ${what}. Send it again from its source.`);
}

// Writing a data set (PS3.10 7.1, PS3.5 7): what was not changed is written as the very bytes it was read from; lengths that
// a change made wrong (sequences, items, groups, file meta) are counted anew.

import { DomainError } from '../errors';
import { Chunks, type Part } from './chunks';
import type {
  BytesElement,
  DicomFile,
  Element,
  EncapsulatedElement,
  FarElement,
  SequenceElement,
  Tag,
} from './dataset';
import { elementOf, groupOf } from './dictionary';
import { remembering } from './remembering';
import { TAG } from './tags';
import { vrShape } from './vr';

export interface WriteOptions {
  /** Deflates to a raw deflate stream; needed for the deflated transfer syntax only. */
  readonly deflateRaw?: (plain: Uint8Array) => Uint8Array;
}

interface Layout {
  readonly explicit: boolean;
  readonly little: boolean;
}

/** One object each, so that what was written in it can be remembered by it. */
const EXPLICIT: Layout = { explicit: true, little: true };
const IMPLICIT: Layout = { explicit: false, little: true };
const BIG_ENDIAN: Layout = { explicit: true, little: false };
const UNDEFINED = 0xffffffff;
const MAGIC = Uint8Array.of(0x44, 0x49, 0x43, 0x4d);

/**
 * The file as chunks to be written one after the other, in its own transfer syntax; runs of untouched elements are views into
 * what was read. Bytes behind the last element are not written. Throws DomainError UNSUPPORTED for a deflated file without
 * `deflateRaw`.
 */
export function writeDicom(file: DicomFile, options: WriteOptions = {}): Uint8Array[] {
  return writeParts(file, options).flatMap((part) =>
    part instanceof Uint8Array ? [part] : Array.from(part.pieces(), (piece) => piece.slice()),
  );
}

/** The same with far pixel data left where they are, to be passed on piece by piece. Throws as `writeDicom` does. */
export function writeParts(file: DicomFile, options: WriteOptions = {}): Part[] {
  const out = new Chunks();
  if (file.preamble) {
    out.add(file.preamble);
    out.add(MAGIC);
  }
  const body = ascending(file.dataset.elements);
  writeElements(withMetaLength(ascending(file.meta.elements)), EXPLICIT, out, body[0]?.source);
  const layout = !file.encoding.explicitVr ? IMPLICIT : file.encoding.bigEndian ? BIG_ENDIAN : EXPLICIT;
  if (!file.encoding.deflated) {
    writeElements(body, layout, out, file.trailing);
    return out.parts();
  }
  if (!options.deflateRaw) throw new DomainError('UNSUPPORTED', 'This file is deflated, which cannot be written here.');
  const plain = new Chunks();
  writeElements(body, layout, plain, file.trailing);
  const deflated = options.deflateRaw(plain.joined());
  out.add(deflated);
  if (deflated.length % 2 === 1) out.add(new Uint8Array(1));
  return out.parts();
}

function ascending(elements: ReadonlyMap<Tag, Element>): readonly Element[] {
  const list = [...elements.values()];
  const sorted = list.every((element, i) => i === 0 || element.tag > list[i - 1]!.tag);
  return sorted ? list : list.sort((a, b) => a.tag - b.tag);
}

/** File meta must say its length (PS3.10 table 7.1-1); a file that came without keeps to that as long as nothing changed. */
function withMetaLength(meta: readonly Element[]): readonly Element[] {
  const complete = meta[0]?.tag === TAG.FileMetaInformationGroupLength;
  if (complete || meta.every((element) => element.source)) return meta;
  return [{ kind: 'bytes', tag: TAG.FileMetaInformationGroupLength, vr: 'UL', bytes: new Uint8Array(4) }, ...meta];
}

function writeElements(elements: readonly Element[], layout: Layout, out: Chunks, follower?: Uint8Array): void {
  for (let i = 0; i < elements.length; i++) {
    const element = elements[i]!;
    if (elementOf(element.tag) !== 0) {
      writeElement(element, layout, out);
      continue;
    }
    let end = i + 1;
    while (end < elements.length && groupOf(elements[end]!.tag) === groupOf(element.tag)) end++;
    const group = elements.slice(i + 1, end);
    const next = end < elements.length ? elements[end]!.source : follower;
    if (isIntact([element, ...group], next)) {
      writeElement(element, layout, out);
      continue;
    }
    writeGroup(element, group, layout, out);
    i = end - 1;
  }
}

/** Whether elements lie in the file one behind the other, up to what follows them: then their group length still holds. */
function isIntact(elements: readonly Element[], next: Uint8Array | undefined): boolean {
  return elements.every(({ source }, i) => {
    const behind = i + 1 < elements.length ? elements[i + 1]!.source : next;
    return (
      source && behind && source.buffer === behind.buffer && source.byteOffset + source.length === behind.byteOffset
    );
  });
}

function writeGroup(head: Element, group: readonly Element[], layout: Layout, out: Chunks): void {
  const content = new Chunks();
  for (const element of group) writeElement(element, layout, content);
  const bytes = new Uint8Array(4);
  new DataView(bytes.buffer).setUint32(0, content.length, layout.little);
  writeElement({ kind: 'bytes', tag: head.tag, vr: 'UL', bytes }, layout, out);
  out.append(content);
}

function writeElement(element: Element, layout: Layout, out: Chunks): void {
  if (element.kind === 'far') writeFar(element, layout, out);
  else if (element.source) out.add(element.source);
  else if (element.lasting) out.add(written(element, layout));
  else writeAnew(element, layout, out);
}

/** The bytes of an element that we made and that many files get. */
const written = remembering((element, layout: Layout) => {
  const out = new Chunks();
  if (element.kind !== 'far') writeAnew(element, layout, out);
  return out.joined();
});

function writeAnew(element: Exclude<Element, FarElement>, layout: Layout, out: Chunks): void {
  if (element.kind === 'bytes') writeBytes(element, layout, out);
  else if (element.kind === 'sequence') writeSequence(element, layout, out);
  else writeFragments(element, layout, out);
}

function writeBytes({ tag, vr, bytes }: BytesElement, layout: Layout, out: Chunks): void {
  const odd = bytes.length % 2;
  writeHeader(tag, vr, bytes.length + odd, layout, out);
  out.add(bytes);
  if (odd) out.add(Uint8Array.of(vrShape(vr)?.pad ?? 0));
}

function writeFar(element: FarElement, layout: Layout, out: Chunks): void {
  const odd = element.source ? 0 : element.length % 2;
  if (element.source) out.add(element.source);
  else writeHeader(element.tag, element.vr, element.length + odd, layout, out);
  out.add(element);
  if (odd) out.add(Uint8Array.of(0));
}

function writeHeader(tag: Tag, vr: string, length: number, layout: Layout, out: Chunks): void {
  // A value too long for its VR's 16-bit length goes as UN (PS3.5 6.2.2, note 4).
  const shape = vrShape(vr) && !vrShape(vr)!.long && length > 0xfffe ? vrShape('UN')! : vrShape(vr);
  const code = shape === vrShape('UN') ? 'UN' : vr;
  if (layout.explicit && !shape) throw new DomainError('INVALID', 'An attribute has no value representation.');
  const long = layout.explicit && shape!.long;
  const header = new Uint8Array(long ? 12 : 8);
  const view = new DataView(header.buffer);
  view.setUint16(0, groupOf(tag), layout.little);
  view.setUint16(2, elementOf(tag), layout.little);
  if (layout.explicit) {
    header[4] = code.charCodeAt(0);
    header[5] = code.charCodeAt(1);
  }
  if (layout.explicit && !long) view.setUint16(6, length, layout.little);
  else view.setUint32(long ? 8 : 4, length, layout.little);
  out.add(header);
}

function writeMark(tag: Tag, length: number, layout: Layout, out: Chunks): void {
  writeHeader(tag, '', length, { explicit: false, little: layout.little }, out);
}

function writeSequence(element: SequenceElement, layout: Layout, out: Chunks): void {
  const within = element.vr === 'UN' ? IMPLICIT : layout;
  const content = new Chunks();
  for (const item of element.items) {
    const inside = new Chunks();
    writeElements(ascending(item.elements), within, inside);
    writeMark(TAG.Item, item.undefinedLength ? UNDEFINED : inside.length, within, content);
    content.append(inside);
    if (item.undefinedLength) writeMark(TAG.ItemDelimitationItem, 0, within, content);
  }
  if (element.undefinedLength) writeMark(TAG.SequenceDelimitationItem, 0, within, content);
  writeHeader(element.tag, element.vr, element.undefinedLength ? UNDEFINED : content.length, layout, out);
  out.append(content);
}

function writeFragments(element: EncapsulatedElement, layout: Layout, out: Chunks): void {
  writeHeader(element.tag, element.vr, UNDEFINED, layout, out);
  for (const part of [element.offsetTable, ...element.fragments]) {
    const odd = part.length % 2;
    writeMark(TAG.Item, part.length + odd, layout, out);
    out.add(part);
    if (odd) out.add(new Uint8Array(1));
  }
  writeMark(TAG.SequenceDelimitationItem, 0, layout, out);
}

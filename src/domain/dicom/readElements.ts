// Elements, items and fragments behind one another in a stretch of bytes (PS3.5 7, A.4): every length is checked against what
// remains; what is ambiguous is refused. Pixel data is never looked into.

import { DomainError } from '../errors';
import type { Alike, Around } from './alike';
import { latin1 } from './charset';
import type { Element, FarRange, Item, SequenceElement, Tag } from './dataset';
import { elementOf, entryOf, formatTag, groupOf, isPrivate, keywordOf, vrOf } from './dictionary';
import { type ByteSource, piecesOf } from './source';
import { TAG } from './tags';
import { vrShape } from './vr';

/** Deeper than any real file; below it, recursion is safe. */
const MAX_DEPTH = 128;
const UNDEFINED = 0xffffffff;

/** Bytes to be read, and a view of them: the beginning of a source, or all of it. */
export interface Input {
  readonly bytes: Uint8Array;
  readonly view: DataView;
  /** What the bytes are the beginning of; absent when they are all there is. */
  readonly source?: ByteSource;
  /** What was read of other files of the series. */
  readonly alike?: Alike | undefined;
}

/** Thrown when more of the source has to be at hand: so many bytes at least. */
export class Short {
  constructor(readonly bytes: number) {}
}

/** Bytes of the whole, at hand or not. */
export const sizeOf = ({ bytes, source }: Input): number => source?.size ?? bytes.length;

function atHand({ bytes, source }: Input, upTo: number): void {
  if (source && upTo > bytes.length && bytes.length < source.size) throw new Short(Math.min(upTo, source.size));
}

/** Pixel data may stay in the file, whatever their size. */
const FAR: ReadonlySet<Tag> = new Set([TAG.PixelData, TAG.FloatPixelData, TAG.DoubleFloatPixelData]);
/** More fragments than any image has frames and tiles. */
const MAX_FRAGMENTS = 2 ** 20;

/** What an item inherits from the data set around it. */
export interface Scope {
  readonly explicit: boolean;
  readonly little: boolean;
  readonly depth: number;
  readonly signedPixels: boolean;
}

/** How a run of elements ends: at its end, at a delimiter, when the group changes, or with the file. */
type Ending = 'length' | 'delimiter' | 'meta' | 'file';

interface Header {
  readonly tag: Tag;
  readonly vr: string;
  readonly length: number;
  readonly valueAt: number;
}

/** Names an attribute in an error: never by raw bytes, which in a damaged file may be anything. */
function nameOf(tag: Tag): string {
  const keyword = keywordOf(tag);
  if (keyword === null) return isPrivate(tag) ? 'a private attribute' : 'an attribute the standard does not know';
  return `${keyword} ${formatTag(tag)}`;
}

/** The error for bytes that do not add up: what is wrong, in plain words. */
export function damaged(what: string): DomainError {
  return new DomainError('UNREADABLE', `The file is damaged or not DICOM: ${what}. Send it again from its source.`);
}

function tagAt({ view }: Input, at: number, little: boolean): Tag {
  return view.getUint16(at, little) * 0x10000 + view.getUint16(at + 2, little);
}

/** The two letters of a VR. */
export function vrAt({ bytes }: Input, at: number): string {
  return String.fromCharCode(bytes[at]!, bytes[at + 1]!);
}

/**
 * Reads elements from `start` until their ending, at most to `end`, behind those of the same data set that were read
 * `before`; `next` is where the reading stopped: at the ending, or behind a value that was left in the file.
 * Throws DomainError UNREADABLE for lengths, orders and representations that cannot be, Short when the input is too short.
 */
export function readElements(
  input: Input,
  start: number,
  end: number,
  scope: Scope,
  ending: Ending,
  before: ReadonlyMap<Tag, Element> = new Map(),
): { elements: Map<Tag, Element>; next: number } {
  const elements = new Map(before);
  let at = start;
  let last = [...before.keys()].at(-1) ?? -1;
  while (at < end) {
    if (at > input.bytes.length) return { elements, next: at };
    if (ending === 'meta' && metaEnds(input, at, end, start, elements)) break;
    if (ending === 'file' && onlyTrailing(input, at, end, scope.little, last)) break;
    const shared = ending === 'file' && mayBeShared(input, at, scope, last, elements);
    const known = shared ? knownAt(input, at, scope, elements) : undefined;
    if (known !== undefined && known.tag > last) {
      elements.set(known.tag, known);
      last = known.tag;
      at += known.source!.length;
      continue;
    }
    const header = readHeader(input, at, end, scope, elements);
    if (header.tag === TAG.ItemDelimitationItem && ending === 'delimiter') {
      if (header.length !== 0) throw damaged('an item delimiter has a length');
      return { elements, next: header.valueAt };
    }
    if (groupOf(header.tag) === 0xfffe) throw damaged('an item or a delimiter stands where an attribute should');
    if (header.tag === last) throw damaged(`${nameOf(header.tag)} occurs twice`);
    if (header.tag < last) throw damaged(`${nameOf(header.tag)} is out of order`);
    last = header.tag;
    const place = shared && around(header.tag, scope, elements);
    const next = readElement(input, at, end, header, scope, elements);
    if (place) remember(input, at, header, scope, elements, place);
    at = next;
  }
  if (ending === 'delimiter') throw damaged('it ends inside an item of a sequence');
  return { elements, next: at };
}

/**
 * Whether the element at a place may be the object of another file. Where a length counts it, the writer tells by the bytes
 * before and behind whether that still holds: of a group with a length, and next to one, elements stay where they were read.
 */
function mayBeShared(input: Input, at: number, scope: Scope, last: Tag, elements: Map<Tag, Element>): boolean {
  if (!input.alike || at + 8 > input.bytes.length || elements.size === 0) return false;
  return elementOf(tagAt(input, at, scope.little)) !== 0 && !elements.has(groupOf(last) * 0x10000);
}

/** The element at a place, when the very same was read in a file before. */
function knownAt(input: Input, at: number, scope: Scope, elements: Map<Tag, Element>): Element | undefined {
  const tag = tagAt(input, at, scope.little);
  return input.alike?.find(tag, input.bytes, at, () => around(tag, scope, elements));
}

/** Puts a lasting element in the place of the one that was just read, where it is worth it. */
function remember(
  input: Input,
  at: number,
  header: Header,
  scope: Scope,
  elements: Map<Tag, Element>,
  place: Around,
): void {
  const { tag } = header;
  const { source, kind } = elements.get(tag)!;
  if (!source || (kind !== 'bytes' && kind !== 'sequence')) return;
  const lasting = input.alike?.keep(source, at, tag, place, (copy) => {
    const view = new DataView(copy.buffer, copy.byteOffset, copy.length);
    readElement({ bytes: copy, view }, 0, copy.length, { ...header, valueAt: header.valueAt - at }, scope, elements);
    return elements.get(tag)!;
  });
  if (lasting) elements.set(tag, lasting);
}

function around(tag: Tag, scope: Scope, elements: Map<Tag, Element>): Around {
  const { explicit, little } = scope;
  return { explicit, little, signed: isSigned(elements, scope), creator: creatorOf(tag, elements) };
}

function creatorOf(tag: Tag, elements: Map<Tag, Element>): Element | undefined {
  return isPrivate(tag) ? elements.get(groupOf(tag) * 0x10000 + (elementOf(tag) >>> 8)) : undefined;
}

/** Meta information ends where the group changes; its length counts only where what follows could be mistaken for it. */
function metaEnds(input: Input, at: number, end: number, start: number, elements: Map<Tag, Element>): boolean {
  atHand(input, at + 8);
  if (at + 8 > end || input.view.getUint16(at, true) !== 2) return true;
  const length = elements.get(TAG.FileMetaInformationGroupLength);
  if (length?.kind !== 'bytes' || length.bytes.length !== 4) return false;
  const declaredEnd = start + 12 + input.view.getUint32(start + 8, true);
  return at === declaredEnd && vrShape(vrAt(input, at + 4)) === undefined;
}

/** Bytes behind the last attribute: zeros, or anything that cannot follow pixel data. */
function onlyTrailing(input: Input, at: number, end: number, little: boolean, last: Tag): boolean {
  const { bytes, view } = input;
  if (last < 0) return false;
  atHand(input, at + 4);
  const room = end - at >= 4;
  if (last >= TAG.FloatPixelData && (!room || view.getUint16(at, little) < groupOf(last))) return true;
  if (room && view.getUint32(at, true) !== 0) return false;
  atHand(input, end);
  for (let i = at; i < end; i++) if (bytes[i] !== 0) return false;
  return true;
}

function readHeader(input: Input, at: number, end: number, scope: Scope, elements: Map<Tag, Element>): Header {
  const { view } = input;
  if (at + 8 > end) throw damaged('it ends inside an attribute');
  atHand(input, at + 12);
  const tag = tagAt(input, at, scope.little);
  if (groupOf(tag) === 0xfffe || !scope.explicit) {
    const length = view.getUint32(at + 4, scope.little);
    return { tag, vr: groupOf(tag) === 0xfffe ? '' : implicitVr(tag, elements, scope), length, valueAt: at + 8 };
  }
  const vr = vrAt(input, at + 4);
  const shape = vrShape(vr);
  if (!shape) throw damaged(`${nameOf(tag)} has a value representation that does not exist`);
  if (!shape.long) return { tag, vr, length: view.getUint16(at + 6, scope.little), valueAt: at + 8 };
  if (at + 12 > end) throw damaged('it ends inside an attribute');
  return { tag, vr, length: view.getUint32(at + 8, scope.little), valueAt: at + 12 };
}

function implicitVr(tag: Tag, elements: Map<Tag, Element>, scope: Scope): string {
  if (!isPrivate(tag)) {
    const signedChoice = isSigned(elements, scope) && entryOf(tag)?.vr.startsWith('US/SS');
    return signedChoice ? 'SS' : (vrOf(tag) ?? 'UN');
  }
  const creator = creatorOf(tag, elements);
  return vrOf(tag, creator?.kind === 'bytes' ? latin1(creator.bytes).replace(/[\0 ]+$/, '') : null) ?? 'UN';
}

function isSigned(elements: Map<Tag, Element>, scope: Scope): boolean {
  const element = elements.get(TAG.PixelRepresentation);
  return element?.kind === 'bytes' ? element.bytes[scope.little ? 0 : 1] === 1 : scope.signedPixels;
}

/** Reads the value behind a header, adds the element, and returns where the next one starts. */
function readElement(
  input: Input,
  at: number,
  end: number,
  { tag, vr, length, valueAt }: Header,
  scope: Scope,
  elements: Map<Tag, Element>,
): number {
  if (length === UNDEFINED) return readUndefined(input, at, end, { tag, vr, length, valueAt }, scope, elements);
  const next = valueAt + length;
  if (next > end) throw damaged(`${nameOf(tag)} is longer than what remains of the file`);
  if (input.source && next > input.bytes.length && mayBeFar(tag, vr, scope)) {
    elements.set(tag, farElement(input, at, { tag, vr, length, valueAt }, null));
    return next;
  }
  atHand(input, next);
  const source = input.bytes.subarray(at, next);
  if (vr === 'SQ' || vr === 'UN') {
    const items = sequenceIn(input, valueAt, next, tag, vr, scope, elements);
    if (items) {
      elements.set(tag, { kind: 'sequence', tag, vr, source, items, undefinedLength: false });
      return next;
    }
  }
  const known = vr === 'SQ' ? 'UN' : vr;
  elements.set(tag, { kind: 'bytes', tag, vr: known, source, bytes: input.bytes.subarray(valueAt, next) });
  return next;
}

function mayBeFar(tag: Tag, vr: string, { depth }: Scope): boolean {
  return depth === 0 && vr.startsWith('O') && FAR.has(tag);
}

function farElement(
  { bytes, source }: Input,
  at: number,
  { tag, vr, length, valueAt }: Header,
  fragments: readonly FarRange[] | null,
): Element {
  const pieces = (from = 0) => piecesOf(source!, valueAt + from, length - from);
  return { kind: 'far', tag, vr, source: bytes.subarray(at, valueAt), start: valueAt, length, fragments, pieces };
}

/**
 * The items of a defined length. UN is one when a dictionary says so and it reads as one; a private SQ that only
 * a dictionary claims (implicit VR) may turn out not to be one. Null: plain bytes after all.
 */
function sequenceIn(
  input: Input,
  from: number,
  to: number,
  tag: Tag,
  vr: string,
  scope: Scope,
  elements: Map<Tag, Element>,
): readonly Item[] | null {
  const certain = vr === 'SQ' && (scope.explicit || !isPrivate(tag));
  if (certain) return readItems(input, from, to, false, inner(scope, elements, false)).items;
  if (to - from < 8 || input.view.getUint32(from, true) !== 0xe000fffe) return null;
  if (vr === 'UN' && implicitVr(tag, elements, scope) !== 'SQ') return null;
  try {
    return readItems(input, from, to, false, inner(scope, elements, vr === 'UN')).items;
  } catch {
    return null;
  }
}

function readUndefined(
  input: Input,
  at: number,
  end: number,
  { tag, vr, valueAt }: Header,
  scope: Scope,
  elements: Map<Tag, Element>,
): number {
  if (scope.explicit && (vr === 'OB' || vr === 'OW')) return readFragments(input, at, end, tag, vr, scope, elements);
  const sequence = vr === 'SQ' || vr === 'UN' || (!scope.explicit && isPrivate(tag));
  if (!sequence) throw damaged(`${nameOf(tag)} has no length`);
  const { items, next } = readItems(input, valueAt, end, true, inner(scope, elements, vr === 'UN'));
  const element: SequenceElement = {
    kind: 'sequence',
    tag,
    vr: vr === 'UN' ? 'UN' : 'SQ',
    source: input.bytes.subarray(at, next),
    items,
    undefinedLength: true,
  };
  elements.set(tag, element);
  return next;
}

/** UN holds implicit VR little endian, whatever surrounds it (PS3.5 6.2.2, CP-246). */
function inner(scope: Scope, elements: Map<Tag, Element>, unknown: boolean): Scope {
  if (scope.depth >= MAX_DEPTH) throw damaged(`its sequences are nested more than ${MAX_DEPTH} deep`);
  const signedPixels = isSigned(elements, scope);
  const depth = scope.depth + 1;
  return unknown ? { explicit: false, little: true, depth, signedPixels } : { ...scope, depth, signedPixels };
}

function readItems(
  input: Input,
  start: number,
  end: number,
  open: boolean,
  scope: Scope,
): { items: readonly Item[]; next: number } {
  const items: Item[] = [];
  let at = start;
  while (open || at < end) {
    if (at + 8 > end) throw damaged('it ends inside a sequence');
    atHand(input, at + 8);
    const tag = tagAt(input, at, scope.little);
    const length = input.view.getUint32(at + 4, scope.little);
    at += 8;
    if (open && tag === TAG.SequenceDelimitationItem && length === 0) return { items, next: at };
    if (tag !== TAG.Item) throw damaged('a sequence holds something that is not an item');
    const undefinedLength = length === UNDEFINED;
    if (!undefinedLength && at + length > end) throw damaged('an item is longer than the sequence around it');
    const read = readElements(
      input,
      at,
      undefinedLength ? end : at + length,
      scope,
      undefinedLength ? 'delimiter' : 'length',
    );
    items.push({ elements: read.elements, undefinedLength });
    at = read.next;
  }
  return { items, next: at };
}

/** Encapsulated pixel data (PS3.5 A.4): the basic offset table, then fragments, none of them looked into. */
function readFragments(
  input: Input,
  start: number,
  end: number,
  tag: Tag,
  vr: string,
  scope: Scope,
  elements: Map<Tag, Element>,
): number {
  const far = input.source !== undefined && mayBeFar(tag, vr, scope);
  const valueAt = start + 12;
  const ranges: FarRange[] = [];
  let at = valueAt;
  for (;;) {
    if (at + 8 > end) throw damaged('it ends inside its compressed pixel data');
    if (!far) atHand(input, at + 8);
    const [mark, length] = markAt(input, at, scope.little);
    at += 8;
    if (mark === TAG.SequenceDelimitationItem && length === 0) break;
    if (mark !== TAG.Item) throw damaged('its compressed pixel data holds something that is not a fragment');
    if (at + length > end) throw damaged('a fragment of its pixel data is longer than what remains of the file');
    if (far && ranges.length > MAX_FRAGMENTS) throw damaged('its compressed pixel data is in too many pieces');
    ranges.push({ start: at, length });
    at += length;
  }
  if (far && at > input.bytes.length) {
    elements.set(tag, farElement(input, start, { tag, vr, length: at - valueAt, valueAt }, ranges));
    return at;
  }
  atHand(input, at);
  const parts = ranges.map((range) => input.bytes.subarray(range.start, range.start + range.length));
  const [offsetTable = new Uint8Array(0), ...fragments] = parts;
  const source = input.bytes.subarray(start, at);
  elements.set(tag, { kind: 'encapsulated', tag, vr, source, offsetTable, fragments });
  return at;
}

/** Tag and length of an item or delimiter, which of far pixels may lie anywhere in the file. */
function markAt(input: Input, at: number, little: boolean): [Tag, number] {
  const near = at + 8 <= input.bytes.length;
  const bytes = near ? input.bytes.subarray(at, at + 8) : input.source!.glance(at, 8);
  const view = new DataView(bytes.buffer, bytes.byteOffset, 8);
  return [view.getUint16(0, little) * 0x10000 + view.getUint16(2, little), view.getUint32(4, little)];
}

// The values inside elements (PS3.5 6.2-6.4): texts in the data set's character sets, numbers, UIDs, person names.

import { decodeText } from './charset';
import type { DataSet, DicomFile, Element, Item, SequenceElement, Tag } from './dataset';
import { remembering } from './remembering';
import { TAG } from './tags';
import { vrShape } from './vr';

/** How the bytes of one data set are to be read. */
export interface ValueContext {
  readonly bigEndian: boolean;
  /** The terms of (0008,0005); [] means the default repertoire, ISO_IR 6. */
  readonly charsets: readonly string[];
}

/** For data sets that we make ourselves. */
export const LITTLE_ENDIAN_UTF8: ValueContext = { bigEndian: false, charsets: ['ISO_IR 192'] };

/** The context of a file's data set; files with the same character sets have the very same. */
export function contextOf(file: DicomFile): ValueContext {
  const { bigEndian } = file.encoding;
  const charsets = charsetsOf(file.dataset) ?? [];
  const key = `${bigEndian} ${charsets.length} ${charsets.join('\\')}`;
  const known = contexts.get(key);
  if (known) return known;
  if (contexts.size >= MOST_CONTEXTS) contexts.clear();
  const context = { bigEndian, charsets };
  contexts.set(key, context);
  return context;
}

/** Contexts of files read so far: what was found out about an element in one can be remembered by it. */
const contexts = new Map<string, ValueContext>();
const MOST_CONTEXTS = 100;

/** The context inside an item: its own character sets where it names any, and little endian inside UN (CP-246). */
export function itemContext(sequence: SequenceElement, item: Item, outer: ValueContext): ValueContext {
  const charsets = charsetsOf(item) ?? outer.charsets;
  const bigEndian = outer.bigEndian && sequence.vr !== 'UN';
  return charsets === outer.charsets && bigEndian === outer.bigEndian ? outer : { bigEndian, charsets };
}

function charsetsOf(dataset: DataSet): readonly string[] | null {
  const element = dataset.elements.get(TAG.SpecificCharacterSet);
  if (element?.kind !== 'bytes') return null;
  return element.bytes.length === 0 ? [] : decodeText(element.bytes, []).split('\\').map(trimmed);
}

/** Without the padding that means nothing: NUL and spaces at the end, spaces at the start. */
function trimmed(value: string): string {
  let end = value.length;
  while (end > 0 && (value.charCodeAt(end - 1) === 0 || value.charCodeAt(end - 1) === 0x20)) end--;
  let start = 0;
  while (start < end && value.charCodeAt(start) === 0x20) start++;
  return value.slice(start, end);
}

/** The element of a tag, undefined when the data set has none. */
export function find(dataset: DataSet, tag: Tag): Element | undefined {
  return dataset.elements.get(tag);
}

/** The whole text of an element, backslashes and all, without padding; '' for sequences and compressed pixels. */
export function elementText(element: Element, context: ValueContext): string {
  if (element.kind !== 'bytes') return '';
  const inCharset = vrShape(element.vr)?.content !== 'ascii';
  return trimmed(decodeText(element.bytes, inCharset ? context.charsets : [], element.vr));
}

/** The values of an element as texts, numbers spelt out; [] when it is empty or holds no values. */
export function elementTexts(element: Element, context: ValueContext): string[] {
  const shape = vrShape(element.vr);
  if (shape?.content === 'binary') return elementNumbers(element, context).map(String);
  const text = elementText(element, context);
  if (text === '') return [];
  return shape?.multiple ? text.split('\\').map(trimmed) : [text];
}

const DECIMAL = /^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$/;
const OTHER = new Set(['OB', 'OW', 'OL', 'OV', 'OF', 'OD']);

/** The numbers of an element (DS IS US SS UL SL UV SV FL FD, AT as tags); NaN where a text is no number; [] for other VRs. */
function elementNumbers(element: Element, context: ValueContext): number[] {
  if (element.kind !== 'bytes' || OTHER.has(element.vr)) return [];
  if (element.vr === 'DS' || element.vr === 'IS') {
    const text = elementText(element, context);
    return text === '' ? [] : text.split('\\').map((value) => decimal(trimmed(value)));
  }
  const width = element.vr === 'AT' ? 4 : (vrShape(element.vr)?.width ?? 0);
  if (width === 0) return [];
  const { bytes } = element;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const count = Math.floor(bytes.length / width);
  return Array.from({ length: count }, (_, i) => binaryNumber(view, i * width, element.vr, !context.bigEndian));
}

const decimal = (text: string) => (DECIMAL.test(text) ? Number(text) : Number.NaN);

function binaryNumber(view: DataView, at: number, vr: string, little: boolean): number {
  switch (vr) {
    case 'US':
      return view.getUint16(at, little);
    case 'SS':
      return view.getInt16(at, little);
    case 'UL':
      return view.getUint32(at, little);
    case 'SL':
      return view.getInt32(at, little);
    case 'FL':
      return view.getFloat32(at, little);
    case 'FD':
      return view.getFloat64(at, little);
    case 'UV':
      return Number(view.getBigUint64(at, little));
    case 'SV':
      return Number(view.getBigInt64(at, little));
    case 'AT':
      return view.getUint16(at, little) * 0x10000 + view.getUint16(at + 2, little);
    default:
      return Number.NaN;
  }
}

const textsOf = remembering<ValueContext, readonly string[]>(elementTexts);
const numbersOf = remembering<ValueContext, readonly number[]>(elementNumbers);

/** All values of a tag as texts; [] when absent or empty. */
export function texts(dataset: DataSet, tag: Tag, context: ValueContext): readonly string[] {
  const element = dataset.elements.get(tag);
  return element ? textsOf(element, context) : [];
}

/** The first value of a tag as text; null when absent or empty. */
export function text(dataset: DataSet, tag: Tag, context: ValueContext): string | null {
  return texts(dataset, tag, context)[0] || null;
}

/** All numbers of a tag; [] when absent, empty or not numeric. */
export function numbers(dataset: DataSet, tag: Tag, context: ValueContext): readonly number[] {
  const element = dataset.elements.get(tag);
  return element ? numbersOf(element, context) : [];
}

/** The first number of a tag; null when absent or no number. */
export function number(dataset: DataSet, tag: Tag, context: ValueContext): number | null {
  const value = numbers(dataset, tag, context)[0];
  return value === undefined || !Number.isFinite(value) ? null : value;
}

/** The UID of a tag; null when absent or empty. */
export function uid(dataset: DataSet, tag: Tag): string | null {
  const element = dataset.elements.get(tag);
  return element === undefined ? null : uidOf(element, null);
}

const uidOf = remembering<null, string | null>((element) => {
  return element.kind === 'bytes' ? trimmed(decodeText(element.bytes, []).split('\\')[0]!) || null : null;
});

/** The items of a sequence; [] when absent or not a sequence. */
export function items(dataset: DataSet, tag: Tag): readonly Item[] {
  const element = dataset.elements.get(tag);
  return element?.kind === 'sequence' ? element.items : [];
}

/** One component group of a person name (PS3.5 6.2.1). */
interface NameGroup {
  readonly family: string;
  readonly given: string;
  readonly middle: string;
  readonly prefix: string;
  readonly suffix: string;
}
export interface PersonName {
  readonly alphabetic: NameGroup;
  readonly ideographic: NameGroup;
  readonly phonetic: NameGroup;
}

/** A value of VR PN, taken apart. */
function parsePersonName(value: string): PersonName {
  const [alphabetic = '', ideographic = '', phonetic = ''] = value.split('=');
  return { alphabetic: nameGroup(alphabetic), ideographic: nameGroup(ideographic), phonetic: nameGroup(phonetic) };
}

function nameGroup(written: string): NameGroup {
  const [family = '', given = '', middle = '', prefix = '', suffix = ''] = written.split('^').map(trimmed);
  return { family, given, middle, prefix, suffix };
}

/** The person names of a tag. */
export function personNames(dataset: DataSet, tag: Tag, context: ValueContext): PersonName[] {
  return texts(dataset, tag, context).map(parsePersonName);
}

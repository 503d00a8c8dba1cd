// Elements, items and data sets that we make ourselves (PS3.5 6.2, 7).

import { DomainError } from '../errors';
import { encodeText } from './charset';
import type { BytesElement, DataSet, Element, Item, SequenceElement, Tag } from './dataset';
import { formatTag } from './dictionary';
import type { ValueContext } from './values';
import { vrShape } from './vr';

/** What an element can be made of: one text, several, numbers, or bytes as they are. */
export type MadeValue = string | readonly string[] | readonly number[] | Uint8Array;

/**
 * An element with a new value, padded to an even length, in the byte order and character sets of the context.
 * Several texts are joined by backslashes; numbers become text in DS and IS, tags in AT.
 * Throws DomainError INVALID for a VR that does not exist or a value it cannot hold.
 */
export function makeElement(tag: Tag, vr: string, value: MadeValue, context: ValueContext): BytesElement {
  return { kind: 'bytes', tag, vr, bytes: padded(bytesOf(tag, vr, value, context), vr) };
}

function bytesOf(tag: Tag, vr: string, value: MadeValue, context: ValueContext): Uint8Array {
  const shape = vrShape(vr);
  if (!shape || shape.content === 'sequence') return impossible(tag, vr);
  if (value instanceof Uint8Array) return value;
  const list = typeof value === 'string' ? [value] : value;
  if (list.length > 0 && shape.content === 'binary') {
    const allNumbers = list.every((one): one is number => typeof one === 'number');
    return allNumbers ? binaryBytes(tag, vr, list, !context.bigEndian) : impossible(tag, vr);
  }
  return encodeText(list.map(String).join('\\'), shape.content === 'ascii' ? [] : context.charsets, vr);
}

function impossible(tag: Tag, vr: string): never {
  throw new DomainError('INVALID', `The new value of ${formatTag(tag)} does not fit the value representation ${vr}.`);
}

function padded(bytes: Uint8Array, vr: string): Uint8Array {
  if (bytes.length % 2 === 0) return bytes;
  const even = new Uint8Array(bytes.length + 1);
  even.set(bytes);
  even[bytes.length] = vrShape(vr)?.pad ?? 0;
  return even;
}

/** Writers by VR: [bytes of one number, how it is set]. */
const SETTERS: Readonly<
  Record<string, readonly [number, (view: DataView, at: number, n: number, le: boolean) => void]>
> = {
  US: [2, (view, at, n, le) => view.setUint16(at, n, le)],
  SS: [2, (view, at, n, le) => view.setInt16(at, n, le)],
  OW: [2, (view, at, n, le) => view.setUint16(at, n, le)],
  OB: [1, (view, at, n) => view.setUint8(at, n)],
  UL: [4, (view, at, n, le) => view.setUint32(at, n, le)],
  OL: [4, (view, at, n, le) => view.setUint32(at, n, le)],
  SL: [4, (view, at, n, le) => view.setInt32(at, n, le)],
  FL: [4, (view, at, n, le) => view.setFloat32(at, n, le)],
  OF: [4, (view, at, n, le) => view.setFloat32(at, n, le)],
  FD: [8, (view, at, n, le) => view.setFloat64(at, n, le)],
  OD: [8, (view, at, n, le) => view.setFloat64(at, n, le)],
  UV: [8, (view, at, n, le) => view.setBigUint64(at, BigInt(n), le)],
  SV: [8, (view, at, n, le) => view.setBigInt64(at, BigInt(n), le)],
  AT: [
    4,
    (view, at, n, le) => {
      view.setUint16(at, n >>> 16, le);
      view.setUint16(at + 2, n & 0xffff, le);
    },
  ],
};

function binaryBytes(tag: Tag, vr: string, values: readonly number[], little: boolean): Uint8Array {
  const [width, set] = SETTERS[vr] ?? impossible(tag, vr);
  const bytes = new Uint8Array(values.length * width);
  const view = new DataView(bytes.buffer);
  for (const [i, value] of values.entries()) set(view, i * width, value, little);
  return bytes;
}

/** A sequence with new items; `like` a sequence that it replaces keeps that one's VR and kind of length. */
export function makeSequence(
  tag: Tag,
  items: readonly Item[],
  like: { readonly vr?: string; readonly undefinedLength?: boolean } = {},
): SequenceElement {
  return { kind: 'sequence', tag, vr: like.vr ?? 'SQ', items, undefinedLength: like.undefinedLength ?? false };
}

/** A data set of elements in any order; of two with one tag the later stays. */
export function makeDataSet(elements: Iterable<Element>): DataSet {
  const byTag = new Map<Tag, Element>();
  for (const element of elements) byTag.set(element.tag, element);
  return { elements: new Map([...byTag].sort(([a], [b]) => a - b)) };
}

/** An item of elements in any order. */
export function makeItem(elements: Iterable<Element>, undefinedLength = false): Item {
  return { ...makeDataSet(elements), undefinedLength };
}

// Overlay planes hidden in the bits of pixel words that no pixel uses (PS3.5 8.1.1 and retired 8.1.2): invisible to most
// viewers and plain to others, so they go with the overlays. Bits that only repeat the sign stay as they are.

import type { BytesElement, DataSet, DicomFile, Element, EncapsulatedElement, FarElement } from '../dicom/dataset';
import { contextOf, number, type ValueContext } from '../dicom/values';
import { DomainError } from '../errors';
import { cellFormat, cleanCells } from './pixelCells';
import type { Draft } from './plan';

const PIXEL_DATA = 0x7fe00010;

/** How pixels sit in their 16-bit words. */
interface Cells {
  readonly stored: number;
  readonly high: number;
  readonly signed: boolean;
  /** A word that stands for no pixel and may use all bits. */
  readonly padding: number | null;
  /** An overlay is declared to be in the words, so that no unused bit is trusted. */
  readonly declared: boolean;
  readonly bigEndian: boolean;
}

/** Plans clean pixel words. Throws DomainError UNSUPPORTED when an overlay is declared in compressed pixels, which stay as they are. */
export function planPixelBits(file: DicomFile, draft: Draft): void {
  const pixels = file.dataset.elements.get(PIXEL_DATA);
  if (!pixels || pixels.kind === 'sequence') return;
  const values = contextOf(file);
  const declared = declaresOverlayBits(file.dataset, values);
  if (pixels.kind === 'encapsulated' || (pixels.kind === 'far' && pixels.fragments)) {
    if (!isOffsetTable(pixels))
      throw new DomainError('UNSUPPORTED', 'The table of where the compressed images begin holds something else.');
    if (!declared) return;
    throw new DomainError(
      'UNSUPPORTED',
      'This image has an overlay inside its compressed pixels, which cannot be removed yet.',
    );
  }
  const clean = cleanerOf(file.dataset, values, declared);
  const element = clean && (pixels.kind === 'far' ? cleanFar(pixels, clean) : cleanBytes(pixels, clean));
  if (!element) return;
  const reason = 'bits beside the pixels, where overlays hide';
  draft.changes.push({ path: [PIXEL_DATA], action: 'clean', reason, element });
}

/** Whether a basic offset table is one: numbers that ascend from 0, as far as the pixels go (PS3.5 A.4). */
function isOffsetTable(pixels: EncapsulatedElement | FarElement): boolean {
  const near = pixels.kind === 'encapsulated';
  const length = near ? pixels.offsetTable.length : (pixels.fragments?.[0]?.length ?? 0);
  if (length === 0) return true;
  // Of far pixels the table follows the mark of its item, and the first piece holds it.
  const piece = near ? pixels.offsetTable : pixels.pieces(8)[Symbol.iterator]().next().value;
  if (length % 4 !== 0 || piece === undefined || piece.length < length) return false;
  const view = new DataView(piece.buffer, piece.byteOffset, length);
  const offsets = Array.from({ length: length / 4 }, (_, i) => view.getUint32(4 * i, true));
  return offsets.every((offset, i) => (i === 0 ? offset === 0 : offset > offsets[i - 1]!));
}

/** Clears the unused bits of some pixels; null when there is nothing to clear. */
type Cleaner = (bytes: Uint8Array) => Uint8Array | null;

function cleanerOf(dataset: DataSet, values: ValueContext, declared: boolean): Cleaner | null {
  const format = cellFormat((tag) => number(dataset, tag, values), values.bigEndian);
  if (format) return (bytes) => cleanCells(bytes, format);
  const cells = cellsOf(dataset, values, declared);
  return cells && ((bytes) => cleanWords(bytes, cells));
}

function cleanBytes({ vr, bytes }: BytesElement, clean: Cleaner): Element | null {
  const cleaned = clean(bytes);
  return cleaned && { kind: 'bytes', tag: PIXEL_DATA, vr, bytes: cleaned };
}

/** Far pixels that are cleaned as they are passed on; null when there is nothing to clear. */
function cleanFar(far: FarElement, clean: Cleaner): Element | null {
  const { vr, start, length, fragments } = far;
  if (!someDirty(far.pieces(), clean)) return null;
  return {
    kind: 'far',
    tag: PIXEL_DATA,
    vr,
    start,
    length,
    fragments,
    pieces: (from) => cleaned(far.pieces(from), clean),
  };
}

/** Whether any overlay group says that its plane is in the pixel words: no data of its own, and a bit position. */
function declaresOverlayBits(dataset: DataSet, values: ValueContext): boolean {
  for (const tag of dataset.elements.keys())
    if (tag >>> 24 === 0x60 && (tag & 0xffff) === 0x0102 && !dataset.elements.has(((tag & 0xffff0000) >>> 0) | 0x3000))
      if ((number(dataset, tag, values) ?? 0) > 0) return true;
  return false;
}

function cellsOf(dataset: DataSet, values: ValueContext, declared: boolean): Cells | null {
  const stored = number(dataset, 0x00280101, values);
  if (number(dataset, 0x00280100, values) !== 16 || stored === null || stored < 1 || stored > 15) return null;
  const high = number(dataset, 0x00280102, values) ?? stored - 1;
  if (high < stored - 1 || high > 15) return null;
  const padding = number(dataset, 0x00280120, values);
  const signed = number(dataset, 0x00280103, values) === 1;
  const { bigEndian } = values;
  return { stored, high, signed, padding: padding === null ? null : padding & 0xffff, declared, bigEndian };
}

function someDirty(pieces: Iterable<Uint8Array>, clean: Cleaner): boolean {
  for (const piece of pieces) if (clean(piece)) return true;
  return false;
}

function* cleaned(pieces: Iterable<Uint8Array>, clean: Cleaner): Generator<Uint8Array> {
  for (const piece of pieces) yield clean(piece) ?? piece;
}

/** The words with unused bits cleared; null when there is nothing to clear, which is found without a copy. */
function cleanWords(bytes: Uint8Array, cells: Cells): Uint8Array | null {
  if (usesOnly(bytes, cells)) return null;
  const low = cells.bigEndian ? 1 : 0;
  let copy: Uint8Array | null = null;
  for (let at = 0; at + 1 < bytes.length; at += 2) {
    const word = bytes[at + low]! | (bytes[at + 1 - low]! << 8);
    const clean = cleanWord(word, cells);
    if (clean === word) continue;
    copy ??= bytes.slice();
    copy[at + low] = clean & 0xff;
    copy[at + 1 - low] = clean >> 8;
  }
  return copy;
}

const LITTLE_ENDIAN_HOST = new Uint8Array(Uint16Array.of(1).buffer)[0] === 1;

/** Whether no word has an unused bit, or every one only repeats its sign there: seen at a glance, false when in doubt. */
function usesOnly(bytes: Uint8Array, { stored, high, signed, bigEndian }: Cells): boolean {
  if (!LITTLE_ENDIAN_HOST || bytes.byteOffset % 2 !== 0) return false;
  const words = new Uint16Array(bytes.buffer, bytes.byteOffset, bytes.length >> 1);
  const used = usedBits(words);
  const unused = 0xffff & ~(((1 << stored) - 1) << (high - stored + 1));
  if (((bigEndian ? (used << 8) | (used >> 8) : used) & unused) === 0) return true;
  if (!signed || bigEndian || high !== stored - 1) return false;
  // Moved up by half their range, words that repeat their sign use no other bits than the others.
  let moved = 0;
  for (let i = 0; i < words.length; i++) moved |= words[i]! + (1 << high);
  return (moved & unused) === 0;
}

/** The bits that any word uses, eight words at a time: this passes over every pixel of every image. */
function usedBits(words: Uint16Array): number {
  const first = words.byteOffset % 4 === 0 ? 0 : 1;
  if (words.length < 4) return words.reduce((used, word) => used | word, 0);
  const pairs = new Uint32Array(words.buffer, words.byteOffset + 2 * first, (words.length - first) >> 1);
  let [a, b, c, d] = [words[0]!, words[words.length - 1]!, 0, 0];
  let at = 0;
  for (; at + 3 < pairs.length; at += 4) {
    a |= pairs[at]!;
    b |= pairs[at + 1]!;
    c |= pairs[at + 2]!;
    d |= pairs[at + 3]!;
  }
  for (; at < pairs.length; at++) a |= pairs[at]!;
  const all = a | b | c | d;
  return (all | (all >>> 16)) & 0xffff;
}

function cleanWord(word: number, cells: Cells): number {
  const { stored, high, signed } = cells;
  const mask = ((1 << stored) - 1) << (high - stored + 1);
  const unused = word & ~mask & 0xffff;
  if (unused === 0 || word === cells.padding) return word;
  const above = 0xffff & ~((1 << (high + 1)) - 1);
  const negative = (word & (1 << high)) !== 0;
  const signRepeats = unused === above && negative && high < 15;
  if (signRepeats && (signed || (!cells.declared && high < 14))) return word;
  return (word & mask) | (signed && negative ? above : 0);
}

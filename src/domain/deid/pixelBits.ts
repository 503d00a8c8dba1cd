// Overlay planes hidden in the bits of pixel words that no pixel uses (PS3.5 8.1.1 and retired 8.1.2): invisible to most
// viewers and plain to others, so they go with the overlays. Bits that only repeat the sign stay as they are.

import type { DataSet, DicomFile } from '../dicom/dataset';
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
}

/** Plans clean pixel words. Throws DomainError UNSUPPORTED when an overlay is declared in compressed pixels, which stay as they are. */
export function planPixelBits(file: DicomFile, draft: Draft): void {
  const pixels = file.dataset.elements.get(PIXEL_DATA);
  if (!pixels || pixels.kind === 'sequence') return;
  const values = contextOf(file);
  const declared = declaresOverlayBits(file.dataset, values);
  if (pixels.kind === 'encapsulated') {
    if (!declared) return;
    throw new DomainError(
      'UNSUPPORTED',
      'This image has an overlay inside its compressed pixels, which cannot be removed yet.',
    );
  }
  const cells = cellsOf(file.dataset, values, declared);
  const format = cellFormat((tag) => number(file.dataset, tag, values), values.bigEndian);
  if (!cells && !format) return;
  const bytes = format ? cleanCells(pixels.bytes, format) : cleanWords(pixels.bytes, cells!, values.bigEndian);
  if (!bytes) return;
  const reason = 'bits beside the pixels, where overlays hide';
  const element = { kind: 'bytes', tag: PIXEL_DATA, vr: pixels.vr, bytes } as const;
  draft.changes.push({ path: [PIXEL_DATA], action: 'clean', reason, element });
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
  return { stored, high, signed, padding: padding === null ? null : padding & 0xffff, declared };
}

/** The words with unused bits cleared; null when there is nothing to clear, which is found without a copy. */
function cleanWords(bytes: Uint8Array, cells: Cells, bigEndian: boolean): Uint8Array | null {
  const low = bigEndian ? 1 : 0;
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

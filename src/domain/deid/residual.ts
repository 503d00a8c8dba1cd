// Looks again (PS3.15 E.1.1: the engine never trusts itself): searches an output's bytes for every value that was removed
// from the same study, in every encoding and name order. A finding means that the output must not leave.

import type { Alike } from '../dicom/alike';
import type { DicomFile } from '../dicom/dataset';
import { isDicom, readDicomFrom } from '../dicom/read';
import { type ByteSource, sourceOf } from '../dicom/source';
import { TAG } from '../dicom/tags';
import { formatPath } from '../dicom/walk';
import { DomainError } from '../errors';
import { RARE_LENGTH } from './machineText';
import { encodings, formsOf } from './needles';
import { patternsIn } from './patterns';
import { bulkOf, type Region, regionAt, regionsOf } from './regions';
import type { RemovedKind, RemovedValue } from './removed';
import { foldBytes, type SearchIndex, search, searchIndex } from './search';
import { streamsSaySomething } from './streamTexts';

export { mergeRemoved, type RemovedKind, type RemovedValue } from './removed';

/** Where something was found again; never what. */
export interface Finding {
  readonly where: string;
  readonly kind: RemovedKind | 'pattern' | 'comment' | 'unreadable';
}

export interface ScanOptions {
  /** Inflates a raw deflate stream with a bound on its output; without it a deflated file counts as unreadable. */
  readonly inflateRaw?: (deflated: Uint8Array) => Uint8Array;
  /** What was read of other outputs of the series, to be asked and told. */
  readonly alike?: Alike;
}

interface Sought {
  readonly bytes: Uint8Array;
  readonly kind: RemovedKind;
  /** Only digits, dots and signs: a number, a date or a UID. */
  readonly numeric: boolean;
  /** Short and of Latin letters, so that it may stand inside a longer word by chance. */
  readonly common: boolean;
}

/** How much of a file is searched at once. */
const PIECE_BYTES = 2 ** 20;
const HEAD_BYTES = 2048;

/** A study's values are searched for in each of its files: made ready once. */
const indexes = new WeakMap<readonly RemovedValue[], SearchIndex<Sought>>();

/**
 * Every place where a removed value stands in an output; [] when it is clean. Reads a DICOM file to know its parts;
 * any other bytes (a header, a JSON text) are searched whole.
 */
export function residualScan(
  output: Uint8Array,
  removed: readonly RemovedValue[],
  options: ScanOptions = {},
): Finding[] {
  return residualScanOf(sourceOf(output), removed, options);
}

/** The same for an output that is had by ranges: every byte of it, a piece at a time. Throws what the source throws. */
export function residualScanOf(
  output: ByteSource,
  removed: readonly RemovedValue[],
  options: ScanOptions = {},
): Finding[] {
  const index = indexOf(removed);
  const head = output.read(0, Math.min(output.size, HEAD_BYTES));
  if (!isDicom(head)) return scan(output, index, null);
  let inflated: Uint8Array | undefined;
  const inflateRaw = (deflated: Uint8Array) => {
    inflated = options.inflateRaw!(deflated);
    return inflated;
  };
  let file: DicomFile;
  try {
    file = readDicomFrom(output, options.inflateRaw ? { ...options, inflateRaw } : options);
  } catch (error) {
    if (!(error instanceof DomainError)) throw error;
    const signed = head.length > 132 && String.fromCharCode(...head.subarray(128, 132)) === 'DICM';
    return signed ? [{ where: 'file', kind: 'unreadable' }] : scan(output, index, null);
  }
  const findings = file.encoding.deflated ? [] : scan(output, index, file);
  if (inflated) findings.push(...scan(sourceOf(inflated), index, file));
  findings.push(...patternsIn(file).map((where): Finding => ({ where, kind: 'pattern' })));
  if (streamsSaySomething(file)) findings.push({ where: formatPath([TAG.PixelData], 'tag'), kind: 'comment' });
  if (file.trailing.some((byte) => byte !== 0)) findings.push({ where: 'behind the end', kind: 'unreadable' });
  return findings;
}

/** The bytes that a string of characters 0-255 stands for. */
function bytesOf(text: string): Uint8Array {
  const bytes = new Uint8Array(text.length);
  for (let i = 0; i < text.length; i++) bytes[i] = text.charCodeAt(i);
  return bytes;
}

function indexOf(removed: readonly RemovedValue[]): SearchIndex<Sought> {
  let index = indexes.get(removed);
  if (!index) {
    const needles = new Map<string, Sought>();
    for (const value of removed)
      for (const form of formsOf(value))
        for (const { bytes, kind } of encodings(form, value.kind)) {
          const folded = foldBytes(bytesOf(bytes));
          const common = /^[\x20-\x7e]*$/.test(form) && (form.length < RARE_LENGTH || kind === 'text');
          needles.set(bytes, { bytes: folded, kind, numeric: /^[\d.+-]+$/.test(form), common });
        }
    index = searchIndex([...needles.values()]);
    indexes.set(removed, index);
  }
  return index;
}

function scan(source: ByteSource, index: SearchIndex<Sought>, file: DicomFile | null): Finding[] {
  const findings = new Map<string, Finding>();
  let regions: readonly Region[] | undefined;
  for (const { from, to, bulk } of stretches(source.size, file ? bulkOf(file) : [])) {
    for (let at = from; at < to; at += PIECE_BYTES) {
      // One byte before and one behind, to see whether a needle is a piece of a longer word.
      const base = Math.max(0, at - 1);
      const end = Math.min(to, at + PIECE_BYTES);
      const bytes = source.glance(base, Math.min(source.size, end + index.longest + 1) - base);
      const range = { from: at - base, to: end - base, longOnly: bulk };
      search(
        bytes,
        index,
        (needle, place) => {
          regions ??= file ? regionsOf(file) : [];
          const finding = judge(needle, base + place, regions, (i) => (i < source.size ? bytes[i - base] : undefined));
          if (finding) findings.set(`${finding.where} ${finding.kind}`, finding);
        },
        range,
      );
    }
  }
  return [...findings.values()];
}

interface Stretch {
  readonly from: number;
  readonly to: number;
  readonly bulk: boolean;
}

/** The whole of a file as stretches of pixels and what is between them. */
function stretches(size: number, bulk: readonly Region[]): Stretch[] {
  const all: Stretch[] = [];
  let at = 0;
  for (const { start, end } of bulk) {
    all.push({ from: at, to: start, bulk: false }, { from: start, to: end, bulk: true });
    at = end;
  }
  return [...all, { from: at, to: size, bulk: false }];
}

type ByteAt = (place: number) => number | undefined;

/** What a likeness at a place means: a finding, or null when it is chance. */
function judge(needle: Sought, at: number, regions: readonly Region[], byteAt: ByteAt): Finding | null {
  const region = regionAt(regions, at);
  const structured = regions.length > 0;
  if (structured && !counts(needle, at, region, byteAt)) return null;
  const next = at + needle.bytes.length;
  if (at > (region?.start ?? 0) && isPartOfWord(byteAt(at - 1), needle)) return null;
  if (next < (region?.end ?? Number.POSITIVE_INFINITY) && isPartOfWord(byteAt(next), needle)) return null;
  const where = region ? formatPath(region.path, 'tag') : structured ? 'outside of any value' : 'bytes';
  return { where, kind: needle.kind };
}

/** Whether a likeness in this region is a leak and no chance. */
function counts(needle: Sought, at: number, region: Region | undefined, byteAt: ByteAt): boolean {
  const length = needle.bytes.length;
  switch (region?.kind) {
    case undefined:
      return length >= 6;
    case 'free':
      return true;
    case 'safe':
      return needle.kind !== 'text';
    case 'own':
      return false;
    case 'uid':
      return needle.kind === 'uid';
    case 'date':
      return !needle.numeric;
    case 'number':
      return needle.numeric ? length >= 6 && fills(region, at, length, byteAt) : length >= 8;
    case 'bulk':
      return length >= 8;
    case 'bulk8':
      return length >= 12;
  }
}

/** Whether a needle is the whole of a number, not some of its digits. */
function fills(region: Region, at: number, length: number, byteAt: ByteAt): boolean {
  const end = (i: number) => i < region.start || i >= region.end || [0x20, 0x5c, 0].includes(byteAt(i)!);
  return end(at - 1) && end(at + length);
}

/** Whether a place that is still inside the value belongs to the same word or number, so that the needle is only a piece of it. */
function isPartOfWord(byte: number | undefined, needle: Sought): boolean {
  if (byte === undefined) return false;
  const digit = byte >= 0x30 && byte <= 0x39;
  if (needle.numeric) return digit || byte === 0x2e;
  if (!needle.common) return false;
  return digit || (byte >= 0x41 && byte <= 0x5a) || (byte >= 0x61 && byte <= 0x7a);
}

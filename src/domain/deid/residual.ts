// Looks again (PS3.15 E.1.1: the engine never trusts itself): searches an output's bytes for every value that was removed
// from the same study, in every encoding and name order. A finding means that the output must not leave.

import type { DicomFile } from '../dicom/dataset';
import { isDicom, readDicom } from '../dicom/read';
import { RARE_LENGTH } from './machineText';
import { encodings, formsOf } from './needles';
import { patternsIn } from './patterns';
import { type Region, regionAt, regionsOf } from './regions';
import type { RemovedKind, RemovedValue } from './removed';
import { foldBytes, type SearchIndex, search, searchIndex } from './search';

export { mergeRemoved, type RemovedKind, type RemovedValue } from './removed';

/** Where something was found again; never what. */
export interface Finding {
  readonly where: string;
  readonly kind: RemovedKind | 'pattern' | 'unreadable';
}

export interface ScanOptions {
  /** Inflates a raw deflate stream with a bound on its output; without it a deflated file counts as unreadable. */
  readonly inflateRaw?: (deflated: Uint8Array) => Uint8Array;
}

interface Sought {
  readonly bytes: Uint8Array;
  readonly kind: RemovedKind;
  /** Only digits, dots and signs: a number, a date or a UID. */
  readonly numeric: boolean;
  /** Short and of Latin letters, so that it may stand inside a longer word by chance. */
  readonly common: boolean;
}

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
  const index = indexOf(removed);
  if (!isDicom(output)) return scan(output, index, []);
  let inflated: Uint8Array | undefined;
  const inflateRaw = (deflated: Uint8Array) => {
    inflated = options.inflateRaw!(deflated);
    return inflated;
  };
  let file: DicomFile;
  try {
    file = readDicom(output, options.inflateRaw ? { inflateRaw } : {});
  } catch {
    const signed = output.length > 132 && String.fromCharCode(...output.subarray(128, 132)) === 'DICM';
    return signed ? [{ where: 'file', kind: 'unreadable' }] : scan(output, index, []);
  }
  const findings = file.encoding.deflated ? [] : scan(output, index, regionsOf(file, output));
  if (inflated) findings.push(...scan(inflated, index, regionsOf(file, inflated)));
  findings.push(...patternsIn(file).map((where): Finding => ({ where, kind: 'pattern' })));
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

function scan(bytes: Uint8Array, index: SearchIndex<Sought>, regions: readonly Region[]): Finding[] {
  const findings = new Map<string, Finding>();
  search(bytes, index, (needle, at) => {
    const region = regionAt(regions, at);
    const structured = regions.length > 0;
    const start = region?.start ?? 0;
    const end = region?.end ?? bytes.length;
    if (structured && !counts(needle, at, region, bytes)) return;
    const next = at + needle.bytes.length;
    if (at > start && isPartOfWord(bytes[at - 1], needle)) return;
    if (next < end && isPartOfWord(bytes[next], needle)) return;
    const where = region?.where ?? (structured ? 'outside of any value' : 'bytes');
    findings.set(`${where} ${needle.kind}`, { where, kind: needle.kind });
  });
  return [...findings.values()];
}

/** Whether a likeness in this region is a leak and no chance. */
function counts(needle: Sought, at: number, region: Region | undefined, bytes: Uint8Array): boolean {
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
      return needle.numeric ? length >= 6 && fills(region, at, length, bytes) : length >= 8;
    case 'bulk':
      return length >= 8;
    case 'bulk8':
      return length >= 12;
  }
}

/** Whether a needle is the whole of a number, not some of its digits. */
function fills(region: Region, at: number, length: number, bytes: Uint8Array): boolean {
  const end = (i: number) => i < region.start || i >= region.end || [0x20, 0x5c, 0].includes(bytes[i]!);
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

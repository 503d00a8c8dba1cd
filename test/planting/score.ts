// Cleans planted studies and counts: how much of what identifies is gone from every byte, how much of the science is left.
import { deflateRawSync, inflateRawSync } from 'node:zlib';
import { deidentify } from '@/domain/deid/deidentify';
import type { Profile } from '@/domain/deid/profile';
import { mergeRemoved, type RemovedValue, residualScan } from '@/domain/deid/residual';
import { encodeText } from '@/domain/dicom/charset';
import type { DicomFile, Element, Path } from '@/domain/dicom/dataset';
import { readDicom } from '@/domain/dicom/read';
import { contextOf, elementText } from '@/domain/dicom/values';
import { formatPath, walk } from '@/domain/dicom/walk';
import { writeDicom } from '@/domain/dicom/write';
import { DomainError } from '@/domain/errors';
import { joined, keys } from '../domain/deid/build';
import { CLINICAL } from './dice';
import { type Kind, piecesOf } from './secret';
import type { PlantedFile, PlantedStudy } from './study';

export interface Score {
  files: number;
  refused: number;
  planted: number;
  science: number;
  readonly leaks: string[];
  readonly lost: string[];
  readonly byKind: Map<Kind, number>;
}
export const emptyScore = (): Score => ({
  files: 0,
  refused: 0,
  planted: 0,
  science: 0,
  leaks: [],
  lost: [],
  byKind: new Map(),
});

const inflateRaw = (deflated: Uint8Array) => inflateRawSync(deflated, { maxOutputLength: 1 << 26 });
const deflateRaw = (plain: Uint8Array) => deflateRawSync(plain);

interface Cleaned {
  readonly source: PlantedFile;
  readonly before: DicomFile;
  /** Null when the file was refused or found unclean. */
  readonly output: Uint8Array | null;
}

/** Cleans a study as the engine would: each file knowing what the others told, then every output searched for what any of them lost. */
export function cleanStudy(study: PlantedStudy, profile: Profile): Cleaned[] {
  const first = study.files.map((source) => cleanFile(source, profile, []));
  const known = mergeRemoved(...first.map((result) => result.removed));
  const results = study.files.map((source) => cleanFile(source, profile, known));
  const removed = mergeRemoved(known, ...results.map((result) => result.removed));
  return results.map(({ source, before, output }) => {
    const found = output !== null && residualScan(output, removed, { inflateRaw }).length > 0;
    return { source, before, output: found ? null : output };
  });
}

function cleanFile(
  source: PlantedFile,
  profile: Profile,
  known: readonly RemovedValue[],
): Cleaned & { removed: readonly RemovedValue[] } {
  const before = readDicom(source.bytes, { inflateRaw });
  try {
    const { file, removed } = deidentify(before, profile, keys, { subjectCode: 'sub-001', known });
    return { source, before, removed, output: joined(writeDicom(file, { deflateRaw })) };
  } catch (error) {
    if (error instanceof DomainError) return { source, before, removed: [], output: null };
    throw error;
  }
}

/** Cleans files of their own, whatever they are; null for those that are refused. */
export function cleanFiles(
  files: readonly Uint8Array[],
  profile: Profile,
): (readonly [Uint8Array, Uint8Array | null])[] {
  return files.map((bytes) => {
    try {
      const result = deidentify(readDicom(bytes, { inflateRaw }), profile, keys, { subjectCode: 'sub-001' });
      return [bytes, joined(writeDicom(result.file, { deflateRaw }))] as const;
    } catch (error) {
      if (error instanceof DomainError) return [bytes, null] as const;
      throw error;
    }
  });
}

/** Adds a study to the score; `research`: whether what is kept counts too. */
export function scoreStudy(study: PlantedStudy, profile: Profile, score: Score): void {
  for (const cleaned of cleanStudy(study, profile)) {
    score.files++;
    score.planted += cleaned.source.secrets.length;
    for (const { secret } of cleaned.source.secrets)
      score.byKind.set(secret.kind, (score.byKind.get(secret.kind) ?? 0) + 1);
    if (cleaned.output === null) {
      score.refused++;
      score.science += cleaned.source.science.length;
      score.lost.push(...cleaned.source.science.map((path) => `${cleaned.source.kind} refused ${formatPath(path)}`));
      continue;
    }
    const after = view(cleaned.output);
    score.leaks.push(...leaksIn(cleaned, after, study));
    const { counted, lost } = scienceOf(cleaned, after, study, profile.options.cleanDescriptors);
    score.science += counted;
    score.lost.push(...lost);
  }
}

interface View {
  readonly file: DicomFile;
  /** All bytes, inflated where they were deflated. */
  readonly bytes: Uint8Array;
  readonly elements: ReadonlyMap<string, Element>;
}

function view(output: Uint8Array): View {
  let inflated: Uint8Array | undefined;
  const file = readDicom(output, {
    inflateRaw: (deflated) => {
      inflated = new Uint8Array(inflateRaw(deflated));
      return inflated;
    },
  });
  return { file, bytes: inflated ?? output, elements: elementsOf(file) };
}

function elementsOf(file: DicomFile): Map<string, Element> {
  const elements = new Map<string, Element>();
  for (const dataset of [file.meta, file.dataset])
    walk(dataset, contextOf(file), (element, path) => void elements.set(path.join(), element));
  return elements;
}

const bytesOf = (element: Element | undefined) => (element?.kind === 'bytes' ? Buffer.from(element.bytes) : null);

function leaksIn({ source, before }: Cleaned, after: View, study: PlantedStudy): string[] {
  const hay = maskedText(before, after);
  const seen = new Map<string, boolean>();
  const stands = (needle: string) => {
    const known = seen.get(needle) ?? spellings(needle, study.subject.charsets).some((bytes) => hay.includes(bytes));
    seen.set(needle, known);
    return known;
  };
  return source.secrets.flatMap(({ secret, place, path }) => {
    const needle = secret.needles.find(stands);
    const where = `${source.kind} ${place} ${formatPath(path)} '${secret.text}'`;
    if (needle !== undefined) return [`${where}: '${needle}' survives`];
    const element = after.elements.get(path.join());
    if (!secret.gone || !element || path.length === 0) return [];
    const text = elementText(element, { bigEndian: false, charsets: study.subject.charsets });
    return secret.gone.test(text) && text !== 'REMOVED' ? [`${where}: left as '${text}'`] : [];
  });
}

/** The output as a text of its bytes, without what may hold a piece by chance: new UIDs, moved dates, untouched pixels. */
function maskedText(before: DicomFile, after: View): string {
  const originals = elementsOf(before);
  const copy = Buffer.from(after.bytes);
  for (const [path, element] of after.elements) {
    const was = bytesOf(originals.get(path));
    const is = bytesOf(element);
    if (!is || is.buffer !== after.bytes.buffer) continue;
    const same = was?.equals(is) ?? false;
    const chance =
      (element.vr === 'UI' && !same && is.toString('latin1').startsWith('2.25.')) ||
      (/^(DA|DT)$/.test(element.vr) && !same) ||
      (same && element.tag === 0x7fe00010);
    const start = is.byteOffset - after.bytes.byteOffset;
    if (chance) copy.fill(0, start, start + is.length);
  }
  return copy.toString('latin1').toLowerCase();
}

/** A needle in every encoding and case, as texts of its bytes. */
function spellings(needle: string, charsets: readonly string[]): string[] {
  const forms = new Set([
    needle,
    needle.toUpperCase(),
    needle.toLowerCase(),
    needle.normalize('NFD'),
    needle.normalize('NFC'),
  ]);
  const found = new Set<string>();
  for (const form of forms) {
    for (const encoding of ['utf8', 'utf16le'] as const) found.add(Buffer.from(form, encoding).toString('latin1'));
    found.add(Buffer.from(form, 'utf16le').swap16().toString('latin1'));
    try {
      found.add(Buffer.from(encodeText(form, charsets)).toString('latin1'));
    } catch {
      // Not in this character set.
    }
  }
  return [...found].map((bytes) => bytes.toLowerCase());
}

function scienceOf({ source, before }: Cleaned, after: View, study: PlantedStudy, descriptors: boolean) {
  const originals = elementsOf(before);
  const lost: string[] = [];
  let counted = source.science.length;
  for (const path of source.science)
    if (!kept(originals.get(path.join()), after.elements.get(path.join()), study))
      lost.push(lostAs(source, path, originals, after));
  const check = (holds: boolean, what: string) => {
    counted++;
    if (!holds) lost.push(`${source.kind} ${what}`);
  };
  for (const { left, path } of source.secrets) {
    if (!left || !descriptors) continue;
    const element = after.elements.get(path.join());
    const text = element
      ? elementText(element, { bigEndian: false, charsets: study.subject.charsets }).toLowerCase()
      : '';
    check(
      left.filter((word) => !isOurs(word, study)).every((word) => text.includes(word.toLowerCase())),
      `words beside an identifier, left as '${text}'`,
    );
  }
  return { counted, lost };
}

function lostAs(source: PlantedFile, path: Path, originals: ReadonlyMap<string, Element>, after: View): string {
  const text = (element: Element | undefined) => bytesOf(element)?.toString('latin1').slice(0, 40) ?? 'nothing';
  return `${source.kind} ${formatPath(path, 'keyword')} '${text(originals.get(path.join()))}' became '${text(after.elements.get(path.join()))}'`;
}

/** Whether a value came out byte for byte, or with no more missing than the names of the study's own people. */
function kept(was: Element | undefined, is: Element | undefined, study: PlantedStudy): boolean {
  if (!was || !is || was.kind !== is.kind || was.vr !== is.vr) return false;
  if (was.kind === 'encapsulated' && is.kind === 'encapsulated')
    return tileOf(was.fragments).equals(tileOf(is.fragments)) && was.fragments.length === is.fragments.length;
  const [a, b] = [bytesOf(was), bytesOf(is)];
  if (!a || !b) return true;
  if (a.equals(b)) return true;
  const text = a.toString('latin1');
  const words = text.match(/[A-Za-z]+/g) ?? [];
  return words.some((word) => isOurs(word, study));
}

/** The tile of a JPEG 2000 stream, from where it begins up to its end. */
function tileOf(fragments: readonly Uint8Array[]): Buffer {
  const whole = Buffer.concat(fragments);
  const at = whole.indexOf(Buffer.from([0xff, 0x90, 0, 10]));
  return whole.subarray(at, at + whole.readUInt32BE(at + 6) + 2);
}

function isOurs(word: string, { subject }: PlantedStudy): boolean {
  const names = [subject.person, ...subject.doctors].flatMap(({ family, given }) => [
    ...piecesOf(family),
    ...piecesOf(given),
    family,
    given,
  ]);
  return CLINICAL.has(word.toLowerCase()) && names.some((name) => name.toLowerCase() === word.toLowerCase());
}

/** The score as one line. */
export function line(name: string, score: Score): string {
  const percent = (part: number, whole: number) => `${((100 * part) / whole).toFixed(3)} %`;
  return `${name}: ${score.files} files (${score.refused} kept back), removed ${percent(score.planted - score.leaks.length, score.planted)} of ${score.planted}, kept ${percent(score.science - score.lost.length, score.science)} of ${score.science}`;
}

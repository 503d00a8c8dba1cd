// Reading a DICOM file into a data set of views (PS3.10 7, PS3.5 7). Every length is checked against what remains; what is
// ambiguous is refused rather than guessed, so that nothing is silently misread. Pixel data is never looked into.

import { DomainError } from '../errors';
import type { Alike } from './alike';
import { latin1 } from './charset';
import type { DicomFile, Element, Encoding, Tag } from './dataset';
import { groupOf } from './dictionary';
import { damaged, type Input, readElements, type Scope, Short, sizeOf, vrAt } from './readElements';
import type { ByteSource } from './source';
import { TAG } from './tags';
import { transferSyntax } from './transferSyntaxes';
import { vrShape } from './vr';

const DEFLATED_UID = '1.2.840.10008.1.2.1.99';
const META: Scope = { explicit: true, little: true, depth: 0, signedPixels: false };

export interface ReadOptions {
  /** Inflates a raw deflate stream (deflated transfer syntax); must itself bound what it returns, and may throw. */
  readonly inflateRaw?: (deflated: Uint8Array) => Uint8Array;
  /** What was read of other files of the same series, to be asked and told. */
  readonly alike?: Alike;
}

/** What is read of a file before anything is known of it: most headers end within. */
const FIRST_BYTES = 2 ** 15;
/** A header or a tail of this length is no image's. */
const MOST_BYTES = 2 ** 28;

function inputOf(bytes: Uint8Array, source?: ByteSource): Input {
  const plain =
    bytes.constructor === Uint8Array ? bytes : new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const input = { bytes: plain, view: new DataView(plain.buffer, plain.byteOffset, plain.byteLength) };
  return source && plain.length < source.size ? { ...input, source } : input;
}

function hasMagic(bytes: Uint8Array, at: number): boolean {
  return bytes[at] === 0x44 && bytes[at + 1] === 0x49 && bytes[at + 2] === 0x43 && bytes[at + 3] === 0x4d;
}

/** Whether a file without the DICM mark starts like a data set: group 0002, 0004 or 0008, then a VR or a credible length. */
function startsLikeElements(input: Input): boolean {
  const { bytes, view } = input;
  if (bytes.length < 8) return false;
  const group = bytes[0]! + bytes[1]!;
  if (bytes[0]! * bytes[1]! !== 0 || ![2, 4, 8].includes(group)) return false;
  return vrShape(vrAt(input, 4)) !== undefined || (bytes[1] === 0 && view.getUint32(4, true) <= sizeOf(input) - 8);
}

/**
 * Whether bytes look like a DICOM file, with or without preamble and DICM mark: a cheap look at the start, for sorting uploads.
 * The first 140 bytes are enough, given with the file's own length unknown.
 */
export function isDicom(bytes: Uint8Array): boolean {
  return hasMagic(bytes, 128) || hasMagic(bytes, 0) || startsLikeElements(inputOf(bytes));
}

/**
 * Reads a DICOM file; all bytes in the result are views into `bytes` (of a deflated file, into the inflated stream).
 * `preamble` has 128 bytes, or none when the file starts with DICM itself, or is absent when it starts with an attribute.
 * Throws DomainError UNREADABLE when anything does not add up, UNSUPPORTED for a deflated file without `inflateRaw`.
 */
export function readDicom(bytes: Uint8Array, options: ReadOptions = {}): DicomFile {
  return readInput(inputOf(bytes), options);
}

/**
 * Reads a DICOM file by ranges: only what stands before and behind the pixel data, which stay in the file ('far') unless they
 * were at hand with the header. The source has to live as long as what is read from it.
 * @param first how many bytes to begin with
 * Throws what `readDicom` throws, and TOO_LARGE when it cannot be held in memory although pixels are left out.
 */
export function readDicomFrom(source: ByteSource, options: ReadOptions = {}, first = FIRST_BYTES): DicomFile {
  for (let want = first; ; ) {
    const bytes = source.read(0, Math.min(want, source.size));
    try {
      return readInput(inputOf(bytes, source), options);
    } catch (error) {
      if (!(error instanceof Short)) throw error;
      want = Math.max(4 * want, error.bytes);
      if (error.bytes > MOST_BYTES) throw tooLarge();
      want = Math.min(want, Math.max(error.bytes, MOST_BYTES));
    }
  }
}

function tooLarge(): DomainError {
  return new DomainError(
    'TOO_LARGE',
    'This DICOM file is too large to be treated here: more than 256 MB of it would have to be held in memory at once.',
  );
}

function readInput(input: Input, options: ReadOptions): DicomFile {
  options.alike?.begin();
  const start = hasMagic(input.bytes, 128) ? 132 : hasMagic(input.bytes, 0) ? 4 : 0;
  if (start === 0 && !startsLikeElements(input)) throw damaged('it does not begin like a DICOM file');
  const meta = readElements(input, start, sizeOf(input), META, 'meta');
  const declared = declaredTransferSyntax(meta.elements);
  const deflated = declared === DEFLATED_UID;
  if (deflated && input.source) throw new Short(input.source.size);
  const body = deflated ? inflate(input.bytes.subarray(meta.next), options) : input;
  const at = deflated ? 0 : meta.next;
  const encoding = encodingOf(body, at, declared);
  const scope = { explicit: encoding.explicitVr, little: !encoding.bigEndian, depth: 0, signedPixels: false };
  const { elements, trailing } = readDataSet({ ...body, alike: options.alike }, at, scope);
  if (elements.size === 0) throw damaged('it holds no data set');
  refuseStrayMeta(elements);
  return {
    ...(start > 0 ? { preamble: input.bytes.subarray(0, start - 4) } : {}),
    meta: { elements: meta.elements },
    encoding,
    transferSyntaxUid: declared ?? guessedUid(encoding),
    dataset: { elements },
    trailing,
  };
}

/** File meta behind its declared end would be taken for either: nobody could say which of the two a change is about. */
function refuseStrayMeta(elements: ReadonlyMap<Tag, Element>): void {
  for (const tag of elements.keys())
    if (groupOf(tag) === 2) throw damaged('file meta information stands in its data set');
}

/** The data set to its end, and what is behind it; behind far pixel data the file is read on. */
function readDataSet(input: Input, at: number, scope: Scope) {
  const { elements, next } = readElements(input, at, sizeOf(input), scope, 'file');
  if (next <= input.bytes.length) {
    if (input.source && next < sizeOf(input)) throw new Short(sizeOf(input));
    return { elements, trailing: input.bytes.subarray(next) };
  }
  const length = sizeOf(input) - next;
  if (length > MOST_BYTES) throw tooLarge();
  const tail = inputOf(input.source!.read(next, length));
  const rest = readElements(tail, 0, length, scope, 'file', elements);
  return { elements: rest.elements, trailing: tail.bytes.subarray(rest.next) };
}

function declaredTransferSyntax(meta: ReadonlyMap<Tag, Element>): string | null {
  const element = meta.get(TAG.TransferSyntaxUID);
  return element?.kind === 'bytes' && element.bytes.length > 0 ? latin1(element.bytes).replace(/[\0 ]+$/, '') : null;
}

function guessedUid({ explicitVr, bigEndian }: Encoding): string {
  return bigEndian ? '1.2.840.10008.1.2.2' : explicitVr ? '1.2.840.10008.1.2.1' : '1.2.840.10008.1.2';
}

function inflate(deflated: Uint8Array, { inflateRaw }: ReadOptions): Input {
  if (!inflateRaw) throw new DomainError('UNSUPPORTED', 'This file is deflated, which cannot be read here.');
  try {
    return inputOf(inflateRaw(deflated));
  } catch {
    throw damaged('its compressed data set cannot be unfolded, or unfolds to more than is allowed');
  }
}

/** The encoding the first attribute shows; a file that declares another one is refused. */
function encodingOf(input: Input, at: number, declared: string | null): Encoding {
  if (at + 8 > sizeOf(input)) throw damaged('it ends before its data set');
  if (at + 8 > input.bytes.length) throw new Short(at + 8);
  const bigEndian = input.bytes[at] === 0 && input.bytes[at + 1] !== 0;
  const explicitVr = vrShape(vrAt(input, at + 4)) !== undefined;
  if (bigEndian && !explicitVr) throw damaged('its data set is encoded in no known transfer syntax');
  const seen: Encoding = { explicitVr, bigEndian, deflated: declared === DEFLATED_UID };
  if (declared === null) return seen;
  const syntax = transferSyntax(declared);
  if (!syntax)
    throw new DomainError('UNSUPPORTED', 'The file names a transfer syntax that this version does not know.');
  if (syntax.encoding.explicitVr !== explicitVr || syntax.encoding.bigEndian !== bigEndian)
    throw damaged('its data set is not encoded in the transfer syntax that the file names');
  return seen;
}

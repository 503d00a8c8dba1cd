// The data set as a value (PS3.5 chapter 7): elements keep the bytes they were read from, so what is not changed
// is written back byte for byte.

/** Group and element as one number: 0xGGGGEEEE. */
export type Tag = number;

/** How the data set is encoded; from the transfer syntax, or guessed where the file names none. */
export interface Encoding {
  readonly explicitVr: boolean;
  readonly bigEndian: boolean;
  readonly deflated: boolean;
}

interface ElementBase {
  readonly tag: Tag;
  /** The VR in the file, or from the dictionaries for implicit VR; 'UN' when nobody knows. */
  readonly vr: string;
  /**
   * The whole element as it stood in the file, header included (for deflated files: in the inflated stream).
   * Written back verbatim when the element is untouched; absent on elements made or changed by us.
   */
  readonly source?: Uint8Array;
  /** Is the very object for many files, and outlives them all: read with the same `Alike`, or made for all of them. */
  readonly lasting?: true;
}
/** A value as bytes: a view into the file, padding included. */
export interface BytesElement extends ElementBase {
  readonly kind: 'bytes';
  readonly bytes: Uint8Array;
}
/** VR SQ, or UN with undefined length read as implicit VR little endian (CP-246). */
export interface SequenceElement extends ElementBase {
  readonly kind: 'sequence';
  readonly items: readonly Item[];
  /** Whether the file gave it an undefined length; kept when it is written again. */
  readonly undefinedLength: boolean;
}
/** Encapsulated pixel data: the basic offset table, then the fragments, as views. */
export interface EncapsulatedElement extends ElementBase {
  readonly kind: 'encapsulated';
  readonly offsetTable: Uint8Array;
  readonly fragments: readonly Uint8Array[];
}
/**
 * Pixel data that were left in the file: they are checked, searched and written piece by piece. `source` is their header
 * only, as it stood; it is absent when uncompressed pixels are changed on their way.
 */
export interface FarElement extends ElementBase {
  readonly kind: 'far';
  /** Where the value starts in the file. */
  readonly start: number;
  /** Bytes of the value; of compressed pixels with all marks and the delimiter. */
  readonly length: number;
  /** Compressed pixels: where the fragments are in the file, the basic offset table first; null for others. */
  readonly fragments: readonly FarRange[] | null;
  /** The value's bytes from a place on, in pieces of an even length, each good until the next is asked for. */
  pieces(from?: number): Iterable<Uint8Array>;
}
/** A stretch of a file. */
export interface FarRange {
  readonly start: number;
  readonly length: number;
}
export type Element = BytesElement | SequenceElement | EncapsulatedElement | FarElement;

/** Elements in ascending tag order; a tag occurs once. */
export interface DataSet {
  readonly elements: ReadonlyMap<Tag, Element>;
}
export interface Item extends DataSet {
  readonly undefinedLength: boolean;
}

export interface DicomFile {
  /** 128 bytes, or absent when the file starts without preamble. */
  readonly preamble?: Uint8Array;
  /** Group 0002, always explicit VR little endian. Empty when the file has none. */
  readonly meta: DataSet;
  readonly encoding: Encoding;
  readonly transferSyntaxUid: string;
  readonly dataset: DataSet;
  /** Bytes behind the last element (trailing padding or something hidden); never written back. */
  readonly trailing: Uint8Array;
}

/** Where an element is: tags, with item numbers (from 0) in between: [0x00081140, 0, 0x00081155]. */
export type Path = readonly number[];

// The transfer syntaxes of PS3.6 table A-1 and PS3.5 annex A: how a data set is encoded and whether its pixels are compressed.

import type { Encoding } from './dataset';

export interface TransferSyntax {
  readonly uid: string;
  readonly name: string;
  readonly encoding: Encoding;
  /** Pixel data is a sequence of fragments. */
  readonly encapsulated: boolean;
  /** Pixels are not what was acquired. */
  readonly lossy: boolean;
}

const EXPLICIT: Encoding = { explicitVr: true, bigEndian: false, deflated: false };

const PLAIN: readonly TransferSyntax[] = [
  native('1.2.840.10008.1.2', 'Implicit VR Little Endian', { ...EXPLICIT, explicitVr: false }),
  native('1.2.840.10008.1.2.1', 'Explicit VR Little Endian', EXPLICIT),
  native('1.2.840.10008.1.2.1.99', 'Deflated Explicit VR Little Endian', { ...EXPLICIT, deflated: true }),
  native('1.2.840.10008.1.2.2', 'Explicit VR Big Endian', { ...EXPLICIT, bigEndian: true }),
];

/** Suffix behind 1.2.840.10008.1.2, name, lossy. */
const ENCAPSULATED: readonly (readonly [string, string, boolean])[] = [
  ['.1.98', 'Encapsulated Uncompressed Explicit VR Little Endian', false],
  ['.4.50', 'JPEG Baseline (Process 1)', true],
  ['.4.51', 'JPEG Extended (Process 2 & 4)', true],
  ['.4.52', 'JPEG Extended (Process 3 & 5)', true],
  ['.4.53', 'JPEG Spectral Selection (Process 6 & 8)', true],
  ['.4.54', 'JPEG Spectral Selection (Process 7 & 9)', true],
  ['.4.55', 'JPEG Full Progression (Process 10 & 12)', true],
  ['.4.56', 'JPEG Full Progression (Process 11 & 13)', true],
  ['.4.57', 'JPEG Lossless (Process 14)', false],
  ['.4.58', 'JPEG Lossless (Process 15)', false],
  ['.4.59', 'JPEG Extended, Hierarchical (Process 16 & 18)', true],
  ['.4.60', 'JPEG Extended, Hierarchical (Process 17 & 19)', true],
  ['.4.61', 'JPEG Spectral Selection, Hierarchical (Process 20 & 22)', true],
  ['.4.62', 'JPEG Spectral Selection, Hierarchical (Process 21 & 23)', true],
  ['.4.63', 'JPEG Full Progression, Hierarchical (Process 24 & 26)', true],
  ['.4.64', 'JPEG Full Progression, Hierarchical (Process 25 & 27)', true],
  ['.4.65', 'JPEG Lossless, Hierarchical (Process 28)', false],
  ['.4.66', 'JPEG Lossless, Hierarchical (Process 29)', false],
  ['.4.70', 'JPEG Lossless (Process 14, Selection Value 1)', false],
  ['.4.80', 'JPEG-LS Lossless', false],
  ['.4.81', 'JPEG-LS Near-Lossless', true],
  ['.4.90', 'JPEG 2000 Lossless', false],
  ['.4.91', 'JPEG 2000', true],
  ['.4.92', 'JPEG 2000 Part 2 Lossless', false],
  ['.4.93', 'JPEG 2000 Part 2', true],
  ['.4.100', 'MPEG2 Main Profile / Main Level', true],
  ['.4.100.1', 'Fragmentable MPEG2 Main Profile / Main Level', true],
  ['.4.101', 'MPEG2 Main Profile / High Level', true],
  ['.4.101.1', 'Fragmentable MPEG2 Main Profile / High Level', true],
  ['.4.102', 'MPEG-4 AVC/H.264 High Profile', true],
  ['.4.102.1', 'Fragmentable MPEG-4 AVC/H.264 High Profile', true],
  ['.4.103', 'MPEG-4 AVC/H.264 BD-compatible High Profile', true],
  ['.4.103.1', 'Fragmentable MPEG-4 AVC/H.264 BD-compatible High Profile', true],
  ['.4.104', 'MPEG-4 AVC/H.264 High Profile for 2D Video', true],
  ['.4.104.1', 'Fragmentable MPEG-4 AVC/H.264 High Profile for 2D Video', true],
  ['.4.105', 'MPEG-4 AVC/H.264 High Profile for 3D Video', true],
  ['.4.105.1', 'Fragmentable MPEG-4 AVC/H.264 High Profile for 3D Video', true],
  ['.4.106', 'MPEG-4 AVC/H.264 Stereo High Profile', true],
  ['.4.106.1', 'Fragmentable MPEG-4 AVC/H.264 Stereo High Profile', true],
  ['.4.107', 'HEVC/H.265 Main Profile', true],
  ['.4.108', 'HEVC/H.265 Main 10 Profile', true],
  ['.4.110', 'JPEG XL Lossless', false],
  ['.4.111', 'JPEG XL JPEG Recompression', true],
  ['.4.112', 'JPEG XL', true],
  ['.4.201', 'High-Throughput JPEG 2000 Lossless', false],
  ['.4.202', 'High-Throughput JPEG 2000 with RPCL Options Lossless', false],
  ['.4.203', 'High-Throughput JPEG 2000', true],
  ['.5', 'RLE Lossless', false],
  ['.8.1', 'Deflated Image Frame Compression', false],
];

function native(uid: string, name: string, encoding: Encoding): TransferSyntax {
  return { uid, name, encoding, encapsulated: false, lossy: false };
}

/** Every transfer syntax this code can read and write, by UID. */
export const TRANSFER_SYNTAXES: ReadonlyMap<string, TransferSyntax> = new Map(
  [
    ...PLAIN,
    ...ENCAPSULATED.map(([suffix, name, lossy]) => {
      return { uid: `1.2.840.10008.1.2${suffix}`, name, encoding: EXPLICIT, encapsulated: true, lossy };
    }),
  ].map((syntax) => [syntax.uid, syntax]),
);

/** The transfer syntax of a UID, null when it is none we know. */
export function transferSyntax(uid: string): TransferSyntax | null {
  return TRANSFER_SYNTAXES.get(uid) ?? null;
}

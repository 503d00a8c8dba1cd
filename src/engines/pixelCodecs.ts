// One frame of compressed pixel data to pixels and, where nothing is lost by it, back: a codec per transfer syntax (PS3.5 A.4).
import { deflateRawSync, inflateRawSync } from 'node:zlib';
import { DomainError } from '../domain/errors';
import { decodeJpegLossless } from '../domain/pixels/jpegLossless';
import { encodeJpegLossless } from '../domain/pixels/jpegLosslessEncode';
import { frameBytes, type PixelLayout } from '../domain/pixels/layout';
import { rleDecode, rleEncode } from '../domain/pixels/rle';
import { type CodecFrame, type WasmCodec, wasmDecode, wasmEncode } from './wasmCodecs';

export interface DecodedFrame {
  /** `frameBytes(layout)` bytes, little endian. */
  readonly bytes: Uint8Array;
  /** How these bytes lie, which need not be how the header says. */
  readonly layout: PixelLayout;
  /** What the codestream said of itself, to write it again alike. */
  readonly stream?: Omit<CodecFrame, 'bytes'>;
}
export interface PixelCodec {
  decode(packed: Uint8Array, layout: PixelLayout): Promise<DecodedFrame>;
  /** Absent where pixels would change. */
  readonly encode?: (frame: DecodedFrame) => Promise<Uint8Array>;
}

const plain: PixelCodec = {
  decode: async (packed, layout) => ({ bytes: packed.slice(0, frameBytes(layout)), layout }),
  encode: async ({ bytes }) => bytes,
};
const deflated: PixelCodec = {
  decode: async (packed, layout) => {
    const bytes = inflateRawSync(packed, { maxOutputLength: frameBytes(layout) + 1 });
    return { bytes: new Uint8Array(bytes.subarray(0, frameBytes(layout))), layout };
  },
  encode: async ({ bytes }) => deflateRawSync(bytes),
};
const rle: PixelCodec = {
  decode: async (packed, layout) => {
    const byPlanes = { ...layout, planar: layout.samples === 3 };
    return { bytes: rleDecode(packed, byPlanes), layout: byPlanes };
  },
  encode: async ({ bytes, layout }) => rleEncode(bytes, layout),
};

const jpegLossless: PixelCodec = {
  decode: async (packed, layout) => {
    const { width, height, components, precision, values } = decodeJpegLossless(packed);
    const wide = layout.bitsAllocated === 16;
    const bytes = wide ? new Uint8Array(values.buffer) : Uint8Array.from(values);
    const stream = { width, height, components, bits: precision, signed: false, interleave: 2 };
    return fitting({ bytes, layout: { ...layout, planar: false }, stream });
  },
  encode: async ({ bytes, layout, stream }) => {
    const { width, height, components, bits } = stream!;
    const values = new Uint16Array(width * height * components);
    if (layout.bitsAllocated === 16) new Uint8Array(values.buffer).set(bytes);
    else values.set(bytes);
    return encodeJpegLossless({ width, height, components, precision: bits, values });
  },
};

function wasm(codec: WasmCodec, encode: boolean): PixelCodec {
  const decode: PixelCodec['decode'] = async (packed, layout) => {
    const jpeg2000 = codec === 'jpeg2000' || codec === 'htj2k';
    if (jpeg2000) refuseCut(packed);
    const { bytes, ...stream } = await wasmDecode(codec, codec === 'jpeg' ? eightBitJpeg(packed, layout) : packed);
    const colour = stream.components === 3;
    // libjpeg-turbo turns YCbCr into RGB, and the JPEG 2000 codecs undo their own colour transforms.
    const converted = codec !== 'jpegLs' && colour && (codec === 'jpeg' || /ICT|RCT/.test(layout.photometric));
    const photometric = converted ? 'RGB' : layout.photometric;
    const decoded = { ...layout, photometric, planar: colour && codec === 'jpegLs' && stream.interleave === 0 };
    if (jpeg2000) refuseInexact(decoded);
    return fitting({ bytes: signExtended(bytes, stream, decoded), layout: decoded, stream });
  };
  if (!encode || codec === 'jpeg') return { decode };
  return {
    decode,
    encode: async ({ bytes, layout, stream }) =>
      wasmEncode(codec, { ...stream!, bytes: cutToBits(bytes, layout, stream!) }),
  };
}

/** JPEG 2000 decoders make a picture of half a codestream without a word: it has to end with its end marker. */
function refuseCut(packed: Uint8Array): void {
  const endsAt = (end: number) => packed[end - 2] === 0xff && packed[end - 1] === 0xd9;
  // Behind it may stand the byte that makes the length even.
  if (!endsAt(packed.length) && !endsAt(packed.length - 1))
    throw new DomainError('UNREADABLE', 'Its JPEG 2000 is cut short.');
}

/** These codecs were measured: deep colour, signed bytes and images of one line do not always come back as they went in. */
function refuseInexact({ samples, bitsAllocated, signed, rows, columns }: PixelLayout): void {
  if ((samples === 3 && bitsAllocated > 8) || (signed && bitsAllocated === 8) || Math.min(rows, columns) < 2)
    throw new DomainError('UNSUPPORTED', 'Its JPEG 2000 is of a kind that cannot be decompressed exactly here.');
}

/** JPEG-LS knows no signs: stored bits come as they are, and the bits above them repeat the sign where the header says so. */
function signExtended(bytes: Uint8Array, { bits, signed }: Omit<CodecFrame, 'bytes'>, layout: PixelLayout): Uint8Array {
  if (signed || !layout.signed || layout.bitsAllocated !== 16 || bits >= 16 || bytes.length % 2 === 1) return bytes;
  const words = new Uint16Array(bytes.buffer, bytes.byteOffset, bytes.length >> 1);
  const above = 0xffff & ~(2 ** bits - 1);
  for (let i = 0; i < words.length; i++) if (words[i]! & (1 << (bits - 1))) words[i]! |= above;
  return bytes;
}

function cutToBits(bytes: Uint8Array, layout: PixelLayout, { bits, signed }: Omit<CodecFrame, 'bytes'>): Uint8Array {
  if (signed || !layout.signed || layout.bitsAllocated !== 16 || bits >= 16) return bytes;
  const words = new Uint16Array(bytes.slice().buffer);
  for (let i = 0; i < words.length; i++) words[i]! &= 2 ** bits - 1;
  return new Uint8Array(words.buffer);
}

/** @throws DomainError UNREADABLE when a codestream holds another image than the header says */
function fitting(frame: DecodedFrame): DecodedFrame {
  const { bytes, layout, stream } = frame;
  const fits =
    stream === undefined ||
    (stream.width === layout.columns && stream.height === layout.rows && stream.components === layout.samples);
  if (!fits || bytes.length !== frameBytes(layout))
    throw new DomainError('UNREADABLE', 'Its compressed pixels are of another size than its header says.');
  return frame;
}

const ADOBE_RGB = [0xff, 0xee, 0, 14, 0x41, 0x64, 0x6f, 0x62, 0x65, 0, 100, 0, 0, 0, 0, 0];

/** Refuses what libjpeg-turbo's 8-bit build would misread, and says in the JPEG itself when it holds RGB. */
function eightBitJpeg(packed: Uint8Array, layout: PixelLayout): Uint8Array {
  let named = false;
  for (let at = 2; at + 4 < packed.length && packed[at] === 0xff; ) {
    const marker = packed[at + 1]!;
    if (marker === 0xff) {
      at += 1;
      continue;
    }
    if (marker >= 0xc0 && marker <= 0xc2 && packed[at + 4] !== 8)
      throw new DomainError('UNSUPPORTED', 'It is a lossy JPEG of 12 bits, which cannot be decompressed here.');
    if (marker === 0xe0 || marker === 0xee) named = true;
    if (marker === 0xda) break;
    at += 2 + ((packed[at + 2]! << 8) | packed[at + 3]!);
  }
  if (layout.photometric !== 'RGB' || named) return packed;
  const told = new Uint8Array(packed.length + ADOBE_RGB.length);
  told.set(packed.subarray(0, 2));
  told.set(ADOBE_RGB, 2);
  told.set(packed.subarray(2), 2 + ADOBE_RGB.length);
  return told;
}

const CODECS: Readonly<Record<string, PixelCodec>> = {
  '.1.98': plain,
  '.4.50': wasm('jpeg', false),
  '.4.51': wasm('jpeg', false),
  '.4.53': wasm('jpeg', false),
  '.4.55': wasm('jpeg', false),
  '.4.57': jpegLossless,
  '.4.70': jpegLossless,
  '.4.80': wasm('jpegLs', true),
  '.4.81': wasm('jpegLs', false),
  '.4.90': wasm('jpeg2000', true),
  '.4.91': wasm('jpeg2000', false),
  '.4.201': wasm('htj2k', true),
  '.4.202': wasm('htj2k', true),
  '.4.203': wasm('htj2k', false),
  '.5': rle,
  '.8.1': deflated,
};

/** The codec of an encapsulated transfer syntax. @throws DomainError UNSUPPORTED when there is none */
export function codecOf(transferSyntaxUid: string): PixelCodec {
  const codec = CODECS[transferSyntaxUid.replace('1.2.840.10008.1.2', '')];
  if (codec !== undefined) return codec;
  throw new DomainError(
    'UNSUPPORTED',
    'The pixels of this image cannot be checked for burned-in text: they are compressed in a way that cannot be decompressed here.',
  );
}

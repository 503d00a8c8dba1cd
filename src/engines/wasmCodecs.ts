// The image codecs of @cornerstonejs (CharLS, OpenJPEG, OpenJPH, libjpeg-turbo) in WebAssembly: one image in, one image out.

export interface CodecFrame {
  readonly width: number;
  readonly height: number;
  readonly components: number;
  /** Precision of the samples in the codestream. */
  readonly bits: number;
  readonly signed: boolean;
  /** JPEG-LS: 0 by planes, 1 by lines, 2 by pixels. */
  readonly interleave: number;
  /** Samples of one byte up to 8 bits, else of two, little endian; by pixels unless interleave is 0. */
  readonly bytes: Uint8Array;
}

interface FrameInfo {
  readonly width: number;
  readonly height: number;
  readonly bitsPerSample: number;
  readonly componentCount: number;
  readonly isSigned?: boolean;
  readonly isUsingColorTransform?: boolean;
}
interface Decoder {
  getEncodedBuffer(length: number): Uint8Array;
  getDecodedBuffer(): Uint8Array;
  decode(): void;
  getFrameInfo(): FrameInfo;
  getInterleaveMode?(): number;
  delete(): void;
}
interface Encoder {
  getDecodedBuffer(info: FrameInfo): Uint8Array;
  getEncodedBuffer(): Uint8Array;
  encode(): void;
  setNearLossless?(error: number): void;
  setInterleaveMode?(mode: number): void;
  setQuality?(lossless: boolean, quality: number): void;
  setDecompositions?(levels: number): void;
  delete(): void;
}
type Classes = Readonly<Record<string, new () => Decoder & Encoder>>;

const packages = {
  jpegLs: {
    load: () => import('@cornerstonejs/codec-charls/wasmjs'),
    decoder: 'JpegLSDecoder',
    encoder: 'JpegLSEncoder',
  },
  jpeg2000: {
    load: () => import('@cornerstonejs/codec-openjpeg/wasmjs'),
    decoder: 'J2KDecoder',
    encoder: 'J2KEncoder',
  },
  htj2k: {
    load: () => import('@cornerstonejs/codec-openjph/wasmjs'),
    decoder: 'HTJ2KDecoder',
    encoder: 'HTJ2KEncoder',
  },
  jpeg: {
    load: () => import('@cornerstonejs/codec-libjpeg-turbo-8bit/wasmjs'),
    decoder: 'JPEGDecoder',
    encoder: 'JPEGEncoder',
  },
} as const;

export type WasmCodec = keyof typeof packages;

const instances = new Map<WasmCodec, Promise<Classes>>();

/** The codec's instance; what it prints may quote the image and goes nowhere. */
function instance(codec: WasmCodec): Promise<Classes> {
  const known = instances.get(codec);
  if (known !== undefined) return known;
  const made = packages[codec].load().then(({ default: factory }) => {
    // A module object of its own: shared between factories, one codec's memory would become another's.
    return factory({ print: () => {}, printErr: () => {} }) as Promise<Classes>;
  });
  instances.set(codec, made);
  return made;
}

/** Runs `work`; after an error the instance is thrown away, as its memory cannot be trusted any more. */
async function using<T>(codec: WasmCodec, work: (classes: Classes) => T): Promise<T> {
  const classes = await instance(codec);
  try {
    return work(classes);
  } catch {
    instances.delete(codec);
    throw new Error('the codec refused its input');
  }
}

/** Decodes one image. @throws Error without details when the codec refuses it */
export function wasmDecode(codec: WasmCodec, packed: Uint8Array): Promise<CodecFrame> {
  return using(codec, (classes) => {
    const decoder = new classes[packages[codec].decoder]!();
    decoder.getEncodedBuffer(packed.length).set(packed);
    decoder.decode();
    const info = decoder.getFrameInfo();
    const frame = {
      width: info.width,
      height: info.height,
      components: info.componentCount,
      bits: info.bitsPerSample,
      signed: info.isSigned === true,
      interleave: decoder.getInterleaveMode?.() ?? 2,
      bytes: Uint8Array.from(decoder.getDecodedBuffer()),
    };
    decoder.delete();
    return frame;
  });
}

/** Encodes one image without loss. @throws Error without details when the codec cannot */
export function wasmEncode(codec: Exclude<WasmCodec, 'jpeg'>, frame: CodecFrame): Promise<Uint8Array> {
  return using(codec, (classes) => {
    const encoder = new classes[packages[codec].encoder]!();
    const { width, height, components, bits, signed } = frame;
    const info: FrameInfo = {
      width,
      height,
      bitsPerSample: bits,
      componentCount: components,
      isSigned: signed,
      isUsingColorTransform: components === 3,
    };
    encoder.getDecodedBuffer(info).set(frame.bytes);
    encoder.setNearLossless?.(0);
    encoder.setInterleaveMode?.(frame.interleave);
    encoder.setQuality?.(true, 0);
    encoder.setDecompositions?.(Math.min(5, Math.floor(Math.log2(Math.min(width, height)))));
    encoder.encode();
    const packed = Uint8Array.from(encoder.getEncodedBuffer());
    encoder.delete();
    return packed;
  });
}

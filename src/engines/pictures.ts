// Pictures on the disk: cut to what may stay, decoded, and looked at again.
import { readFile, stat } from 'node:fs/promises';
import { type Inflate, inflateSync } from 'node:zlib';
import { DomainError } from '../domain/errors';
import { type CleanPicture, cleanPicture, type PictureFormat } from '../domain/pictures/picture';
import { decodePng } from '../domain/pictures/pngPicture';
import { type Raster, upright } from '../domain/pictures/raster';
import { decodeTiff } from '../domain/pictures/tiffPicture';
import { wasmDecode } from './wasmCodecs';

/** A compressed picture is held whole. */
const MOST_BYTES = 2 ** 28;

/**
 * The picture at `path`, cut to what may stay; its pixels are not decoded.
 * @throws DomainError UNREADABLE | UNSUPPORTED | TOO_LARGE in plain words
 */
export async function readPicture(path: string): Promise<CleanPicture> {
  if ((await stat(path)).size > MOST_BYTES)
    throw new DomainError('TOO_LARGE', 'This picture is larger than 256 MB, which is more than can be looked at here.');
  return cleanPicture(await readFile(path));
}

/**
 * The pixels of a clean picture, upright.
 * @throws DomainError UNREADABLE | UNSUPPORTED when they cannot be decoded whole
 */
export async function decodePicture({ format, orientation, chunks, width, height }: CleanPicture): Promise<Raster> {
  const raster = await DECODERS[format](Buffer.concat(chunks));
  if (raster.width !== width || raster.height !== height) throw undecodable();
  return upright(raster, orientation);
}

const DECODERS: Readonly<Record<PictureFormat, (bytes: Uint8Array) => Raster | Promise<Raster>>> = {
  jpeg: decodeJpeg,
  png: (bytes) => decodePng(bytes, inflate),
  tiff: (bytes) => decodeTiff(bytes, inflate),
};

async function decodeJpeg(bytes: Uint8Array): Promise<Raster> {
  const {
    width,
    height,
    components,
    bytes: data,
  } = await wasmDecode('jpeg', bytes).catch(() => {
    throw undecodable();
  });
  if ((components !== 1 && components !== 3) || data.length !== width * height * components) throw undecodable();
  return { width, height, channels: components, data };
}

/** Exactly `length` bytes of a zlib stream that is used up by them. */
function inflate(packed: Uint8Array[], length: number): Uint8Array {
  try {
    const whole = Buffer.concat(packed);
    // With `info` the answer names the engine, which tells how much of its input it used; the types do not know that.
    const { buffer, engine } = inflateSync(whole, { info: true, maxOutputLength: length + 1 }) as unknown as {
      buffer: Buffer;
      engine: Inflate;
    };
    if (buffer.length === length && whole.length - engine.bytesWritten <= 2) return buffer;
  } catch {
    // Said below.
  }
  throw undecodable();
}

function undecodable(): DomainError {
  return new DomainError(
    'UNREADABLE',
    'The pixels of this picture cannot be unpacked, or something else is packed with them. Save it again and upload that.',
  );
}

/** @throws DomainError UNSAFE when a picture holds anything but its pixels, how they are coded, and which way up it is */
export async function lookAgainAtPicture(path: string): Promise<void> {
  const bytes = await readFile(path);
  const clean = Buffer.concat(cleanPicture(bytes).chunks);
  if (Buffer.compare(bytes, clean) !== 0)
    throw new DomainError(
      'UNSAFE',
      'Something that should have been removed was found again in a picture, so nothing was handed on.',
    );
}

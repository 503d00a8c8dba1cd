// A picture as a PNG (ISO/IEC 15948), without any text or time in it.
import { deflateSync } from 'node:zlib';
import { pngChunk } from '../domain/pictures/pngPicture';
import type { Raster } from '../domain/pictures/raster';
import type { GreyImage } from '../domain/pixels/greyImage';

const SIGNATURE = Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a);

/** Grey or colour, 8 or 16 bits, row by row. */
export function pngOf(picture: GreyImage | Raster): Uint8Array {
  const { width, height, data } = picture;
  const channels = 'channels' in picture ? picture.channels : 1;
  const wide = data.BYTES_PER_ELEMENT === 2;
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header[8] = wide ? 16 : 8;
  header[9] = channels === 3 ? 2 : 0;
  const bytes = Buffer.from(data.buffer, data.byteOffset, data.byteLength);
  const samples = wide ? Buffer.from(bytes).swap16() : bytes;
  const line = width * channels * data.BYTES_PER_ELEMENT;
  const rows = Buffer.alloc((line + 1) * height);
  for (let y = 0; y < height; y++) rows.set(samples.subarray(y * line, (y + 1) * line), y * (line + 1) + 1);
  return Buffer.concat([
    SIGNATURE,
    pngChunk('IHDR', header),
    pngChunk('IDAT', deflateSync(rows)),
    pngChunk('IEND', new Uint8Array(0)),
  ]);
}

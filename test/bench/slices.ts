// Generated CT slices for measuring: a header with identifiers planted everywhere, and pixels that differ from slice to slice.
import { closeSync, ftruncateSync, mkdirSync, openSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import type { DicomFile, Element } from '@/domain/dicom/dataset';
import { makeDataSet, makeElement } from '@/domain/dicom/make';
import { readDicom } from '@/domain/dicom/read';
import { TAG } from '@/domain/dicom/tags';
import { LITTLE_ENDIAN_UTF8 } from '@/domain/dicom/values';
import { writeDicom } from '@/domain/dicom/write';
import { phantomIdentifiers } from '@/domain/phantom/identifiers';
import { phantomSeries } from '@/domain/phantom/series';

const SIZE = 512;

function template(size = SIZE): DicomFile {
  const image = { modality: 'CT', slices: 1, rows: size, columns: size, seed: 3, head: false } as const;
  return readDicom(phantomSeries({ ...image, identifiers: phantomIdentifiers(7) })[0]!.bytes);
}

const made = (tag: number, vr: string, value: string | string[] | Uint8Array): Element =>
  makeElement(tag, vr, value, LITTLE_ENDIAN_UTF8);

function withElements(file: DicomFile, elements: readonly Element[]): DicomFile {
  const own = new Map(file.dataset.elements);
  for (const element of elements) own.set(element.tag, element);
  return { ...file, dataset: makeDataSet(own.values()) };
}

/** Writes slices of `size` by `size` pixels (0.5 MB each at 512) into `folder`; gives their bytes in all. */
export function writeSlices(folder: string, count: number, size = SIZE): number {
  const file = template(size);
  const pixels = file.dataset.elements.get(TAG.PixelData)!;
  if (pixels.kind !== 'bytes') throw new Error('the phantom has pixels');
  const plain = new Uint16Array(pixels.bytes.slice().buffer);
  const words = new Uint16Array(plain.length);
  mkdirSync(folder, { recursive: true });
  let seed = 12345;
  let bytes = 0;
  for (let n = 1; n <= count; n++) {
    for (let i = 0; i < words.length; i++) {
      seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0;
      words[i] = Math.max(0, Math.min(4095, plain[i]! + (seed >>> 26) - 32));
    }
    const slice = withElements(file, [
      made(TAG.SOPInstanceUID, 'UI', `1.2.826.0.1.3680043.9.7777.1.${n}`),
      made(TAG.InstanceNumber, 'IS', String(n)),
      made(TAG.ImagePositionPatient, 'DS', ['-250', '-250', (n * 0.7).toFixed(1)]),
      made(TAG.PixelData, 'OW', new Uint8Array(words.buffer)),
    ]);
    const whole = Buffer.concat(writeDicom(slice));
    bytes += whole.length;
    writeFileSync(join(folder, `IM${String(n).padStart(5, '0')}`), whole);
  }
  return bytes;
}

/** Writes one multi-frame image of about 2 GB, as a file with a hole where its pixels are; gives its bytes. */
export function writeMultiFrame(folder: string, frames = 4000): number {
  const file = withElements(template(), [made(0x00280008, 'IS', String(frames))]);
  const head = Buffer.concat(writeDicom(file)).subarray(0, -2 * SIZE * SIZE - tailOf(file));
  const length = frames * SIZE * SIZE * 2;
  head.writeUInt32LE(length, head.length - 4);
  mkdirSync(folder, { recursive: true });
  const handle = openSync(join(folder, 'multiframe'), 'w');
  writeSync(handle, head);
  ftruncateSync(handle, head.length + length);
  closeSync(handle);
  return head.length + length;
}

/** Bytes of what the phantom plants behind its pixels. */
function tailOf(file: DicomFile): number {
  const behind = [...file.dataset.elements.values()].filter(({ tag }) => tag > TAG.PixelData);
  return behind.reduce((sum, { source }) => sum + (source?.length ?? 0), 0);
}

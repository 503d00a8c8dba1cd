// Takes the face out of cleaned DICOM files, in whichever thread: what the defaced volumes lost goes from the frames as well, and
// each file is read again from the disk before it counts. Fails closed: one frame that is not surely the volumes' refuses its file.
import { rmSync } from 'node:fs';
import type { DefacedVolume, Frame, FrameCut, Scale } from '../domain/deface/frame';
import { frameCut } from '../domain/deface/frameCut';
import { sameElement } from '../domain/deid/sameElement';
import type { DataSet, DicomFile } from '../domain/dicom/dataset';
import { type SlicePlace, slicePlaces } from '../domain/dicom/geometry';
import { TAG } from '../domain/dicom/tags';
import { transferSyntax } from '../domain/dicom/transferSyntaxes';
import { contextOf, items, number } from '../domain/dicom/values';
import { walk } from '../domain/dicom/walk';
import { writeDicom } from '../domain/dicom/write';
import { DomainError } from '../domain/errors';
import { storedValues } from '../domain/nifti/datatypes';
import { readNifti } from '../domain/nifti/volume';
import { frameBytes, type PixelLayout, pixelLayout, wordReader } from '../domain/pixels/layout';
import { heldValue, painted, pixelValues } from '../domain/pixels/paint';
import { editPixels } from './cleanPixels';
import { deflateRaw, readDicomFile, writeDicomFile } from './dicomFiles';
import { readNiftiBytes } from './files';
import { openPixels } from './framePixels';
import { reasonOf } from './lookInto';

/** One NIfTI file of a defaced series, as it is released. */
export interface DefacedNifti {
  /** Path of the defaced .nii.gz. */
  readonly nifti: string;
  /** Path of the mask that was removed (.nii.gz, 1 = removed). */
  readonly mask: string;
  /** The converter corrected a tilt or uneven slices. */
  readonly straightened: boolean;
}
export interface DefaceItem {
  readonly index: number;
  readonly from: string;
  readonly to: string;
}
export interface DefaceAnswer {
  readonly refused: { readonly index: number; readonly reason: string }[];
  /** Voxels of the volumes that the written files were found to show. */
  voxels: number;
}

/** Defaces DICOM files by the volumes of their series, which are read once. Errors of the disk are thrown. */
export function defaceJob(series: readonly DefacedNifti[]): (items: readonly DefaceItem[]) => Promise<DefaceAnswer> {
  let volumes: Promise<DefacedVolume[]> | null = null;
  return async (some) => {
    volumes ??= Promise.all(series.map(readDefaced));
    const answer: DefaceAnswer = { refused: [], voxels: 0 };
    for (const { index, from, to } of some) {
      try {
        answer.voxels += await defaceFile(from, to, await volumes);
      } catch (error) {
        rmSync(to, { force: true });
        answer.refused.push({ index, reason: reasonOf(error) });
      }
    }
    return answer;
  };
}

async function readDefaced({ nifti, mask, straightened }: DefacedNifti): Promise<DefacedVolume> {
  const volume = readNifti(await readNiftiBytes(nifti));
  const removed = readNifti(await readNiftiBytes(mask));
  if (removed.data.length !== volume.shape.reduce((product, n) => product * n, 1))
    throw new DomainError('UNSAFE', 'The mask of this series does not fit its volume. Process the series again.');
  const values = storedValues(volume.data, volume.datatype, volume.littleEndian);
  const { shape, affine, volumes, sclSlope, sclInter } = volume;
  return { shape, affine, volumes, sclSlope, sclInter, values, mask: removed.data, straightened };
}

/** @returns how many voxels the file's frames show */
async function defaceFile(from: string, to: string, volumes: readonly DefacedVolume[]): Promise<number> {
  const file = await readDicomFile(from);
  const cutOf = frameCutter(file, volumes);
  const syntax = transferSyntax(file.transferSyntaxUid);
  if (syntax?.lossy !== false) throw unsupported('it was compressed with loss, and would lose more');
  let voxels = 0;
  const defaced = await editPixels(file, {
    touches: () => true,
    edit: (frame, bytes, layout) => {
      const cut = cutOf(frame, bytes, layout);
      voxels += cut.voxels;
      const edited = painted(bytes, layout, cut.removed, cut.fill);
      // Packed again in any case: behind the end of a frame's compressed bytes there may be more than the frame.
      return edited === bytes && syntax.encapsulated ? bytes.slice() : edited;
    },
  });
  await writeDicomFile(to, writeDicom(defaced, { deflateRaw }));
  await lookAgain(file, await readDicomFile(to), cutOf);
  return voxels;
}

type FrameCutter = (frame: number, bytes: Uint8Array, layout: PixelLayout) => FrameCut;

/** What is removed of each frame of a file. @throws DomainError UNSUPPORTED | UNSAFE */
function frameCutter(file: DicomFile, volumes: readonly DefacedVolume[]): FrameCutter {
  const layout = pixelLayout(file);
  const { samples, photometric, frames, rows, columns } = layout;
  if (samples !== 1 || !photometric.startsWith('MONOCHROME')) throw unsupported('it is in colour');
  onlyOneImage(file, layout);
  const places = slicePlaces(file);
  if (places.length !== frames) throw unsupported('it does not say where each of its frames lies');
  return (frame, bytes, layout) => {
    const place = places[frame]!;
    const rescale = rescaleOf(file, frame);
    const cut = frameCut(
      { place, rows, columns, values: pixelValues(bytes, layout), rescale } satisfies Frame,
      volumes,
    );
    if (cut === null) throw unsafe(mismatch(place));
    return cut;
  };
}

function mismatch({ position, orientation }: SlicePlace): string {
  return position === null || orientation === null
    ? 'An image does not say where in the body it lies, so the mask of the face cannot be put on it.'
    : 'An image does not agree, in place or pixels, with the volume in which the face was found.';
}

/** A face may be in a thumbnail, too, or behind the last frame. @throws DomainError UNSUPPORTED when there are pixels besides the image's */
function onlyOneImage(file: DicomFile, layout: PixelLayout): void {
  const pixels = file.dataset.elements.get(TAG.PixelData);
  if (pixels?.kind === 'bytes' && pixels.bytes.length > frameBytes(layout) * layout.frames + 1)
    throw unsupported('it holds more pixels than its header says');
  walk(file.dataset, contextOf(file), ({ tag }, path) => {
    const others = tag === 0x7fe00008 || tag === 0x7fe00009 || isOverlayData(tag);
    if (others || (tag === TAG.PixelData && path.length > 1)) throw unsupported('it holds a second picture');
  });
}

function isOverlayData(tag: number): boolean {
  return tag >>> 24 === 0x60 && (tag & 0xffff) === 0x3000;
}

/** RescaleSlope and RescaleIntercept of a frame, from its functional groups or the image (PS3.3 C.7.6.16.2.9, C.11.1). */
function rescaleOf({ dataset, ...file }: DicomFile, frame: number): Scale {
  const context = contextOf({ dataset, ...file });
  const groups = [
    items(dataset, TAG.PerFrameFunctionalGroupsSequence)[frame],
    items(dataset, TAG.SharedFunctionalGroupsSequence)[0],
  ];
  const sources: DataSet[] = groups.flatMap((group) => (group === undefined ? [] : items(group, 0x00289145)));
  const value = (tag: number) => {
    for (const source of [...sources, dataset]) {
      const found = number(source, tag, context);
      if (found !== null) return found;
    }
    return null;
  };
  return { slope: value(0x00281053) ?? 1, intercept: value(0x00281052) ?? 0 };
}

/** Tables that follow the pixels' lengths. */
const PIXELS: ReadonlySet<number> = new Set([TAG.PixelData, 0x7fe00001, 0x7fe00002]);

/** Compares a written file with the one it was made of, independently of how it was made. @throws DomainError UNSAFE */
async function lookAgain(before: DicomFile, after: DicomFile, cutOf: FrameCutter): Promise<void> {
  const wrong = unsafe('A defaced DICOM file was not as it should be when it was read again, so it was not used.');
  if (!sameBesidesPixels(before.dataset, after.dataset) || before.transferSyntaxUid !== after.transferSyntaxUid)
    throw wrong;
  const [was, is] = [openPixels(before), openPixels(after)];
  for (let frame = 0; frame < was.layout.frames; frame++) {
    const [old, now] = [await was.frame(frame), await is.frame(frame)];
    const { removed, fill } = cutOf(frame, old.bytes, old.layout);
    const [oldWord, newWord] = [wordReader(old.bytes, old.layout), wordReader(now.bytes, now.layout)];
    const width = old.layout.bitsAllocated / 8;
    const values = pixelValues(now.bytes, now.layout);
    for (let n = 0; n < removed.length; n++) {
      const right =
        removed[n] === 1 ? values[n] === heldValue(old.layout, fill[n]!) : newWord(n * width) === oldWord(n * width);
      if (!right) throw wrong;
    }
  }
}

function sameBesidesPixels(a: DataSet, b: DataSet): boolean {
  const rest = ({ elements }: DataSet) => [...elements.values()].filter(({ tag }) => !PIXELS.has(tag));
  const [before, after] = [rest(a), rest(b)];
  return (
    before.length === after.length &&
    before.every((element, n) => element.tag === after[n]!.tag && sameElement(element, after[n]!))
  );
}

function unsupported(why: string): DomainError {
  return new DomainError('UNSUPPORTED', `The face cannot be removed from an image of this series: ${why}.`);
}
function unsafe(message: string): DomainError {
  return new DomainError('UNSAFE', message);
}

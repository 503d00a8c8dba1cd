// Whether the slices of a series make up whole, straight volumes (PS3.3 C.7.6.2.1.1, C.7.6.16.2.3-4): a converter squeezes a
// gap or a slant silently, so every slice's place is looked at first. Patient coordinates, LPS, mm.

import type { DataSet, DicomFile, Item } from './dataset';
import { privateCreatorOf } from './dictionary';
import { frameSources, isMosaic, type Orientation, placeOf, type Vec3 } from './facts';
import { TAG } from './tags';
import { contextOf, items, number, texts } from './values';

/** Where one slice or frame lies, and its grid. */
export interface SlicePlace {
  readonly position: Vec3 | null;
  readonly orientation: Orientation | null;
  readonly pixelSpacing: readonly [number, number] | null;
  readonly sliceThickness: number | null;
  readonly rows: number | null;
  readonly columns: number | null;
  /** One image that holds a whole volume as tiles (Siemens mosaic): it has no neighbours to be compared with. */
  readonly wholeVolume: boolean;
  readonly localizer: boolean;
}

type GeometryKind =
  | 'missingSlices'
  | 'unevenSpacing'
  | 'gantryTilt'
  | 'mixedOrientations'
  | 'duplicatePositions'
  | 'incompleteVolume'
  | 'differingGrids'
  | 'noGeometry';

export interface GeometryFinding {
  readonly kind: GeometryKind;
  /** For people: what is wrong, in numbers of slices; no value that could identify anybody. */
  readonly message: string;
  /** How many slices, gaps, orientations or grids it concerns. */
  readonly count: number;
}

/** Positions closer than this are one: scanners write two to six decimals. */
const SAME_PLACE_MM = 0.01;
/** A gap may differ from the others by this share of the spacing, or by 0.02 mm. */
const GAP_TOLERANCE = 0.02;
const SAME_DIRECTION = 0.001;
const TILT_DEGREES = 0.2;
const STRAIGHT_MM = 0.1;

/** The places of a file's slices: one of a classic image, one for each frame of an enhanced one; [] without an image. */
export function slicePlaces(file: DicomFile): SlicePlace[] {
  const { dataset } = file;
  const context = contextOf(file);
  const rows = number(dataset, TAG.Rows, context);
  const columns = number(dataset, TAG.Columns, context);
  if (rows === null || columns === null) return [];
  const imageType = texts(dataset, TAG.ImageType, context).map((word) => word.toUpperCase());
  const common = { rows, columns, wholeVolume: isMosaic(imageType), localizer: imageType.includes('LOCALIZER') };
  const tiles = privateTiles(dataset);
  if (tiles.length > 0) {
    return tiles.map((tile) => ({ ...common, wholeVolume: false, ...placeOf([tile, dataset], context) }));
  }
  const frames = items(dataset, TAG.PerFrameFunctionalGroupsSequence);
  if (frames.length === 0) {
    const several = (number(dataset, TAG.NumberOfFrames, context) ?? 1) > 1;
    const place = placeOf([dataset], context);
    return [{ ...common, ...place, position: several ? null : place.position }];
  }
  const shared = items(dataset, TAG.SharedFunctionalGroupsSequence)[0];
  return frames.map((frame) => {
    return { ...common, ...placeOf(frameSources(dataset, shared, frame), context) };
  });
}

/** The tiles of a UIH grid image, each with its own place in a private sequence (ImageType VFRAME). */
function privateTiles(dataset: DataSet): readonly Item[] {
  for (let block = 0x10; block <= 0xff; block++) {
    const tag = 0x00650051 + block * 0x100;
    if (privateCreatorOf(dataset, tag) === 'Image Private Header') return items(dataset, tag);
  }
  return [];
}

type Located = SlicePlace & { readonly position: Vec3; readonly orientation: Orientation };

/**
 * What a person must look at before the slices of one series are made a volume; [] when all is well.
 * Places that all occur equally often are the volumes of a 4D series, and fine.
 */
export function checkGeometry(slices: readonly SlicePlace[]): GeometryFinding[] {
  if (slices.length === 0) return [];
  const located = slices.filter((slice): slice is Located => slice.position !== null && isFrame(slice.orientation));
  const findings = [...checkKnown(slices.length, located.length), ...checkGrids(located)];
  const orientations = byOrientation(located);
  if (orientations.length > 1) return [...findings, mixed(orientations)];
  const stack = located.filter((slice) => !slice.wholeVolume);
  return stack.length < 2 ? findings : [...findings, ...checkStack(stack)];
}

/** Two unit vectors at a right angle, or no orientation at all. */
function isFrame(orientation: Orientation | null): boolean {
  if (!orientation) return false;
  const [row, column] = axes(orientation);
  return (
    Math.abs(dot(row, row) - 1) < 0.01 && Math.abs(dot(column, column) - 1) < 0.01 && Math.abs(dot(row, column)) < 0.01
  );
}

function checkKnown(all: number, known: number): GeometryFinding[] {
  const count = all - known;
  if (count === 0) return [];
  const message =
    all === 1
      ? 'The image does not say where in the body it lies.'
      : `${count} of ${all} slices do not say where in the body they lie.`;
  return [{ kind: 'noGeometry', count, message }];
}

function checkGrids(slices: readonly SlicePlace[]): GeometryFinding[] {
  const grids = new Set(
    slices.map(({ rows, columns, pixelSpacing }) =>
      [rows, columns, ...(pixelSpacing ?? []).map((mm) => mm.toFixed(3))].join(' '),
    ),
  );
  if (grids.size < 2) return [];
  const message = `The slices come in ${grids.size} different sizes or pixel spacings; they cannot all be one volume.`;
  return [{ kind: 'differingGrids', count: grids.size, message }];
}

function byOrientation(slices: readonly Located[]): Located[][] {
  const groups: Located[][] = [];
  for (const slice of slices) {
    const group = groups.find(([first]) =>
      first!.orientation.every((cosine, i) => Math.abs(cosine - slice.orientation[i]!) < SAME_DIRECTION),
    );
    if (group) group.push(slice);
    else groups.push([slice]);
  }
  return groups;
}

function mixed(groups: readonly (readonly Located[])[]): GeometryFinding {
  const localizer = groups.some((group) => group.some((slice) => slice.localizer));
  const what = localizer ? 'This is a localizer (scout): its' : 'The';
  const message = `${what} ${groups.flat().length} slices lie in ${groups.length} different orientations; they are no single volume.`;
  return { kind: 'mixedOrientations', count: groups.length, message };
}

/** One place along the stack, and how many slices lie there. */
interface Level {
  readonly position: Vec3;
  readonly along: number;
  count: number;
}

function checkStack(stack: readonly Located[]): GeometryFinding[] {
  const [row, column] = axes(stack[0]!.orientation);
  const normal = cross(row, column);
  const levels = levelsOf(stack, normal);
  return [...checkCounts(levels), ...checkGaps(levels), ...checkSlant(levels, normal)];
}

function levelsOf(stack: readonly Located[], normal: Vec3): Level[] {
  const sorted = stack
    .map(({ position }) => ({ position, along: dot(position, normal), count: 1 }))
    .sort((a, b) => a.along - b.along);
  const levels: Level[] = [];
  for (const level of sorted) {
    // Sorted along the normal, so only the last few levels can be the same place.
    let i = levels.length - 1;
    while (i >= 0 && level.along - levels[i]!.along < SAME_PLACE_MM && !samePlace(levels[i]!, level)) i--;
    const same = levels[i];
    if (same && samePlace(same, level)) same.count += 1;
    else levels.push(level);
  }
  return levels;
}

const samePlace = (a: Level, b: Level) => length(minus(a.position, b.position)) < SAME_PLACE_MM;

/** How often each place occurs: equally often is a 4D series, else a volume is incomplete or slices are there twice. */
function checkCounts(levels: readonly Level[]): GeometryFinding[] {
  const counts = levels.map((level) => level.count);
  const most = Math.max(...counts);
  if (counts.every((count) => count === most)) return [];
  const usual = median(counts);
  if (usual === 1) {
    const extra = counts.reduce((sum, count) => sum + count - 1, 0);
    const message = `${slicesAre(extra)} at a place where another slice lies already.`;
    return [{ kind: 'duplicatePositions', count: extra, message }];
  }
  const short = counts.reduce((sum, count) => sum + most - count, 0);
  const message = `The series holds ${most} volumes, but not all are complete: ${slicesAre(short)} missing.`;
  return [{ kind: 'incompleteVolume', count: short, message }];
}

const slicesAre = (count: number) => (count === 1 ? '1 slice is' : `${count} slices are`);

function checkGaps(levels: readonly Level[]): GeometryFinding[] {
  const gaps = levels.slice(1).map((level, i) => level.along - levels[i]!.along);
  if (gaps.length < 2) return [];
  const smallest = Math.min(...gaps);
  const multiples = smallest > 0.1 && gaps.every((gap) => fits(gap, smallest));
  const usual = multiples ? smallest : median(gaps);
  const missing = gaps.filter((gap) => gap > usual * 1.5 && fits(gap, usual));
  const uneven = gaps.filter((gap) => !fits(gap, usual)).length;
  return [
    ...(missing.length > 0 ? [missingSlices(missing, usual)] : []),
    ...(uneven > 0 ? [unevenGaps(uneven, gaps)] : []),
  ];
}

/** Whether a gap is the usual one or a whole number of it. */
function fits(gap: number, usual: number): boolean {
  const times = Math.round(gap / usual);
  return times >= 1 && Math.abs(gap - times * usual) <= Math.max(0.02, GAP_TOLERANCE * usual);
}

function missingSlices(gaps: readonly number[], usual: number): GeometryFinding {
  const count = gaps.reduce((sum, gap) => sum + Math.round(gap / usual) - 1, 0);
  const where = gaps.length === 1 ? 'between two others' : `in ${gaps.length} gaps`;
  return { kind: 'missingSlices', count, message: `${slicesAre(count)} missing ${where}.` };
}

function unevenGaps(count: number, gaps: readonly number[]): GeometryFinding {
  const [least, most] = [Math.min(...gaps).toFixed(2), Math.max(...gaps).toFixed(2)];
  const message = `The slices are not evenly spaced: ${count} of ${gaps.length} gaps differ (${least} to ${most} mm).`;
  return { kind: 'unevenSpacing', count, message };
}

/** Whether the stack leans (each slice shifted within its plane), steadily or by jumps. */
function checkSlant(levels: readonly Level[], normal: Vec3): GeometryFinding[] {
  const [first, last] = [levels[0]!, levels.at(-1)!];
  const height = last.along - first.along;
  if (levels.length < 2 || height <= 0) return [];
  const lean = inPlane(minus(last.position, first.position), normal);
  const degrees = (Math.atan2(length(lean), height) * 180) / Math.PI;
  const strays = levels.filter((level) => {
    const share = (level.along - first.along) / height;
    const expected = scaled(lean, share);
    return length(minus(inPlane(minus(level.position, first.position), normal), expected)) > STRAIGHT_MM;
  });
  if (strays.length > 0) {
    const message = `${slicesAre(strays.length)} shifted sideways against the line of the others.`;
    return [{ kind: 'unevenSpacing', count: strays.length, message }];
  }
  if (degrees < TILT_DEGREES || length(lean) < STRAIGHT_MM) return [];
  const message = `The stack leans by ${degrees.toFixed(1)} degrees (gantry tilt): its slices are not square to the direction they follow each other in.`;
  return [{ kind: 'gantryTilt', count: levels.length, message }];
}

function axes(o: Orientation): readonly [Vec3, Vec3] {
  return [
    [o[0], o[1], o[2]],
    [o[3], o[4], o[5]],
  ];
}
const dot = (a: Vec3, b: Vec3) => a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
const minus = (a: Vec3, b: Vec3): Vec3 => [a[0] - b[0], a[1] - b[1], a[2] - b[2]];
const scaled = (a: Vec3, by: number): Vec3 => [a[0] * by, a[1] * by, a[2] * by];
const length = (a: Vec3) => Math.sqrt(dot(a, a));
const inPlane = (a: Vec3, normal: Vec3) => minus(a, scaled(normal, dot(a, normal)));
const cross = (a: Vec3, b: Vec3): Vec3 => [
  a[1] * b[2] - a[2] * b[1],
  a[2] * b[0] - a[0] * b[2],
  a[0] * b[1] - a[1] * b[0],
];

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)]!;
}

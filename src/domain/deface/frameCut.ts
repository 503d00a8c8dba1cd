// What is removed of one DICOM frame, and by what: taken from the defaced volumes, whose other voxels must be the frame's other
// pixels. Geometry says where a pixel lies, the values prove it; what they do not prove is not handed on.
import { type DefacedVolume, type Frame, type FrameCut, headerScale, type Scale } from './frame';
import { type FramePlane, framePlanes } from './framePlanes';
import { removeTouched } from './frameTouched';

/**
 * What is removed of a frame of a series whose volumes were defaced; null when its place or its pixels do not agree with any of
 * them: then nothing is known about what it shows. Where several agree, what any of them removes is removed.
 */
export function frameCut(frame: Frame, volumes: readonly DefacedVolume[]): FrameCut | null {
  const pixels = frame.rows * frame.columns;
  const [removed, fill] = [new Uint8Array(pixels), new Float64Array(pixels)];
  let found = false;
  let voxels = 0;
  for (const volume of volumes) {
    const shown = volume.straightened
      ? removeTouched(frame, volume, removed, fill)
      : removePlanes(frame, volume, removed, fill);
    if (shown === null) continue;
    found = true;
    voxels = Math.max(voxels, shown);
  }
  return found ? { removed, fill, voxels } : null;
}

/** Marks what one volume removes of the frame, when all of its planes agree. How many voxels it shows; null when it shows none. */
function removePlanes(frame: Frame, volume: DefacedVolume, removed: Uint8Array, fill: Float64Array): number | null {
  const planes = framePlanes(frame.place, volume);
  if (planes === null || !emptyBesides(frame, planes)) return null;
  const agreed: Agreement[] = [];
  for (const plane of planes) {
    const agreement = agreementOf(frame, plane, volume);
    if (agreement === null) return null;
    agreed.push(agreement);
  }
  for (const [n, plane] of planes.entries()) {
    const { start, slope, intercept } = agreed[n]!;
    eachPixel(plane, frame.columns, (pixel, voxel) => {
      if (volume.mask[voxel] !== 1 || removed[pixel] === 1) return true;
      removed[pixel] = 1;
      fill[pixel] = Math.round((volume.values[start + voxel]! - intercept) / slope);
      return true;
    });
  }
  return planes.reduce((sum, plane) => sum + plane.columns * plane.rows, 0);
}

/** Whether nothing is shown outside of the planes: a mosaic has more tiles than slices. */
function emptyBesides({ values, columns, rows }: Frame, planes: readonly FramePlane[]): boolean {
  const shown = planes.reduce((sum, plane) => sum + plane.columns * plane.rows, 0);
  if (shown === columns * rows) return true;
  const inside = new Uint8Array(values.length);
  for (const plane of planes)
    for (let y = plane.y; y < plane.y + plane.rows; y++)
      inside.fill(1, y * columns + plane.x, y * columns + plane.x + plane.columns);
  const blank = values[inside.indexOf(0)];
  return values.every((value, n) => inside[n] === 1 || value === blank);
}

/** In which 3D volume a plane stands, and how pixels became voxels: stored voxel = pixel * slope + intercept. */
interface Agreement extends Scale {
  readonly start: number;
}

/** Calls `visit` with every pixel of a plane and its voxel, counted within one 3D volume; until it answers false. */
function eachPixel(plane: FramePlane, columns: number, visit: (pixel: number, voxel: number) => boolean): boolean {
  for (let y = 0; y < plane.rows; y++) {
    let pixel = (plane.y + y) * columns + plane.x;
    let voxel = plane.first + y * plane.down;
    for (let x = 0; x < plane.columns; x++, pixel++, voxel += plane.right) if (!visit(pixel, voxel)) return false;
  }
  return true;
}

/** The first 3D volume whose kept voxels are the plane's kept pixels by one straight line; null when there is none. */
function agreementOf(frame: Frame, plane: FramePlane, volume: DefacedVolume): Agreement | null {
  const { values: pixels, columns } = frame;
  const size = volume.mask.length;
  let [low, high, lowAt, highAt] = [Infinity, -Infinity, -1, -1];
  eachPixel(plane, columns, (pixel, voxel) => {
    const value = pixels[pixel]!;
    if (volume.mask[voxel] === 1) return true;
    if (value < low) [low, lowAt] = [value, voxel];
    if (value > high) [high, highAt] = [value, voxel];
    return true;
  });
  const said = headerScale(frame, volume);
  // All of it is removed: there is nothing to compare, and nothing to see.
  if (lowAt < 0) return { start: 0, ...said };
  const starts = Array.from({ length: volume.volumes }, (_, n) => n * size);
  // As both headers say, before any other line: through few pixels there are many.
  for (const start of starts) if (agrees(frame, plane, volume, start, said)) return { start, ...said };
  for (const start of starts) {
    const [a, b] = [volume.values[start + lowAt]!, volume.values[start + highAt]!];
    const slope = high > low ? (b - a) / (high - low) : said.slope;
    const scale = { slope, intercept: a - slope * low };
    if (slope !== 0 && agrees(frame, plane, volume, start, scale)) return { start, ...scale };
  }
  return null;
}

function agrees(frame: Frame, plane: FramePlane, volume: DefacedVolume, start: number, scale: Scale): boolean {
  const { values: pixels, columns } = frame;
  const { values, mask } = volume;
  const near = Math.abs(scale.slope) / 2;
  return eachPixel(plane, columns, (pixel, voxel) => {
    if (mask[voxel] === 1) return true;
    const value = values[start + voxel]!;
    const expected = pixels[pixel]! * scale.slope + scale.intercept;
    // Written so that NaN does not agree.
    return Math.abs(value - expected) <= near + Math.abs(value) * 1e-5;
  });
}

// Drawing a mask by hand on a scan's own voxels: a round brush and a cutting plane, both in millimetres, and neither ever on the brain.
import { type Affine, invert, spacing, transform, type Vec3 } from '../nifti/affine';
import { LABEL } from './labelRuns';

/** Labels (see labelRuns) of one 3D volume, x fastest; changed in place by what is drawn. */
export interface Drawing {
  readonly labels: Uint8Array;
  readonly shape: Vec3;
  /** Voxel -> RAS mm. */
  readonly affine: Affine;
}

/** What lies in front of it (where the normal points) is removed. RAS mm; the normal has length 1. */
export interface Plane {
  readonly through: Vec3;
  readonly normal: Vec3;
}

/** Voxel indices, ends included. */
export interface VoxelBox {
  readonly low: Vec3;
  readonly high: Vec3;
}

/**
 * Marks (or clears) every voxel whose middle lies within `radiusMm` of the line between two voxel places, and the voxel at its end
 * whatever the radius. Brain stays brain.
 * @returns the box that was looked at; null when it lies outside the scan
 */
export function paintStroke(
  { labels, shape, affine }: Drawing,
  [from, to]: readonly [Vec3, Vec3],
  radiusMm: number,
  label: typeof LABEL.cut | typeof LABEL.keep,
): VoxelBox | null {
  const box = boxAround(from, to, reachOf(affine, radiusMm), shape);
  if (box === null) return null;
  const near = distanceTo(transform(affine, from), transform(affine, to));
  const end = to.map(Math.round);
  for (let k = box.low[2]; k <= box.high[2]; k++) {
    for (let j = box.low[1]; j <= box.high[1]; j++) {
      const row = (k * shape[1] + j) * shape[0];
      for (let i = box.low[0]; i <= box.high[0]; i++) {
        if (labels[row + i] === LABEL.brain) continue;
        const isEnd = i === end[0] && j === end[1] && k === end[2];
        if (isEnd || near(transform(affine, [i, j, k])) <= radiusMm) labels[row + i] = label;
      }
    }
  }
  return box;
}

/** How many voxels along each axis a ball of that radius may reach. */
function reachOf(affine: Affine, radiusMm: number): Vec3 {
  const back = invert(affine);
  const row = (r: number) => Math.ceil(radiusMm * Math.hypot(back[r]!, back[r + 1]!, back[r + 2]!));
  return [row(0), row(4), row(8)];
}

function boxAround(from: Vec3, to: Vec3, reach: Vec3, shape: Vec3): VoxelBox | null {
  const low = from.map((f, axis) => Math.max(0, Math.round(Math.min(f, to[axis]!)) - reach[axis]!));
  const high = from.map((f, axis) => Math.min(shape[axis]! - 1, Math.round(Math.max(f, to[axis]!)) + reach[axis]!));
  if (low.some((l, axis) => !(l <= high[axis]!))) return null;
  return { low: low as unknown as Vec3, high: high as unknown as Vec3 };
}

/** Distance in mm from the line between a and b. */
function distanceTo(a: Vec3, b: Vec3): (p: Vec3) => number {
  const along = minus(b, a);
  const length2 = dot(along, along);
  return (p) => {
    const share = length2 === 0 ? 0 : Math.min(1, Math.max(0, dot(minus(p, a), along) / length2));
    return Math.hypot(p[0] - a[0] - share * along[0], p[1] - a[1] - share * along[1], p[2] - a[2] - share * along[2]);
  };
}

/** Everything in front of the plane, on top of what `before` marks; brain stays brain. Changes `labels`. */
export function cutInFront({ labels, shape, affine }: Drawing, before: Uint8Array, { through, normal }: Plane): void {
  const step = (axis: number) =>
    normal[0] * affine[axis]! + normal[1] * affine[4 + axis]! + normal[2] * affine[8 + axis]!;
  const [di, dj, dk] = [step(0), step(1), step(2)];
  const start = dot(normal, minus(transform(affine, [0, 0, 0]), through));
  let at = 0;
  for (let k = 0; k < shape[2]; k++) {
    for (let j = 0; j < shape[1]; j++) {
      const row = start + dj * j + dk * k;
      for (let i = 0; i < shape[0]; i++, at++) {
        const was = before[at]!;
        labels[at] = was === LABEL.keep && row + di * i > 0 ? LABEL.cut : was;
      }
    }
  }
}

/**
 * The plane through two places (RAS mm) that stands upright on a slice with that normal; its front is where the face is: forwards, or,
 * when it looks neither forwards nor back, downwards. Null when the places are the same.
 */
export function planeAlong(from: Vec3, to: Vec3, sliceNormal: Vec3): Plane | null {
  const normal = cross(minus(to, from), sliceNormal);
  const length = Math.hypot(...normal);
  if (!(length > 1e-6)) return null;
  const forwards = Math.abs(normal[1]) > 0.1 * length ? normal[1] > 0 : normal[2] < 0;
  return { through: from, normal: scaled(normal, (forwards ? 1 : -1) / length) };
}

/** The plane moved forwards by so many mm. */
export function movedPlane({ through, normal }: Plane, mm: number): Plane {
  return { through: plus(through, scaled(normal, mm)), normal };
}

/** The plane turned about its own place: `tilt` nods (about the axis from left to right), `turn` shakes (about the upright one). Degrees. */
export function turnedPlane({ through, normal: [x, y, z] }: Plane, how: { tilt?: number; turn?: number }): Plane {
  const [ct, st] = circle(how.turn ?? 0);
  const [x1, y1] = [ct * x - st * y, st * x + ct * y];
  const [cn, sn] = circle(how.tilt ?? 0);
  return { through, normal: [x1, cn * y1 - sn * z, sn * y1 + cn * z] };
}

function circle(degrees: number): [cos: number, sin: number] {
  const radians = (degrees * Math.PI) / 180;
  return [Math.cos(radians), Math.sin(radians)];
}

/** Direction (RAS, length 1) in which a voxel axis runs. */
export function axisDirection(affine: Affine, axis: 0 | 1 | 2): Vec3 {
  return scaled([affine[axis]!, affine[4 + axis]!, affine[8 + axis]!], 1 / spacing(affine)[axis]);
}

function minus(a: Vec3, b: Vec3): Vec3 {
  return [a[0] - b[0], a[1] - b[1], a[2] - b[2]];
}

function plus(a: Vec3, b: Vec3): Vec3 {
  return [a[0] + b[0], a[1] + b[1], a[2] + b[2]];
}

function scaled(v: Vec3, by: number): Vec3 {
  return [v[0] * by, v[1] * by, v[2] * by];
}

function dot(a: Vec3, b: Vec3): number {
  return a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
}

function cross(a: Vec3, b: Vec3): Vec3 {
  return [a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]];
}

// Which way does the head face? The network that finds faces knows upright heads that face the front, and finds a face in any other
// as well. So a small network of its own looks at the coarse scan turned to each of 24 sides; the header is only believed, not trusted.
import { DomainError } from '../errors';
import { type Affine, compose, type Vec3 } from '../nifti/affine';
import type { ModelManifest } from './manifest';

/** A rotation of the grid: axis a of the turned image shows axis `axes[a]` of the image, from its other end where `flipped`. */
export interface Turn {
  readonly axes: Vec3;
  readonly flipped: readonly [boolean, boolean, boolean];
}

/** The 24 rotations of a cube in the order of models/deface/training/facing.py; the first changes nothing. */
export const TURNS: readonly Turn[] = rotations();

/** What models/deface/facing.json says of the network beside it. */
export interface FacingManifest
  extends Pick<ModelManifest, 'sha256' | 'shape' | 'spacingMm' | 'clipBelow' | 'percentiles'> {
  readonly inputName: 'turned';
  readonly outputName: 'scores';
}

/** What the network says of a scan: the turn after which its head is upright and faces the front, and how likely each turn is (0..1). */
export interface Facing {
  readonly turn: number;
  readonly likely: readonly number[];
}

function rotations(): Turn[] {
  const axes: Vec3[] = [
    [0, 1, 2],
    [0, 2, 1],
    [1, 0, 2],
    [1, 2, 0],
    [2, 0, 1],
    [2, 1, 0],
  ];
  const both = [false, true] as const;
  const all = axes.flatMap((order) =>
    both.flatMap((x) => both.flatMap((y) => both.map((z): Turn => ({ axes: order, flipped: [x, y, z] })))),
  );
  // A mirror image is no rotation: an odd order needs an odd number of flips.
  const even = ({ axes: [a, b, c], flipped }: Turn) =>
    (Number(a > b) + Number(a > c) + Number(b > c) + flipped.filter(Boolean).length) % 2 === 0;
  return all.filter(even);
}

/** The image (a cube of n voxels a side, z fastest) after a turn. */
export function turned(image: Float32Array, n: number, { axes, flipped }: Turn): Float32Array {
  const strides = [n * n, n, 1];
  const step = axes.map((axis, a) => strides[axis]! * (flipped[a] ? -1 : 1));
  const start = strides.reduce((sum, _, a) => sum + (flipped[a] ? strides[axes[a]!]! * (n - 1) : 0), 0);
  const out = new Float32Array(image.length);
  let at = 0;
  for (let x = 0; x < n; x++) {
    for (let y = 0; y < n; y++) {
      let from = start + x * step[0]! + y * step[1]!;
      for (let z = 0; z < n; z++, from += step[2]!) out[at++] = image[from]!;
    }
  }
  return out;
}

/** The same turn in the world: RAS mm -> RAS mm, about `centre`. */
export function rotation({ axes, flipped }: Turn, centre: Vec3): Affine {
  const rows = axes.map((axis, a) => [0, 1, 2].map((c) => (c === axis ? (flipped[a] ? -1 : 1) : 0)));
  return [
    ...rows.flatMap((row, a) => [...row, centre[a]! - row.reduce<number>((sum, v, c) => sum + v * centre[c]!, 0)]),
    ...[0, 0, 0, 1],
  ];
}

/** Something placed in the world (a scan, a reduced scan) as it lies after a turn of the world: same voxels, another affine. */
export function placedAfter<T extends { readonly affine: Affine }>(placed: T, turn: Turn, centre: Vec3): T {
  return { ...placed, affine: compose(rotation(turn, centre), placed.affine) };
}

/** The network's 24 scores as probabilities. */
export function facingOf(scores: ArrayLike<number>): Facing {
  const top = Math.max(...Array.from(scores));
  const powers = Array.from(scores, (score) => Math.exp(score - top));
  const sum = powers.reduce((a, b) => a + b, 0);
  const likely = powers.map((power) => power / sum);
  return { turn: likely.indexOf(Math.max(...likely)), likely };
}

/**
 * The manifest of the network for the facing.
 * @throws DomainError UNSAFE when it asks for something that this version does not do exactly
 */
export function parseFacingManifest(json: unknown): FacingManifest {
  const { sha256, size, spacingMm, normalisation, turns } = (json ?? {}) as Record<string, unknown>;
  const { clipBelow, percentiles } = (normalisation ?? {}) as Record<string, unknown>;
  const numbers = [size, spacingMm, clipBelow, ...(Array.isArray(percentiles) ? percentiles : [])];
  const sameTurns = JSON.stringify(turns) === JSON.stringify(TURNS.map(asWritten));
  if (typeof sha256 !== 'string' || numbers.length !== 5 || !numbers.every(Number.isFinite) || !sameTurns) {
    throw new DomainError(
      'UNSAFE',
      'The network for the facing does not fit this version of Cloakroom. Restore the folder models/deface as it was delivered.',
    );
  }
  const [side, mm, clip, low, high] = numbers as [number, number, number, number, number];
  return {
    sha256,
    shape: [side, side, side],
    spacingMm: mm,
    clipBelow: clip,
    percentiles: [low, high],
    inputName: 'turned',
    outputName: 'scores',
  };
}

function asWritten({ axes, flipped }: Turn) {
  return { axes, flipped: [0, 1, 2].filter((axis) => flipped[axis]) };
}

// Affine transforms voxel -> millimetres in RAS (x to the right, y to the front, z up), as NIfTI defines them.

/** 4 x 4, row by row, 16 numbers; voxel indices (i, j, k) -> RAS mm. The last row is 0 0 0 1. */
export type Affine = readonly number[];
export type Vec3 = readonly [number, number, number];

export const IDENTITY: Affine = [1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1];

/** `affine` applied to a point. */
export function transform(affine: Affine, [x, y, z]: Vec3): Vec3 {
  const row = (r: number) => affine[r]! * x + affine[r + 1]! * y + affine[r + 2]! * z + affine[r + 3]!;
  return [row(0), row(4), row(8)];
}

/** The transform that does `second` after `first`. */
export function compose(second: Affine, first: Affine): Affine {
  const out: number[] = [];
  for (let r = 0; r < 4; r++) {
    for (let c = 0; c < 4; c++) {
      let sum = 0;
      for (let k = 0; k < 4; k++) sum += second[r * 4 + k]! * first[k * 4 + c]!;
      out.push(sum);
    }
  }
  return out;
}

/** Determinant of the 3 x 3 part: the volume of a voxel in mm3, negative for left-handed axes. */
export function determinant(m: Affine): number {
  const [a, b, c, , d, e, f, , g, h, i] = m as number[];
  return a! * (e! * i! - f! * h!) - b! * (d! * i! - f! * g!) + c! * (d! * h! - e! * g!);
}

/** The inverse of an affine whose determinant is not 0. */
export function invert(m: Affine): Affine {
  const [a, b, c, tx, d, e, f, ty, g, h, i, tz] = m as [
    number,
    number,
    number,
    number,
    number,
    number,
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  const s = 1 / determinant(m);
  // biome-ignore format: a matrix reads as a matrix
  const inverse = [
    (e * i - f * h) * s, (c * h - b * i) * s, (b * f - c * e) * s,
    (f * g - d * i) * s, (a * i - c * g) * s, (c * d - a * f) * s,
    (d * h - e * g) * s, (b * g - a * h) * s, (a * e - b * d) * s,
  ] as const;
  const shift = (r: number) => -(inverse[r]! * tx + inverse[r + 1]! * ty + inverse[r + 2]! * tz);
  return [
    ...inverse.slice(0, 3),
    shift(0),
    ...inverse.slice(3, 6),
    shift(3),
    ...inverse.slice(6, 9),
    shift(6),
    0,
    0,
    0,
    1,
  ];
}

/** Length in mm of a step along each voxel axis. */
export function spacing(m: Affine): Vec3 {
  const length = (c: number) => Math.hypot(m[c]!, m[c + 4]!, m[c + 8]!);
  return [length(0), length(1), length(2)];
}

/** Where each voxel axis points, as in 'RAS' or 'LPS'; each letter is the nearest of the six directions, each axis once. */
export function orientation(affine: Affine): string {
  const letters = ['LR', 'PA', 'IS'];
  const mm = spacing(affine);
  const out = ['?', '?', '?'];
  const taken = new Set<number>();
  const pairs = [0, 1, 2].flatMap((axis) =>
    [0, 1, 2].map((world) => ({ axis, world, cosine: affine[world * 4 + axis]! / mm[axis]! })),
  );
  pairs.sort((p, q) => Math.abs(q.cosine) - Math.abs(p.cosine));
  for (const { axis, world, cosine } of pairs) {
    if (out[axis] !== '?' || taken.has(world)) continue;
    taken.add(world);
    out[axis] = letters[world]![cosine < 0 ? 0 : 1]!;
  }
  return out.join('');
}

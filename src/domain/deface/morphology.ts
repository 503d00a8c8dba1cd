// Shapes on the canonical grid (z fastest): components, growing, blurring.
import type { Vec3 } from '../nifti/affine';

export interface Component {
  readonly label: number;
  readonly voxels: number;
}

/** 6-connected components: a label per voxel (0 outside) and the sizes, largest first. */
export function components(mask: Uint8Array, shape: Vec3): { labels: Int32Array; found: Component[] } {
  const labels = new Int32Array(mask.length);
  const stack = new Int32Array(mask.length);
  const found: Component[] = [];
  for (let seed = 0; seed < mask.length; seed++) {
    if (mask[seed] === 0 || labels[seed] !== 0) continue;
    const label = found.length + 1;
    found.push({ label, voxels: flood(mask, shape, labels, stack, seed, label) });
  }
  found.sort((a, b) => b.voxels - a.voxels);
  return { labels, found };
}

function flood(
  mask: Uint8Array,
  [nx, ny, nz]: Vec3,
  labels: Int32Array,
  stack: Int32Array,
  seed: number,
  label: number,
): number {
  let depth = 0;
  let voxels = 0;
  const visit = (n: number) => {
    if (mask[n] === 0 || labels[n] !== 0) return;
    labels[n] = label;
    stack[depth++] = n;
  };
  visit(seed);
  while (depth > 0) {
    const n = stack[--depth]!;
    voxels++;
    const z = n % nz;
    const y = Math.floor(n / nz) % ny;
    const x = Math.floor(n / (nz * ny));
    if (z > 0) visit(n - 1);
    if (z < nz - 1) visit(n + 1);
    if (y > 0) visit(n - nz);
    if (y < ny - 1) visit(n + nz);
    if (x > 0) visit(n - ny * nz);
    if (x < nx - 1) visit(n + ny * nz);
  }
  return voxels;
}

/** The components of `mask` that have at least `voxels` voxels. */
export function keepLarge(mask: Uint8Array, shape: Vec3, voxels: number): Uint8Array {
  const { labels, found } = components(mask, shape);
  const kept = new Set(found.flatMap((c) => (c.voxels >= voxels ? [c.label] : [])));
  return Uint8Array.from(labels, (label) => (kept.has(label) ? 1 : 0));
}

/** The mask grown by `steps` voxels over faces. */
export function grow(mask: Uint8Array, shape: Vec3, steps: number): Uint8Array {
  let now = mask;
  for (let n = 0; n < steps; n++) now = growOnce(now, shape);
  return now;
}

function growOnce(mask: Uint8Array, [nx, ny, nz]: Vec3): Uint8Array {
  const out = Uint8Array.from(mask);
  const [sx, sy] = [ny * nz, nz];
  let n = 0;
  for (let x = 0; x < nx; x++) {
    for (let y = 0; y < ny; y++) {
      for (let z = 0; z < nz; z++, n++) {
        if (mask[n] === 0) continue;
        if (z > 0) out[n - 1] = 1;
        if (z < nz - 1) out[n + 1] = 1;
        if (y > 0) out[n - sy] = 1;
        if (y < ny - 1) out[n + sy] = 1;
        if (x > 0) out[n - sx] = 1;
        if (x < nx - 1) out[n + sx] = 1;
      }
    }
  }
  return out;
}

/** Everything within `reach` voxels of the mask, measured straight and not over faces: what a ball leaves when it rolls over it. */
export function swell(mask: Uint8Array, [nx, ny, nz]: Vec3, reach: number): Uint8Array {
  const far = 2 * reach * reach;
  let squared = Float32Array.from(mask, (v) => (v === 1 ? 0 : far));
  const lines: readonly (readonly [length: number, stride: number])[] = [
    [nz, 1],
    [ny, nz],
    [nx, ny * nz],
  ];
  for (const [length, stride] of lines) {
    const out = squared.slice();
    for (let n = 0; n < out.length; n++) {
      const at = Math.floor(n / stride) % length;
      for (let d = Math.max(-reach, -at); d <= Math.min(reach, length - 1 - at); d++)
        out[n] = Math.min(out[n]!, squared[n + d * stride]! + d * d);
    }
    squared = out;
  }
  return Uint8Array.from(squared, (v) => (v <= reach * reach ? 1 : 0));
}

/** Mean over 3 x 3 x 3 voxels, the edge repeated: 0..1, so that a mask's border becomes a smooth slope through 0.5. */
export function soften(mask: ArrayLike<number>, [nx, ny, nz]: Vec3): Float32Array {
  let now = Float32Array.from(mask);
  const lines: readonly (readonly [length: number, stride: number])[] = [
    [nz, 1],
    [ny, nz],
    [nx, ny * nz],
  ];
  for (const [length, stride] of lines) {
    const out = new Float32Array(now.length);
    for (let n = 0; n < now.length; n++) {
      const at = Math.floor(n / stride) % length;
      const before = at > 0 ? now[n - stride]! : now[n]!;
      const after = at < length - 1 ? now[n + stride]! : now[n]!;
      out[n] = (before + now[n]! + after) / 3;
    }
    now = out;
  }
  return now;
}

/** Middle of the voxels that are not 0, as indices along x, y and z (z fastest); null when there are none. */
export function middle(mask: Uint8Array, [, ny, nz]: readonly [number, number, number]): number[] | null {
  const sum = [0, 0, 0];
  let voxels = 0;
  for (let n = 0; n < mask.length; n++) {
    if (mask[n] === 0) continue;
    voxels++;
    sum[0]! += Math.floor(n / (ny * nz));
    sum[1]! += Math.floor(n / nz) % ny;
    sum[2]! += n % nz;
  }
  return voxels === 0 ? null : sum.map((s) => s / voxels);
}

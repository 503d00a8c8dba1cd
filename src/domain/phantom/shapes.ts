// Signed distances to simple bodies (negative inside, mm), and how they melt into each other.
// After Inigo Quilez, "Distance functions" (iquilezles.org/articles/distfunctions).

type Point = readonly [number, number, number];

// Called for millions of voxels: elements by index, as taking arrays apart costs several times the arithmetic.

/** Approximate distance to an ellipsoid with centre c and half axes r. */
export function ellipsoid(x: number, y: number, z: number, c: Point, r: Point): number {
  const ux = (x - c[0]) / r[0];
  const uy = (y - c[1]) / r[1];
  const uz = (z - c[2]) / r[2];
  const sx = ux / r[0];
  const sy = uy / r[1];
  const sz = uz / r[2];
  const near = Math.sqrt(ux * ux + uy * uy + uz * uz);
  const slope = Math.sqrt(sx * sx + sy * sy + sz * sz);
  return slope === 0 ? -Math.min(r[0], r[1], r[2]) : (near * (near - 1)) / slope;
}

/** Distance to a rod from a to b whose radius goes from ra to rb. */
export function taperedRod(x: number, y: number, z: number, a: Point, b: Point, ra: number, rb: number): number {
  const dx = b[0] - a[0];
  const dy = b[1] - a[1];
  const dz = b[2] - a[2];
  const px = x - a[0];
  const py = y - a[1];
  const pz = z - a[2];
  const along = Math.min(1, Math.max(0, (px * dx + py * dy + pz * dz) / (dx * dx + dy * dy + dz * dz)));
  const qx = px - along * dx;
  const qy = py - along * dy;
  const qz = pz - along * dz;
  return Math.sqrt(qx * qx + qy * qy + qz * qz) - (ra + along * (rb - ra));
}

/** Union of two bodies, rounded where they meet over k mm. */
export function melt(a: number, b: number, k: number): number {
  const h = Math.max(k - Math.abs(a - b), 0) / k;
  return Math.min(a, b) - (h * h * k) / 4;
}

/** Body a with body b taken away, rounded over k mm. */
export function carve(a: number, b: number, k: number): number {
  return -melt(-a, b, k);
}

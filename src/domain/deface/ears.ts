// Ears by their shape: the network finds them in part or not at all, yet nothing else sticks out at the sides of a head.
import { mlPerVoxel } from './grid';
import { components, middle, swell } from './morphology';
import type { Segmentation } from './segmentation';

const SOLID_AT = 0.5;
/** What a body of this half-width does not fit into sticks out. */
const STUMP_MM = 15;
/** Where ears are, RAS mm from the middle of the brain; x to either side. */
const REGION = { x: [45, 130], y: [-55, 45], z: [-120, -5] } as const;
/** Less is noise; more is a shoulder, a hand or a cushion. */
const EAR_ML = [0.4, 25] as const;
const RIM_MM = 4;

/**
 * What sticks out at the sides of the head, on the segmentation's grid (1 = ear or the air around it); nothing when there is no brain to tell the sides from.
 * @param brain the brain's voxels on the same grid
 */
export function ears({ grid, seen, background }: Segmentation, brain: Uint8Array): Uint8Array {
  const { shape, spacingMm } = grid;
  const centre = middle(brain, shape);
  if (centre === null) return new Uint8Array(brain.length);
  const reach = Math.max(1, Math.round(STUMP_MM / spacingMm));
  // Behind the edge of the scan the head goes on, so nothing sticks out there.
  const air = Uint8Array.from(background, (v, n) => (v > 1 - SOLID_AT && seen[n] === 1 ? 1 : 0));
  const core = swell(air, shape, reach).map((v) => 1 - v);
  const body = swell(core, shape, reach);
  const [, ny, nz] = shape;
  const out = body.map((v, n) => {
    if (v === 1 || air[n] === 1 || seen[n] === 0) return 0;
    const mm = [Math.floor(n / (ny * nz)), Math.floor(n / nz) % ny, n % nz].map((i, a) => (i - centre[a]!) * spacingMm);
    return within(Math.abs(mm[0]!), REGION.x) && within(mm[1]!, REGION.y) && within(mm[2]!, REGION.z) ? 1 : 0;
  });
  const { labels, found } = components(out, shape);
  const kept = new Set(found.flatMap((c) => (within(c.voxels * mlPerVoxel(grid), EAR_ML) ? [c.label] : [])));
  const ear = Uint8Array.from(labels, (label) => (kept.has(label) ? 1 : 0));
  // The rim is thinner than the grid is fine; what lies under the ear stays.
  return swell(ear, shape, Math.round(RIM_MM / spacingMm)).map((v, n) => (body[n] === 1 ? 0 : v));
}

function within(value: number, [low, high]: readonly [number, number]): boolean {
  return value >= low && value <= high;
}

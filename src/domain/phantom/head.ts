// A generated adult head, for demonstrations and tests: nobody's, yet anatomical in size and shape, so that a network that
// finds faces finds this one. Coordinates RAS, mm, origin at the middle of the brain.

import { seededRandom } from './random';
import { carve, ellipsoid, melt, taperedRod } from './shapes';
import { addTexture, soften } from './texture';

interface PhantomGrid {
  /** Voxels along x (to the right), y (to the front), z (up). */
  readonly dims: readonly [number, number, number];
  readonly spacingMm: readonly [number, number, number];
}
export interface HeadPhantomOptions extends PhantomGrid {
  readonly contrast: 't1' | 'ct';
  readonly seed: number;
}

/** What a person's head may differ in; 1 is the average. */
interface Build {
  readonly size: number;
  readonly nose: number;
  readonly jaw: number;
  readonly eyes: number;
  readonly phase: number;
}

const TISSUES = {
  air: { t1: 4, ct: -1000 },
  skin: { t1: 330, ct: 30 },
  fat: { t1: 820, ct: -95 },
  muscle: { t1: 310, ct: 55 },
  bone: { t1: 40, ct: 1250 },
  marrow: { t1: 480, ct: 420 },
  teeth: { t1: 20, ct: 2100 },
  csf: { t1: 130, ct: 6 },
  grey: { t1: 400, ct: 38 },
  white: { t1: 590, ct: 29 },
  vitreous: { t1: 140, ct: 10 },
  lens: { t1: 260, ct: 85 },
  sclera: { t1: 300, ct: 50 },
} as const satisfies Record<string, Record<HeadPhantomOptions['contrast'], number>>;
type Tissue = keyof typeof TISSUES;

/** The middle of the volume in head coordinates: low enough that chin and neck fit. */
const CENTRE = [0, 4, -34] as const;

/**
 * A head as voxels, x fastest, in RAS: T1-weighted intensities (0 to about 900) or Hounsfield units.
 * The same options give the same voxels; another seed gives another head.
 */
export function headPhantom({ dims, spacingMm, contrast, seed }: HeadPhantomOptions): Float32Array {
  const random = seededRandom(seed);
  const around = (share: number) => 1 + (random() * 2 - 1) * share;
  const build: Build = {
    size: around(0.04),
    nose: around(0.12),
    jaw: around(0.06),
    eyes: around(0.05),
    phase: random() * Math.PI * 2,
  };
  const voxels = new Float32Array(dims[0] * dims[1] * dims[2]);
  let at = 0;
  for (let k = 0; k < dims[2]; k++) {
    const z = ((k - (dims[2] - 1) / 2) * spacingMm[2] + CENTRE[2]) / build.size;
    for (let j = 0; j < dims[1]; j++) {
      const y = ((j - (dims[1] - 1) / 2) * spacingMm[1] + CENTRE[1]) / build.size;
      for (let i = 0; i < dims[0]; i++) {
        const x = ((i - (dims[0] - 1) / 2) * spacingMm[0] + CENTRE[0]) / build.size;
        voxels[at++] = TISSUES[tissueAt(x, y, z, build)][contrast];
      }
    }
  }
  soften(voxels, dims);
  addTexture(voxels, dims, { contrast, random });
  return voxels;
}

/** Distance to the inside of the skull: cerebrum and cerebellum. */
function cavity(x: number, y: number, z: number): number {
  const cerebrum = ellipsoid(x, y, z, [0, 0, 0], [66, 84, 61]);
  return melt(cerebrum, ellipsoid(x, y, z, [0, -46, -44], [50, 34, 29]), 12);
}

/** Distance to the skin. */
function surface(x: number, y: number, z: number, inside: number, build: Build): number {
  const side = Math.abs(x);
  let d = melt(inside - 14, ellipsoid(x, y, z, [0, 28, -68], [60, 56, 72]), 22);
  d = melt(d, taperedRod(x, y, z, [0, 6, -70], [0, -14, -220], 54, 58), 18);
  // Features reach no further than this from the bare skull and neck: no need to look at them elsewhere.
  if (d > 45) return d;
  if (y > 25 && z < 0) d = features(x, side, y, z, d, build);
  if (side < 48 || z > 0 || z < -90 || Math.abs(y) > 40) return d;
  const ear = ellipsoid(side, y, z, [70, -8, -42], [8, 18, 30]);
  return melt(d, carve(ear, ellipsoid(side, y, z, [79, -2, -42], [7, 10, 16]), 3), 4);
}

/** Chin, cheeks, brow, eyes, nose and lips, added to the distance d. */
function features(x: number, side: number, y: number, z: number, bare: number, { nose, jaw, eyes }: Build): number {
  let d = melt(bare, ellipsoid(x, y, z, [0, 58 * jaw, -122 * jaw], [30, 20, 22]), 14);
  d = melt(d, ellipsoid(side, y, z, [35, 57, -79], [24, 22, 24]), 16);
  d = melt(d, ellipsoid(x, y, z, [0, 78, -29], [44, 11, 8]), 10);
  d = carve(d, ellipsoid(side, y, z, [32 * eyes, 93, -47], [17, 14, 12]), 8);
  d = melt(d, ellipsoid(side, y, z, [32 * eyes, 70, -47], [12.5, 12.5, 12.5]), 2);
  d = melt(d, taperedRod(x, y, z, [0, 80, -46], [0, 84 + 10 * nose, -80], 6, 9.5), 6);
  d = melt(d, ellipsoid(side, y, z, [11, 84, -84], [8, 9, 7]), 4);
  d = melt(d, ellipsoid(x, y, z, [0, 80.5, -101], [24, 6.5, 5.5]), 5);
  d = melt(d, ellipsoid(x, y, z, [0, 79.5, -110], [21, 6.5, 6]), 5);
  return carve(d, ellipsoid(x, y, z, [0, 89, -105.5], [22, 5, 1.2]), 2);
}

function tissueAt(x: number, y: number, z: number, build: Build): Tissue {
  // Nothing of the head is further from its long axis than this.
  if (x * x > 100 * 100 || y > 125 || y < -112) return 'air';
  const inside = cavity(x, y, z);
  if (inside <= 0) return brainTissue(x, y, z, inside, build);
  const skin = surface(x, y, z, inside, build);
  if (skin > 0) return 'air';
  if (inside < 8 && z > -78) return inside > 2.5 && inside < 5.5 ? 'marrow' : 'bone';
  const face = faceTissue(x, y, z, build);
  if (face !== null) return face;
  if (skin > -2.2) return 'skin';
  return skin > -5.5 ? 'fat' : 'muscle';
}

function brainTissue(x: number, y: number, z: number, inside: number, { phase }: Build): Tissue {
  const stem = taperedRod(x, y, z, [0, -8, -30], [0, -22, -90], 13, 8);
  if (stem < 0) return 'white';
  const ventricle = ellipsoid(Math.abs(x), y, z, [11, -4, 8], [7, 34, 9]);
  if (ventricle < 0 || (Math.abs(x) < 0.9 && z > 4)) return 'csf';
  if (inside > -2.2) return 'csf';
  // The surface where three crossing waves cancel winds through the brain like its furrows do.
  const furrow = Math.abs(Math.sin(x / 5.1 + phase) + Math.sin(y / 5.6 - phase) + Math.sin(z / 5.3 + phase * 2));
  if (inside > -16 && furrow < 0.12) return 'csf';
  return inside > -5 || (inside > -19 && furrow < 0.75) ? 'grey' : 'white';
}

/** Eyes, bones and hollows of the face and neck; null where there is plain flesh. */
function faceTissue(x: number, y: number, z: number, { eyes, jaw }: Build): Tissue | null {
  const side = Math.abs(x);
  const eye = ellipsoid(side, y, z, [32 * eyes, 70, -47], [12, 12, 12]);
  if (eye < 0) {
    if (ellipsoid(side, y, z, [32 * eyes, 79, -47], [5, 2.2, 5]) < 0) return 'lens';
    return eye > -1.5 ? 'sclera' : 'vitreous';
  }
  if (ellipsoid(side, y, z, [5, 64, -72], [3.5, 26, 16]) < 0) return 'air';
  if (ellipsoid(side, y, z, [26, 50, -76], [11, 14, 14]) < 0) return 'air';
  if (ellipsoid(x, y, z, [0, 8, -105], [11, 7, 42]) < 0) return 'air';
  const sinusWall = ellipsoid(side, y, z, [26, 50, -76], [14, 17, 17]);
  if (sinusWall < 0 || ellipsoid(side, y, z, [32, 60, -47], [20, 20, 19]) < 0) {
    return sinusWall < 0 || ellipsoid(side, y, z, [32, 60, -47], [17.5, 24, 16.5]) > 0 ? 'bone' : 'fat';
  }
  const arch = (Math.sqrt((x / 44) ** 2 + ((y - 6) / (62 * jaw)) ** 2) - 1) * 48;
  if (y > 4 && Math.abs(arch) < 5 && Math.abs(z + 122 * jaw) < 10) return Math.abs(arch) < 2.5 ? 'marrow' : 'bone';
  if (y > 30 && Math.abs(arch + 3) < 3.5 && Math.abs(z + 104) < 8) return 'teeth';
  if (z < -68 && taperedRod(x, y, z, [0, -24, -76], [0, -34, -220], 17, 18) < 0) {
    const cord = Math.sqrt(x ** 2 + (y + 30) ** 2);
    return cord < 6 ? 'white' : cord < 9 ? 'csf' : Math.abs(((z + 300) % 17) - 8.5) > 7 ? 'muscle' : 'marrow';
  }
  return null;
}

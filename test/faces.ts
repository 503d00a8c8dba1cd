// Is the face gone and the brain still there? Measured on the voxels in RAS mm, knowing nothing of how the face was cut.
import { gunzipSync } from 'node:zlib';
import { type Affine, invert, transform, type Vec3 } from '../src/domain/nifti/affine';
import { storedValues } from '../src/domain/nifti/datatypes';
import { readNifti } from '../src/domain/nifti/volume';

const STEP_MM = 2;
/** Half the width of the face looked at, and how far it goes below and above the nose tip. */
const FACE = { halfWidth: 24, below: 30, above: 24 };
/** A ball that lies well inside any adult's brain, seen from the nose tip. */
const BRAIN = { behind: 100, above: 70, radius: 35 };

interface Head {
  at: (place: Vec3) => number | null;
  tissue: number;
  low: Vec3;
  high: Vec3;
}

export interface FaceFigures {
  /** Share of the lines that ran into the face from the front and now run at least 5 mm further. */
  receded: number;
  /** How many lines were looked at. */
  lines: number;
  /** Voxels of the ball inside the brain that differ. */
  brainChanged: number;
  brainLookedAt: number;
}

/** Compares a head before and after defacing; both .nii.gz, on the same grid or not. */
export function faceFigures(beforeGz: Uint8Array, afterGz: Uint8Array): FaceFigures {
  const before = head(beforeGz);
  const after = { ...head(afterGz), tissue: before.tissue };
  const nose = mostAnterior(before);
  let lines = 0;
  let receded = 0;
  for (let x = -FACE.halfWidth; x <= FACE.halfWidth; x += STEP_MM) {
    for (let z = -FACE.below; z <= FACE.above; z += STEP_MM) {
      const skin = front(before, nose[0] + x, nose[2] + z);
      if (skin === null || skin < nose[1] - 45) continue;
      lines++;
      const now = front(after, nose[0] + x, nose[2] + z);
      if (now === null || now <= skin - 5) receded++;
    }
  }
  return { receded: lines === 0 ? 0 : receded / lines, lines, ...brain(before, after, nose) };
}

function brain(before: Head, after: Head, nose: Vec3) {
  const r = BRAIN.radius;
  let brainChanged = 0;
  let brainLookedAt = 0;
  for (let x = -r; x <= r; x += STEP_MM) {
    for (let y = -r; y <= r; y += STEP_MM) {
      for (let z = -r; z <= r; z += STEP_MM) {
        if (x * x + y * y + z * z > r * r) continue;
        const place: Vec3 = [nose[0] + x, nose[1] - BRAIN.behind + y, nose[2] + BRAIN.above + z];
        const was = before.at(place);
        if (was === null) continue;
        brainLookedAt++;
        if (after.at(place) !== was) brainChanged++;
      }
    }
  }
  return { brainChanged, brainLookedAt };
}

function head(gz: Uint8Array): Head {
  const volume = readNifti(gunzipSync(gz));
  const values = storedValues(volume.data, volume.datatype, volume.littleEndian);
  const [nx, ny, nz] = volume.shape;
  const toVoxel: Affine = invert(volume.affine);
  const at = (place: Vec3) => {
    const [i, j, k] = transform(toVoxel, place).map(Math.round) as [number, number, number];
    if (i < 0 || j < 0 || k < 0 || i >= nx || j >= ny || k >= nz) return null;
    return Number(values[(k * ny + j) * nx + i]);
  };
  const corners = [0, 1, 2, 3, 4, 5, 6, 7].map((n) =>
    transform(volume.affine, [n & 1 ? nx - 1 : 0, n & 2 ? ny - 1 : 0, n & 4 ? nz - 1 : 0]),
  );
  const edge = (pick: (...n: number[]) => number) =>
    [0, 1, 2].map((axis) => pick(...corners.map((corner) => corner[axis as 0 | 1 | 2]))) as unknown as Vec3;
  const sorted = Float64Array.from(values as ArrayLike<number>, Number).sort();
  return {
    at,
    low: edge(Math.min),
    high: edge(Math.max),
    // Skin is dim in T1: an eighth of the brightest tissue is well above noise and below skin.
    tissue: (sorted[Math.floor(sorted.length * 0.99)] ?? 0) * 0.12,
  };
}

/** Where a line from the front first meets two steps of tissue, mm; null when it meets none. */
function front({ at, tissue, low, high }: Head, x: number, z: number): number | null {
  for (let y = high[1]; y > low[1] + STEP_MM; y -= STEP_MM) {
    if ((at([x, y, z]) ?? 0) > tissue && (at([x, y - STEP_MM, z]) ?? 0) > tissue) return y;
  }
  return null;
}

/** The tip of the nose: the foremost tissue near the middle. */
function mostAnterior(head: Head): Vec3 {
  const middle = (head.low[0] + head.high[0]) / 2;
  let best: Vec3 = [middle, head.low[1], (head.low[2] + head.high[2]) / 2];
  for (let x = middle - 30; x <= middle + 30; x += STEP_MM) {
    for (let z = head.low[2]; z <= head.high[2]; z += STEP_MM) {
      const y = front(head, x, z);
      if (y !== null && y > best[1]) best = [x, y, z];
    }
  }
  return best;
}

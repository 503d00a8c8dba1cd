// How much of the face can still be read from the head's surface after a planned cut: the surface is seen from the front and obliquely from
// both sides, as a renderer would, and its relief before and after is compared.
import type { CutPlan } from './plan';
import type { Segmentation } from './segmentation';

/** Directions of view, degrees from straight ahead to the head's right or left. */
const VIEWS = [-35, 0, 35] as const;
/** The network may see the outermost skin as head before the face zone begins. */
const SKIN_MM = 6;
/** Fewer lines than this show nothing that anybody could recognise. */
const LEAST_MM2 = 900;

/** Where a line of sight meets the surface: across and along the picture, and how far in before and after the cut, in grid voxels. */
interface Sight {
  readonly u: number;
  readonly v: number;
  readonly before: number;
  readonly after: number;
}

/**
 * The largest correlation (0..1) over the views of the face's relief before and after the cut, the roundness of the head taken out: 1 where
 * the face stands untouched, near 0 where nothing of it is left to be read; null when the scan shows no face from any side.
 */
export function residualFace(segmentation: Segmentation, plan: CutPlan): number | null {
  const least = LEAST_MM2 / segmentation.grid.spacingMm ** 2;
  let most: number | null = null;
  for (const degrees of VIEWS) {
    const sights = look(segmentation, plan, (degrees * Math.PI) / 180);
    if (sights.length < least) continue;
    const left = sights.filter(({ after }) => Number.isFinite(after));
    most = Math.max(most ?? 0, left.length < least ? 0 : likeness(left));
  }
  return most;
}

/** The lines of sight that first meet the face zone, from a side turned by `angle` from the front. */
function look({ grid, head, face, brain }: Segmentation, { cut, face: zone }: CutPlan, angle: number): Sight[] {
  const [nx, ny, nz] = grid.shape;
  const [sin, cos] = [Math.sin(angle), Math.cos(angle)];
  const skin = SKIN_MM / grid.spacingMm;
  const reach = Math.ceil(Math.hypot(nx, ny) / 2);
  const sights: Sight[] = [];
  for (let u = -reach; u <= reach; u++) {
    for (let v = 0; v < nz; v++) {
      let before = Infinity;
      let after = Infinity;
      let isFace = false;
      for (let t = -reach; t <= reach && after === Infinity; t++) {
        const x = Math.round(nx / 2 + u * cos - t * sin);
        const y = Math.round(ny / 2 - u * sin - t * cos);
        if (x < 0 || y < 0 || x >= nx || y >= ny) continue;
        const n = (x * ny + y) * nz + v;
        if (head[n]! + face[n]! + brain[n]! < 0.5) continue;
        if (before === Infinity) before = t;
        if (zone[n] === 1 && t - before <= skin) isFace = true;
        if (!isFace && t - before > skin) break;
        if (cut[n] === 0) after = t;
      }
      if (isFace) sights.push({ u, v, before, after });
    }
  }
  return sights;
}

function likeness(sights: readonly Sight[]): number {
  const [before, after] = [relief(sights, 'before'), relief(sights, 'after')];
  const product = (a: readonly number[], b: readonly number[]) => a.reduce((sum, v, n) => sum + v * b[n]!, 0);
  const scale = Math.sqrt(product(before, before) * product(after, after));
  return scale < 1e-9 ? 0 : Math.max(0, product(before, after) / scale);
}

/** Depths less the smooth bow (of second order) that fits them best. */
function relief(sights: readonly Sight[], which: 'before' | 'after'): number[] {
  // Small numbers keep the equations well scaled.
  const terms = sights.map(({ u, v }) => [1, u / 50, v / 50, (u / 50) ** 2, (u * v) / 2500, (v / 50) ** 2]);
  const depths = sights.map((sight) => sight[which]);
  const equations = terms[0]!.map((_, row) => [
    ...terms[0]!.map((__, column) => terms.reduce((sum, term) => sum + term[row]! * term[column]!, 0)),
    terms.reduce((sum, term, n) => sum + term[row]! * depths[n]!, 0),
  ]);
  const bow = solve(equations);
  return depths.map((depth, n) => depth - terms[n]!.reduce((sum, term, k) => sum + term * bow[k]!, 0));
}

/** Gauss and Jordan with pivoting; rows are [coefficients..., right-hand side]. A term that nothing depends on gets 0. */
function solve(rows: number[][]): number[] {
  for (let k = 0; k < rows.length; k++) {
    const pivot = rows
      .slice(k)
      .reduce((best, row, n) => (Math.abs(row[k]!) > Math.abs(rows[best]![k]!) ? k + n : best), k);
    [rows[k], rows[pivot]] = [rows[pivot]!, rows[k]!];
    const head = rows[k]![k]!;
    if (Math.abs(head) < 1e-9) continue;
    rows[k] = rows[k]!.map((value) => value / head);
    for (const [n, row] of rows.entries()) {
      if (n !== k) rows[n] = row.map((value, column) => value - row[k]! * rows[k]![column]!);
    }
  }
  return rows.map((row, k) => (Math.abs(row[k]!) < 1e-9 ? 0 : row[rows.length]!));
}

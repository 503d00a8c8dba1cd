// How NiiVue's drawing relates to the file's voxels: it draws on the volume turned to right-anterior-superior, the nearest of the 48
// orders, and says which by `permRAS`: for each of its axes the file's axis, counted from 1, negative when it runs the other way.
import type { VoxelBox } from '@/domain/deface/drawing';
import type { Vec3 } from '@/domain/nifti/affine';

export type ViewerOrder = readonly [number, number, number];

const axisOf = (signed: number) => Math.abs(signed) - 1;

/** Sides of the volume as the viewer holds it. */
function viewerShape(shape: Vec3, order: ViewerOrder): Vec3 {
  return order.map((signed) => shape[axisOf(signed)]!) as unknown as Vec3;
}

/** The file's voxel (with fractions) at a place in the viewer's volume, each coordinate 0..1 from edge to edge. */
export function voxelAt(fraction: ArrayLike<number>, shape: Vec3, order: ViewerOrder): Vec3 {
  const voxel: [number, number, number] = [0, 0, 0];
  order.forEach((signed, n) => {
    const axis = axisOf(signed);
    const at = fraction[n]! * shape[axis]! - 0.5;
    voxel[axis] = signed > 0 ? at : shape[axis]! - 1 - at;
  });
  return voxel;
}

/** The other way round: where a voxel of the file lies in the viewer's volume. */
export function fractionAt(voxel: Vec3, shape: Vec3, order: ViewerOrder): Vec3 {
  return order.map((signed) => {
    const axis = axisOf(signed);
    const at = signed > 0 ? voxel[axis]! : shape[axis]! - 1 - voxel[axis]!;
    return (at + 0.5) / shape[axis]!;
  }) as unknown as Vec3;
}

/** Copies labels (the file's order) into the viewer's drawing, within a box of the file's voxels. */
export function copyToViewer(
  labels: Uint8Array,
  shape: Vec3,
  order: ViewerOrder,
  into: Uint8Array,
  box: VoxelBox,
): void {
  const [vx, vy] = viewerShape(shape, order);
  const strides = [1, vx, vx * vy];
  const step = [0, 0, 0];
  let start = 0;
  order.forEach((signed, n) => {
    const axis = axisOf(signed);
    step[axis] = signed > 0 ? strides[n]! : -strides[n]!;
    if (signed < 0) start += strides[n]! * (shape[axis]! - 1);
  });
  const [di, dj, dk] = step as [number, number, number];
  for (let k = box.low[2]; k <= box.high[2]; k++) {
    for (let j = box.low[1]; j <= box.high[1]; j++) {
      const row = (k * shape[1] + j) * shape[0];
      const to = start + k * dk + j * dj;
      for (let i = box.low[0]; i <= box.high[0]; i++) into[to + i * di] = labels[row + i]!;
    }
  }
}

// The two viewers while a mask is drawn: left the drawing on the planes, right the surface as it would be without what is marked.
import type { Niivue, NVImage } from '@niivue/niivue';
import type { VoxelBox } from '@/domain/deface/drawing';
import { LABEL } from '@/domain/deface/labelRuns';
import type { Affine, Vec3 } from '@/domain/nifti/affine';
import type { MaskDrawing } from './maskDrawing';
import { copyToViewer, type ViewerOrder } from './viewerOrder';

export interface Pair {
  readonly before: Niivue;
  readonly after: Niivue;
}

export interface MendViewers {
  readonly order: ViewerOrder;
  /** Shows the drawing within a box on the planes. */
  showDrawing(box: VoxelBox): void;
  /** Shows on the surface what would be left. */
  showResult(box: VoxelBox): void;
  setVisible(visible: boolean): void;
  /** Puts both viewers back as they were. */
  close(): void;
}

/** Colours of the labels: nothing, removed (red), brain (blue, faint: it only says where nothing is removed). */
const COLOURS = {
  R: [0, 240, 70],
  G: [0, 60, 150],
  B: [0, 50, 255],
  A: [0, 255, 90],
  labels: ['', 'removed', 'brain'],
};
const OPACITY = 0.5;

/** The size of the first volume and where it lies, as the viewer read them. */
export function gridOf(viewer: Niivue): { shape: Vec3; affine: Affine } {
  const { hdr } = firstOf(viewer);
  return { shape: hdr!.dims.slice(1, 4) as unknown as Vec3, affine: hdr!.affine.flat() };
}

function firstOf(viewer: Niivue): NVImage {
  const image = viewer.volumes[0];
  if (!image?.hdr || !image.img || !image.permRAS) throw new Error('There is no volume to draw on.');
  return image;
}

export function openMendViewers({ before, after }: Pair, drawing: MaskDrawing): MendViewers {
  const source = firstOf(before);
  const order = source.permRAS as unknown as ViewerOrder;
  const voxels = source.img as Float32Array;
  const fill = lowest(voxels);
  const { image, putBack } = imageToCut(after, source);
  before.createEmptyDrawing();
  before.setDrawColormap(COLOURS as unknown as string);
  before.setDrawOpacity(OPACITY);
  const viewers: MendViewers = {
    order,
    showDrawing: (box) => {
      if (!before.drawBitmap) return;
      copyToViewer(drawing.labels, drawing.shape, order, before.drawBitmap, box);
      before.refreshDrawing(true);
    },
    showResult: (box) => {
      cutOut(image.img as Float32Array, voxels, fill, drawing, box);
      after.updateGLVolume();
    },
    setVisible: (visible) => before.setDrawOpacity(visible ? OPACITY : 0),
    close: () => {
      before.closeDrawing();
      putBack();
    },
  };
  viewers.showDrawing(drawing.whole);
  viewers.showResult(drawing.whole);
  return viewers;
}

/** The image on the right that may be cut: a copy of the source, in the place of what was shown there. */
function imageToCut(after: Niivue, source: NVImage): { image: NVImage; putBack: () => void } {
  const shown = after.volumes[0];
  if (shown?.img) {
    const kept = shown.img;
    shown.img = source.img!.slice();
    const putBack = () => {
      shown.img = kept;
      after.updateGLVolume();
    };
    return { image: shown, putBack };
  }
  const image = source.clone();
  image.cal_min = source.cal_min ?? 0;
  image.cal_max = source.cal_max ?? 1;
  after.addVolume(image);
  return { image, putBack: () => after.removeVolume(image) };
}

function cutOut(
  into: Float32Array,
  from: Float32Array,
  fill: number,
  drawing: MaskDrawing,
  { low, high }: VoxelBox,
): void {
  const { labels, shape } = drawing;
  for (let k = low[2]; k <= high[2]; k++) {
    for (let j = low[1]; j <= high[1]; j++) {
      const row = (k * shape[1] + j) * shape[0];
      for (let at = row + low[0]; at <= row + high[0]; at++) into[at] = labels[at] === LABEL.cut ? fill : from[at]!;
    }
  }
}

function lowest(values: Float32Array): number {
  let low = Infinity;
  for (const value of values) if (value < low) low = value;
  return Number.isFinite(low) ? low : 0;
}

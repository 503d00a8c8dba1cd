// One mending from start to end: ties the drawing to the viewers and the mouse. Knows nothing of React.
import { axisDirection, movedPlane, type Plane, planeAlong, turnedPlane, type VoxelBox } from '@/domain/deface/drawing';
import { LABEL, unpackLabels } from '@/domain/deface/labelRuns';
import { transform, type Vec3 } from '@/domain/nifti/affine';
import { MaskDrawing } from './maskDrawing';
import { type PlaneSpot, takePointer } from './mendPointer';
import { gridOf, type MendViewers, openMendViewers, type Pair } from './mendViewers';
import { voxelAt } from './viewerOrder';

export type Tool = 'brush' | 'eraser' | 'plane';
/** Radii of the brush, mm. */
export const SIZES = [2, 4, 7, 11, 16, 24] as const;

/** Drawings that were not sent, by the run they were drawn on: leaving the page by mistake loses none. */
const unsent = new Map<string, Uint8Array>();

export class Mending {
  tool: Tool = 'brush';
  size = 3;
  visible = true;
  readonly #viewers: MendViewers;
  readonly #giveBack: () => void;
  #last: Vec3 | null = null;
  #start: PlaneSpot | null = null;
  #touched: VoxelBox | null = null;
  #frame = 0;

  constructor(
    private readonly pair: Pair,
    private readonly runId: string,
    readonly drawing: MaskDrawing,
    private readonly onChange: () => void,
  ) {
    const before = unsent.get(runId);
    if (before) drawing.resume(before);
    this.#viewers = openMendViewers(pair, drawing);
    this.#giveBack = takePointer(pair.before, {
      down: (spot) => this.#down(spot),
      drag: (spot) => this.#drag(spot),
      up: () => this.#commit(this.#touched ?? drawing.whole),
      reachMm: () => (this.tool === 'plane' ? null : SIZES[this.size]!),
    });
  }

  use(tool: Tool): void {
    this.tool = tool;
    this.drawing.letGo();
    this.onChange();
  }

  resize(by: number): void {
    this.size = Math.min(SIZES.length - 1, Math.max(0, this.size + by));
    this.onChange();
  }

  toggle(): void {
    this.visible = !this.visible;
    this.#viewers.setVisible(this.visible);
    this.onChange();
  }

  undo(): void {
    this.drawing.undo();
    this.#commit(this.drawing.whole);
  }

  redo(): void {
    this.drawing.redo();
    this.#commit(this.drawing.whole);
  }

  reset(): void {
    this.drawing.reset();
    this.#commit(this.drawing.whole);
  }

  /** Moves the plane (mm forwards) or turns it (degrees); the first time it is placed through the crosshair, facing forwards. */
  adjustPlane(how: { mm?: number; tilt?: number; turn?: number }): void {
    if (this.tool !== 'plane') return;
    const plane = this.drawing.plane ?? { through: this.#crosshair(), normal: [0, 1, 0] as const };
    this.#aim(turnedPlane(movedPlane(plane, how.mm ?? 0), how));
    this.#commit(this.drawing.whole);
  }

  /** @param forget true when the drawing was sent or is not wanted any more */
  close(forget: boolean): void {
    if (forget) unsent.delete(this.runId);
    cancelAnimationFrame(this.#frame);
    this.#giveBack();
    this.#viewers.close();
  }

  #down(spot: PlaneSpot): void {
    this.#start = spot;
    this.#last = this.#voxel(spot);
    this.#touched = null;
    if (this.tool !== 'plane') this.#paint(this.#last);
  }

  #drag(spot: PlaneSpot): void {
    if (this.tool !== 'plane') {
      this.#paint(this.#voxel(spot));
      return;
    }
    const { order } = this.#viewers;
    const upright = axisDirection(this.drawing.affine, (Math.abs(order[spot.axis]) - 1) as 0 | 1 | 2);
    const plane = this.#start && planeAlong(this.#place(this.#start), this.#place(spot), upright);
    if (plane) this.#aim(plane);
  }

  #paint(to: Vec3): void {
    const label = this.tool === 'brush' ? LABEL.cut : LABEL.keep;
    const box = this.drawing.stroke([this.#last ?? to, to], SIZES[this.size]!, label);
    this.#last = to;
    if (box === null) return;
    this.#touched = this.#touched ? around(this.#touched, box) : box;
    this.#show(box);
  }

  #aim(plane: Plane): void {
    this.drawing.aim(plane);
    this.#touched = this.drawing.whole;
    this.#show(this.drawing.whole);
  }

  /** At most once a frame, however fast the mouse is. */
  #pending: VoxelBox | null = null;
  #show(box: VoxelBox): void {
    this.#pending = this.#pending ? around(this.#pending, box) : box;
    if (this.#frame !== 0) return;
    this.#frame = requestAnimationFrame(() => this.#draw());
  }

  #draw(): void {
    this.#frame = 0;
    if (this.#pending) this.#viewers.showDrawing(this.#pending);
    this.#pending = null;
  }

  #commit(box: VoxelBox): void {
    this.#last = null;
    this.drawing.commit();
    if (this.drawing.changed) unsent.set(this.runId, this.drawing.state);
    else unsent.delete(this.runId);
    this.#viewers.showDrawing(box);
    this.#viewers.showResult(box);
    this.onChange();
  }

  #voxel({ fraction }: PlaneSpot): Vec3 {
    return voxelAt(fraction, this.drawing.shape, this.#viewers.order);
  }
  #place(spot: PlaneSpot): Vec3 {
    return transform(this.drawing.affine, this.#voxel(spot));
  }
  #crosshair(): Vec3 {
    const fraction = Array.from(this.pair.before.scene.crosshairPos) as unknown as Vec3;
    return this.#place({ fraction, axis: 0 });
  }
}

function around(a: VoxelBox, b: VoxelBox): VoxelBox {
  const pick = (of: (...n: number[]) => number, end: keyof VoxelBox) =>
    a[end].map((n, axis) => of(n, b[end][axis]!)) as unknown as Vec3;
  return { low: pick(Math.min, 'low'), high: pick(Math.max, 'high') };
}

/**
 * Begins with the mask that was applied, else with the network's own; the brain is marked where the network saw it.
 * @param planUrl the network's plan; null when it made none
 */
export async function openMending(
  pair: Pair,
  { runId, planUrl }: { runId: string; planUrl: string | null },
  onChange: () => void,
): Promise<Mending> {
  const { shape, affine } = gridOf(pair.before);
  const plan = planUrl === null ? null : unpackLabels(await bytesOf(planUrl), shape);
  const voxels = shape[0] * shape[1] * shape[2];
  const start = plan?.slice() ?? new Uint8Array(voxels);
  const applied = pair.before.volumes[1]?.img;
  if (applied) {
    for (let n = 0; n < start.length; n++) {
      if (start[n] !== LABEL.brain) start[n] = applied[n]! > 0 ? LABEL.cut : LABEL.keep;
    }
  }
  return new Mending(pair, runId, new MaskDrawing(shape, affine, start, plan), onChange);
}

async function bytesOf(url: string): Promise<Uint8Array> {
  const response = await fetch(url);
  if (!response.ok) throw new Error('The plan could not be loaded.');
  return new Uint8Array(await response.arrayBuffer());
}

// The mask that is being drawn, with its history: strokes, a plane, undo, redo, and back to what was computed.
import { cutInFront, type Drawing, type Plane, paintStroke, type VoxelBox } from '@/domain/deface/drawing';
import { LABEL, packLabels, unpackLabels } from '@/domain/deface/labelRuns';
import type { Affine, Vec3 } from '@/domain/nifti/affine';

export class MaskDrawing implements Drawing {
  readonly labels: Uint8Array;
  readonly whole: VoxelBox;
  /** Every state that was committed, packed; the first is what the drawing began with. */
  readonly #history: Uint8Array[];
  #at = 0;
  /** The plane that is being placed, and what was marked before it. */
  #placing: { plane: Plane; before: Uint8Array; committed: boolean } | null = null;

  /**
   * @param start labels to begin with: changed in place
   * @param computed the network's own; null when it made none
   */
  constructor(
    readonly shape: Vec3,
    readonly affine: Affine,
    start: Uint8Array,
    private readonly computed: Uint8Array | null,
  ) {
    this.labels = start;
    this.whole = { low: [0, 0, 0], high: [shape[0] - 1, shape[1] - 1, shape[2] - 1] };
    this.#history = [packLabels(start, shape)];
  }

  get plane(): Plane | null {
    return this.#placing?.plane ?? null;
  }
  get changed(): boolean {
    return this.#at > 0;
  }
  get canUndo(): boolean {
    return this.#at > 0;
  }
  get canRedo(): boolean {
    return this.#at < this.#history.length - 1;
  }
  /** The newest committed state, packed. */
  get state(): Uint8Array {
    return this.#history[this.#at]!;
  }

  /** What is to be removed and nothing else, packed: what leaves the browser. */
  mask(): Uint8Array {
    const cut = this.labels.map((label) => (label === LABEL.cut ? LABEL.cut : LABEL.keep));
    return packLabels(cut, this.shape);
  }

  stroke(line: readonly [Vec3, Vec3], radiusMm: number, label: typeof LABEL.cut | typeof LABEL.keep): VoxelBox | null {
    this.#placing = null;
    return paintStroke(this, line, radiusMm, label);
  }

  /** Places the plane, or moves the one that is being placed. */
  aim(plane: Plane): void {
    const before = this.#placing?.before ?? this.labels.slice();
    this.#placing = { plane, before, committed: this.#placing?.committed ?? false };
    cutInFront(this, before, plane);
  }

  /** Ends a stroke, or a move of the plane, which is one step to undo however often it is moved. */
  commit(): void {
    const packed = packLabels(this.labels, this.shape);
    if (same(packed, this.state)) return;
    if (this.#placing?.committed) this.#at--;
    this.#history.splice(this.#at + 1, Infinity, packed);
    this.#at++;
    if (this.#placing) this.#placing.committed = true;
  }

  /** The plane stays where it is. */
  letGo(): void {
    this.#placing = null;
  }

  undo(): void {
    if (this.canUndo) this.#goTo(this.#at - 1);
  }

  redo(): void {
    if (this.canRedo) this.#goTo(this.#at + 1);
  }

  /** Back to the network's own mask: a step like any other, that can be undone. */
  reset(): void {
    this.#placing = null;
    if (this.computed) this.labels.set(this.computed);
    else
      this.labels.forEach((label, n) => {
        if (label === LABEL.cut) this.labels[n] = LABEL.keep;
      });
    this.commit();
  }

  /** Takes up a drawing that was left: a step like any other. */
  resume(packed: Uint8Array): void {
    this.labels.set(unpackLabels(packed, this.shape));
    this.commit();
  }

  #goTo(at: number): void {
    this.#placing = null;
    this.#at = at;
    this.labels.set(unpackLabels(this.state, this.shape));
  }
}

function same(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, n) => byte === b[n]);
}

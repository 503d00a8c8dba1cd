// The mouse while a mask is drawn: the left button draws on a plane, everything else stays NiiVue's (wheel: next slice, right button:
// contrast). A ring shows how far the brush reaches.
import type { Niivue } from '@niivue/niivue';
import type { Vec3 } from '@/domain/nifti/affine';

/** A place on one of the planes. */
export interface PlaneSpot {
  /** In the viewer's volume, 0..1 along its three axes. */
  readonly fraction: Vec3;
  /** The viewer's axis (0, 1 or 2) that the plane stands upright on. */
  readonly axis: 0 | 1 | 2;
}

export interface PointerWork {
  down(spot: PlaneSpot): void;
  /** Only on the plane where the button went down. */
  drag(spot: PlaneSpot): void;
  up(): void;
  /** How far the brush reaches, in mm; null when there is none to show. */
  reachMm(): number | null;
}

/** Takes the left button of a viewer's canvas. @returns gives it back */
export function takePointer(viewer: Niivue, work: PointerWork): () => void {
  const canvas = viewer.canvas!;
  const gone = new AbortController();
  const ring = makeRing(canvas);
  let drawingOn: PlaneSpot['axis'] | null = null;
  const listen = <K extends keyof WindowEventMap>(
    target: Window | HTMLElement,
    type: K,
    act: (event: WindowEventMap[K]) => void,
  ) => target.addEventListener(type, act as EventListener, { capture: true, signal: gone.signal });
  listen(canvas, 'mousedown', (event) => {
    const spot = event.button === 0 ? spotAt(viewer, canvas, event) : null;
    if (spot === null) return;
    // NiiVue must not move its crosshair or contrast with this button.
    event.stopImmediatePropagation();
    event.preventDefault();
    drawingOn = spot.axis;
    lookAt(viewer, spot);
    work.down(spot);
  });
  listen(window, 'mousemove', (event) => {
    const spot = event.target === canvas || drawingOn !== null ? spotAt(viewer, canvas, event) : null;
    placeRing(ring, canvas, event, spot === null ? null : pixelsOf(viewer, canvas, event, work.reachMm()));
    if (drawingOn === null) return;
    event.stopImmediatePropagation();
    if (spot?.axis === drawingOn) work.drag(spot);
  });
  listen(window, 'mouseup', (event) => {
    if (drawingOn === null || event.button !== 0) return;
    event.stopImmediatePropagation();
    drawingOn = null;
    work.up();
  });
  return () => {
    gone.abort();
    ring.remove();
  };
}

/** The other planes follow to the place that is drawn on. */
function lookAt(viewer: Niivue, { fraction }: PlaneSpot): void {
  viewer.scene.crosshairPos = Float32Array.from(fraction) as unknown as Niivue['scene']['crosshairPos'];
  viewer.drawScene();
}

function onCanvas(canvas: HTMLCanvasElement, event: MouseEvent): { x: number; y: number; scale: number } {
  const box = canvas.getBoundingClientRect();
  const scale = canvas.width / box.width;
  return { x: (event.clientX - box.left) * scale, y: (event.clientY - box.top) * scale, scale };
}

function spotAt(viewer: Niivue, canvas: HTMLCanvasElement, event: MouseEvent): PlaneSpot | null {
  const { x, y } = onCanvas(canvas, event);
  const tile = viewer.tileIndex(x, y);
  const axis = 2 - (viewer.screenSlices[tile]?.axCorSag ?? 3);
  if (axis !== 0 && axis !== 1 && axis !== 2) return null;
  const [i, j, k] = viewer.screenXY2TextureFrac(x, y, tile, true) as unknown as Vec3;
  return i < 0 || j < 0 || k < 0 ? null : { fraction: [i, j, k], axis };
}

/** A length on the plane under the mouse, in pixels of the page. */
function pixelsOf(viewer: Niivue, canvas: HTMLCanvasElement, event: MouseEvent, mm: number | null): number | null {
  const { x, y, scale } = onCanvas(canvas, event);
  const slice = viewer.screenSlices[viewer.tileIndex(x, y)];
  if (mm === null || !slice) return null;
  return (mm * Math.abs(slice.leftTopWidthHeight[2]!)) / Math.abs(slice.fovMM[0]!) / scale;
}

function makeRing(canvas: HTMLCanvasElement): HTMLElement {
  const ring = document.createElement('div');
  ring.className = 'pointer-events-none absolute hidden rounded-full border border-white/80';
  canvas.after(ring);
  return ring;
}

function placeRing(ring: HTMLElement, canvas: HTMLCanvasElement, event: MouseEvent, radius: number | null): void {
  ring.classList.toggle('hidden', radius === null);
  if (radius === null) return;
  const box = canvas.getBoundingClientRect();
  Object.assign(ring.style, {
    left: `${event.clientX - box.left - radius}px`,
    top: `${event.clientY - box.top - radius}px`,
    width: `${2 * radius}px`,
    height: `${2 * radius}px`,
  });
}

'use client';
// Before and after side by side in NiiVue: three planes and a 3D surface, linked, the removed region as an overlay.
import type { Niivue } from '@niivue/niivue';
import { useEffect, useRef, useState } from 'react';
import type { Pair } from './mend/mendViewers';

export type View = 'all' | 'axial' | 'coronal' | 'sagittal' | 'surface';

export interface VolumeUrls {
  readonly before: string;
  /** Null while nothing was made of it yet. */
  readonly after: string | null;
  readonly mask: string | null;
}

/** Index of the overlay in the viewer's list of volumes. */
const MASK = 1;
const MASK_OPACITY = 0.45;
/** Face on, a little to the side: where a face is recognised. */
const AZIMUTH = 150;
const ELEVATION = 10;

async function makeViewer(canvas: HTMLCanvasElement): Promise<Niivue> {
  const { Niivue, SHOW_RENDER } = await import('@niivue/niivue');
  const viewer = new Niivue({
    backColor: [0, 0, 0, 1],
    crosshairColor: [0.3, 0.8, 0.8, 0.7],
    crosshairWidth: 0.5,
    show3Dcrosshair: false,
    dragAndDropEnabled: false,
    multiplanarShowRender: SHOW_RENDER.ALWAYS,
    isOrientCube: false,
    isColorbar: false,
    logLevel: 'error',
  });
  await viewer.attachToCanvas(canvas);
  return viewer;
}

async function applyView(viewer: Niivue, view: View): Promise<void> {
  const { SLICE_TYPE } = await import('@niivue/niivue');
  const types = {
    all: SLICE_TYPE.MULTIPLANAR,
    axial: SLICE_TYPE.AXIAL,
    coronal: SLICE_TYPE.CORONAL,
    sagittal: SLICE_TYPE.SAGITTAL,
    surface: SLICE_TYPE.RENDER,
  } as const;
  viewer.setSliceType(types[view]);
}

async function loadPair(pair: Pair, urls: VolumeUrls): Promise<void> {
  const overlay = urls.mask
    ? [{ url: urls.mask, name: 'mask.nii.gz', colormap: 'red', opacity: MASK_OPACITY, cal_min: 0.5, cal_max: 1 }]
    : [];
  await pair.before.loadVolumes([{ url: urls.before, name: 'before.nii.gz' }, ...overlay]);
  await pair.after.loadVolumes(urls.after ? [{ url: urls.after, name: 'after.nii.gz' }] : []);
  // The same window on both sides, so that a difference seen is a difference made.
  const from = pair.before.volumes[0];
  const to = pair.after.volumes[0];
  if (from && to) {
    to.cal_min = from.cal_min ?? 0;
    to.cal_max = from.cal_max ?? 1;
    pair.after.updateGLVolume();
  }
  for (const viewer of [pair.before, pair.after]) viewer.setRenderAzimuthElevation(AZIMUTH, ELEVATION);
}

/** Makes the two viewers once and keeps them while series come and go: browsers allow few WebGL contexts. */
function usePair(left: React.RefObject<HTMLCanvasElement | null>, right: React.RefObject<HTMLCanvasElement | null>) {
  const [pair, setPair] = useState<Pair | null>(null);
  const [problem, setProblem] = useState<string | null>(null);
  useEffect(() => {
    let gone = false;
    let made: Pair | null = null;
    (async () => {
      if (!left.current || !right.current) return;
      made = { before: await makeViewer(left.current), after: await makeViewer(right.current) };
      made.before.broadcastTo([made.after], { '2d': true, '3d': true });
      made.after.broadcastTo([made.before], { '2d': true, '3d': true });
      if (!gone) setPair(made);
    })().catch(() =>
      setProblem('This browser cannot show volumes (WebGL 2 is off). Use a current Chrome, Edge or Firefox.'),
    );
    return () => {
      gone = true;
      made?.before.cleanup();
      made?.after.cleanup();
    };
  }, [left, right]);
  return { pair, problem, setProblem };
}

interface VolumePairProps {
  urls: VolumeUrls;
  looking: { view: View; showMask: boolean };
  /** A mask is being drawn: planes on the left, on the right the surface as it would be. */
  mending: boolean;
  /** Told the viewers once these images are in them, and null when they are not. */
  onReady: (pair: Pair | null) => void;
}

export function VolumePair({ urls, looking: { view, showMask }, mending, onReady }: VolumePairProps) {
  const left = useRef<HTMLCanvasElement>(null);
  const right = useRef<HTMLCanvasElement>(null);
  const { pair, problem, setProblem } = usePair(left, right);
  const [loaded, setLoaded] = useState<string | null>(null);
  const wanted = urls.before;

  useEffect(() => {
    if (!pair) return;
    let stale = false;
    loadPair(pair, urls)
      .then(() => !stale && setLoaded(urls.before))
      .catch(
        () =>
          !stale &&
          setProblem('The images could not be loaded. Reload the page; if it stays so, ask your project lead.'),
      );
    return () => {
      stale = true;
    };
  }, [pair, urls, setProblem]);

  useEffect(() => {
    if (!pair || loaded !== wanted) return;
    void applyView(pair.before, view);
    void applyView(pair.after, mending ? 'surface' : view);
  }, [pair, view, mending, loaded, wanted]);

  useEffect(() => {
    if (!pair || loaded !== wanted || !urls.mask || pair.before.volumes.length <= MASK) return;
    pair.before.setOpacity(MASK, showMask && !mending ? MASK_OPACITY : 0);
  }, [pair, showMask, mending, loaded, wanted, urls.mask]);

  const ready = loaded === wanted;
  useEffect(() => {
    onReady(ready ? pair : null);
    return () => onReady(null);
  }, [onReady, ready, pair]);
  return (
    <div className="grid min-h-0 flex-1 grid-cols-2 gap-px bg-white/20" data-ready={ready}>
      <Pane title={mending ? 'Draw here' : 'Before'} note={leftNote(urls, mending)} canvas={left} />
      <Pane title={mending ? 'As it would be' : 'After'} note={rightNote(urls, mending)} canvas={right} />
      {(problem || !ready) && (
        <p role="status" className="pointer-events-none absolute inset-x-0 top-1/2 text-center text-sm text-white/80">
          {problem ?? 'Loading the images…'}
        </p>
      )}
    </div>
  );
}

function leftNote({ mask }: VolumeUrls, mending: boolean): string {
  if (mending) return 'red is removed, blue is brain and stays';
  return mask ? 'red: what is removed' : 'nothing is removed';
}

function rightNote({ after }: VolumeUrls, mending: boolean): string {
  if (mending) return 'without what is red';
  return after ? 'what researchers will get' : 'not made yet';
}

function Pane({
  title,
  note,
  canvas,
}: {
  title: string;
  note: string;
  canvas: React.RefObject<HTMLCanvasElement | null>;
}) {
  return (
    <figure className="relative flex min-h-0 min-w-0 flex-col bg-black">
      <figcaption className="flex items-baseline gap-2 px-3 py-1.5 text-sm">
        <span className="font-semibold text-white">{title}</span>
        <span className="text-xs text-white/60">{note}</span>
      </figcaption>
      <div className="relative min-h-0 flex-1">
        <canvas
          ref={canvas}
          className="absolute inset-0 h-full w-full"
          aria-label={`${title}: image planes and surface`}
        />
      </div>
    </figure>
  );
}

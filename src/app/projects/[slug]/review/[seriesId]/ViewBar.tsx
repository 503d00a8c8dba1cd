'use client';
// What of the images is shown: planes or surface, which volume, the removed region; by button and by key.
import { useState } from 'react';
import { Button } from '@/app/components/Button';
import { Kbd } from '@/app/components/Kbd';
import type { View } from './VolumePair';

const views: readonly { view: View; label: string }[] = [
  { view: 'all', label: 'All planes' },
  { view: 'axial', label: 'Axial' },
  { view: 'coronal', label: 'Coronal' },
  { view: 'sagittal', label: 'Sagittal' },
  { view: 'surface', label: 'Surface' },
];

export type Looking = ReturnType<typeof useLooking>;

export function useLooking(volumes: number) {
  const [view, setView] = useState<View>('all');
  const [volume, setVolume] = useState(0);
  // On the surface the removed region would hide the very face it covers, so there it is off until asked for.
  const [masked, setMasked] = useState({ planes: true, surface: false });
  const kind = view === 'surface' ? 'surface' : 'planes';
  const toggleMask = () => setMasked((now) => ({ ...now, [kind]: !now[kind] }));
  const nextVolume = () => setVolume((now) => (now + 1) % Math.max(1, volumes));
  const numbers: Record<string, () => void> = Object.fromEntries(
    views.map(({ view: to }, index) => [String(index + 1), () => setView(to)]),
  );
  const keys = { m: toggleMask, v: nextVolume, ...numbers };
  return { view, setView, volume, nextVolume, showMask: masked[kind], toggleMask, views: numbers, keys };
}

export function ViewBar({ looking, volumes, hasMask }: { looking: Looking; volumes: number; hasMask: boolean }) {
  const { view, setView, volume, nextVolume, showMask, toggleMask } = looking;
  return (
    <div
      role="toolbar"
      aria-label="View"
      className="flex flex-wrap items-center gap-1 border-t border-line bg-surface px-3 py-2"
    >
      {views.map(({ view: to, label }, index) => (
        <Button
          key={to}
          size="small"
          kind={view === to ? 'primary' : 'quiet'}
          aria-pressed={view === to}
          onClick={() => setView(to)}
        >
          {label} <Kbd>{index + 1}</Kbd>
        </Button>
      ))}
      <span className="flex-1" />
      {volumes > 1 && (
        <Button size="small" kind="quiet" onClick={nextVolume}>
          Volume {volume + 1} of {volumes} <Kbd>V</Kbd>
        </Button>
      )}
      {hasMask && (
        <Button size="small" kind={showMask ? 'primary' : 'quiet'} aria-pressed={showMask} onClick={toggleMask}>
          Removed region <Kbd>M</Kbd>
        </Button>
      )}
    </div>
  );
}

// Quality figures in plain words.

const labels: Record<string, { label: string; show: (value: number) => string }> = {
  brainVoxelsAltered: { label: 'Brain voxels altered', show: (v) => String(v) },
  faceRemovedShare: { label: 'Share of the face removed', show: (v) => `${(v * 100).toFixed(1)} %` },
  residualFace: { label: 'Face still readable from the surface', show: (v) => `${(v * 100).toFixed(0)} %` },
  maskMl: { label: 'Volume removed', show: (v) => `${v.toFixed(0)} ml` },
  faceMl: { label: 'Face seen', show: (v) => `${v.toFixed(0)} ml` },
  brainMl: { label: 'Brain seen', show: (v) => `${v.toFixed(0)} ml` },
  headMl: { label: 'Head seen', show: (v) => `${v.toFixed(0)} ml` },
  mirrorDice: { label: 'Agreement with mirror image', show: (v) => v.toFixed(2) },
};

/** The figures a reader can use, in the order above; others stay in the record. */
export function figureRows(figures: Readonly<Record<string, unknown>>): { label: string; value: string }[] {
  return Object.entries(labels).flatMap(([key, { label, show }]) => {
    const value = figures[key];
    return typeof value === 'number' && Number.isFinite(value) ? [{ label, value: show(value) }] : [];
  });
}

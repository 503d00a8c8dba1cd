'use client';
// Burned-in text for a person to look at: what will be black, what stays, and the means to change either.
import { ArrowLeft, Eye, EyeOff, SunMoon, Trash2, Undo2 } from 'lucide-react';
import { useRouter } from 'next/navigation';
import { useState } from 'react';
import { Button, ButtonLink } from '@/app/components/Button';
import { Kbd } from '@/app/components/Kbd';
import type { ServerAction } from '@/app/formState';
import type { FoundBox } from '@/domain/pixels/plan';
import type { PixelReview } from '@/server/pixelReview';
import type { SeriesRow } from '@/server/series';
import { HeldAnswers } from '../../status/HeldAnswers';
import { PixelPicture } from './PixelPicture';
import { useKeys } from './useKeys';
import { usePixelBoxes } from './usePixelBoxes';

interface PixelScreenProps {
  slug: string;
  series: SeriesRow;
  pixels: PixelReview;
  save: ServerAction;
}

export function PixelScreen({ slug, series, pixels, save }: PixelScreenProps) {
  const router = useRouter();
  const { plan, problem, saving, mayUndo, change, undo } = usePixelBoxes(series.id, pixels.plan, save);
  const [at, setAt] = useState(0);
  const [selected, setSelected] = useState<number | null>(null);
  const [dark, setDark] = useState(false);
  const [covered, setCovered] = useState(false);
  const size = plan[at]!;
  const chosen = selected === null ? undefined : size.boxes[selected];
  const queue = `/projects/${slug}/review`;
  const set = (boxes: readonly FoundBox[], next: number | null) => {
    if (!pixels.mayDecide) return;
    change(at, boxes);
    setSelected(next);
  };
  const flip = () => {
    if (!chosen) return;
    const verdict = chosen.verdict === 'harmless' ? 'identifying' : 'harmless';
    set(
      size.boxes.map((box) => (box === chosen ? { ...box, verdict } : box)),
      selected,
    );
  };
  const remove = () =>
    chosen &&
    set(
      size.boxes.filter((box) => box !== chosen),
      null,
    );
  const takeBack = () => {
    if (pixels.mayDecide) undo();
    setSelected(null);
  };
  const choose = (step: number) =>
    size.boxes.length > 0 && setSelected(((selected ?? -1) + step + size.boxes.length) % size.boxes.length);

  useKeys(true, 'page', {
    f: flip,
    delete: remove,
    backspace: remove,
    u: takeBack,
    d: () => setDark(!dark),
    c: () => setCovered(!covered),
    j: () => choose(1),
    k: () => choose(-1),
    escape: () => router.push(queue),
  });

  return (
    <div className="reading-room flex h-screen flex-col bg-paper text-ink">
      <header className="flex min-h-14 flex-wrap items-center gap-3 border-b border-line bg-surface px-4 py-2">
        <ButtonLink href={queue} kind="quiet" size="small">
          <ArrowLeft size={16} aria-hidden="true" /> Queue <Kbd>Esc</Kbd>
        </ButtonLink>
        <h1 className="text-sm font-semibold whitespace-nowrap">
          {series.subject} · session {series.session} · series {series.number} · {series.modality} · text in the picture
        </h1>
        <span className="flex-1" />
        <span role="status" className="text-sm text-muted">
          {saving ? 'Saving…' : mayUndo ? 'Saved' : ''}
        </span>
        {!saving && <HeldAnswers row={series} />}
      </header>
      {problem && (
        <p role="alert" className="bg-bad-soft px-4 py-2 text-sm text-bad">
          {problem}
        </p>
      )}
      <div className="flex flex-wrap items-center gap-2 border-b border-line px-4 py-2">
        <Button size="small" kind="quiet" onClick={() => setDark(!dark)}>
          <SunMoon size={16} aria-hidden="true" /> {dark ? 'Darkest' : 'Brightest'} pixels <Kbd>D</Kbd>
        </Button>
        <Button size="small" kind="quiet" onClick={() => setCovered(!covered)}>
          {covered ? <EyeOff size={16} aria-hidden="true" /> : <Eye size={16} aria-hidden="true" />}{' '}
          {covered ? 'As it will be' : 'See through'} <Kbd>C</Kbd>
        </Button>
        {pixels.mayDecide && (
          <>
            <Button size="small" kind="quiet" onClick={flip} disabled={!chosen}>
              {chosen?.verdict === 'harmless' ? 'Black it out' : 'Keep the text'} <Kbd>F</Kbd>
            </Button>
            <Button size="small" kind="quiet" onClick={remove} disabled={!chosen}>
              <Trash2 size={16} aria-hidden="true" /> Remove box <Kbd>Del</Kbd>
            </Button>
            <Button size="small" kind="quiet" onClick={takeBack} disabled={!mayUndo}>
              <Undo2 size={16} aria-hidden="true" /> Undo <Kbd>U</Kbd>
            </Button>
          </>
        )}
        <span className="flex-1" />
        <Sizes plan={plan} at={at} onPick={(next) => [setAt(next), setSelected(null)]} />
        <Legend />
      </div>
      <main className="flex-1 overflow-auto bg-black p-4">
        <PixelPicture
          url={pixels.pictures[at]![dark ? 'darkest' : 'brightest']}
          size={size}
          selected={selected}
          covered={covered}
          mayEdit={pixels.mayDecide}
          onSelect={setSelected}
          onChange={set}
        />
      </main>
      <footer className="border-t border-line px-4 py-2 text-sm text-muted">
        {size.frames === 1 ? 'One image' : `All ${size.frames} images of this size`} laid over each other: what is black
        here is black in every one. Drag over text to black it out; drag a box to move it; <Kbd>J</Kbd> <Kbd>K</Kbd> go
        from box to box.
      </footer>
    </div>
  );
}

function Sizes({ plan, at, onPick }: { plan: PixelReview['plan']; at: number; onPick: (index: number) => void }) {
  if (plan.length < 2) return null;
  return plan.map(({ rows, columns }, index) => (
    <Button
      key={`${columns}x${rows}`}
      size="small"
      kind={index === at ? 'primary' : 'quiet'}
      aria-pressed={index === at}
      onClick={() => onPick(index)}
    >
      {columns} × {rows}
    </Button>
  ));
}

const legend = [
  ['Identifying', 'bg-bad'],
  ['Doubtful', 'bg-warn'],
  ['Kept', 'bg-good'],
] as const;

function Legend() {
  return legend.map(([label, colour]) => (
    <span key={label} className="inline-flex items-center gap-1.5 text-sm text-muted">
      <span className={`size-3 rounded-sm ${colour}`} aria-hidden="true" />
      {label}
    </span>
  ));
}

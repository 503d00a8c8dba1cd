'use client';
// The lines around the picture: the decision on top, what can be done with a box below it, and what the lines mean.
import {
  ArrowLeft,
  Check,
  Eye,
  EyeOff,
  type LucideIcon,
  SkipForward,
  SquarePlus,
  Trash2,
  Undo2,
  X,
} from 'lucide-react';
import { Button, ButtonLink } from '@/app/components/Button';
import { Kbd } from '@/app/components/Kbd';
import type { FoundBox } from '@/domain/pixels/plan';
import type { SeriesRow } from '@/server/series';
import { mayShare } from './boxActs';
import type { PixelScreenState } from './usePixelScreen';
import { lookOf, looks } from './verdicts';

interface DecideBarProps {
  series: SeriesRow;
  waiting: number;
  screen: PixelScreenState;
}

export function DecideBar({ series, waiting, screen: { boxes, mayEdit, queue, acts } }: DecideBarProps) {
  return (
    <header className="flex min-h-14 items-center gap-3 border-b border-line bg-surface px-4">
      <ButtonLink href={queue} kind="quiet" size="small">
        <ArrowLeft size={16} aria-hidden="true" /> Queue <Kbd>Esc</Kbd>
      </ButtonLink>
      <h1 className="text-sm font-semibold whitespace-nowrap">
        {series.subject} · session {series.session} · series {series.number} · {series.modality}
      </h1>
      <span className="text-sm whitespace-nowrap text-muted">{waiting === 1 ? '1 waits' : `${waiting} wait`}</span>
      <span className="flex-1" />
      <span role="status" className="text-sm whitespace-nowrap text-muted">
        {boxes.saving ? 'Saving…' : (boxes.said ?? (boxes.mayUndo ? 'Saved' : ''))}
      </span>
      <Act icon={SkipForward} label="Skip" keys="N" onClick={acts.skip} />
      {mayEdit && (
        <>
          <Button onClick={acts.reject}>
            <X size={16} aria-hidden="true" /> Reject <Kbd>R</Kbd>
          </Button>
          <Button kind="primary" onClick={acts.accept}>
            <Check size={16} aria-hidden="true" /> Nothing else to hide <Kbd>A</Kbd>
          </Button>
        </>
      )}
    </header>
  );
}

export function BoxBar({ screen, alike }: { screen: PixelScreenState; alike: number }) {
  const { boxes, chosen, picture, covered, mayEdit, acts } = screen;
  return (
    <div
      role="toolbar"
      aria-label="Boxes"
      className="flex min-h-12 flex-wrap items-center gap-1 border-b border-line bg-surface px-2 py-1"
    >
      <Act
        icon={covered ? Eye : EyeOff}
        label={covered ? 'See through' : 'Show it black'}
        keys="C"
        onClick={acts.cover}
      />
      {mayEdit && (
        <>
          {!chosen && <Act icon={SquarePlus} label="New box" keys="B" onClick={acts.add} />}
          <Act icon={Undo2} label="Undo" keys="U" onClick={acts.undo} disabled={!boxes.mayUndo} />
          <span className="mx-1 h-6 border-l border-line" aria-hidden="true" />
          {chosen ? (
            <ChosenActs chosen={chosen} frame={picture.frame} alike={alike} acts={acts} />
          ) : (
            <p className="px-1 text-sm text-muted">
              Drag over text to black it out. Click a box, or <Kbd>J</Kbd>, to change it.
            </p>
          )}
        </>
      )}
    </div>
  );
}

interface ChosenActsProps {
  chosen: FoundBox;
  frame: number | null;
  alike: number;
  acts: PixelScreenState['acts'];
}

function ChosenActs({ chosen, frame, alike, acts }: ChosenActsProps) {
  const kept = chosen.verdict === 'harmless';
  return (
    <>
      <Act label={kept ? 'Black it out' : 'Keep the text'} keys="F" onClick={acts.flip} />
      {chosen.origin === 'drawn' && <Act icon={Trash2} label="Remove" keys="Del" onClick={acts.remove} />}
      {chosen.frame !== undefined ? (
        <Act label="Apply to all images" keys="S" onClick={acts.onlyHere} />
      ) : (
        frame !== null && <Act label="This image only" keys="S" onClick={acts.onlyHere} />
      )}
      {alike > 0 && mayShare(chosen) && (
        <Act label={`Apply to ${alike} more of this device`} keys="E" onClick={acts.share} />
      )}
    </>
  );
}

interface ActProps {
  icon?: LucideIcon;
  label: string;
  keys: string;
  disabled?: boolean;
  onClick: () => void;
}

function Act({ icon: Icon, label, keys, disabled = false, onClick }: ActProps) {
  return (
    <Button size="small" kind="quiet" disabled={disabled} onClick={onClick}>
      {Icon && <Icon size={16} aria-hidden="true" />} {label} <Kbd>{keys}</Kbd>
    </Button>
  );
}

/** The lines that are on the picture, and what each means. */
export function Legend({ boxes }: { boxes: readonly FoundBox[] }) {
  const used = Object.values(looks).filter((look) => boxes.some((box) => lookOf(box) === look));
  return used.map(({ tag, words, stroke, text, ...look }) => (
    <span key={words} className="inline-flex items-center gap-1.5 whitespace-nowrap">
      <svg width="26" height="14" aria-hidden="true">
        <rect
          x="1"
          y="1"
          width="24"
          height="12"
          strokeWidth="2"
          strokeDasharray={'dash' in look ? look.dash : undefined}
          className={`${stroke} fill-transparent`}
        />
      </svg>
      <span className={`font-mono text-[0.6875rem] ${text}`}>{tag}</span> {words}
    </span>
  ));
}

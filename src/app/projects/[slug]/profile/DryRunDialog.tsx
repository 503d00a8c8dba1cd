'use client';
// Picking the series that a draft is tried on: by pseudonym, a few ticked at first.
import { useState } from 'react';
import type { DryRunCandidate } from '@/server/dryRuns';
import { ActionForm } from '../../../components/ActionForm';
import { Button } from '../../../components/Button';
import { Dialog } from '../../../components/Dialog';
import { startDryRunAction } from './actions';

interface DryRunDialogProps {
  candidates: readonly DryRunCandidate[];
  /** The draft as the action wants it. */
  hidden: Record<string, string>;
  onClose: () => void;
}

export function DryRunDialog({ candidates, hidden, onClose }: DryRunDialogProps) {
  const [picked, setPicked] = useState<ReadonlySet<string>>(() => oneOfEach(candidates));
  const [search, setSearch] = useState('');
  const toggle = (id: string) =>
    setPicked((now) => {
      const next = new Set(now);
      if (!next.delete(id)) next.add(id);
      return next;
    });
  const wanted = search.trim().toLowerCase();
  const shown = candidates.filter(({ subject, modality }) => `${subject} ${modality}`.toLowerCase().includes(wanted));
  return (
    <Dialog open onClose={onClose} title="Try the draft on scans">
      <p className="text-sm">
        The draft is planned beside the version in use. Nothing is written and no scan is changed; you see what would
        be.
      </p>
      <ActionForm
        action={startDryRunAction}
        hidden={{ ...hidden, ...(picked.size > 0 ? { seriesIds: [...picked].join(',') } : {}) }}
        submit={`Start the dry run on ${picked.size} series`}
        pending="Starting…"
        beside={
          <Button kind="quiet" onClick={onClose}>
            Cancel
          </Button>
        }
      >
        <div className="flex items-center gap-2">
          <input
            type="search"
            aria-label="Search the series"
            placeholder="Subject or modality"
            value={search}
            onChange={(event) => setSearch(event.target.value)}
            className="h-8 min-w-0 grow rounded-md border border-edge bg-surface px-2 text-sm placeholder:text-muted"
          />
          <Button size="small" onClick={() => setPicked(new Set([...picked, ...shown.map(({ id }) => id)]))}>
            Tick all
          </Button>
          <Button size="small" onClick={() => setPicked(new Set())}>
            Tick none
          </Button>
        </div>
        <SeriesList series={shown} picked={picked} onToggle={toggle} />
      </ActionForm>
    </Dialog>
  );
}

interface SeriesListProps {
  series: readonly DryRunCandidate[];
  picked: ReadonlySet<string>;
  onToggle: (id: string) => void;
}

function SeriesList({ series, picked, onToggle }: SeriesListProps) {
  return (
    <ul aria-label="Series" className="max-h-72 divide-y divide-line overflow-y-auto rounded-md border border-line">
      {series.map(({ id, subject, session, number, modality, instances }) => (
        <li key={id}>
          <label className="flex items-center gap-3 px-3 py-2 text-sm">
            <input
              type="checkbox"
              checked={picked.has(id)}
              onChange={() => onToggle(id)}
              className="size-4 shrink-0 accent-(--accent)"
            />
            <span className="grow">
              {subject}, session {session}, series {number}
            </span>
            <span className="text-muted tabular-nums">
              {modality}, {instances.toLocaleString('en')} images
            </span>
          </label>
        </li>
      ))}
    </ul>
  );
}

/** The first series of each modality: enough to begin with, and quick. */
function oneOfEach(candidates: readonly DryRunCandidate[]): Set<string> {
  const first = new Map<string, string>();
  for (const { id, modality } of candidates) if (!first.has(modality)) first.set(modality, id);
  return new Set(first.values());
}

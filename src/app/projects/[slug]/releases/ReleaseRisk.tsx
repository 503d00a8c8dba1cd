'use client';
// Whether somebody could be recognised in what is picked: k, the risks in plain words, and what would lower them. Pseudonyms only.
import { useId, useMemo, useState } from 'react';
import { Button } from '@/app/components/Button';
import { Notice } from '@/app/components/Notice';
import { equivalenceClasses, riskFigures, smallest } from '@/domain/risk/figures';
import type { Chosen, QuasiIdentifier } from '@/domain/risk/quasiIdentifiers';
import type { SubjectRecord } from '@/domain/risk/subjects';
import { type Suggestion, suggestions } from '@/domain/risk/suggestions';
import { ClassHistogram } from './ClassHistogram';
import { QuasiIdentifierChoice } from './QuasiIdentifierChoice';
import { RiskTable } from './RiskTable';

interface ReleaseRiskProps {
  records: readonly SubjectRecord[];
  minimumK: number;
  /** What an outsider is thought to know. */
  names: readonly QuasiIdentifier[];
  onNames: (names: QuasiIdentifier[]) => void;
}

/** k of what the version really tells, exact as it is. */
export function kAsReleased(records: readonly SubjectRecord[], names: readonly QuasiIdentifier[]): number {
  return smallest(
    equivalenceClasses(
      records,
      names.map((name) => ({ name, level: 0 })),
    ),
  );
}

export function ReleaseRisk({ records, minimumK, names, onNames }: ReleaseRiskProps) {
  const [levels, setLevels] = useState<Readonly<Partial<Record<QuasiIdentifier, number>>>>({});
  const [population, setPopulation] = useState('');
  const chosen = useMemo(() => names.map((name): Chosen => ({ name, level: levels[name] ?? 0 })), [names, levels]);
  const classes = useMemo(() => equivalenceClasses(records, chosen), [records, chosen]);
  const ideas = useMemo(() => suggestions(records, chosen, minimumK), [records, chosen, minimumK]);
  const sampleFraction = Math.min(1, records.length / Math.max(records.length, Number(population) || 0));
  const figures = riskFigures(classes, { minimumK, sampleFraction });
  const imagined = chosen.some((one) => one.level > 0);
  const small = classes.filter((one) => one.subjects.length < minimumK).flatMap((one) => one.subjects);
  const choose = (next: readonly Chosen[]) => {
    onNames(next.map((one) => one.name));
    setLevels(Object.fromEntries(next.map((one) => [one.name, one.level])));
  };
  if (figures === null) return null;
  return (
    <section aria-label="Risk of recognition" className="space-y-4 rounded-md border border-line p-4">
      <div>
        <h3 className="font-semibold">Could somebody be recognised?</h3>
        <p className="max-w-3xl text-sm text-muted">
          Subjects who are alike in everything that an outsider may know hide each other. The smallest such group
          counts: its size is called k.
        </p>
      </div>
      <div className="grid grid-cols-[minmax(0,22rem)_minmax(0,1fr)] gap-6">
        <QuasiIdentifierChoice chosen={chosen} onChoose={choose} />
        <div className="space-y-3">
          <K k={figures.k} minimumK={minimumK} />
          <ClassHistogram figures={figures} minimumK={minimumK} />
          {small.length > 0 && <SmallGroups subjects={small} minimumK={minimumK} />}
          {ideas.length > 0 && <Ideas ideas={ideas} onTry={choose} />}
        </div>
      </div>
      {imagined && (
        <Notice title="Only imagined so far">
          The version tells these values exactly, where it tells them; for that, k is {kAsReleased(records, names)}. To
          publish bands, change the profile and process the series again.
        </Notice>
      )}
      <RiskTable figures={figures} minimumK={minimumK} />
      <Population value={population} onChange={setPopulation} />
    </section>
  );
}

function K({ k, minimumK }: { k: number; minimumK: number }) {
  const words = k === 1 ? 'Somebody is alone in a group.' : `Nobody is in a group smaller than ${k}.`;
  return (
    <p className="text-sm">
      <span data-testid="k" className="mr-2 text-2xl font-semibold tabular-nums">
        k = {k}
      </span>
      <span className="text-muted">{`${words} This project asks for at least ${minimumK}.`}</span>
    </p>
  );
}

const MAX_SHOWN = 12;

function SmallGroups({ subjects, minimumK }: { subjects: readonly string[]; minimumK: number }) {
  const more = subjects.length - MAX_SHOWN;
  return (
    <p className="text-sm text-muted">
      In groups smaller than {minimumK}: {subjects.slice(0, MAX_SHOWN).join(', ')}
      {more > 0 && ` and ${more} more`}
    </p>
  );
}

function Ideas({ ideas, onTry }: { ideas: readonly Suggestion[]; onTry: (chosen: readonly Chosen[]) => void }) {
  return (
    <div className="text-sm">
      <h4 className="font-medium">What would help</h4>
      <ul className="mt-1 space-y-1">
        {ideas.map(({ words, chosen }) => (
          <li key={words} className="flex flex-wrap items-center gap-3">
            {words}
            {chosen !== null && (
              <Button size="small" kind="quiet" onClick={() => onTry(chosen)} aria-label={`Try: ${words}`}>
                Try
              </Button>
            )}
          </li>
        ))}
      </ul>
    </div>
  );
}

function Population({ value, onChange }: { value: string; onChange: (value: string) => void }) {
  const id = useId();
  return (
    <div className="text-sm">
      <label htmlFor={id} className="font-medium">
        Of how many people might these be a part? <span className="font-normal text-muted">(optional)</span>
      </label>
      <input
        id={id}
        type="number"
        min={1}
        value={value}
        onChange={(event) => onChange(event.target.value)}
        aria-describedby={`${id}-about`}
        className="mt-1 block h-9 w-40 rounded-md border border-edge bg-surface px-3"
      />
      <p id={`${id}-about`} className="mt-1 max-w-3xl text-muted">
        For example all patients scanned there in those years. It lowers the second and third risk, for an attacker who
        cannot know who of them is in the dataset; groups are assumed to be larger there by the same factor. Left empty,
        everybody who could be in it is in it.
      </p>
    </div>
  );
}

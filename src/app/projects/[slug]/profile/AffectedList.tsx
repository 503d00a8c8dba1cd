'use client';
// What the draft does to each attribute, live: counts by action, a search, and what the last step changed on top.
import { useDeferredValue, useEffect, useMemo, useRef, useState } from 'react';
import { type AffectedAttribute, affectedAttributes } from '@/domain/deid/affected';
import type { Profile } from '@/domain/deid/profile';
import { Card } from '../../../components/Card';
import { effectWords, isLeft, whyWords } from './affectedWords';

interface AffectedListProps {
  profile: Profile;
  /** The draft before the last step, to mark what that step changed. */
  before: Profile | null;
}

type Effect = AffectedAttribute['effect'];
interface Row {
  readonly attribute: AffectedAttribute;
  readonly why: string;
  /** What became of it before the last step; null when the step did not touch it. */
  readonly was: Effect | 'unlisted' | null;
}

export function AffectedList({ profile, before }: AffectedListProps) {
  const rows = useMemo(() => rowsOf(profile, before), [profile, before]);
  const [search, setSearch] = useState('');
  const [effect, setEffect] = useState<Effect | null>(null);
  const wanted = useDeferredValue(search.trim().toLowerCase());
  const touched = rows.filter(({ was }) => was !== null).length;
  const shown = rows.filter(
    ({ attribute, why }) => (effect === null || attribute.effect === effect) && textOf(attribute, why).includes(wanted),
  );
  const list = useRef<HTMLUListElement>(null);
  // What a change affects stands on top.
  useEffect(() => {
    if (profile) list.current?.scrollTo({ top: 0 });
  }, [profile]);
  return (
    <Card flush title="What happens to each attribute" lead="As the switches and rules stand now, saved or not.">
      <div className="space-y-3 border-b border-line px-5 pb-3">
        <input
          type="search"
          aria-label="Search the attributes"
          placeholder="Search by name, tag or reason"
          value={search}
          onChange={(event) => setSearch(event.target.value)}
          className="h-9 w-full rounded-md border border-edge bg-surface px-3 text-sm placeholder:text-muted"
        />
        <Counts rows={rows} picked={effect} onPick={setEffect} />
        <p aria-live="polite" className="min-h-5 text-sm">
          {touched > 0 && (
            <span className="font-medium text-accent">
              Your last change affects {touched === 1 ? 'one attribute' : `${touched} attributes`}.
            </span>
          )}
        </p>
      </div>
      <ul
        ref={list}
        aria-label="Attributes"
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a list that scrolls inside itself must be reachable by keyboard
        tabIndex={0}
        className="max-h-[calc(100vh-18rem)] min-h-40 divide-y divide-line overflow-y-auto text-sm"
      >
        {shown.map((row) => (
          <AttributeRow key={row.attribute.tag} row={row} />
        ))}
        {shown.length === 0 && <li className="px-5 py-6 text-muted">No attribute fits.</li>}
      </ul>
    </Card>
  );
}

function rowsOf(profile: Profile, before: Profile | null): Row[] {
  const earlier = before && new Map(affectedAttributes(before).map((one) => [one.tag, one]));
  const rows = affectedAttributes(profile).map((attribute): Row => {
    const past = earlier?.get(attribute.tag);
    const touched =
      earlier !== null &&
      before !== null &&
      (past?.effect !== attribute.effect || decider(past, before) !== decider(attribute, profile));
    return { attribute, why: whyWords(attribute, profile), was: touched ? (past?.effect ?? 'unlisted') : null };
  });
  return [...rows.filter(({ was }) => was !== null), ...rows.filter(({ was }) => was === null)];
}

/** The rules that decide, or may, as text: a rule that only moved decides as before. */
function decider({ rule, maybe }: AffectedAttribute, { rules }: Profile): string {
  return JSON.stringify([rule === null ? null : rules[rule], maybe.map((index) => rules[index])]);
}

/** What is searched: the name of the standard, the keyword made of it, the tag and the reason. */
function textOf({ name, tag }: AffectedAttribute, why: string): string {
  return `${name} ${name.replace(/[^a-z0-9]/gi, '')} ${tag} ${why}`.toLowerCase();
}

function Counts(props: { rows: readonly Row[]; picked: Effect | null; onPick: (effect: Effect | null) => void }) {
  const counts = new Map<Effect, number>();
  for (const { attribute } of props.rows) counts.set(attribute.effect, (counts.get(attribute.effect) ?? 0) + 1);
  return (
    <div className="flex flex-wrap gap-1.5">
      {[...counts]
        .sort(([, a], [, b]) => b - a)
        .map(([effect, count]) => (
          <button
            key={effect}
            type="button"
            aria-pressed={props.picked === effect}
            onClick={() => props.onPick(props.picked === effect ? null : effect)}
            className="rounded-full border border-edge/60 px-2.5 py-0.5 text-[0.8125rem] tabular-nums hover:bg-sunken aria-pressed:border-accent aria-pressed:bg-accent-soft"
          >
            {count.toLocaleString('en')} {effectWords(effect)}
          </button>
        ))}
    </div>
  );
}

function AttributeRow({ row: { attribute, why, was } }: { row: Row }) {
  return (
    <li
      data-touched={was !== null}
      className="grid grid-cols-[1fr_auto] gap-x-4 px-5 py-2 data-[touched=true]:bg-accent-soft"
    >
      <span className="min-w-0 font-medium break-words">{attribute.name}</span>
      <span className={`text-right ${isLeft(attribute.effect) ? 'font-medium text-accent' : ''}`}>
        {was !== null && was !== 'unlisted' && was !== attribute.effect && (
          <span className="text-muted line-through">{effectWords(was)}</span>
        )}{' '}
        {effectWords(attribute.effect)}
      </span>
      <span className="font-mono text-xs text-muted">{attribute.tag}</span>
      <span className="text-right text-xs text-muted">{why}</span>
    </li>
  );
}

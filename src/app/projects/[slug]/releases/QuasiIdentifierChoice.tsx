'use client';
// What an outsider may know of a subject, and how exactly.
import {
  type Chosen,
  type QuasiIdentifier,
  quasiIdentifierNames,
  quasiIdentifiers,
  rowOf,
} from '@/domain/risk/quasiIdentifiers';

interface ChoiceProps {
  chosen: readonly Chosen[];
  onChoose: (chosen: readonly Chosen[]) => void;
}

const groups = [
  { legend: 'The version tells', inRelease: true },
  { legend: 'Only the cleaned headers tell', inRelease: false },
] as const;

export function QuasiIdentifierChoice({ chosen, onChoose }: ChoiceProps) {
  const set = (name: QuasiIdentifier, level: number | null) => {
    const levels = new Map(chosen.map((one) => [one.name, one.level]));
    if (level === null) levels.delete(name);
    else levels.set(name, level);
    onChoose(
      quasiIdentifierNames.filter((one) => levels.has(one)).map((one) => ({ name: one, level: levels.get(one)! })),
    );
  };
  return (
    <div className="space-y-3 text-sm">
      <h4 className="font-medium">What may an outsider know?</h4>
      {groups.map(({ legend, inRelease }) => (
        <fieldset key={legend}>
          <legend className="text-muted">{legend}</legend>
          {quasiIdentifierNames
            .filter((name) => quasiIdentifiers[name].inRelease === inRelease)
            .map((name) => (
              <OneChoice
                key={name}
                name={name}
                level={chosen.find((one) => one.name === name)?.level ?? null}
                onSet={(level) => set(name, level)}
              />
            ))}
        </fieldset>
      ))}
    </div>
  );
}

interface OneChoiceProps {
  name: QuasiIdentifier;
  /** Null when it is not chosen. */
  level: number | null;
  onSet: (level: number | null) => void;
}

function OneChoice({ name, level, onSet }: OneChoiceProps) {
  const { label, levels } = rowOf(name);
  return (
    <div className="flex min-h-9 items-center justify-between gap-2">
      <label className="flex items-center gap-2">
        <input
          type="checkbox"
          checked={level !== null}
          onChange={(event) => onSet(event.target.checked ? 0 : null)}
          className="size-4 accent-(--accent)"
        />
        {label}
      </label>
      {level !== null && levels.length > 0 && (
        <select
          value={level}
          onChange={(event) => onSet(Number(event.target.value))}
          aria-label={`How exactly: ${label}`}
          className="h-8 max-w-40 rounded-md border border-edge bg-surface px-2 text-[0.8125rem]"
        >
          {['exactly', ...levels.map((one) => one.words)].map((words, index) => (
            <option key={words} value={index}>
              {words}
            </option>
          ))}
        </select>
      )}
    </div>
  );
}

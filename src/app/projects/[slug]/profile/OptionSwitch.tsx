'use client';
// One switch of a profile with its plain sentence; dates have three positions.
import { useId } from 'react';
import { optionWords } from '@/domain/deid/presets';
import type { ProfileOptions } from '@/domain/deid/profile';

interface OptionSwitchProps {
  option: keyof ProfileOptions;
  options: ProfileOptions;
  disabled: boolean;
  onSet: (change: Partial<ProfileOptions>) => void;
}

const dateWords = { none: 'None', modified: 'Modified', full: 'Full' } as const satisfies Record<
  ProfileOptions['retainLongitudinal'],
  string
>;

/** Positions that let a person be found again: they say so. */
const risky: Partial<Record<keyof ProfileOptions, boolean | string>> = {
  retainUids: true,
  retainInstitutionIdentity: true,
  retainLongitudinal: 'full',
};

export function OptionSwitch({ option, options, disabled, onSet }: OptionSwitchProps) {
  const id = useId();
  const { title, sentence } = optionWords[option];
  const value = options[option];
  return (
    <li className="flex items-start justify-between gap-6 py-3">
      <label htmlFor={id} className="min-w-0">
        <span className="font-medium">{title}</span>
        {risky[option] === value && <span className="ml-2 text-sm font-medium text-warn">identifying</span>}
        <span className="block max-w-3xl text-sm text-muted">{sentence}</span>
      </label>
      {typeof value === 'boolean' ? (
        <span className="relative mt-0.5 inline-flex h-6 w-11 shrink-0">
          <input
            id={id}
            type="checkbox"
            role="switch"
            checked={value}
            aria-checked={value}
            disabled={disabled}
            onChange={(event) => onSet({ [option]: event.target.checked })}
            className="peer absolute inset-0 z-10 size-full cursor-pointer appearance-none rounded-full disabled:cursor-default"
          />
          <span
            aria-hidden="true"
            className="absolute inset-0 rounded-full border border-edge bg-sunken transition-colors peer-checked:border-accent peer-checked:bg-accent peer-disabled:opacity-60"
          />
          <span
            aria-hidden="true"
            className="absolute top-1 left-1 size-4 rounded-full bg-edge transition-transform peer-checked:translate-x-5 peer-checked:bg-on-accent"
          />
        </span>
      ) : (
        <select
          id={id}
          value={value}
          disabled={disabled}
          onChange={(event) =>
            onSet({ retainLongitudinal: event.target.value as ProfileOptions['retainLongitudinal'] })
          }
          className="h-9 shrink-0 rounded-md border border-edge bg-surface px-2 text-sm"
        >
          {Object.entries(dateWords).map(([name, word]) => (
            <option key={name} value={name}>
              {word}
            </option>
          ))}
        </select>
      )}
    </li>
  );
}

'use client';
// The switches of a profile. Picking a preset sets them all; any change makes it the project's own.
import { useState } from 'react';
import { optionWords, type PresetName, presets } from '@/domain/deid/presets';
import type { Profile, ProfileOptions } from '@/domain/deid/profile';
import { ActionForm } from '../../../components/ActionForm';
import { Button } from '../../../components/Button';
import { Card } from '../../../components/Card';
import { changeProfileAction } from './actions';
import { OptionSwitch } from './OptionSwitch';

interface ProfileEditorProps {
  projectId: string;
  current: Profile;
  mayChange: boolean;
}

export function ProfileEditor({ projectId, current, mayChange }: ProfileEditorProps) {
  const [profile, setProfile] = useState(current);
  const preset = presetOf(profile);
  const changed = !same(profile, current);
  const set = (change: Partial<ProfileOptions>) => {
    const next = { ...profile, options: { ...profile.options, ...change } };
    const match = presetOf(next);
    setProfile(match ? presets[match].profile : { ...next, name: 'Own profile' });
  };
  return (
    <Card
      title={preset ? presets[preset].title : profile.name}
      lead={preset ? presets[preset].sentence : 'Switches of your own choice.'}
    >
      {mayChange && (
        <fieldset className="mb-4 flex flex-wrap items-center gap-2">
          <legend className="mb-1 text-sm text-muted">Start from</legend>
          {(Object.keys(presets) as PresetName[]).map((name) => (
            <Button
              key={name}
              size="small"
              aria-pressed={preset === name}
              kind={preset === name ? 'primary' : 'plain'}
              onClick={() => setProfile(presets[name].profile)}
            >
              {presets[name].title}
            </Button>
          ))}
        </fieldset>
      )}
      <ul className="divide-y divide-line">
        {(Object.keys(optionWords) as (keyof ProfileOptions)[]).map((option) => (
          <OptionSwitch key={option} option={option} options={profile.options} disabled={!mayChange} onSet={set} />
        ))}
      </ul>
      <Rules profile={profile} />
      {mayChange && (
        <SaveBar projectId={projectId} profile={changed ? profile : null} onUndo={() => setProfile(current)} />
      )}
    </Card>
  );
}

/** @param profile null when nothing is changed */
function SaveBar({ projectId, profile, onUndo }: { projectId: string; profile: Profile | null; onUndo: () => void }) {
  const preset = profile && presetOf(profile);
  return (
    <div className="sticky bottom-0 -mx-5 -mb-4 mt-4 border-t border-line bg-surface px-5 py-4">
      {profile ? (
        <ActionForm
          action={changeProfileAction}
          hidden={{ projectId, ...(preset ? { preset } : { profile: JSON.stringify(profile) }) }}
          submit="Save as a new version"
          beside={
            <Button kind="quiet" onClick={onUndo}>
              Undo the changes
            </Button>
          }
        >
          <p className="text-sm text-muted">
            Only what is processed from now on uses the new version. To bring earlier series to it, process them again
            on the Status page.
          </p>
        </ActionForm>
      ) : (
        <p className="text-sm text-muted">Nothing is changed yet.</p>
      )}
    </div>
  );
}

function Rules({ profile }: { profile: Profile }) {
  if (profile.rules.length === 0) return null;
  return (
    <details className="mt-3 text-sm">
      <summary className="text-accent">
        {profile.rules.length === 1 ? 'One rule' : `${profile.rules.length} rules`} of its own, tried before the
        standard's table
      </summary>
      <ul className="mt-2 space-y-1">
        {profile.rules.map((rule) => (
          <li key={JSON.stringify(rule)} className="font-mono text-[0.8125rem]">
            {Object.values(rule.match).filter(Boolean).join(' ')}: {rule.do}
            {rule.do === 'replace' && ` with "${rule.value}"`}
          </li>
        ))}
      </ul>
    </details>
  );
}

function presetOf(profile: Profile): PresetName | null {
  const names = Object.keys(presets) as PresetName[];
  return names.find((name) => same(presets[name].profile, profile)) ?? null;
}

/** Whether two profiles do the same, whatever they are called. */
function same(a: Profile, b: Profile): boolean {
  const options = Object.keys(optionWords) as (keyof ProfileOptions)[];
  return (
    options.every((option) => a.options[option] === b.options[option]) &&
    JSON.stringify(a.rules) === JSON.stringify(b.rules)
  );
}

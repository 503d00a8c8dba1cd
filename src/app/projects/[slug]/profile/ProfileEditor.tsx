'use client';
// The profile of a project: switches and rules on the left, what they do to each attribute on the right, at once.
import { optionWords, type PresetName, presets } from '@/domain/deid/presets';
import type { Profile, ProfileOptions } from '@/domain/deid/profile';
import type { DryRunCandidate } from '@/server/dryRuns';
import type { PixelRegions } from '@/server/pixelRegions';
import { Button } from '../../../components/Button';
import { Card } from '../../../components/Card';
import { AffectedList } from './AffectedList';
import { presetOf } from './draft';
import { OptionSwitch } from './OptionSwitch';
import { Regions } from './Regions';
import { Rules } from './Rules';
import { SafeHarbor } from './SafeHarbor';
import { SaveBar } from './SaveBar';
import { TransferBar } from './TransferBar';
import { type Draft, useDraft } from './useDraft';

interface ProfileEditorProps {
  project: { id: string; slug: string; version: number };
  current: Profile;
  /** A draft to go on with. */
  opened: Profile | null;
  candidates: readonly DryRunCandidate[];
  /** What the lead makes rules about pictures from; null for others. */
  desk: PixelRegions | null;
  mayChange: boolean;
}

export function ProfileEditor({ project, current, opened, candidates, desk, mayChange }: ProfileEditorProps) {
  const draft = useDraft(current, opened);
  const { profile } = draft;
  const preset = presetOf(profile);
  return (
    <div className="grid grid-cols-[minmax(0,1fr)_minmax(0,27rem)] items-start gap-6">
      <Card
        title={preset ? presets[preset].title : profile.name}
        lead={preset ? presets[preset].sentence : 'Switches and rules of your own choice.'}
      >
        {mayChange && <StartFrom preset={preset} draft={draft} />}
        {preset === 'hipaa' && <SafeHarbor />}
        <ul className="divide-y divide-line">
          {(Object.keys(optionWords) as (keyof ProfileOptions)[]).map((option) => (
            <OptionSwitch
              key={option}
              option={option}
              options={profile.options}
              disabled={!mayChange}
              onSet={(change) => draft.change({ ...profile, options: { ...profile.options, ...change } })}
            />
          ))}
        </ul>
        <Rules rules={profile.rules} mayChange={mayChange} onChange={(rules) => draft.change({ ...profile, rules })} />
        <Regions
          regions={profile.regions}
          desk={mayChange ? desk : null}
          onChange={(regions) => draft.change({ ...profile, regions })}
        />
        <TransferBar
          profile={profile}
          fileName={`${project.slug}-profile.json`}
          onImport={mayChange ? draft.change : null}
        />
        {mayChange && <SaveBar project={project} draft={draft} candidates={candidates} />}
      </Card>
      <div className="sticky top-4">
        <AffectedList profile={profile} before={draft.before} />
      </div>
    </div>
  );
}

function StartFrom({ preset, draft }: { preset: PresetName | null; draft: Draft }) {
  return (
    <fieldset className="mb-4 flex flex-wrap items-center gap-2">
      <legend className="mb-1 text-sm text-muted">Start from</legend>
      {(Object.keys(presets) as PresetName[]).map((name) => (
        <Button
          key={name}
          size="small"
          aria-pressed={preset === name}
          kind={preset === name ? 'primary' : 'plain'}
          onClick={() => draft.change(presets[name].profile)}
        >
          {presets[name].title}
        </Button>
      ))}
    </fieldset>
  );
}

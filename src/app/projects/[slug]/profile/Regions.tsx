'use client';
// Places in the pictures of known devices: what is black, kept or cut off there; and what reviewers' decisions propose.
import { type ReactNode, useState } from 'react';
import type { RegionRule } from '@/domain/pixels/regionRules';
import type { PixelRegions } from '@/server/pixelRegions';
import { Button } from '../../../components/Button';
import { PixelFigures } from './PixelFigures';
import { RegionDialog } from './RegionDialog';
import { regionDoWords, regionMatchWords } from './regionForm';

interface RegionsProps {
  regions: readonly RegionRule[];
  /** What the lead makes rules from; null for others. */
  desk: PixelRegions | null;
  onChange: (regions: RegionRule[]) => void;
}

export function Regions({ regions, desk, onChange }: RegionsProps) {
  const [editing, setEditing] = useState<number | 'new' | null>(null);
  const save = (rule: RegionRule) => {
    onChange(editing === 'new' ? [rule, ...regions] : regions.map((one, index) => (index === editing ? rule : one)));
    setEditing(null);
  };
  return (
    <section aria-labelledby="regions" className="mt-6 border-t border-line pt-4">
      <div className="flex items-start justify-between gap-4">
        <div>
          <h3 id="regions" className="font-semibold">
            Places in pictures
          </h3>
          <p className="text-sm text-muted">
            For devices that always write in the same place. They come first; then text is looked for everywhere else.
          </p>
        </div>
        {desk && (
          <Button size="small" onClick={() => setEditing('new')}>
            Add a place…
          </Button>
        )}
      </div>
      {desk && <PixelFigures desk={desk} />}
      {desk && <Proposals desk={desk} regions={regions} onAdopt={(rule) => onChange([rule, ...regions])} />}
      <RegionList regions={regions} onEdit={desk && setEditing} onChange={onChange} />
      {desk && editing !== null && (
        <RegionDialog
          rule={editing === 'new' ? null : (regions[editing] ?? null)}
          pictures={desk.pictures}
          onSave={save}
          onClose={() => setEditing(null)}
        />
      )}
    </section>
  );
}

interface RegionListProps extends Pick<RegionsProps, 'regions' | 'onChange'> {
  /** null: only to read. */
  onEdit: ((index: number) => void) | null;
}

function RegionList({ regions, onEdit, onChange }: RegionListProps) {
  if (regions.length === 0) return <p className="py-3 text-sm text-muted">There is none.</p>;
  return (
    <ul
      aria-label="Places in pictures"
      // biome-ignore lint/a11y/noNoninteractiveTabindex: a list that scrolls inside itself must be reachable by keyboard
      tabIndex={0}
      className="mt-3 max-h-96 divide-y divide-line overflow-y-auto rounded-md border border-line"
    >
      {regions.map((rule, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a rule is what stands at its place, and two may be alike
        <RegionRow key={index} rule={rule}>
          {onEdit && (
            <>
              <Button
                kind="quiet"
                size="small"
                aria-label={`Edit the place ${rule.name}`}
                onClick={() => onEdit(index)}
              >
                Edit
              </Button>
              <Button
                kind="quiet"
                size="small"
                aria-label={`Remove the place ${rule.name}`}
                onClick={() => onChange(regions.filter((_, other) => other !== index))}
              >
                Remove
              </Button>
            </>
          )}
        </RegionRow>
      ))}
    </ul>
  );
}

function RegionRow({ rule, children }: { rule: RegionRule; children: ReactNode }) {
  return (
    <li className="flex items-center gap-3 bg-surface px-3 py-2 text-sm">
      <span className="min-w-0 grow break-words">
        <span className="font-medium">{rule.name}</span>
        <span className="block text-muted">
          {regionMatchWords(rule)}: {regionDoWords(rule)}
        </span>
        {rule.source && <span className="block text-xs text-muted">{rule.source}</span>}
      </span>
      <span className="flex shrink-0 items-center">{children}</span>
    </li>
  );
}

interface ProposalsProps {
  desk: PixelRegions;
  regions: readonly RegionRule[];
  onAdopt: (rule: RegionRule) => void;
}

/** What is in the draft already is no longer proposed. */
function Proposals({ desk, regions, onAdopt }: ProposalsProps) {
  const open = desk.proposals.filter(
    ({ rule }) => !regions.some((one) => JSON.stringify(one) === JSON.stringify(rule)),
  );
  if (open.length === 0) return null;
  return (
    <div className="mt-3">
      <h4 className="text-sm font-medium">Proposed by what reviewers decided</h4>
      <ul aria-label="Proposed places" className="mt-1 divide-y divide-line rounded-md border border-accent">
        {open.map(({ rule }) => (
          <RegionRow key={JSON.stringify(rule)} rule={rule}>
            <Button size="small" aria-label={`Adopt the place ${rule.name}`} onClick={() => onAdopt(rule)}>
              Adopt
            </Button>
          </RegionRow>
        ))}
      </ul>
    </div>
  );
}

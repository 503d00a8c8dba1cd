'use client';
// What can be done with a draft: undo, try it on scans, activate it.
import { useState } from 'react';
import type { DryRunCandidate } from '@/server/dryRuns';
import { Button } from '../../../components/Button';
import { ConfirmDialog } from '../../../components/ConfirmDialog';
import { changeProfileAction } from './actions';
import { DryRunDialog } from './DryRunDialog';
import { presetOf } from './draft';
import type { Draft } from './useDraft';

interface SaveBarProps {
  project: { id: string; slug: string; version: number };
  draft: Draft;
  candidates: readonly DryRunCandidate[];
}

export function SaveBar({ project, draft, candidates }: SaveBarProps) {
  const [trying, setTrying] = useState(false);
  const preset = presetOf(draft.profile);
  const wish = preset ? { preset } : { profile: JSON.stringify(draft.profile) };
  const hidden = { projectId: project.id, slug: project.slug, ...wish };
  const next = project.version + 1;
  return (
    <div className="sticky bottom-0 -mx-5 mt-4 -mb-4 flex flex-wrap items-center gap-2 border-t border-line bg-surface px-5 py-3">
      {draft.changed ? (
        <>
          {candidates.length > 0 && (
            <Button kind="primary" onClick={() => setTrying(true)}>
              Try it on scans…
            </Button>
          )}
          <ConfirmDialog
            trigger={candidates.length > 0 ? 'Activate without trying…' : 'Activate…'}
            triggerKind={candidates.length > 0 ? 'plain' : 'primary'}
            title={`Activate as version ${next}?`}
            confirm={`Activate version ${next}`}
            confirmKind="primary"
            action={changeProfileAction}
            hidden={hidden}
          >
            <p>
              {candidates.length > 0
                ? 'You have not seen what it does to your own scans. '
                : 'There is no DICOM scan yet that it could be tried on. '}
              Only what is processed from now on uses the new version; earlier series keep theirs until you process them
              again on the Status page.
            </p>
          </ConfirmDialog>
        </>
      ) : (
        <p className="text-sm text-muted">Nothing is changed yet.</p>
      )}
      {draft.before && (
        <span className="ml-auto flex gap-1">
          <Button kind="quiet" size="small" onClick={draft.undo}>
            Undo
          </Button>
          <Button kind="quiet" size="small" onClick={draft.undoAll}>
            Undo all
          </Button>
        </span>
      )}
      {trying && <DryRunDialog candidates={candidates} hidden={hidden} onClose={() => setTrying(false)} />}
    </div>
  );
}

// Making the draft that was tried the next version: asked first, with what the dry run found.
import type { DryRun } from '@/server/dryRuns';
import { ConfirmDialog } from '../../../../../components/ConfirmDialog';
import { activateAction } from '../../actions';

export function Activate({ dryRun, slug }: { dryRun: DryRun; slug: string }) {
  const version = dryRun.against + 1;
  const more = dryRun.outcome?.rows.filter(({ leaves }) => leaves === 'more').length ?? 0;
  const less = dryRun.outcome?.rows.filter(({ leaves }) => leaves === 'less').length ?? 0;
  return (
    <ConfirmDialog
      trigger="Activate this version"
      triggerKind="primary"
      title={`Activate as version ${version}?`}
      confirm={`Activate version ${version}`}
      confirmKind={more > 0 ? 'danger' : 'primary'}
      action={activateAction}
      hidden={{ dryRunId: dryRun.id, slug }}
    >
      {more > 0 && (
        <p className="font-medium text-bad">
          Of {more === 1 ? 'one attribute' : `${more} attributes`} more would be given away than with version{' '}
          {dryRun.against}.
        </p>
      )}
      {less > 0 && <p>Of {less === 1 ? 'one attribute' : `${less} attributes`} less would be left for research.</p>}
      <p>
        Only what is processed from now on uses it. To bring earlier series to it, process them again on the Status
        page.
      </p>
    </ConfirmDialog>
  );
}

// Taking a version back: asked first, with a reason that everybody will read.
import { ConfirmDialog } from '@/app/components/ConfirmDialog';
import { TextField } from '@/app/components/Field';
import { withdraw } from './actions';

export function WithdrawButton({ releaseId, version }: { releaseId: string; version: number }) {
  return (
    <ConfirmDialog
      trigger="Withdraw…"
      triggerSize="small"
      title={`Withdraw version ${version}?`}
      confirm="Withdraw for good"
      action={withdraw}
      hidden={{ releaseId }}
    >
      <p>Nobody can download it any more. Its page stays, with your reason on it. This cannot be taken back.</p>
      <TextField name="reason" label="Reason, for the public" hint="No names, no dates." />
    </ConfirmDialog>
  );
}

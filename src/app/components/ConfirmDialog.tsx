'use client';
// A button that asks first: for acts that cannot be taken back, or that need a reason.
import { type ReactNode, useState } from 'react';
import type { ServerAction } from '../formState';
import { ActionForm } from './ActionForm';
import { Button, type ButtonKind } from './Button';
import { Dialog } from './Dialog';

interface ConfirmDialogProps {
  trigger: ReactNode;
  triggerKind?: ButtonKind;
  triggerSize?: 'normal' | 'small';
  title: string;
  confirm: string;
  confirmKind?: ButtonKind;
  action: ServerAction;
  hidden?: Record<string, string>;
  /** What will happen, and any fields (a reason). */
  children?: ReactNode;
}

export function ConfirmDialog(props: ConfirmDialogProps) {
  const [open, setOpen] = useState(false);
  const close = () => setOpen(false);
  return (
    <>
      <Button kind={props.triggerKind ?? 'plain'} size={props.triggerSize ?? 'normal'} onClick={() => setOpen(true)}>
        {props.trigger}
      </Button>
      <Dialog open={open} onClose={close} title={props.title}>
        <ActionForm
          action={props.action}
          hidden={props.hidden ?? {}}
          submit={props.confirm}
          submitKind={props.confirmKind ?? 'danger'}
          beside={
            <Button kind="quiet" onClick={close}>
              Keep as it is
            </Button>
          }
          onDone={close}
        >
          {props.children}
        </ActionForm>
      </Dialog>
    </>
  );
}

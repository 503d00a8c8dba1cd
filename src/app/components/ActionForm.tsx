'use client';
// A form around one server action: pending state, the error of each field, one message. What was typed stays.
import { type FormEvent, type ReactNode, startTransition, useActionState, useEffect, useRef } from 'react';
import { emptyFormState, FormContext, type FormState, type ServerAction } from '../formState';
import { useAlive } from '../useAlive';
import { Button, type ButtonKind } from './Button';
import { CopyLink } from './CopyLink';
import { Notice } from './Notice';

interface ActionFormProps {
  action: ServerAction;
  /** Fixed values sent along. */
  hidden?: Record<string, string>;
  submit: ReactNode;
  submitKind?: ButtonKind;
  submitSize?: 'normal' | 'small';
  /** While the server works. */
  pending?: string;
  /** Beside the submit button. */
  beside?: ReactNode;
  onDone?: () => void;
  children?: ReactNode;
}

export function ActionForm(props: ActionFormProps) {
  const {
    action,
    hidden = {},
    submit,
    submitKind = 'primary',
    submitSize = 'normal',
    beside,
    onDone,
    children,
  } = props;
  const [state, run, working] = useActionState<FormState, FormData>(action, emptyFormState);
  const alive = useAlive();
  const form = useRef<HTMLFormElement>(null);
  const done = useRef(onDone);
  done.current = onDone;

  useEffect(() => {
    if (state.status === 'ok') done.current?.();
    if (state.status === 'error') form.current?.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus();
  }, [state]);

  // Not through the form's `action`: React empties a form after that, also of what is typed while the server works.
  const submitted = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const fields = new FormData(event.currentTarget);
    if (!working) startTransition(() => run(fields));
  };

  return (
    <FormContext value={state}>
      {/* POST, so that a form sent before the page is alive puts nothing into the address. */}
      <form ref={form} method="post" onSubmit={submitted} className="space-y-3" noValidate>
        {Object.entries(hidden).map(([name, value]) => (
          <input key={name} type="hidden" name={name} value={value} />
        ))}
        {children}
        {state.message && (
          <Notice kind={state.status === 'ok' ? 'good' : 'error'}>
            {state.message}
            {state.link && <CopyLink path={state.link} />}
          </Notice>
        )}
        <div className="flex flex-wrap items-center gap-2">
          <Button
            type="submit"
            kind={submitKind}
            size={submitSize}
            disabled={working || !alive}
            data-waking={alive ? undefined : ''}
            aria-busy={working}
          >
            {working ? (props.pending ?? submit) : submit}
          </Button>
          {beside}
        </div>
      </form>
    </FormContext>
  );
}

'use client';
// Name, address and password of a new person; signs them in when the account is made.
import { ActionForm } from '../components/ActionForm';
import { TextField } from '../components/Field';
import type { ServerAction } from '../formState';
import { enterWith } from '../login/SignInForm';

interface NewPersonFormProps {
  action: ServerAction;
  hidden?: Record<string, string>;
  /** Where to go afterwards. */
  to: string;
  submit: string;
}

export function NewPersonForm({ action, hidden = {}, to, submit }: NewPersonFormProps) {
  const makeAndEnter: ServerAction = async (state, form) => {
    const made = await action(state, form);
    if (made.status !== 'ok') return made;
    const problem = await enterWith(
      String(form.get('email')).trim(),
      String(form.get('password')),
      'Your account is made. Please sign in.',
    );
    location.assign(problem ? '/login' : to);
    return made;
  };
  return (
    <ActionForm action={makeAndEnter} hidden={hidden} submit={submit} pending="One moment">
      <TextField name="name" label="Your name" autoComplete="name" autoFocus />
      <TextField name="email" label="E-mail address" type="email" autoComplete="username" />
      <TextField
        name="password"
        label="Password"
        type="password"
        autoComplete="new-password"
        hint="At least 12 characters. A few words are easier to remember."
      />
    </ActionForm>
  );
}

'use client';
// E-mail address and password, or the institution's own sign-in.
import Link from 'next/link';
import { signIn } from 'next-auth/react';
import { ActionForm } from '../components/ActionForm';
import { Button } from '../components/Button';
import { TextField } from '../components/Field';
import type { ServerAction } from '../formState';

interface SignInFormProps {
  to: string;
  /** What to say when address or password are wrong. */
  refused: string;
  institution: boolean;
}

export function SignInForm({ to, refused, institution }: SignInFormProps) {
  const enter: ServerAction = async (_state, form) => {
    const email = String(form.get('email') ?? '').trim();
    const problem = await enterWith(email, String(form.get('password') ?? ''), refused);
    if (problem) return { status: 'error', errors: {}, message: problem };
    location.assign(to);
    return { status: 'ok', errors: {} };
  };
  return (
    <div className="space-y-5">
      <ActionForm
        action={enter}
        submit="Sign in"
        pending="Signing in"
        beside={
          <span className="text-sm text-muted">
            No account?{' '}
            <Link
              href={to === '/' ? '/register' : `/register?from=${encodeURIComponent(to)}`}
              className="text-accent underline"
            >
              Register
            </Link>
          </span>
        }
      >
        <TextField name="email" label="E-mail address" type="email" autoComplete="username" autoFocus />
        <TextField name="password" label="Password" type="password" autoComplete="current-password" />
      </ActionForm>
      {institution && (
        <div className="border-t border-line pt-5">
          <Button onClick={() => signIn('oidc', { callbackUrl: to })}>Sign in with your institution</Button>
        </div>
      )}
    </div>
  );
}

/** Signs in; null when it worked, else what to say. */
export async function enterWith(email: string, password: string, refused: string): Promise<string | null> {
  try {
    const result = await signIn('credentials', { email, password, redirect: false });
    return result?.ok && !result.error ? null : refused;
  } catch {
    return 'The server cannot be reached right now. Check your connection, then try again.';
  }
}

// Signing in.
import type { Metadata } from 'next';
import { redirect } from 'next/navigation';
import { signInRefused } from '@/server/accounts';
import { currentActor, oidcEnabled } from '@/server/session';
import { Card } from '../components/Card';
import { Notice } from '../components/Notice';
import { Page } from '../components/Page';
import { returnPath } from '../returnPath';
import { SignInForm } from './SignInForm';

export const metadata: Metadata = { title: 'Sign in' };

interface LoginPageProps {
  searchParams: Promise<Record<string, string | string[] | undefined>>;
}

export default async function LoginPage({ searchParams }: LoginPageProps) {
  const { from, callbackUrl, error } = await searchParams;
  const to = returnPath(from ?? callbackUrl);
  if ((await currentActor()).userId !== '') redirect(to);
  return (
    <Page
      title="Sign in"
      lead={to === '/' ? 'Good to see you.' : 'Sign in first; then you get to the page you asked for.'}
      width="narrow"
    >
      {error && (
        <Notice kind="error" title="Signing in did not work.">
          Your institution did not confirm who you are, or its address is already used by an account with a password
          here. Sign in with the password, or ask your administrator.
        </Notice>
      )}
      <Card>
        <SignInForm to={to} refused={signInRefused} institution={oidcEnabled()} />
      </Card>
    </Page>
  );
}

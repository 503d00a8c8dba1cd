// A researcher's own account.
import type { Metadata } from 'next';
import { redirect } from 'next/navigation';
import { currentActor } from '@/server/session';
import { Card } from '../components/Card';
import { Page } from '../components/Page';
import { returnPath } from '../returnPath';
import { registerAccount } from './actions';
import { NewPersonForm } from './NewPersonForm';

export const metadata: Metadata = { title: 'Register' };

interface RegisterPageProps {
  searchParams: Promise<Record<string, string | string[] | undefined>>;
}

export default async function RegisterPage({ searchParams }: RegisterPageProps) {
  const to = returnPath((await searchParams).from);
  if ((await currentActor()).userId !== '') redirect(to);
  return (
    <Page
      title="Register"
      lead="With an account you can ask for access to datasets. To work in a project, open the invitation link its lead sent you."
      width="narrow"
    >
      <Card>
        <NewPersonForm action={registerAccount} to={to} submit="Register" />
      </Card>
    </Page>
  );
}

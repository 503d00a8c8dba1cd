// An invitation: into a project, to an account, or to become the very first administrator.
import type { Metadata } from 'next';
import Link from 'next/link';
import { DomainError } from '@/domain/errors';
import { type InvitationView, lookAtInvitation } from '@/server/invitations';
import { currentAccount } from '@/server/session';
import { ActionForm } from '../../components/ActionForm';
import { ButtonLink } from '../../components/Button';
import { Card } from '../../components/Card';
import { Page } from '../../components/Page';
import { NewPersonForm } from '../../register/NewPersonForm';
import { roleWords } from '../../roleWords';
import { acceptAsMyself, acceptAsNewPerson } from './actions';

export const metadata: Metadata = { title: 'Invitation' };

export default async function InvitePage({ params }: { params: Promise<{ token: string }> }) {
  const { token } = await params;
  const invitation = await look(token);
  if (typeof invitation === 'string') return <NotUsable why={invitation} />;
  const account = await currentAccount();
  const { title, lead } = wordsFor(invitation);
  return (
    <Page title={title} lead={lead} width="narrow">
      <Card>
        {account ? (
          <div className="space-y-4">
            <p>
              You are signed in as <strong>{account.name}</strong> ({account.email}).
            </p>
            <ActionForm action={acceptAsMyself} hidden={{ token }} submit="Accept the invitation" />
          </div>
        ) : (
          <NewPersonForm
            action={acceptAsNewPerson}
            hidden={{ token }}
            to="/"
            submit={invitation.kind === 'siteAdmin' ? 'Create the administrator' : 'Create my account'}
          />
        )}
      </Card>
      {!account && invitation.kind !== 'siteAdmin' && (
        <p className="text-sm text-muted">
          You have an account already?{' '}
          <Link href={`/login?from=${encodeURIComponent(`/invite/${token}`)}`} className="text-accent underline">
            Sign in
          </Link>{' '}
          and accept with it.
        </p>
      )}
    </Page>
  );
}

async function look(token: string): Promise<InvitationView | string> {
  try {
    return await lookAtInvitation(token);
  } catch (error) {
    if (error instanceof DomainError) return error.message;
    throw error;
  }
}

function wordsFor(invitation: InvitationView): { title: string; lead: string } {
  if (invitation.kind === 'siteAdmin') {
    return {
      title: 'Welcome to Cloakroom',
      lead: 'Nobody has an account yet. Yours will be the administrator: it invites people and sees the whole audit trail.',
    };
  }
  if (invitation.kind === 'account' || invitation.role === null) {
    return {
      title: 'You are invited to Cloakroom',
      lead: 'With an account you can start projects and ask for access to datasets.',
    };
  }
  return {
    title: `You are invited to ${invitation.projectName}`,
    lead: `As ${roleWords[invitation.role].title.toLowerCase()}: ${roleWords[invitation.role].sentence}`,
  };
}

function NotUsable({ why }: { why: string }) {
  return (
    <Page title="This invitation cannot be used" lead={why} width="narrow">
      <ButtonLink href="/login">Sign in</ButtonLink>
    </Page>
  );
}

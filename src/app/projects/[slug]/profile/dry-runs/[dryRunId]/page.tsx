// One dry run: how far it is, then what the draft would change on the scans it was tried on, and the button that activates it.
import type { Metadata } from 'next';
import Link from 'next/link';
import { type DryRun, getDryRun } from '@/server/dryRuns';
import { ButtonLink } from '../../../../../components/Button';
import { Card } from '../../../../../components/Card';
import { Notice } from '../../../../../components/Notice';
import { Page } from '../../../../../components/Page';
import { orNotFound, pageActor } from '../../../../../pageActor';
import { ProfileChanges } from '../../ProfileChanges';
import { Activate } from './Activate';
import { DryRunResult } from './DryRunResult';
import { Waiting } from './Waiting';

export const metadata: Metadata = { title: 'Dry run' };

interface DryRunPageProps {
  params: Promise<{ slug: string; dryRunId: string }>;
}

export default async function DryRunPage({ params }: DryRunPageProps) {
  const { slug, dryRunId } = await params;
  const actor = await pageActor();
  const dryRun = await orNotFound(getDryRun(actor, dryRunId));
  const images = dryRun.triedOn.reduce((sum, series) => sum + series.instances, 0).toLocaleString('en');
  return (
    <Page
      title="Dry run"
      lead={`The draft compared with version ${dryRun.against}, on ${images} images of ${dryRun.series} series. No scan was touched.`}
      actions={
        <>
          <ButtonLink href={`/projects/${slug}/profile?draft=${dryRun.id}`}>Edit the draft</ButtonLink>
          {dryRun.outcome && dryRun.activated === null && dryRun.inUse === dryRun.against && (
            <Activate dryRun={dryRun} slug={slug} />
          )}
        </>
      }
    >
      <Standing dryRun={dryRun} slug={slug} />
      {dryRun.outcome && <DryRunResult outcome={dryRun.outcome} against={dryRun.against} />}
      <Card title="What the draft changes in the profile">
        <ProfileChanges from={dryRun.againstProfile} to={dryRun.profile} short />
      </Card>
      <TriedOn dryRun={dryRun} />
    </Page>
  );
}

function Standing({ dryRun, slug }: { dryRun: DryRun; slug: string }) {
  const { state, progress, message } = dryRun;
  if (dryRun.activated !== null)
    return <Notice kind="good">This draft was activated: it is version {dryRun.activated} of the profile.</Notice>;
  if (state === 'queued' || state === 'running')
    return <Waiting dryRunId={dryRun.id} initial={{ state, progress, message }} />;
  if (!dryRun.outcome)
    return (
      <Notice kind="error" title="The dry run did not come to an end">
        {message} The profile in use is as it was. <BackToDraft dryRun={dryRun} slug={slug} />
      </Notice>
    );
  if (dryRun.inUse === dryRun.against) return null;
  return (
    <Notice kind="warn" title={`Version ${dryRun.inUse} has been activated since`}>
      This comparison with version {dryRun.against} is out of date. <BackToDraft dryRun={dryRun} slug={slug} />
    </Notice>
  );
}

function BackToDraft({ dryRun, slug }: { dryRun: DryRun; slug: string }) {
  return (
    <Link href={`/projects/${slug}/profile?draft=${dryRun.id}`} className="font-medium text-accent underline">
      Open the draft and try it again
    </Link>
  );
}

function TriedOn({ dryRun }: { dryRun: DryRun }) {
  return (
    <Card title="Tried on">
      <ul className="columns-2 text-sm">
        {dryRun.triedOn.map(({ id, subject, session, number, modality, instances }) => (
          <li key={id}>
            {subject}, session {session}, series {number}{' '}
            <span className="text-muted">
              {modality}, {instances.toLocaleString('en')} images
            </span>
          </li>
        ))}
      </ul>
    </Card>
  );
}

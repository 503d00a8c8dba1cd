// How the project's data are de-identified: the editor, the dry runs, and every version there has been.
import type { Metadata } from 'next';
import type { Profile } from '@/domain/deid/profile';
import type { Actor } from '@/domain/policy';
import { dryRunCandidates, getDryRun, listDryRuns } from '@/server/dryRuns';
import { pixelRegions } from '@/server/pixelRegions';
import { listProfileVersions } from '@/server/profiles';
import { getProject, type Project } from '@/server/projects';
import { Notice } from '../../../components/Notice';
import { Page } from '../../../components/Page';
import { orNotFound, pageActor } from '../../../pageActor';
import { DryRuns } from './DryRuns';
import { ProfileEditor } from './ProfileEditor';
import { Versions } from './Versions';

export const metadata: Metadata = { title: 'Profile' };

interface ProfilePageProps {
  params: Promise<{ slug: string }>;
  /** draft: a dry run whose draft is edited on; activated: the version that was just made. */
  searchParams: Promise<{ draft?: string; activated?: string }>;
}

export default async function ProfilePage({ params, searchParams }: ProfilePageProps) {
  const actor = await pageActor();
  const [{ slug }, search] = [await params, await searchParams];
  const project = await orNotFound(getProject(actor, slug));
  const [versions, tried] = await Promise.all([
    listProfileVersions(actor, project.id),
    forLead(actor, project, search.draft),
  ]);
  const { version, profile } = project.profile;
  return (
    <Page
      title="De-identification profile"
      lead={`Version ${version} is in use. A change makes a new version; earlier scans keep theirs.`}
    >
      {search.activated === String(version) && (
        <Notice kind="good" title={`Version ${version} is in use now`}>
          Scans that arrive from now on are cleaned by it. To bring earlier series to it, process them again on the
          Status page.
        </Notice>
      )}
      <ProfileEditor
        key={`${project.profile.id} ${search.draft ?? ''}`}
        project={{ id: project.id, slug, version }}
        current={profile}
        opened={tried.opened}
        candidates={tried.candidates}
        desk={tried.desk}
        mayChange={project.may['profile.change']}
      />
      <DryRuns slug={slug} dryRuns={tried.dryRuns} />
      <Versions slug={slug} versions={versions} mayTry={project.may['profile.dryRun']} />
    </Page>
  );
}

/** What only the lead sees: the series a draft can be tried on, earlier dry runs, the draft of one of them, and pictures with what was decided. */
async function forLead(actor: Actor, project: Project, draft: string | undefined) {
  if (!project.may['profile.dryRun']) return { candidates: [], dryRuns: [], opened: null, desk: null };
  const opening: Promise<Profile | null> = draft
    ? orNotFound(getDryRun(actor, draft)).then(({ profile }) => profile)
    : Promise.resolve(null);
  const [candidates, dryRuns, opened, desk] = await Promise.all([
    dryRunCandidates(actor, project.id),
    listDryRuns(actor, project.id),
    opening,
    pixelRegions(actor, project.id, project.profile.profile.regions),
  ]);
  return { candidates, dryRuns, opened, desk };
}

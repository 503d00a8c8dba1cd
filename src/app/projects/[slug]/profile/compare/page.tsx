// Any two versions of the profile side by side: switches, rules, attributes.
import type { Metadata } from 'next';
import { listProfileVersions, type ProfileVersion } from '@/server/profiles';
import { getProject } from '@/server/projects';
import { Button, ButtonLink } from '../../../../components/Button';
import { Card } from '../../../../components/Card';
import { EmptyState } from '../../../../components/EmptyState';
import { Page } from '../../../../components/Page';
import { Time } from '../../../../components/Time';
import { orNotFound, pageActor } from '../../../../pageActor';
import { ProfileChanges } from '../ProfileChanges';

export const metadata: Metadata = { title: 'Compare versions' };

interface ComparePageProps {
  params: Promise<{ slug: string }>;
  searchParams: Promise<{ from?: string; to?: string }>;
}

export default async function ComparePage({ params, searchParams }: ComparePageProps) {
  const actor = await pageActor();
  const [{ slug }, search] = [await params, await searchParams];
  const project = await orNotFound(getProject(actor, slug));
  const versions = await listProfileVersions(actor, project.id);
  const find = (number: string | undefined) => versions.find(({ version }) => String(version) === number);
  const to = find(search.to) ?? versions[0];
  const from = find(search.from) ?? versions.find(({ version }) => version === (to?.version ?? 0) - 1) ?? to;
  return (
    <Page
      title="Compare versions"
      lead="What changes for scans when the project goes from one version of its profile to another."
      actions={<ButtonLink href={`/projects/${slug}/profile`}>Back to the profile</ButtonLink>}
    >
      {versions.length < 2 || !from || !to ? (
        <EmptyState title="There is one version so far">A change of the profile makes the second.</EmptyState>
      ) : (
        <>
          <form className="flex flex-wrap items-end gap-3">
            <Pick name="from" label="From" versions={versions} picked={from} />
            <Pick name="to" label="To" versions={versions} picked={to} />
            <Button type="submit">Compare</Button>
          </form>
          <Card title={`From version ${from.version} to version ${to.version}`} lead={<Made version={to} />}>
            <ProfileChanges from={from.profile} to={to.profile} />
          </Card>
        </>
      )}
    </Page>
  );
}

function Made({ version }: { version: ProfileVersion }) {
  return (
    <>
      Version {version.version} was made by {version.createdBy}, <Time iso={version.createdAt} />
    </>
  );
}

interface PickProps {
  name: string;
  label: string;
  versions: readonly ProfileVersion[];
  picked: ProfileVersion;
}

function Pick({ name, label, versions, picked }: PickProps) {
  return (
    <label className="text-sm font-medium">
      <span className="block">{label}</span>
      <select
        key={picked.id}
        name={name}
        defaultValue={picked.version}
        className="mt-1 h-9 rounded-md border border-edge bg-surface px-2"
      >
        {versions.map(({ id, version, profile }) => (
          <option key={id} value={version}>
            Version {version}: {profile.name}
          </option>
        ))}
      </select>
    </label>
  );
}

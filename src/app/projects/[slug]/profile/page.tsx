// How the project's data are de-identified: presets, switches, and every version there has been.
import type { Metadata } from 'next';
import { presets } from '@/domain/deid/presets';
import { listProfileVersions, type ProfileVersion } from '@/server/profiles';
import { getProject } from '@/server/projects';
import { Card } from '../../../components/Card';
import { Page } from '../../../components/Page';
import { Table, Td } from '../../../components/Table';
import { Time } from '../../../components/Time';
import { orNotFound, pageActor } from '../../../pageActor';
import { ProfileEditor } from './ProfileEditor';

export const metadata: Metadata = { title: 'Profile' };

export default async function ProfilePage({ params }: { params: Promise<{ slug: string }> }) {
  const actor = await pageActor();
  const project = await orNotFound(getProject(actor, (await params).slug));
  const versions = await listProfileVersions(actor, project.id);
  return (
    <Page
      title="De-identification profile"
      lead={`Version ${project.profile.version} is in use. A change makes a new version; what is already processed keeps the version it had.`}
    >
      <ProfileEditor
        key={project.profile.id}
        projectId={project.id}
        current={project.profile.profile}
        mayChange={project.may['profile.change']}
      />
      <Versions versions={versions} />
    </Page>
  );
}

const columns = [
  { label: 'Version', width: '6rem' },
  { label: 'Profile' },
  { label: 'Made by' },
  { label: 'Made' },
  { label: 'Used in', align: 'right' },
] as const;

function Versions({ versions }: { versions: readonly ProfileVersion[] }) {
  return (
    <Card title="Versions" flush>
      <Table caption="Versions of the profile, newest first" columns={columns}>
        {versions.map((version, index) => (
          <tr key={version.id}>
            <Td>
              {version.version} {index === 0 && <span className="text-muted">(in use)</span>}
            </Td>
            <Td>{version.preset === 'own' ? version.profile.name : presets[version.preset].title}</Td>
            <Td>{version.createdBy}</Td>
            <Td>
              <Time iso={version.createdAt} />
            </Td>
            <Td align="right">{version.runs === 1 ? '1 run' : `${version.runs.toLocaleString('en')} runs`}</Td>
          </tr>
        ))}
      </Table>
    </Card>
  );
}

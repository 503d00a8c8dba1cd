// Who works in the project, in which roles, and links that invite more people.
import type { Metadata } from 'next';
import { type InvitationRow, listInvitations } from '@/server/invitations';
import { listMembers } from '@/server/members';
import { getProject } from '@/server/projects';
import { ActionForm } from '../../../components/ActionForm';
import { Card } from '../../../components/Card';
import { SelectField } from '../../../components/Field';
import { Page } from '../../../components/Page';
import { Table, Td } from '../../../components/Table';
import { Time } from '../../../components/Time';
import { orNotFound, pageActor } from '../../../pageActor';
import { roleWords } from '../../../roleWords';
import { invite } from './actions';
import { MemberTableRow } from './MemberTableRow';

export const metadata: Metadata = { title: 'Members' };

const columns = [
  { label: 'Name' },
  { label: 'E-mail address' },
  { label: 'Roles' },
  { label: '', align: 'right' },
] as const;

export default async function MembersPage({ params }: { params: Promise<{ slug: string }> }) {
  const actor = await pageActor();
  const project = await orNotFound(getProject(actor, (await params).slug));
  const mayInvite = project.may['project.invite'];
  const [members, invitations] = await Promise.all([
    listMembers(actor, project.id),
    mayInvite ? listInvitations(actor, project.id) : Promise.resolve([]),
  ]);
  return (
    <Page
      title="Members"
      lead="A person may have several roles. Whoever uploads should not be the only one who reviews."
    >
      <Card flush>
        <Table caption="Members and their roles" columns={columns}>
          {members.map((member) => (
            <MemberTableRow key={member.userId} member={member} projectId={project.id} mayChange={mayInvite} />
          ))}
        </Table>
      </Card>
      {mayInvite && <Invite projectId={project.id} />}
      {invitations.length > 0 && <Invitations rows={invitations} />}
    </Page>
  );
}

function Invite({ projectId }: { projectId: string }) {
  const roles = Object.entries(roleWords).map(([value, { title, sentence }]) => ({
    value,
    label: `${title}: ${sentence}`,
  }));
  return (
    <Card title="Invite somebody" lead="You get a link to send them. It works once and shows here only now.">
      <ActionForm action={invite} hidden={{ projectId }} submit="Make a link">
        <div className="grid gap-x-4 sm:grid-cols-[1fr_12rem]">
          <SelectField name="role" label="Role" options={roles} defaultValue="reviewer" />
          <SelectField name="days" label="The link works for" options={daysChoices} defaultValue="7" />
        </div>
      </ActionForm>
    </Card>
  );
}

const daysChoices = [
  { value: '1', label: '1 day' },
  { value: '7', label: '7 days' },
  { value: '30', label: '30 days' },
];

const invitationWords = { open: 'Not used yet', accepted: 'Used', expired: 'Expired' } as const satisfies Record<
  InvitationRow['state'],
  string
>;

function Invitations({ rows }: { rows: readonly InvitationRow[] }) {
  return (
    <Card title="Invitations" flush>
      <Table
        caption="Invitations, newest first"
        columns={[{ label: 'Role' }, { label: 'Made' }, { label: 'Works until' }, { label: 'State' }]}
      >
        {rows.map((row) => (
          <tr key={row.invitationId}>
            <Td>{row.role ? roleWords[row.role].title : 'Account'}</Td>
            <Td>
              <Time iso={row.createdAt} />
            </Td>
            <Td>
              <Time iso={row.expiresAt} />
            </Td>
            <Td>{invitationWords[row.state]}</Td>
          </tr>
        ))}
      </Table>
    </Card>
  );
}

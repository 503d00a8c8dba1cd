// The site's administrator: every account, and invitations to new ones.
import type { Metadata } from 'next';
import { notFound } from 'next/navigation';
import { can } from '@/domain/policy';
import { listUsers } from '@/server/accounts';
import { ActionForm } from '../components/ActionForm';
import { ButtonLink } from '../components/Button';
import { Card } from '../components/Card';
import { SelectField } from '../components/Field';
import { Page } from '../components/Page';
import { Table, Td } from '../components/Table';
import { Time } from '../components/Time';
import { pageActor } from '../pageActor';
import { invitePerson } from './actions';

export const metadata: Metadata = { title: 'Admin' };

const columns = [{ label: 'Name' }, { label: 'E-mail address' }, { label: 'Since' }, { label: '' }] as const;

export default async function AdminPage() {
  const actor = await pageActor();
  if (!can(actor, 'user.list')) notFound();
  const users = await listUsers(actor);
  return (
    <Page
      title="Admin"
      lead="Accounts of this site. Roles are given in each project, by its lead."
      actions={<ButtonLink href="/admin/audit">Audit trail</ButtonLink>}
    >
      <Card title={users.length === 1 ? '1 account' : `${users.length} accounts`} flush>
        <Table caption="Accounts" columns={columns}>
          {users.map((user) => (
            <tr key={user.userId}>
              <Td>
                <span className="font-medium">{user.name}</span>
              </Td>
              <Td>{user.email}</Td>
              <Td>
                <Time iso={user.createdAt} shape="day" />
              </Td>
              <Td>{user.isSiteAdmin && 'Administrator'}</Td>
            </tr>
          ))}
        </Table>
      </Card>
      <Card
        title="Invite somebody to an account"
        lead="You get a link to send them. It works once and shows here only now."
      >
        <ActionForm action={invitePerson} submit="Make a link">
          <div className="max-w-48">
            <SelectField
              name="days"
              label="The link works for"
              defaultValue="7"
              options={[
                { value: '1', label: '1 day' },
                { value: '7', label: '7 days' },
                { value: '30', label: '30 days' },
              ]}
            />
          </div>
        </ActionForm>
      </Card>
    </Page>
  );
}

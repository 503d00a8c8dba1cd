// Who asked for the data, why, and what was decided.
import { Card } from '@/app/components/Card';
import { ConfirmDialog } from '@/app/components/ConfirmDialog';
import { EmptyState } from '@/app/components/EmptyState';
import { TextField } from '@/app/components/Field';
import { Page } from '@/app/components/Page';
import { StateBadge } from '@/app/components/StateBadge';
import { Table, Td } from '@/app/components/Table';
import { Time } from '@/app/components/Time';
import { orNotFound, pageActor } from '@/app/pageActor';
import { type AccessRow, listRequests } from '@/server/access';
import { getProject } from '@/server/projects';
import { deny, grant, revoke } from './actions';

export const metadata = { title: 'Access' };

export default async function AccessPage({ params }: { params: Promise<{ slug: string }> }) {
  const { slug } = await params;
  const actor = await pageActor();
  const project = await orNotFound(getProject(actor, slug));
  const rows = await orNotFound(listRequests(actor, project.id));
  const waiting = rows.filter((row) => row.state === 'requested');
  const decided = rows.filter((row) => row.state !== 'requested');
  return (
    <Page title="Access" lead="Researchers who asked to download this dataset. A grant ends by itself on its last day.">
      {waiting.length === 0 && (
        <EmptyState title="Nobody is waiting">
          Requests come from the dataset’s public page, which exists once a version is published.
        </EmptyState>
      )}
      {waiting.map((row) => (
        <Card
          key={row.id}
          title={row.researcher.name}
          lead={`${row.affiliation} · ${row.researcher.email}`}
          actions={<Decision row={row} />}
        >
          <p className="whitespace-pre-line">{row.purpose}</p>
          <p className="mt-2 text-sm text-muted">
            Asked <Time iso={row.createdAt} />; accepted the data use agreement.
          </p>
        </Card>
      ))}
      {decided.length > 0 && (
        <Card title="Decided" flush>
          <Decided rows={decided} />
        </Card>
      )}
    </Page>
  );
}

function Decision({ row }: { row: AccessRow }) {
  return (
    <>
      <ConfirmDialog
        trigger="Decline…"
        title="Decline this request?"
        confirm="Decline"
        action={deny}
        hidden={{ accessId: row.id }}
      >
        <TextField name="note" label="Reason" hint="The researcher reads this." />
      </ConfirmDialog>
      <ConfirmDialog
        trigger="Grant…"
        triggerKind="primary"
        title={`Grant access to ${row.researcher.name}?`}
        confirm="Grant"
        confirmKind="primary"
        action={grant}
        hidden={{ accessId: row.id }}
      >
        <TextField name="days" label="For how many days" type="number" min={1} max={1095} defaultValue="365" />
        <TextField name="note" label="Note to the researcher" optional />
      </ConfirmDialog>
    </>
  );
}

function Decided({ rows }: { rows: readonly AccessRow[] }) {
  return (
    <Table
      caption="Decided requests"
      columns={[
        { label: 'Researcher' },
        { label: 'Affiliation' },
        { label: 'State' },
        { label: 'Until' },
        { label: '', align: 'right' },
      ]}
    >
      {rows.map((row) => (
        <tr key={row.id}>
          <Td>
            {row.researcher.name}
            <span className="block text-muted">{row.researcher.email}</span>
          </Td>
          <Td>{row.affiliation}</Td>
          <Td>
            <StateBadge of="access" state={row.state} />
          </Td>
          <Td>{row.expiresAt ? <Time iso={row.expiresAt} shape="day" /> : '–'}</Td>
          <Td align="right">
            {row.state === 'granted' && (
              <ConfirmDialog
                trigger="Take back…"
                triggerSize="small"
                title="Take this grant back?"
                confirm="Take back"
                action={revoke}
                hidden={{ accessId: row.id }}
              >
                <p>
                  {row.researcher.name} cannot download from now on. Files already downloaded cannot be called back.
                </p>
              </ConfirmDialog>
            )}
          </Td>
        </tr>
      ))}
    </Table>
  );
}

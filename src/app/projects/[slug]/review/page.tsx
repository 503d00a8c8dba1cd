// The review queue: what waits, oldest first.
import { Button, ButtonLink } from '@/app/components/Button';
import { Card } from '@/app/components/Card';
import { EmptyState } from '@/app/components/EmptyState';
import { Page } from '@/app/components/Page';
import { StateBadge } from '@/app/components/StateBadge';
import { Table, Td } from '@/app/components/Table';
import { Time } from '@/app/components/Time';
import { orNotFound, pageActor } from '@/app/pageActor';
import { getProject } from '@/server/projects';
import { reviewQueue } from '@/server/reviews';
import type { SeriesRow } from '@/server/series';

export const metadata = { title: 'Review' };

export default async function ReviewQueuePage({ params }: { params: Promise<{ slug: string }> }) {
  const { slug } = await params;
  const actor = await pageActor();
  const project = await orNotFound(getProject(actor, slug));
  const queue = await orNotFound(reviewQueue(actor, project.id));
  const first = queue.waiting[0];
  const open = (id: string) => `/projects/${slug}/review/${id}`;
  return (
    <Page
      title="Review"
      lead={`Every scan is looked at by ${project.readers === 2 ? 'two readers' : 'one reader'} before it can be released.`}
      actions={
        first ? (
          <ButtonLink href={open(first.id)} kind="primary">
            Start with {first.subject}
          </ButtonLink>
        ) : (
          <Button disabled>Nothing waits</Button>
        )
      }
    >
      {first ? (
        <Card title={`${queue.waiting.length} waiting`} flush>
          <SeriesTable rows={queue.waiting} open={open} />
        </Card>
      ) : (
        <EmptyState title="Nothing waits for you">
          Scans appear here once they were cleaned, converted and defaced. The Status page shows how far each one is.
        </EmptyState>
      )}
      {(
        [
          ['A person must answer first', queue.held],
          ['Read by you, waiting for another reader', queue.read],
          ['Decided lately', queue.decided],
        ] as const
      ).map(
        ([title, rows]) =>
          rows.length > 0 && (
            <Card key={title} title={title} flush>
              <SeriesTable rows={rows} open={open} />
            </Card>
          ),
      )}
    </Page>
  );
}

function SeriesTable({ rows, open }: { rows: readonly SeriesRow[]; open: (id: string) => string }) {
  return (
    <Table
      caption="Series"
      columns={[
        { label: 'Subject' },
        { label: 'Session' },
        { label: 'Series' },
        { label: 'Modality' },
        { label: 'State' },
        { label: 'Since' },
        { label: '', align: 'right' },
      ]}
    >
      {rows.map((row) => (
        <tr key={row.id}>
          <Td>{row.subject}</Td>
          <Td>{row.session}</Td>
          <Td>{row.number}</Td>
          <Td>{row.modality}</Td>
          <Td>
            <StateBadge of="series" state={row.state} />
          </Td>
          <Td>
            <Time iso={row.updatedAt} />
          </Td>
          <Td align="right">
            <ButtonLink href={open(row.id)} size="small">
              Look
            </ButtonLink>
          </Td>
        </tr>
      ))}
    </Table>
  );
}

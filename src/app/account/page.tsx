// My requests: what I asked for, what was decided, and where to download.
import Link from 'next/link';
import { ButtonLink } from '@/app/components/Button';
import { Card } from '@/app/components/Card';
import { EmptyState } from '@/app/components/EmptyState';
import { Page } from '@/app/components/Page';
import { StateBadge } from '@/app/components/StateBadge';
import { Table, Td } from '@/app/components/Table';
import { Time } from '@/app/components/Time';
import { pageActor } from '@/app/pageActor';
import { myRequests } from '@/server/access';

export const metadata = { title: 'My requests' };

export default async function AccountPage() {
  const actor = await pageActor();
  const requests = await myRequests(actor);
  return (
    <Page title="My requests" lead="Datasets you asked for. Once granted, you download them from their page.">
      {requests.length === 0 ? (
        <EmptyState
          title="You have not asked for a dataset yet"
          action={<ButtonLink href="/datasets">Look at the datasets</ButtonLink>}
        />
      ) : (
        <Card flush>
          <Table
            caption="My requests"
            columns={[
              { label: 'Dataset' },
              { label: 'Asked' },
              { label: 'State' },
              { label: 'Until' },
              { label: '', align: 'right' },
            ]}
          >
            {requests.map((request) => (
              <tr key={request.id}>
                <Td>
                  <Link href={`/datasets/${request.slug}`} className="text-accent hover:underline">
                    {request.dataset}
                  </Link>
                  {request.decisionNote && <span className="block text-muted">{request.decisionNote}</span>}
                </Td>
                <Td>
                  <Time iso={request.createdAt} shape="day" />
                </Td>
                <Td>
                  <StateBadge of="access" state={request.state} />
                </Td>
                <Td>{request.expiresAt ? <Time iso={request.expiresAt} shape="day" /> : '–'}</Td>
                <Td align="right">
                  {request.usable ? (
                    <ButtonLink href={`/datasets/${request.slug}`} size="small" kind="primary">
                      Download
                    </ButtonLink>
                  ) : (
                    request.state === 'granted' && <span className="text-warn">expired</span>
                  )}
                </Td>
              </tr>
            ))}
          </Table>
        </Card>
      )}
    </Page>
  );
}

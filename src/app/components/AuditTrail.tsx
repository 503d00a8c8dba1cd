// The audit trail with its filters, for a project or for the whole site.
import type { AuditType } from '@/domain/auditEvent';
import { words } from '@/domain/machine';
import type { Actor } from '@/domain/policy';
import { type AuditFilter, type AuditRow, listAudit } from '@/server/audit';
import { Button, ButtonLink } from './Button';
import { Card } from './Card';
import { EmptyState } from './EmptyState';
import { Table, Td } from './Table';
import { Time } from './Time';

export interface AuditSearch {
  type?: string;
  from?: string;
  to?: string;
  before?: string;
}

/** The events people look for; others are found without a filter. */
const common: readonly AuditType[] = [
  'user.signedIn',
  'user.signInRefused',
  'profile.changed',
  'upload.completed',
  'upload.ingested',
  'series.moved',
  'series.maskDrawn',
  'review.decided',
  'metadata.exported',
  'release.published',
  'release.withdrawn',
  'access.requested',
  'access.decided',
  'release.downloaded',
];

const DAY = /^\d{4}-\d{2}-\d{2}$/;

function filterOf(search: AuditSearch, projectId: string | undefined): AuditFilter {
  const dayAfter = (day: string) => new Date(Date.parse(`${day}T00:00:00Z`) + 86_400_000).toISOString();
  return {
    projectId,
    type: search.type || undefined,
    from: search.from && DAY.test(search.from) ? search.from : undefined,
    to: search.to && DAY.test(search.to) ? dayAfter(search.to) : undefined,
  };
}

function query(values: Record<string, string | undefined>): string {
  const set = Object.entries(values).filter((entry): entry is [string, string] => Boolean(entry[1]));
  return set.length > 0 ? `?${new URLSearchParams(set)}` : '';
}

/** `release.published` -> `release published` */
function eventWords(type: string): string {
  return words(type.replace('.', ' '));
}

/** Ids are shortened to what tells them apart; the export holds them whole. */
function detail(payload: AuditRow['payload']): string {
  return Object.entries(payload)
    .filter(([, value]) => value !== null && value !== '')
    .map(
      ([key, value]) =>
        `${words(key)}: ${typeof value === 'string' && /^[0-9a-f-]{36}$/.test(value) ? value.slice(0, 8) : String(value)}`,
    )
    .join(' · ');
}

interface AuditTrailProps {
  actor: Actor;
  projectId?: string;
  search: AuditSearch;
}

export async function AuditTrail({ actor, projectId, search }: AuditTrailProps) {
  const filter = filterOf(search, projectId);
  const cursor = search.before && /^\d+$/.test(search.before) ? Number(search.before) : undefined;
  const { events, next } = await listAudit(actor, { ...filter, cursor });
  const { before: _page, ...filters } = search;
  return (
    <>
      <Filters search={search} exportHref={`/api/audit/export${query({ ...filters, projectId })}`} />
      {events.length === 0 ? (
        <EmptyState title="Nothing happened that matches">Choose another event or a longer time.</EmptyState>
      ) : (
        <Card flush>
          <Table
            caption="Audit events, newest first"
            columns={[
              { label: 'No.', align: 'right' },
              { label: 'When' },
              { label: 'Who' },
              { label: 'What' },
              { label: 'Details' },
            ]}
          >
            {events.map((event) => (
              <tr key={event.seq}>
                <Td align="right">{event.seq}</Td>
                <Td>
                  <Time iso={event.at} />
                </Td>
                <Td>{event.actorName ?? (event.actorId ? 'former account' : 'Cloakroom')}</Td>
                <Td>{eventWords(event.type)}</Td>
                <Td>
                  <span className="break-words text-muted">{detail(event.payload)}</span>
                </Td>
              </tr>
            ))}
          </Table>
        </Card>
      )}
      <div className="flex gap-2">
        {cursor !== undefined && <ButtonLink href={query(filters) || '?'}>Newest</ButtonLink>}
        {next !== null && <ButtonLink href={query({ ...filters, before: String(next) })}>Older</ButtonLink>}
      </div>
      <p className="text-sm text-muted">
        Each entry holds the hash of the one before. <code>npx cloakroom audit verify</code> checks the whole chain.
      </p>
    </>
  );
}

function Filters({ search, exportHref }: { search: AuditSearch; exportHref: string }) {
  return (
    <form method="get" className="flex flex-wrap items-end gap-3 text-sm">
      <label>
        <span className="block text-muted">What</span>
        <select name="type" defaultValue={search.type ?? ''} className={control}>
          <option value="">Everything</option>
          {common.map((type) => (
            <option key={type} value={type}>
              {eventWords(type)}
            </option>
          ))}
        </select>
      </label>
      <DayInput name="from" label="From" value={search.from} />
      <DayInput name="to" label="To" value={search.to} />
      <Button type="submit">Show</Button>
      <span className="flex-1" />
      <a href={exportHref} download className="py-2 text-accent underline">
        Export as CSV
      </a>
    </form>
  );
}

const control = 'h-9 rounded-md border border-edge bg-surface px-2';

function DayInput({ name, label, value }: { name: string; label: string; value: string | undefined }) {
  return (
    <label>
      <span className="block text-muted">{label}</span>
      <input type="date" name={name} defaultValue={value ?? ''} className={control} />
    </label>
  );
}

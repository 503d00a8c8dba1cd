// The last dry runs, so that a result can be found again.
import Link from 'next/link';
import type { DryRunRow } from '@/server/dryRuns';
import { Card } from '../../../components/Card';
import { StateBadge } from '../../../components/StateBadge';
import { Table, Td } from '../../../components/Table';
import { Time } from '../../../components/Time';

const columns = [
  { label: 'Started' },
  { label: 'By' },
  { label: 'Beside' },
  { label: 'Series', align: 'right' },
  { label: 'State' },
  { label: '', align: 'right' },
] as const;

export function DryRuns({ slug, dryRuns }: { slug: string; dryRuns: readonly DryRunRow[] }) {
  if (dryRuns.length === 0) return null;
  return (
    <Card title="Dry runs" flush>
      <Table caption="Dry runs, newest first" columns={columns}>
        {dryRuns.map((dryRun) => (
          <tr key={dryRun.id}>
            <Td>
              <Time iso={dryRun.createdAt} />
            </Td>
            <Td>{dryRun.createdBy}</Td>
            <Td>version {dryRun.against}</Td>
            <Td align="right">{dryRun.series.toLocaleString('en')}</Td>
            <Td>
              <StateBadge of="run" state={dryRun.state} />
              {dryRun.activated !== null && <span className="ml-2">now version {dryRun.activated}</span>}
            </Td>
            <Td align="right">
              <Link href={`/projects/${slug}/profile/dry-runs/${dryRun.id}`} className="text-accent underline">
                Open
              </Link>
            </Td>
          </tr>
        ))}
      </Table>
    </Card>
  );
}

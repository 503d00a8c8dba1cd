'use client';
// What a draft would change on real scans: what is newly given away, what research loses, and the rest. Never a value.
import { useState } from 'react';
import type { DryRunOutcome } from '@/domain/outcomes';
import { actionWords } from '../../../../../actionWords';
import { Card } from '../../../../../components/Card';
import { Notice } from '../../../../../components/Notice';
import { Table, Td } from '../../../../../components/Table';

type Row = DryRunOutcome['rows'][number];
type Leaves = Row['leaves'];

const groups = {
  more: { title: 'Privacy: more is given away', tile: ['gives more away', 'give more away'], tone: 'text-bad' },
  less: { title: 'Science: less is left', tile: ['loses science', 'lose science'], tone: 'text-warn' },
  other: { title: 'Other values', tile: ['gets another value', 'get another value'], tone: 'text-ink' },
  same: { title: 'Unchanged', tile: ['stays as it is', 'stay as they are'], tone: 'text-muted' },
} as const satisfies Record<Leaves, { title: string; tile: [one: string, many: string]; tone: string }>;

const leads: Record<Leaves, string> = {
  more: 'These would leave with more than now. Be sure that nobody can be recognised by them.',
  less: 'These would be removed, or less of them would be left than now.',
  other: 'These are treated otherwise than now, with neither more nor less left of them.',
  same: 'These are treated as now.',
};

const kinds = Object.keys(groups) as Leaves[];

export function DryRunResult({ outcome, against }: { outcome: DryRunOutcome; against: number }) {
  const of = (leaves: Leaves) => outcome.rows.filter((row) => row.leaves === leaves);
  const whole = of('more').filter((row) => row.after === 'keep').length;
  const refused = outcome.refused.reduce((sum, { count }) => sum + count, 0);
  return (
    <>
      <ul aria-label="In short" className="grid grid-cols-4 gap-4">
        {kinds.map((leaves) => (
          <Tile key={leaves} leaves={leaves} count={of(leaves).length} />
        ))}
      </ul>
      {whole > 0 && (
        <Notice
          kind="error"
          title={
            whole === 1
              ? 'One attribute would now be given away unchanged'
              : `${whole} attributes would now be given away unchanged`
          }
        >
          Whoever gets the data can read them. Look at each one below before you activate the draft.
        </Notice>
      )}
      {refused > 0 && (
        <Notice kind="warn" title={refused === 1 ? 'One file was left out' : `${refused} files were left out`}>
          {outcome.refused.map(({ reason, count }) => (
            <p key={reason}>
              {count} x {reason}
            </p>
          ))}
        </Notice>
      )}
      {outcome.left > 0 && (
        <Notice kind="warn">There were more attributes than can be listed; the list below is not complete.</Notice>
      )}
      {kinds.map((leaves) => (
        <Group key={leaves} leaves={leaves} rows={of(leaves)} against={against} />
      ))}
    </>
  );
}

function Tile({ leaves, count }: { leaves: Leaves; count: number }) {
  return (
    <li className="rounded-lg border border-line bg-surface px-4 py-3">
      <a href={`#${leaves}`} className="block">
        <span className={`block text-2xl font-semibold tabular-nums ${count > 0 ? groups[leaves].tone : 'text-muted'}`}>
          {count.toLocaleString('en')}
        </span>
        <span className="text-sm text-muted">
          {count === 1 ? `attribute ${groups[leaves].tile[0]}` : `attributes ${groups[leaves].tile[1]}`}
        </span>
      </a>
    </li>
  );
}

/** What stays as it is fills pages and is rarely looked at: it opens when asked. */
function Group({ leaves, rows, against }: { leaves: Leaves; rows: readonly Row[]; against: number }) {
  const [open, setOpen] = useState(leaves !== 'same');
  if (rows.length === 0) return null;
  const columns = [
    { label: 'Attribute' },
    { label: `Version ${against}`, width: '18%' },
    { label: 'Draft', width: '18%' },
    { label: 'Images', align: 'right', width: '5rem' },
  ] as const;
  return (
    <div id={leaves}>
      <Card
        flush
        title={`${groups[leaves].title} (${rows.length.toLocaleString('en')})`}
        lead={leads[leaves]}
        actions={
          leaves === 'same' && (
            <button
              type="button"
              aria-expanded={open}
              onClick={() => setOpen(!open)}
              className="text-sm font-medium text-accent"
            >
              {open ? 'Hide them' : 'Show them'}
            </button>
          )
        }
      >
        {open && (
          <Table caption={groups[leaves].title} columns={columns}>
            {rows.map((row) => (
              <FateRow key={`${row.path} ${row.name} ${row.before} ${row.after}`} row={row} />
            ))}
          </Table>
        )}
      </Card>
    </div>
  );
}

function FateRow({ row }: { row: Row }) {
  return (
    <tr>
      <Td>
        <span className="font-medium break-words">{row.name || 'Not in the standard'}</span>
        <span className="block font-mono text-xs break-all text-muted">{row.path}</span>
      </Td>
      <Td>
        <FateWords fate={row.before} reason={row.beforeReason} />
      </Td>
      <Td>
        <FateWords
          fate={row.after}
          reason={row.afterReason}
          tone={row.leaves === 'more' ? 'font-semibold text-bad' : ''}
        />
      </Td>
      <Td align="right">{row.instances.toLocaleString('en')}</Td>
    </tr>
  );
}

function FateWords({ fate, reason, tone = '' }: { fate: string; reason: string; tone?: string }) {
  return (
    <>
      <span className={tone}>{actionWords[fate] ?? fate}</span>
      {reason && <span className="block text-xs text-muted">{reason}</span>}
    </>
  );
}

// The distinct values by attribute: how often each stands, and in whom.
import { Table, Td } from '@/app/components/Table';
import type { ShownGroup, ShownValue, ShownValues } from '@/server/metadata';

const columns = [
  { label: 'Attribute', width: '22rem' },
  { label: 'Value' },
  { label: 'Instances', align: 'right' },
  { label: 'Series', align: 'right' },
  { label: 'Subjects', width: '16rem' },
] as const;

export function ValueTable({ values, marked }: { values: ShownValues; marked: string }) {
  if (values.groups.length === 0)
    return <p className="px-5 py-8 text-center text-muted">No value and no attribute matches.</p>;
  return (
    <Table caption="Distinct values by attribute" columns={columns}>
      {values.groups.flatMap((group) => groupRows(group, marked))}
    </Table>
  );
}

function groupRows(group: ShownGroup, marked: string) {
  const { path, name, vr, values, total } = group;
  const key = `${path} ${name}`;
  const rows = values.map((row, index) => (
    <tr key={`${key} ${row.value}`} className={index > 0 ? 'border-t-0!' : ''}>
      <Td>
        {index === 0 && (
          <>
            <span className="font-medium break-words">
              <Marked text={name.replaceAll('.', ' › ')} part={marked} />
            </span>
            <span className="block font-mono text-xs break-all text-muted">
              <Marked text={path} part={marked} /> {vr}
            </span>
          </>
        )}
      </Td>
      <Td>
        <span className="break-all whitespace-pre-wrap">
          {row.value === '' ? <span className="text-muted">empty</span> : <Marked text={row.value} part={marked} />}
        </span>
      </Td>
      <Td align="right">{row.instances.toLocaleString('en')}</Td>
      <Td align="right">{row.series.toLocaleString('en')}</Td>
      <Td>
        <Subjects row={row} />
      </Td>
    </tr>
  ));
  if (total === values.length) return rows;
  return [
    ...rows,
    <tr key={`${key} more`} className="border-t-0!">
      <Td />
      <Td>
        <span className="text-muted">
          and {(total - values.length).toLocaleString('en')} more: search, or save the file
        </span>
      </Td>
      <Td />
      <Td />
      <Td />
    </tr>,
  ];
}

function Subjects({ row: { subjects, moreSubjects } }: { row: ShownValue }) {
  const some = subjects.slice(0, 3).join(', ');
  const more = subjects.length - Math.min(subjects.length, 3) + moreSubjects;
  return (
    <span title={moreSubjects === 0 ? subjects.join(', ') : undefined}>
      {some}
      {more > 0 && <span className="text-muted"> and {more.toLocaleString('en')} more</span>}
    </span>
  );
}

/** The text with what was searched for made visible. */
function Marked({ text, part }: { text: string; part: string }) {
  const at = part === '' ? -1 : text.toLowerCase().indexOf(part.toLowerCase());
  if (at < 0) return text;
  return (
    <>
      {text.slice(0, at)}
      <mark className="rounded-sm bg-warn-soft text-warn">{text.slice(at, at + part.length)}</mark>
      {text.slice(at + part.length)}
    </>
  );
}

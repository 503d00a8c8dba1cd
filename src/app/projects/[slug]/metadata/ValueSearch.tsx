'use client';
// Looking for a value: the table follows what is typed. The text goes in the body of a request, never into an address.
import { useEffect, useState } from 'react';
import { Notice } from '@/app/components/Notice';
import { type ValueKind, valueKinds } from '@/domain/metadata/kinds';
import type { ShownValues } from '@/server/metadata';
import { ValueTable } from './ValueTable';

const WAIT_MS = 200;
const control = 'h-9 rounded-md border border-edge bg-surface px-3 text-sm';

export function ValueSearch({ projectId, first }: { projectId: string; first: ShownValues }) {
  const [text, setText] = useState('');
  const [kind, setKind] = useState<ValueKind>('all');
  const { values, problem } = useSearch(projectId, first, kind, text);
  return (
    <>
      <search className="flex flex-wrap items-center gap-3 border-b border-line px-5 py-4">
        <input
          type="search"
          value={text}
          onChange={(event) => setText(event.target.value)}
          placeholder="A name, a number, an attribute…"
          aria-label="Search values and attributes"
          autoComplete="off"
          spellCheck={false}
          maxLength={200}
          className={`${control} w-80`}
        />
        <select
          value={kind}
          onChange={(event) => setKind(event.target.value as ValueKind)}
          aria-label="Kind of attribute"
          className={control}
        >
          {Object.entries(valueKinds).map(([name, { label }]) => (
            <option key={name} value={name}>
              {label}
            </option>
          ))}
        </select>
        <p role="status" className="text-sm text-muted">
          {foundWords(values)}
        </p>
      </search>
      {problem && (
        <div className="px-5 py-4">
          <Notice kind="error">{problem}</Notice>
        </div>
      )}
      {values.missing > 0 && (
        <p className="border-b border-line px-5 py-2 text-sm text-warn">
          {values.missing === 1 ? 'One more series is' : `${values.missing} more series are`} not in this table: still
          being cleaned, quarantined, or cleaned before tables were kept.
        </p>
      )}
      <ValueTable values={values} marked={text.trim()} />
    </>
  );
}

function foundWords({ total, shown, series }: ShownValues): string {
  const count = total === 1 ? 'One distinct value' : `${total.toLocaleString('en')} distinct values`;
  const part = shown < total ? `, ${shown.toLocaleString('en')} shown` : '';
  return `${count}${part}, in ${series.toLocaleString('en')} series`;
}

function useSearch(projectId: string, first: ShownValues, kind: ValueKind, text: string) {
  const [answer, setAnswer] = useState<{ values: ShownValues; problem: string | null }>({
    values: first,
    problem: null,
  });
  useEffect(() => {
    if (kind === 'all' && text.trim() === '') {
      setAnswer({ values: first, problem: null });
      return;
    }
    const stop = new AbortController();
    const ask = async () => {
      const request = { method: 'POST', body: JSON.stringify({ kind, text }), signal: stop.signal };
      const response = await fetch(`/api/projects/${projectId}/metadata`, request);
      const said = await response.json();
      if (response.ok) setAnswer({ values: said, problem: null });
      else setAnswer((last) => ({ ...last, problem: said.error.message }));
    };
    const failed = () => {
      if (!stop.signal.aborted)
        setAnswer((last) => ({ ...last, problem: 'The search could not be sent. Check the connection.' }));
    };
    const wait = setTimeout(() => void ask().catch(failed), WAIT_MS);
    return () => {
      clearTimeout(wait);
      stop.abort();
    };
  }, [projectId, first, kind, text]);
  return answer;
}

'use client';
// Saving the table as a file: what one row stands for, and the format.
import { useState } from 'react';
import { buttonClass } from '@/app/components/Button';
import type { RowKind } from '@/domain/metadata/rows';

const kinds: Readonly<Record<RowKind, string>> = {
  value: 'One row a distinct value',
  series: 'One row a series',
  instance: 'One row an instance',
};

export function SaveTable({ projectId }: { projectId: string }) {
  const [by, setBy] = useState<RowKind>('value');
  const href = (format: string) => `/api/projects/${projectId}/metadata/export?by=${by}&format=${format}`;
  return (
    <>
      <select
        value={by}
        onChange={(event) => setBy(event.target.value as RowKind)}
        aria-label="What one row of the file is"
        className="h-9 rounded-md border border-edge bg-surface px-2 text-sm"
      >
        {Object.entries(kinds).map(([kind, label]) => (
          <option key={kind} value={kind}>
            {label}
          </option>
        ))}
      </select>
      <a href={href('csv')} download className={buttonClass()}>
        Save as CSV
      </a>
      <a href={href('xlsx')} download className={buttonClass()}>
        Save as XLSX
      </a>
    </>
  );
}

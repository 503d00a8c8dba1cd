// A table that scrolls inside itself, never the page.
import type { ReactNode } from 'react';

export interface Column {
  label: ReactNode;
  /** Numbers go right, with figures of equal width. */
  align?: 'left' | 'right';
  width?: string;
}

interface TableProps {
  /** What the table lists, for screen readers. */
  caption: string;
  columns: readonly Column[];
  children: ReactNode;
}

/** Rows are <tr> of <Td>. */
export function Table({ caption, columns, children }: TableProps) {
  return (
    <div className="overflow-x-auto">
      <table className="w-full border-collapse text-sm">
        <caption className="sr-only">{caption}</caption>
        <thead>
          <tr className="border-b border-line text-left text-muted">
            {columns.map((column, index) => (
              <th
                // biome-ignore lint/suspicious/noArrayIndexKey: columns never move
                key={index}
                scope="col"
                style={{ width: column.width }}
                className={`px-3 py-2 font-medium whitespace-nowrap first:pl-5 last:pr-5 ${column.align === 'right' ? 'text-right' : ''}`}
              >
                {column.label}
              </th>
            ))}
          </tr>
        </thead>
        <tbody className="divide-y divide-line">{children}</tbody>
      </table>
    </div>
  );
}

export function Td({ align = 'left', children }: { align?: 'left' | 'right' | undefined; children?: ReactNode }) {
  return (
    <td
      className={`px-3 py-2.5 align-top first:pl-5 last:pr-5 ${align === 'right' ? 'text-right tabular-nums whitespace-nowrap' : ''}`}
    >
      {children}
    </td>
  );
}

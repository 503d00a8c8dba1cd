// The right column: what was decided about the face, its figures, earlier readings, and what was changed in the header.

import type { ReviewItem } from '@/server/reviews';
import { actionWords } from '../../../../actionWords';
import { figureRows } from './figures';

const faceWords = {
  defaced: 'The face was removed.',
  skipped: 'Nothing was removed.',
  held: 'A person must answer first.',
  none: 'Not defaced yet.',
} as const;

export function Findings({ item }: { item: ReviewItem }) {
  const total = item.changes.reduce((sum, change) => sum + change.count, 0);
  return (
    <aside
      aria-label="What was done"
      className="flex w-88 shrink-0 flex-col overflow-y-auto border-l border-line bg-surface text-sm"
    >
      <Face item={item} />
      {item.reviews.length > 0 && (
        <Section title="Readings so far">
          <ul className="space-y-1">
            {item.reviews.map((review) => (
              <li key={review.id}>
                {review.decision === 'accept' ? 'Accepted' : 'Rejected'}
                {review.mine ? ' by you' : ' by another reader'}
                {review.reason ? `: ${review.reason}` : ''}
              </li>
            ))}
          </ul>
        </Section>
      )}
      <Section title={total === 0 ? 'Header: nothing changed' : `Header: ${item.changes.length} attributes changed`}>
        <table className="w-full table-fixed border-collapse text-[0.8125rem]">
          <caption className="sr-only">
            Changes of the DICOM header: attribute, action, reason. Never an old value.
          </caption>
          <colgroup>
            <col />
            <col className="w-20" />
          </colgroup>
          <tbody>
            {item.changes.map((change) => (
              <tr key={`${change.path} ${change.action}`} className="border-t border-line align-top">
                <td className="py-1.5 pr-2 break-words">
                  <span className="font-medium">{change.keyword || change.path}</span>
                  <br />
                  <span className="text-muted">{change.reason}</span>
                </td>
                <td className="py-1.5 text-right">
                  {actionWords[change.action] ?? change.action}
                  {change.count > 1 && <span className="block text-muted tabular-nums">in {change.count}</span>}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </Section>
    </aside>
  );
}

function Face({ item }: { item: ReviewItem }) {
  return (
    <Section title="Face">
      <p>{faceWords[item.outcome ?? 'none']}</p>
      {item.reason && item.reason !== faceWords[item.outcome ?? 'none'] && <p className="text-muted">{item.reason}</p>}
      {item.series.why && item.series.why !== item.reason && item.series.why !== item.mended?.warning && (
        <p className="text-muted">{item.series.why}</p>
      )}
      {item.whyNoMending && <p className="text-muted">It cannot be mended here. {item.whyNoMending}</p>}
      <dl className="grid grid-cols-[1fr_auto] gap-x-3 gap-y-1">
        {figureRows(item.figures).map(({ label, value }) => (
          <div key={label} className="contents">
            <dt className="text-muted">{label}</dt>
            <dd className="text-right tabular-nums">{value}</dd>
          </div>
        ))}
      </dl>
    </Section>
  );
}

function Section({ title, children }: { title: string; children: React.ReactNode }) {
  return (
    <section className="space-y-2 border-b border-line p-4">
      <h2 className="font-semibold">{title}</h2>
      {children}
    </section>
  );
}

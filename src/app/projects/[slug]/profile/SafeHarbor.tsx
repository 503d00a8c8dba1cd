// The 18 identifiers of the HIPAA Safe Harbor, each with what takes it away: for the person who has to sign that all are covered.
import { SAFE_HARBOR, SAFE_HARBOR_COVER } from '@/domain/deid/safeHarbor';

export function SafeHarbor() {
  return (
    <details className="mb-3 text-sm">
      <summary className="font-medium text-accent">The 18 identifiers, and what takes each away</summary>
      <ol className="mt-2 divide-y divide-line">
        {SAFE_HARBOR.map(({ letter, identifier, by }) => (
          <li key={letter} className="grid grid-cols-[2rem_1fr] py-2">
            <span className="text-muted">({letter})</span>
            <span>
              <span className="font-medium">{identifier}</span>
              <span className="block text-muted">{by.map((cover) => SAFE_HARBOR_COVER[cover]).join(' ')}</span>
            </span>
          </li>
        ))}
      </ol>
    </details>
  );
}

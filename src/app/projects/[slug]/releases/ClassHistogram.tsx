// How many subjects are in groups of each size: bars, and the same as a table.
import type { RiskFigures } from '@/domain/risk/figures';

interface Bar {
  readonly label: string;
  readonly subjects: number;
  readonly classes: number;
  readonly small: boolean;
}

const MAX_BARS = 10;
const [WIDTH, HEIGHT, BASE, TOP] = [560, 156, 118, 20];

/** The smallest sizes one by one, as they are what counts; all beyond together. */
function barsOf(sizes: RiskFigures['sizes'], minimumK: number): Bar[] {
  const bar = ({ size, subjects, classes }: RiskFigures['sizes'][number]): Bar => ({
    label: String(size),
    subjects,
    classes,
    small: size < minimumK,
  });
  if (sizes.length <= MAX_BARS) return sizes.map(bar);
  const rest = sizes.slice(MAX_BARS - 1);
  const sum = (of: (one: (typeof rest)[number]) => number) => rest.reduce((total, one) => total + of(one), 0);
  const last = {
    ...bar(rest[0]!),
    label: `${rest[0]!.size}+`,
    subjects: sum((one) => one.subjects),
    classes: sum((one) => one.classes),
  };
  return [...sizes.slice(0, MAX_BARS - 1).map(bar), last];
}

const people = (n: number) => (n === 1 ? '1 subject' : `${n} subjects`);

export function ClassHistogram({ figures, minimumK }: { figures: RiskFigures; minimumK: number }) {
  const bars = barsOf(figures.sizes, minimumK);
  const most = Math.max(...bars.map((one) => one.subjects));
  const step = WIDTH / Math.max(bars.length, 4);
  const words = bars.map((one) => `${people(one.subjects)} in groups of ${one.label}`).join(', ');
  return (
    <figure>
      <svg
        viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
        role="img"
        aria-label={`Sizes of groups: ${words}.`}
        className="w-full max-w-xl"
      >
        {bars.map((one, index) => {
          const height = ((BASE - TOP) * one.subjects) / most;
          const middle = step * (index + 0.5);
          return (
            <g key={one.label} className="fill-ink text-[12px]" textAnchor="middle">
              <rect
                x={middle - step * 0.32}
                y={BASE - height}
                width={step * 0.64}
                height={height}
                rx={2}
                className={one.small ? 'fill-warn' : 'fill-accent'}
              />
              <text x={middle} y={BASE - height - 5}>
                {one.subjects}
              </text>
              <text x={middle} y={BASE + 16} className="fill-muted">
                {one.label}
              </text>
            </g>
          );
        })}
        <line x1={0} x2={WIDTH} y1={BASE} y2={BASE} className="stroke-edge" />
        <text x={WIDTH / 2} y={HEIGHT - 5} textAnchor="middle" className="fill-muted text-[12px]">
          size of the group; above each bar the number of subjects in groups of that size
        </text>
      </svg>
      <figcaption className="text-sm">
        <details>
          <summary className="text-accent">As a table</summary>
          <table className="mt-1 text-right tabular-nums">
            <thead className="text-muted">
              <tr>
                <th scope="col" className="pr-6 font-normal">
                  Size of the group
                </th>
                <th scope="col" className="pr-6 font-normal">
                  Groups
                </th>
                <th scope="col" className="font-normal">
                  Subjects
                </th>
              </tr>
            </thead>
            <tbody>
              {bars.map((one) => (
                <tr key={one.label}>
                  <td className="pr-6">
                    {one.label}
                    {one.small && <span className="text-warn"> (below {minimumK})</span>}
                  </td>
                  <td className="pr-6">{one.classes}</td>
                  <td>{one.subjects}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </details>
      </figcaption>
    </figure>
  );
}

// A size for people: 1.2 MB, in powers of 1000 as disks and hospitals count.

const units = ['B', 'kB', 'MB', 'GB', 'TB'] as const;

/** `12345` -> `12.3 kB` */
export function formatBytes(bytes: number): string {
  let value = bytes;
  let unit = 0;
  while (value >= 999.5 && unit < units.length - 1) {
    value /= 1000;
    unit += 1;
  }
  const digits = unit === 0 || value >= 100 ? 0 : 1;
  return `${value.toFixed(digits)} ${units[unit]}`;
}

export function Bytes({ value }: { value: number }) {
  return <span className="whitespace-nowrap tabular-nums">{formatBytes(value)}</span>;
}

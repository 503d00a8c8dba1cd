// Dates, times and ages as DICOM writes them (PS3.5 6.2: AS, DA, DT, TM): moved by whole days, or judged unreadable.

const DAY = 86_400_000;
const DATE = /^(\d{4})(\.?)(\d{2})\2(\d{2})$/;
const TIME = /^([01]\d|2[0-3])(?:(:?)[0-5]\d(?:\2(?:[0-5]\d|60)(?:\.\d{1,6})?)?)?$/;
const DATE_TIME = /^(\d{8})(\d{2}(?:\d{2}(?:\d{2}(?:\.\d{1,6})?)?)?)?([+-]\d{4})?$/;

/** A DA value moved by whole days, in the form it was written (also the old 2004.01.19); null when it is no date. */
export function shiftDate(value: string, days: number): string | null {
  const match = DATE.exec(value);
  if (!match) return null;
  const [, year, dot, month, day] = match as unknown as [string, string, string, string, string];
  const time = Date.UTC(Number(year), Number(month) - 1, Number(day));
  const date = new Date(time);
  if (Number(year) < 1000 || date.getUTCMonth() !== Number(month) - 1 || date.getUTCDate() !== Number(day)) return null;
  const moved = new Date(time + days * DAY);
  const two = (n: number) => String(n).padStart(2, '0');
  return `${String(moved.getUTCFullYear()).padStart(4, '0')}${dot}${two(moved.getUTCMonth() + 1)}${dot}${two(moved.getUTCDate())}`;
}

/** A DT value moved by whole days; its time of day and time zone stay. Null for no date, and for one without a day. */
export function shiftDateTime(value: string, days: number): string | null {
  const match = DATE_TIME.exec(value);
  if (!match) return null;
  if (match[2] && !isTime(match[2])) return null;
  const date = shiftDate(match[1]!, days);
  return date === null ? null : `${date}${match[2] ?? ''}${match[3] ?? ''}`;
}

/** Whether a TM value is a time of day. */
export function isTime(value: string): boolean {
  return TIME.test(value);
}

/** The years of an AS value, with a fraction; null when it is no age. */
export function ageInYears(value: string): number | null {
  const match = /^(\d{3})([DWMY])$/.exec(value);
  return match && Number(match[1]) / { D: 365.25, W: 52.18, M: 12, Y: 1 }[match[2] as 'D' | 'W' | 'M' | 'Y'];
}

/** An AS value with everything over 89 years as '090Y' (45 CFR 164.514(b)(2)(i)(C)); null when it is no age. */
export function capAge(value: string): string | null {
  const years = ageInYears(value);
  if (years === null) return null;
  return years > 89 ? '090Y' : value;
}

/** What a temporal VR holds where a value has to be and none may be told. */
export const TEMPORAL_DUMMIES = { DA: '19000101', DT: '19000101000000', TM: '000000' } as const;

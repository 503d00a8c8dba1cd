// Values that a de-identification took away: kept in memory for the look-again check, never stored, logged or sent.

/** What a removed value was. */
export type RemovedKind = 'name' | 'id' | 'date' | 'time' | 'uid' | 'text';

/** A value that was removed, as it was written. In memory only. */
export interface RemovedValue {
  readonly text: string;
  readonly kind: RemovedKind;
}

/** Without what we write ourselves in place of values, so that it may stand in an output whoever wrote it before. */
export function withoutOurs(values: readonly RemovedValue[], subjectCode: string): RemovedValue[] {
  const ours = new Set([subjectCode, 'REMOVED', '19000101', '19000101000000', '000000', '090Y']);
  return values.filter(({ text }) => !ours.has(text));
}

/** Removed values of several files of a study, each once. */
export function mergeRemoved(...lists: (readonly RemovedValue[])[]): RemovedValue[] {
  const merged = new Map<string, RemovedValue>();
  for (const list of lists) for (const value of list) merged.set(`${value.kind} ${value.text}`, value);
  return [...merged.values()];
}

// What the files of a study tell about who they are about, gathered before any of them is cleaned: the first slice may say in
// a comment what only the last one says in an attribute. In memory only.
import type { ProfileOptions } from '../domain/deid/profile';
import type { RemovedValue } from '../domain/deid/removed';
import { Crew } from './crew';

/** Values by the subject that they are about, each once. */
export class KnownValues {
  readonly #subjects = new Map<string, Map<string, RemovedValue>>();

  add(identity: string, telling: readonly RemovedValue[]): void {
    const known = this.#subjects.get(identity) ?? new Map<string, RemovedValue>();
    this.#subjects.set(identity, known);
    for (const value of telling) known.set(`${value.kind} ${value.text}`, value);
  }

  of(identity: string): readonly RemovedValue[] {
    return [...(this.#subjects.get(identity)?.values() ?? [])];
  }

  all(): readonly RemovedValue[] {
    return [...this.#subjects.keys()].flatMap((identity) => this.of(identity));
  }
}

/**
 * The values in the files at `paths`, all of one subject, that tell who it is under a profile's options; one header at a time
 * is in memory. Files that are no images tell nothing.
 * @throws errors of the disk, the abort reason
 */
export async function knownValues(
  paths: readonly string[],
  options: ProfileOptions,
  signal?: AbortSignal,
): Promise<readonly RemovedValue[]> {
  const known = new KnownValues();
  const crew = new Crew();
  try {
    for await (const looks of crew.run('look', options, paths, { signal }))
      for (const look of looks) if (look.kind === 'image') known.add('', look.telling);
  } finally {
    await crew.close();
  }
  return known.all();
}

// Reads a few items ahead of the one being worked on, so that the disk and the processor work at the same time.

export type Ahead<T> = { readonly index: number } & (
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly error: unknown }
);

/** How many reads are under way at once: memory holds as many files, no more. */
const DEPTH = 4;

/** What `load` gives for each item, in the order of the items; an error of one item is its answer. */
export async function* ahead<I, T>(
  items: readonly I[],
  load: (item: I) => Promise<T>,
  depth = DEPTH,
): AsyncGenerator<Ahead<T>> {
  const begun: Promise<Ahead<T>>[] = [];
  const begin = (index: number) => {
    const item = items[index];
    if (index >= items.length) return;
    begun[index] = load(item as I).then(
      (value) => ({ index, ok: true, value }),
      (error: unknown) => ({ index, ok: false, error }),
    );
  };
  for (let index = 0; index < Math.min(depth, items.length); index++) begin(index);
  for (let index = 0; index < items.length; index++) {
    const answer = await begun[index]!;
    delete begun[index];
    yield answer;
    begin(index + depth);
  }
}

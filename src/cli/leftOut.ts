// What a command left out and why: by running number in reports, with the path on the screen only.

export interface LeftOut {
  readonly what: 'quarantined' | 'geometry' | 'head';
  /** Running numbers of the inputs. */
  readonly inputs: readonly number[];
  /** The series' place in OUT, when a whole series is meant. */
  readonly series: string | null;
  readonly reason: string;
}

/** Lines for the screen, one group per reason. `pathOf` turns a number into the path the user knows. */
export function leftOutLines(left: readonly LeftOut[], pathOf: (input: number) => string): string[] {
  const groups = new Map<string, number[]>();
  for (const { inputs, reason } of left) groups.set(reason, [...(groups.get(reason) ?? []), ...inputs]);
  return [...groups].flatMap(([reason, inputs]) => [
    `  ${reason}`,
    ...inputs.sort((a, b) => a - b).map((input) => `    ${input}  ${pathOf(input)}`),
  ]);
}

// The review policy of a project, as choices for people.

export const readerChoices = [
  { value: '1', label: 'One reader', sentence: 'One reviewer looks at each scan and decides.' },
  {
    value: '2',
    label: 'Two readers',
    sentence: 'Two reviewers decide without seeing each other; where they differ, a third settles it.',
  },
] as const;

/** The number of readers as a form sends it. */
export function readersOf(text: string): 1 | 2 {
  return text === '2' ? 2 : 1;
}

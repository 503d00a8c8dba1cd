// What happens to an attribute, in the words of every page that lists it.

export const actionWords: Readonly<Record<string, string>> = {
  keep: 'kept',
  remove: 'removed',
  empty: 'emptied',
  replace: 'replaced',
  hashUid: 'new UID',
  shiftDate: 'date shifted',
  clean: 'text cleaned',
  add: 'added',
};

// The worker's log: ids of our own rows, stages and times; never a path, a name or a value.

export function note(line: string): void {
  console.log(`${new Date().toISOString()} worker: ${line}`);
}

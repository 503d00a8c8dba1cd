// A progress bar on a terminal, silence elsewhere.

export interface Progress {
  /** What is being done now, and how far it is. */
  show(what: string, done: number, total: number): void;
  clear(): void;
}

const WIDTH = 28;
const EVERY_MS = 80;

export function progressOn(stream: NodeJS.WriteStream): Progress {
  if (!stream.isTTY) return { show: () => {}, clear: () => {} };
  let last = 0;
  return {
    show(what, done, total) {
      const now = Date.now();
      if (now - last < EVERY_MS && done < total) return;
      last = now;
      const part = total === 0 ? 0 : done / total;
      const full = Math.round(part * WIDTH);
      stream.write(`\r\u001b[2K${what.padEnd(14)} ${'█'.repeat(full)}${'░'.repeat(WIDTH - full)} ${done}/${total}`);
    },
    clear() {
      stream.write('\r\u001b[2K');
    },
  };
}

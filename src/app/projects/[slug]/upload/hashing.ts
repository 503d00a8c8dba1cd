// Measures the SHA-256 of many files in a few web workers.
import type { FoundFile } from './foundFiles';
import type { HashAnswer } from './hashWorker';

export interface MeasuredFile extends FoundFile {
  readonly sha256: string;
}

export interface HashResult {
  readonly measured: MeasuredFile[];
  /** Files the browser could not read: gone, locked, or no permission. */
  readonly unreadable: FoundFile[];
}

const WORKERS = 2;

/**
 * SHA-256 of every file, in the order given.
 * Stops early, with what it has, when `signal` is aborted.
 */
export async function measure(
  files: readonly FoundFile[],
  onRead: (bytes: number, filesDone: number) => void,
  signal: AbortSignal,
): Promise<HashResult> {
  const sums = new Map<FoundFile, string>();
  const unreadable: FoundFile[] = [];
  const waiting = files.toReversed();
  let bytes = 0;
  const onBytes = (more: number) => {
    bytes += more;
    onRead(bytes, sums.size);
  };
  const lane = async () => {
    const worker = new Worker(new URL('./hashWorker.ts', import.meta.url), { type: 'module' });
    for (let file = waiting.pop(); file && !signal.aborted; file = waiting.pop()) {
      const sha256 = await measureOne(worker, file.file, onBytes);
      if (sha256 === null) unreadable.push(file);
      else sums.set(file, sha256);
    }
    worker.terminate();
  };
  await Promise.all(Array.from({ length: Math.min(WORKERS, files.length) }, lane));
  const measured = files.flatMap((file) => {
    const sha256 = sums.get(file);
    return sha256 === undefined ? [] : [{ ...file, sha256 }];
  });
  return { measured, unreadable };
}

function measureOne(worker: Worker, file: File, onBytes: (bytes: number) => void): Promise<string | null> {
  return new Promise((resolve) => {
    worker.onmessage = ({ data }: MessageEvent<HashAnswer>) => {
      if (data.kind === 'read') onBytes(data.bytes);
      if (data.kind === 'done') resolve(data.sha256);
      if (data.kind === 'unreadable') resolve(null);
    };
    worker.onerror = () => resolve(null);
    worker.postMessage(file);
  });
}

// The steps of one upload: read what was chosen, measure it, open the upload, send, finish or cancel.

import { sortOut } from './folderTree';
import { type FoundFile, fromHandle, fromInput } from './foundFiles';
import { type MeasuredFile, measure } from './hashing';
import { type Match, matchFiles } from './matching';
import { forgetFolders, mayRead, rememberedFolders, rememberFolders } from './rememberedFolder';
import { type SendableFile, sendByTus } from './sendByTus';
import { SendQueue } from './sendQueue';
import { abandonUpload, completeUpload, openUpload, Refusal, uploadStatus } from './uploadApi';

export type Step =
  | { at: 'choose' }
  | { at: 'reading'; files: number }
  | { at: 'preview'; wanted: FoundFile[]; junk: FoundFile[] }
  | { at: 'measuring'; files: number; filesDone: number; bytes: number; bytesRead: number }
  | { at: 'sending'; uploadId: string; queue: SendQueue<SendableFile>; missing: number }
  | { at: 'finishing' };

/** What the steps need of the page. */
export interface Flow {
  readonly projectId: string;
  readonly show: (step: Step) => void;
  /** Folders the browser may remember for this upload. */
  folders: FileSystemDirectoryHandle[];
  stop: AbortController;
  /** The upload that is being completed: asking twice would be refused. */
  completing: string | null;
}

export async function preview(flow: Flow, before: readonly FoundFile[], files: Promise<FoundFile[]>): Promise<void> {
  flow.show({ at: 'reading', files: 0 });
  const { wanted, junk } = sortOut([...before, ...(await files)]);
  if (wanted.length === 0) throw new Refusal(0, 'That folder holds no files. Choose the one that the scans are in.');
  flow.show({ at: 'preview', wanted, junk });
}

export async function sendAll(flow: Flow, wanted: readonly FoundFile[]): Promise<void> {
  flow.stop = new AbortController();
  const measured = await measureAll(flow, wanted, flow.stop.signal);
  if (flow.stop.signal.aborted) return;
  const opened = await openUpload(flow.projectId, measured);
  await rememberFolders(opened.uploadId, flow.folders);
  send(flow, opened.uploadId, matchFiles(opened.files, measured));
}

/** Goes on with an upload that was not finished. @param list null: read the folders that the browser remembers. */
export async function goOn(flow: Flow, uploadId: string, list: FileList | null): Promise<void> {
  const chosen = list ? fromInput(list) : null;
  const found = chosen ?? (await readRemembered(flow, uploadId));
  const match = matchFiles((await uploadStatus(uploadId)).files, sortOut(found).wanted);
  if (match.known === 0 && match.missing > 0) {
    throw new Refusal(
      0,
      'None of the files of this upload are in that folder. Choose the same folder as the first time.',
    );
  }
  send(flow, uploadId, match);
}

async function readRemembered(flow: Flow, uploadId: string): Promise<FoundFile[]> {
  const folders = await rememberedFolders(uploadId);
  if (!(await mayRead(folders))) throw new Refusal(0, 'The browser may not read that folder. Choose it by hand.');
  flow.show({ at: 'reading', files: 0 });
  const onCount = (files: number) => flow.show({ at: 'reading', files });
  return (await Promise.all(folders.map((folder) => fromHandle(folder, onCount)))).flat();
}

/** Completes the upload, once. @returns false when that is under way already. */
export async function finish(flow: Flow, uploadId: string, withoutMissing: boolean): Promise<boolean> {
  if (flow.completing === uploadId) return false;
  flow.completing = uploadId;
  await completeUpload(uploadId, withoutMissing).catch((error: unknown) => {
    flow.completing = null;
    throw error;
  });
  flow.show({ at: 'finishing' });
  await forgetFolders(uploadId);
  return true;
}

export async function cancel(flow: Flow, uploadId: string): Promise<void> {
  await abandonUpload(uploadId);
  await forgetFolders(uploadId);
  flow.show({ at: 'choose' });
}

function send(flow: Flow, uploadId: string, { toSend, already, missing }: Match<FoundFile>): void {
  const files = toSend.map(({ fileId, found }) => ({ uploadId, fileId, ...found }));
  const queue = new SendQueue({ files, already, send: sendByTus, wait: untilOnline });
  flow.show({ at: 'sending', uploadId, queue, missing });
  queue.start();
}

async function measureAll(flow: Flow, wanted: readonly FoundFile[], signal: AbortSignal): Promise<MeasuredFile[]> {
  const bytes = wanted.reduce((sum, file) => sum + file.size, 0);
  const show = (bytesRead: number, filesDone: number) => {
    if (!signal.aborted) flow.show({ at: 'measuring', files: wanted.length, filesDone, bytes, bytesRead });
  };
  show(0, 0);
  const { measured, unreadable } = await measure(wanted, rarely(show), signal);
  if (unreadable.length > 0) {
    const count = `${unreadable.length} of ${wanted.length} files`;
    throw new Refusal(
      0,
      `${count} could not be read from your disk. Close programs that use them, then choose the folder again.`,
    );
  }
  return measured;
}

/** At most ten times a second: thousands of small files must not freeze the page. */
function rarely(show: (bytes: number, files: number) => void): (bytes: number, files: number) => void {
  let last = 0;
  return (bytes, files) => {
    const now = performance.now();
    if (now - last < 100) return;
    last = now;
    show(bytes, files);
  };
}

/** Waits, but no longer than until the browser says that it is online again. */
function untilOnline(ms: number): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer);
      removeEventListener('online', done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    addEventListener('online', done);
  });
}

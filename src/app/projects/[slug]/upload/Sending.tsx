'use client';
// An upload on its way: the whole, the few files in flight, and those that failed. Never the thousands in between.
import { useEffect, useRef, useSyncExternalStore } from 'react';
import { Button } from '../../../components/Button';
import { formatBytes } from '../../../components/Bytes';
import { Card } from '../../../components/Card';
import { Notice } from '../../../components/Notice';
import { Progress } from '../../../components/Progress';
import { CancelUpload } from './CancelUpload';
import type { SendableFile } from './sendByTus';
import type { ActiveFile, SendQueue, Snapshot } from './sendQueue';

interface SendingProps {
  queue: SendQueue<SendableFile>;
  /** Files of this upload that the chosen folder does not hold. */
  missing: number;
  onFinish: (withoutMissing: boolean) => void;
  onCancel: () => void;
}

export function Sending({ queue, missing, onFinish, onCancel }: SendingProps) {
  const now = useSnapshot(queue);
  const whole = now.phase === 'finished' && now.failed.length === 0 && missing === 0;
  const finish = useRef(onFinish);
  finish.current = onFinish;
  useEffect(() => {
    if (whole) finish.current(false);
  }, [whole]);

  return (
    <Card
      title={now.phase === 'finished' && !whole ? 'Sent, but not everything' : titles[now.phase]}
      actions={
        <>
          {now.phase === 'paused' && (
            <Button kind="primary" onClick={() => queue.start()}>
              Go on
            </Button>
          )}
          {(now.phase === 'sending' || now.phase === 'waiting') && <Button onClick={() => queue.pause()}>Pause</Button>}
          {whole && <Button onClick={() => onFinish(false)}>Finish</Button>}
          <CancelUpload onCancel={onCancel} />
        </>
      }
    >
      <div className="space-y-4">
        <Whole now={now} missing={missing} />
        <OnTheWay files={now.active} />
        {now.blocked && <Notice kind="warn">{now.blocked}</Notice>}
        {now.phase === 'waiting' && (
          <Notice kind="warn">The server cannot be reached. Nothing is lost; sending goes on by itself.</Notice>
        )}
        <Troubles now={now} missing={missing} onRetry={() => queue.retryFailed()} onFinish={() => onFinish(true)} />
        <p className="text-sm text-muted">
          You can close this page or the laptop at any time: come back here, choose the same folder, and it goes on
          where it stopped.
        </p>
      </div>
    </Card>
  );
}

const titles: Record<Snapshot['phase'], string> = {
  sending: 'Sending',
  paused: 'Paused',
  waiting: 'Waiting for the connection',
  finished: 'All sent',
};

/** The queue's state, looked at no more than five times a second. */
function useSnapshot(queue: SendQueue<SendableFile>): Snapshot {
  const subscribe = (listener: () => void) => {
    let timer: ReturnType<typeof setTimeout> | null = null;
    shown.current = queue.snapshot();
    const stop = queue.subscribe(() => {
      timer ??= setTimeout(() => {
        timer = null;
        shown.current = queue.snapshot();
        listener();
      }, 200);
    });
    return () => {
      if (timer) clearTimeout(timer);
      stop();
    };
  };
  const shown = useRef(queue.snapshot());
  const look = useRef(subscribe);
  return useSyncExternalStore(
    look.current,
    () => shown.current,
    () => shown.current,
  );
}

function Whole({ now, missing }: { now: Snapshot; missing: number }) {
  const share = now.bytes === 0 ? 1 : now.bytesSent / now.bytes;
  return (
    <div aria-live="off">
      <div className="mb-1.5 flex justify-between gap-4 tabular-nums">
        <span className="font-medium">
          {now.filesHere.toLocaleString('en')} of {(now.files + missing).toLocaleString('en')} files
        </span>
        <span className="text-muted">
          {formatBytes(now.bytesSent)} of {formatBytes(now.bytes)}
        </span>
      </div>
      <Progress value={share} label="The whole upload" />
    </div>
  );
}

/** Always three lines high: files come and go many times a second, and nothing may jump. */
function OnTheWay({ files }: { files: readonly ActiveFile[] }) {
  return (
    <ul className="h-[4.5rem] overflow-hidden text-sm text-muted" aria-label="Files on their way">
      {files.map((file) => (
        <li key={file.path} className="flex h-6 items-center gap-4">
          <span className="min-w-0 grow truncate">{file.path}</span>
          <span className="w-40 shrink-0">
            <Progress value={file.size === 0 ? 1 : file.sent / file.size} label={file.path} tone="muted" />
          </span>
          <span className="w-20 shrink-0 text-right tabular-nums">{formatBytes(file.size)}</span>
        </li>
      ))}
    </ul>
  );
}

const MOST_SHOWN = 50;

interface TroublesProps {
  now: Snapshot;
  missing: number;
  onRetry: () => void;
  onFinish: () => void;
}

function Troubles({ now, missing, onRetry, onFinish }: TroublesProps) {
  const { failed } = now;
  if (failed.length === 0 && missing === 0) return null;
  const finished = now.phase === 'finished';
  const parts = [
    failed.length > 0 ? `${failed.length.toLocaleString('en')} could not be sent` : '',
    missing > 0 ? `${missing.toLocaleString('en')} not in the chosen folder, or of another size there now` : '',
  ].filter((part) => part !== '');
  return (
    <Notice
      kind="warn"
      title={`Files with a problem: ${parts.join('; ')}.`}
      actions={
        <>
          {failed.length > 0 && <Button onClick={onRetry}>Try these again</Button>}
          {finished && <Button onClick={onFinish}>Finish without them</Button>}
        </>
      }
    >
      <ul className="mt-1 max-h-40 overflow-y-auto">
        {failed.slice(0, MOST_SHOWN).map((file) => (
          <li key={file.path}>
            <span className="font-medium break-all">{file.path}</span>: {file.message}
          </li>
        ))}
        {failed.length > MOST_SHOWN && <li>and {(failed.length - MOST_SHOWN).toLocaleString('en')} more</li>}
      </ul>
    </Notice>
  );
}

// The upload queue, through its public door, with a connection that fails in every way one can.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import {
  type Attempt,
  type Outcome,
  type QueuedFile,
  SendQueue,
  type Snapshot,
} from '@/app/projects/[slug]/upload/sendQueue';

type Send = (file: QueuedFile, attempt: Attempt) => Promise<Outcome>;

const files = (sizes: readonly number[]): QueuedFile[] =>
  sizes.map((size, index) => ({ fileId: `f${index}`, path: `scans/${index}`, size }));

const queue = (sizes: readonly number[], send: Send, already = { files: 0, bytes: 0 }) =>
  new SendQueue({ files: files(sizes), already, send, wait: () => Promise.resolve() });

function until(running: SendQueue<QueuedFile>, test: (now: Snapshot) => boolean): Promise<Snapshot> {
  return new Promise((resolve) => {
    const look = () => {
      const now = running.snapshot();
      if (!test(now)) return;
      stop();
      resolve(now);
    };
    const stop = running.subscribe(look);
    queueMicrotask(look);
  });
}

const finished = (now: Snapshot) => now.phase === 'finished';

describe('SendQueue', () => {
  it('brings every file in, whatever mix of dropped connections and damaged arrivals comes between', async () => {
    const trouble = fc.constantFrom<Outcome['kind']>('unreachable', 'mismatch');
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.record({ size: fc.nat(1000), trouble: fc.array(trouble, { maxLength: 2 }) }), { maxLength: 12 }),
        async (plan) => {
          const left = new Map(plan.map(({ trouble: list }, index) => [`f${index}`, [...list]]));
          const arrived: string[] = [];
          const running = queue(
            plan.map(({ size }) => size),
            async ({ fileId }) => {
              const kind = left.get(fileId)?.pop();
              if (kind) return { kind } as Outcome;
              arrived.push(fileId);
              return { kind: 'here' };
            },
          );
          running.start();
          const end = await until(running, finished);
          assert.deepEqual(arrived.toSorted(), [...left.keys()].toSorted());
          assert.equal(end.filesHere, plan.length);
          assert.equal(end.bytesSent, end.bytes);
          assert.deepEqual(end.failed, []);
        },
      ),
    );
  });

  it('never has more files on the way than it has lanes', async () => {
    let now = 0;
    let most = 0;
    const running = queue(Array(20).fill(1), async () => {
      now += 1;
      most = Math.max(most, now);
      await new Promise((resolve) => setImmediate(resolve));
      now -= 1;
      return { kind: 'here' };
    });
    running.start();
    await until(running, finished);
    assert.equal(most, 3);
  });

  it('says that it waits while the server cannot be reached, and goes on by itself', async () => {
    const phases = new Set<string>();
    let reachable = false;
    const running = new SendQueue({
      files: files([5]),
      already: { files: 0, bytes: 0 },
      send: async () => (reachable ? { kind: 'here' } : { kind: 'unreachable' }),
      wait: async () => {
        phases.add(running.snapshot().phase);
        reachable = true;
      },
    });
    running.start();
    await until(running, finished);
    assert.deepEqual([...phases], ['waiting']);
  });

  it('gives a file up after it arrived damaged three times, and sends it anew when asked', async () => {
    let damaged = true;
    const fresh: boolean[] = [];
    const running = queue([7], async (_file, attempt) => {
      fresh.push(attempt.fresh);
      return damaged ? { kind: 'mismatch' } : { kind: 'here' };
    });
    running.start();
    const given = await until(running, finished);
    assert.deepEqual(fresh, [false, true, true]);
    assert.equal(given.failed.length, 1);
    damaged = false;
    running.retryFailed();
    const end = await until(running, (now) => finished(now) && now.filesHere === 1);
    assert.deepEqual(end.failed, []);
  });

  it('keeps one failed file from stopping the rest', async () => {
    const running = queue([1, 2, 3], async ({ fileId }) =>
      fileId === 'f1' ? { kind: 'failed', message: 'no' } : { kind: 'here' },
    );
    running.start();
    const end = await until(running, finished);
    assert.equal(end.filesHere, 2);
    assert.deepEqual(end.failed, [{ path: 'scans/1', message: 'no' }]);
  });

  it('aborts what is on the way when paused, keeps it, and finishes after going on', async () => {
    let attempts = 0;
    const running = queue([10], (_file, { signal, onSent }) => {
      attempts += 1;
      onSent(4);
      if (attempts > 1) return Promise.resolve({ kind: 'here' });
      return new Promise((resolve) => signal.addEventListener('abort', () => resolve({ kind: 'stopped' })));
    });
    running.start();
    running.pause();
    const paused = await until(running, (now) => now.phase === 'paused' && now.active.length === 0);
    assert.equal(paused.bytesSent, 4);
    running.start();
    const end = await until(running, finished);
    assert.equal(end.bytesSent, 10);
  });

  it('stops and says why when a person must act first', async () => {
    let room = false;
    const running = queue([1, 1], async () =>
      room ? { kind: 'here' } : { kind: 'blocked', message: 'The disk is full.' },
    );
    running.start();
    const blocked = await until(running, (now) => now.phase === 'paused');
    assert.equal(blocked.blocked, 'The disk is full.');
    room = true;
    running.start();
    assert.equal((await until(running, finished)).filesHere, 2);
  });

  it('counts what had arrived before', async () => {
    const running = queue([10], async () => ({ kind: 'here' }), { files: 4, bytes: 90 });
    assert.deepEqual(
      { files: running.snapshot().files, here: running.snapshot().filesHere, bytes: running.snapshot().bytes },
      { files: 5, here: 4, bytes: 100 },
    );
    running.start();
    assert.equal((await until(running, finished)).filesHere, 5);
  });
});

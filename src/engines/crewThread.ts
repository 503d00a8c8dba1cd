// Thread entry of engines/crew.ts: does the job it was last told to begin, on whatever share of the files it is given.
import { parentPort } from 'node:worker_threads';
import type { Order, Report } from './crew';
import { beginJob } from './jobs';
import { answerOf } from './threadMain';

let work: ((items: readonly never[]) => Promise<unknown>) | undefined;

parentPort?.on('message', (order: Order) => {
  if ('job' in order) {
    work = beginJob(order.job, order.task as never);
    return;
  }
  const begun = work!;
  void answerOf(() => begun(order.items as never[])).then((answer) => {
    parentPort?.postMessage({ share: order.share, answer } satisfies Report);
  });
});

// Repairs, every few seconds and at start: runs of dead workers, jobs the queue forgot, uploads nobody finished.
import { sweep } from '@/server/stageRuns';
import { sweepUploads } from '@/server/uploadSweep';
import { note } from './log';

const EVERY_MS = 5_000;
const UPLOADS_EVERY_MS = 3_600_000;
const ABANDONED_AFTER_DAYS = 14;

/** Starts sweeping; the function returned stops it and waits for the sweep under way. */
export function startSweeping(): () => Promise<void> {
  let current: Promise<void> = Promise.resolve();
  let uploadsAt = 0;
  const once = async () => {
    const swept = await sweep();
    if (swept.requeued + swept.failed > 0)
      note(`sweep: ${swept.requeued} runs of stopped workers queued again, ${swept.failed} given up`);
    if (Date.now() < uploadsAt) return;
    uploadsAt = Date.now() + UPLOADS_EVERY_MS;
    const abandoned = await sweepUploads(ABANDONED_AFTER_DAYS);
    if (abandoned > 0) note(`sweep: ${abandoned} unfinished uploads abandoned`);
  };
  const tick = () => {
    current = current
      .then(once)
      .catch((error: unknown) => note(`sweep met ${error instanceof Error ? error.name : 'a fault'}; it tries again`));
  };
  tick();
  const timer = setInterval(tick, EVERY_MS);
  return async () => {
    clearInterval(timer);
    await current;
  };
}

'use client';
// One upload as the page sees it: the step it is at, what went wrong, and what a person can do.
import { useRouter } from 'next/navigation';
import { useRef, useState } from 'react';
import { fromEntries, fromInput, takeDrop } from './foundFiles';
import { Refusal } from './uploadApi';
import { cancel, type Flow, finish, goOn, preview, type Step, sendAll } from './uploadFlow';

export interface Problem {
  readonly title: string;
  readonly text: string;
}

const notReadable = 'The files could not be read. Check that they are still there, then try again.';

export function useUploader({ projectId, slug }: { projectId: string; slug: string }) {
  const router = useRouter();
  const [step, setStep] = useState<Step>({ at: 'choose' });
  const { problem, guard, forget } = useGuard(setStep);
  const flow = useRef<Flow>({
    projectId,
    show: setStep,
    folders: [],
    stop: new AbortController(),
    completing: null,
  }).current;

  const choose: Step = { at: 'choose' };
  const before = step.at === 'preview' ? step.wanted : [];
  const onCount = (files: number) => setStep({ at: 'reading', files });

  return {
    step,
    problem,
    chooseAgain: () => {
      flow.stop.abort();
      flow.folders = [];
      forget();
      setStep(choose);
    },
    dropped: (transfer: DataTransfer) => {
      const drop = takeDrop(transfer);
      const read = async () => {
        flow.folders.push(...(await drop.folders));
        return fromEntries(drop.entries, onCount);
      };
      return guard('There is nothing to send.', () => preview(flow, before, read()), before.length > 0 ? step : choose);
    },
    chosen: (list: FileList) => {
      const files = fromInput(list);
      return guard('There is nothing to send.', () => preview(flow, before, Promise.resolve(files)), choose);
    },
    sendAll: (found: Step & { at: 'preview' }) =>
      guard('The upload could not begin.', () => sendAll(flow, found.wanted), found),
    goOn: (uploadId: string, list: FileList | null) =>
      guard('The upload could not go on.', () => goOn(flow, uploadId, list), choose),
    finish: async (uploadId: string, withoutMissing: boolean) => {
      const toResult = async () => {
        if (await finish(flow, uploadId, withoutMissing)) router.push(`/projects/${slug}/upload/${uploadId}`);
      };
      return guard('The upload could not be finished.', toResult, step);
    },
    cancel: async (uploadId: string) => {
      if (step.at === 'sending') step.queue.pause();
      await guard('The upload could not be cancelled.', () => cancel(flow, uploadId), step);
      router.refresh();
    },
  };
}

/** Runs a step; when it fails, says so in plain words and goes to where a person can try again. */
function useGuard(setStep: (step: Step) => void) {
  const [problem, setProblem] = useState<Problem | null>(null);
  const guard = async (title: string, act: () => Promise<void>, otherwise: Step) => {
    setProblem(null);
    try {
      await act();
    } catch (error) {
      setProblem({ title, text: error instanceof Refusal ? error.message : notReadable });
      setStep(otherwise);
    }
  };
  return { problem, guard, forget: () => setProblem(null) };
}

'use client';
// The uploader: choose a folder, see what was found, send it through whatever the connection does.
import type { Upload } from '@/server/uploads';
import { Button } from '../../../components/Button';
import { Card } from '../../../components/Card';
import { Notice } from '../../../components/Notice';
import { Progress } from '../../../components/Progress';
import { DropZone } from './DropZone';
import { FoundPreview } from './FoundPreview';
import { OpenUpload } from './OpenUpload';
import { Sending } from './Sending';
import { useUploader } from './useUploader';

interface UploaderProps {
  project: { id: string; slug: string };
  /** Uploads of this person that were begun and not finished. */
  open: readonly Upload[];
}

export function Uploader({ project, open }: UploaderProps) {
  const { step, problem, ...act } = useUploader({ projectId: project.id, slug: project.slug });
  return (
    <div className="space-y-6">
      {problem && (
        <Notice kind="error" title={problem.title}>
          {problem.text}
        </Notice>
      )}
      {step.at === 'choose' && (
        <>
          {open.map((upload) => (
            <OpenUpload
              key={upload.uploadId}
              upload={upload}
              onGoOn={(list) => act.goOn(upload.uploadId, list)}
              onCancel={() => act.cancel(upload.uploadId)}
            />
          ))}
          <DropZone onDrop={act.dropped} onChoose={act.chosen} />
        </>
      )}
      {step.at === 'reading' && (
        <Working words={`Reading the folder: ${step.files.toLocaleString('en')} files found`} />
      )}
      {step.at === 'preview' && (
        <FoundPreview
          wanted={step.wanted}
          junk={step.junk}
          onSend={() => act.sendAll(step)}
          onAgain={act.chooseAgain}
          onDrop={act.dropped}
        />
      )}
      {step.at === 'measuring' && (
        <Working
          words={`Reading the files, so that every byte can be checked on arrival: ${step.filesDone.toLocaleString('en')} of ${step.files.toLocaleString('en')}`}
          share={step.bytes === 0 ? 0 : step.bytesRead / step.bytes}
          onStop={act.chooseAgain}
        />
      )}
      {step.at === 'sending' && (
        <Sending
          queue={step.queue}
          missing={step.missing}
          onFinish={(withoutMissing) => act.finish(step.uploadId, withoutMissing)}
          onCancel={() => act.cancel(step.uploadId)}
        />
      )}
      {step.at === 'finishing' && <Working words="Everything is here. Opening the result" share={1} />}
    </div>
  );
}

function Working({ words, share, onStop }: { words: string; share?: number; onStop?: () => void }) {
  return (
    <Card>
      <div className="flex min-h-24 flex-col justify-center gap-3" aria-live="polite">
        <p className="tabular-nums">{words}</p>
        <Progress value={share ?? 0} label={words} />
        {onStop && (
          <div>
            <Button onClick={onStop}>Stop</Button>
          </div>
        )}
      </div>
    </Card>
  );
}

'use client';
// The files of an upload by what became of them; looks again until the worker has been through all of them.
import type { FileState } from '@/domain/machines';
import type { Upload, UploadFileRow } from '@/server/uploads';
import { Card } from '../../../../components/Card';
import { Notice } from '../../../../components/Notice';
import { Progress } from '../../../../components/Progress';
import { StateBadge } from '../../../../components/StateBadge';
import { Table, Td } from '../../../../components/Table';
import { usePolled } from '../../../../usePolled';

type Result = Upload & { files: UploadFileRow[] };

export function UploadResult({ initial }: { initial: Result }) {
  const { value: upload, stale } = usePolled(
    `/api/uploads/${initial.uploadId}`,
    initial,
    2000,
    (now) => now.state !== 'complete',
  );
  const files = Object.values(upload.counts).reduce((sum, count) => sum + count, 0);
  return (
    <>
      {stale && <Notice kind="warn">The server cannot be reached; this may be out of date.</Notice>}
      {upload.state === 'complete' && <LookingThrough upload={upload} files={files} />}
      {upload.state === 'abandoned' && <Notice>This upload was cancelled. Nothing of it was kept.</Notice>}
      {upload.state === 'open' && (
        <Notice kind="warn">This upload is not finished. Go on with it on the Upload page.</Notice>
      )}
      <Counts upload={upload} />
      <Problems files={upload.files.filter((file) => file.state === 'quarantined')} />
    </>
  );
}

function LookingThrough({ upload, files }: { upload: Result; files: number }) {
  const open = upload.counts.stored + upload.counts.expected;
  const words = `Looking through the files: ${(files - open).toLocaleString('en')} of ${files.toLocaleString('en')}`;
  return (
    <Card>
      <p className="mb-2 tabular-nums">{words}</p>
      <Progress value={files === 0 ? 0 : (files - open) / files} label={words} />
    </Card>
  );
}

const meanings = {
  accepted: 'Images that go on to be cleaned.',
  unpacked: 'ZIP archives whose content was taken out.',
  duplicate: 'The same content was here before; it is stored once.',
  ignored: 'Files that come with images but hold none, such as DICOMDIR.',
  quarantined: 'Set aside: not an image, damaged, or not supported. Listed below.',
  stored: 'Received, and next to be looked into.',
  expected: 'Never arrived.',
} as const satisfies Record<FileState, string>;

function Counts({ upload }: { upload: Result }) {
  const states = (Object.keys(meanings) as FileState[]).filter(
    (state) => upload.counts[state] > 0 || state === 'accepted',
  );
  return (
    <Card title="All files" flush>
      <Table
        caption="Files by what became of them"
        columns={[
          { label: 'Outcome', width: '12rem' },
          { label: 'Files', align: 'right', width: '6rem' },
          { label: 'Meaning' },
        ]}
      >
        {states.map((state) => (
          <tr key={state}>
            <Td>
              <StateBadge of="file" state={state} />
            </Td>
            <Td align="right">{upload.counts[state].toLocaleString('en')}</Td>
            <Td>
              <span className="text-muted">{meanings[state]}</span>
            </Td>
          </tr>
        ))}
      </Table>
    </Card>
  );
}

const MOST_SHOWN = 200;

function Problems({ files }: { files: readonly UploadFileRow[] }) {
  if (files.length === 0) return null;
  return (
    <Card
      title="Set aside"
      lead="The rest of the upload is not affected. What can be mended can be uploaded again."
      flush
    >
      <Table caption="Quarantined files with the reason" columns={[{ label: 'File', width: '45%' }, { label: 'Why' }]}>
        {files.slice(0, MOST_SHOWN).map((file) => (
          <tr key={file.fileId}>
            <Td>
              <span className="break-all">{file.path}</span>
            </Td>
            <Td>{file.reason ?? 'It could not be read.'}</Td>
          </tr>
        ))}
      </Table>
      {files.length > MOST_SHOWN && (
        <p className="px-5 py-3 text-sm text-muted">and {(files.length - MOST_SHOWN).toLocaleString('en')} more</p>
      )}
    </Card>
  );
}

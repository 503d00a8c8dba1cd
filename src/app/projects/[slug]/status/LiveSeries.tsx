'use client';
// The series of a project, looked at every two seconds, with a filter by step.
import { useState } from 'react';
import type { LiveStatus, SeriesRow } from '@/server/series';
import { Button } from '../../../components/Button';
import { Card } from '../../../components/Card';
import { ConfirmDialog } from '../../../components/ConfirmDialog';
import { Notice } from '../../../components/Notice';
import { Table } from '../../../components/Table';
import { usePolled } from '../../../usePolled';
import { reprocessSeries } from './actions';
import { type Bucket, buckets, isIn } from './buckets';
import { PipelineStrip } from './PipelineStrip';
import { SeriesTableRow } from './SeriesTableRow';

interface LiveSeriesProps {
  initial: LiveStatus;
  project: { id: string; slug: string; mayReview: boolean; mayDecide: boolean };
  show: Bucket | null;
}

const columns = [
  { label: 'Subject', width: '8rem' },
  { label: 'Session', width: '5rem' },
  { label: 'Series', align: 'right', width: '4rem' },
  { label: 'Modality', width: '6rem' },
  { label: 'Images', align: 'right', width: '5rem' },
  { label: 'State' },
  { label: '', align: 'right', width: '1%' },
] as const;

const PAGE = 100;

export function LiveSeries({ initial, project, show }: LiveSeriesProps) {
  const { value: status, stale } = usePolled(`/api/projects/${project.id}/live`, initial, 2000);
  const [shown, setShown] = useState(show);
  const [most, setMost] = useState(PAGE);
  const rows = shown ? status.series.filter((row) => isIn(shown, row.state)) : status.series;
  const pick = (bucket: Bucket | null) => {
    setShown(bucket);
    setMost(PAGE);
    history.replaceState(null, '', bucket ? `?show=${bucket}` : location.pathname);
  };
  return (
    <>
      {stale && <Notice kind="warn">The server cannot be reached; what you see may be out of date.</Notice>}
      <LookingThrough status={status} />
      <PipelineStrip counts={status.counts} shown={shown} onShow={pick} />
      <Card
        flush
        title={`${shown ? buckets[shown].label : 'All series'} (${rows.length.toLocaleString('en')})`}
        actions={<Again rows={rows} onAll={shown ? () => pick(null) : null} />}
      >
        <Table caption="Series and their state" columns={columns}>
          {rows.slice(0, most).map((row) => (
            <SeriesTableRow key={row.id} row={row} project={project} />
          ))}
        </Table>
        {rows.length === 0 && <p className="px-5 py-6 text-muted">No series is here now.</p>}
        {rows.length > most && (
          <div className="border-t border-line px-5 py-3">
            <Button onClick={() => setMost(most + PAGE)}>
              Show more ({(rows.length - most).toLocaleString('en')} left)
            </Button>
          </div>
        )}
      </Card>
    </>
  );
}

/** Uploads whose files are just being looked into: their series are not in the table yet. */
function LookingThrough({ status }: { status: LiveStatus }) {
  const files = status.uploads
    .filter((upload) => upload.state === 'complete')
    .reduce((sum, upload) => sum + upload.counts.stored, 0);
  if (files === 0) return null;
  return (
    <Notice>Looking through {files.toLocaleString('en')} new files; their series appear here as they are found.</Notice>
  );
}

function Again({ rows, onAll }: { rows: readonly SeriesRow[]; onAll: (() => void) | null }) {
  const ready = rows.filter((row) => row.may.reprocess);
  return (
    <>
      {onAll && (
        <Button size="small" onClick={onAll}>
          Show all series
        </Button>
      )}
      {ready.length > 0 && (
        <ConfirmDialog
          trigger="Process these again"
          triggerSize="small"
          title={`Process ${ready.length === 1 ? 'this series' : `these ${ready.length} series`} again?`}
          confirm="Process again"
          confirmKind="primary"
          action={reprocessSeries}
          hidden={{ seriesIds: ready.map((row) => row.id).join(',') }}
        >
          <p>
            They start anew from what was uploaded, with the profile as it is now. Answers, reviews and masks drawn by
            hand no longer count; published versions stay as they are.
          </p>
        </ConfirmDialog>
      )}
    </>
  );
}

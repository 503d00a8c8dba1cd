'use client';
// One series: what it is, where it stands and why, and what the reader may do about it.
import type { SeriesRow } from '@/server/series';
import { ButtonLink } from '../../../components/Button';
import { Progress } from '../../../components/Progress';
import { StateBadge } from '../../../components/StateBadge';
import { Td } from '../../../components/Table';
import { HeldAnswers } from './HeldAnswers';

interface SeriesTableRowProps {
  row: SeriesRow;
  project: { slug: string; mayReview: boolean; mayDecide: boolean };
}

export function SeriesTableRow({ row, project }: SeriesTableRowProps) {
  const held = row.state.startsWith('held');
  const mayAnswer = row.may.confirmGeometry || row.may.sayHead || row.may.sayNoHead || row.may.reject;
  const toReview = project.mayReview && (row.state === 'inReview' || held);
  return (
    <tr>
      <Td>
        <span className="font-medium">{row.subject}</span>
      </Td>
      <Td>{`ses-${String(row.session).padStart(2, '0')}`}</Td>
      <Td align="right">{row.number}</Td>
      <Td>{row.kind === 'dicom' ? row.modality : `${row.modality} (${row.kind === 'nifti' ? 'NIfTI' : 'picture'})`}</Td>
      <Td align="right">{row.instances.toLocaleString('en')}</Td>
      <Td>
        <div className="flex min-h-6 flex-wrap items-center gap-x-3 gap-y-1">
          <StateBadge of="series" state={row.state} />
          <Running row={row} />
        </div>
        {row.why && <p className="mt-1 max-w-2xl text-muted">{row.why}</p>}
        {held && (
          <div className="mt-1.5 mb-1 flex flex-wrap gap-2">
            {mayAnswer ? (
              <HeldAnswers row={row} />
            ) : (
              <span className="text-muted">A reviewer or the lead answers this.</span>
            )}
          </div>
        )}
      </Td>
      <Td align="right">
        {toReview && (
          <ButtonLink href={`/projects/${project.slug}/review/${row.id}`} size="small">
            {held || !project.mayDecide ? 'Look at it' : 'Review'}
          </ButtonLink>
        )}
      </Td>
    </tr>
  );
}

/** How far the present stage is, or that it waits for its turn or had to try again. */
function Running({ row }: { row: SeriesRow }) {
  const { stage } = row;
  if (!stage || ['accepted', 'rejected', 'refused'].includes(row.state)) return null;
  if (stage.state === 'queued') return <span className="text-[0.8125rem] text-muted">waiting for its turn</span>;
  if (stage.state !== 'running') return null;
  return (
    <span className="flex items-center gap-2 text-[0.8125rem] text-muted">
      <span className="w-28">
        <Progress value={stage.progress} label={`${stage.stage} of ${row.subject}`} />
      </span>
      <span className="w-9 tabular-nums">{Math.round(stage.progress * 100)} %</span>
      {stage.attempt > 1 && <span>try {stage.attempt}</span>}
    </span>
  );
}

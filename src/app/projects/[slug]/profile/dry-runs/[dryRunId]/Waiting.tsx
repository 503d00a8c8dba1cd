'use client';
// A dry run under way: asks every second how far it is, and reads the page again when it is over.
import { useRouter } from 'next/navigation';
import { useEffect } from 'react';
import type { DryRunProgress } from '@/server/dryRuns';
import { Card } from '../../../../../components/Card';
import { Notice } from '../../../../../components/Notice';
import { Progress } from '../../../../../components/Progress';
import { usePolled } from '../../../../../usePolled';

const isOver = ({ state }: DryRunProgress) => state !== 'queued' && state !== 'running';

export function Waiting({ dryRunId, initial }: { dryRunId: string; initial: DryRunProgress }) {
  const { value: now, stale } = usePolled(`/api/dry-runs/${dryRunId}`, initial, 1000, isOver);
  const router = useRouter();
  const over = isOver(now);
  useEffect(() => {
    if (over) router.refresh();
  }, [over, router]);
  const words =
    now.state === 'queued' ? 'Waiting for its turn…' : `Planning the images: ${Math.round(now.progress * 100)} %`;
  return (
    <>
      {stale && <Notice kind="warn">The server cannot be reached; this may be out of date.</Notice>}
      <Card>
        <p className="mb-2 tabular-nums" aria-live="polite">
          {words}
        </p>
        <Progress value={now.progress} label="How far the dry run is" />
        <p className="mt-2 text-sm text-muted">You may leave this page; the result stays on the Profile page.</p>
      </Card>
    </>
  );
}

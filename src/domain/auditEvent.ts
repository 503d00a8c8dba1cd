// The audit events as one discriminated union, free of identifiers: ids of our own rows, counts and states only.
import type { SeriesState } from './machines';
import type { RowKind } from './metadata/rows';
import type { StageName } from './pipeline';
import type { ProjectRole } from './policy';
import type { QuasiIdentifier } from './risk/quasiIdentifiers';

export type AuditEvent =
  | { type: 'site.opened' }
  | { type: 'user.registered'; userId: string }
  | { type: 'user.signedIn'; userId: string }
  | { type: 'user.signInRefused'; reason: 'wrongPassword' | 'locked' | 'unknownAccount' }
  | { type: 'invitation.created'; invitationId: string; role: ProjectRole | 'account' }
  | { type: 'invitation.accepted'; invitationId: string; userId: string }
  | { type: 'project.created'; projectId: string }
  | { type: 'project.edited'; fields: string[] }
  | { type: 'member.added'; userId: string; role: ProjectRole }
  | { type: 'member.removed'; userId: string; role: ProjectRole }
  | { type: 'profile.changed'; profileVersionId: string; version: number; preset: string; dryRunId?: string }
  | { type: 'profile.dryRunStarted'; dryRunId: string; against: number; series: number }
  | { type: 'upload.opened'; uploadId: string; files: number; bytes: number }
  | { type: 'upload.filesListed'; uploadId: string; files: number; bytes: number }
  | { type: 'upload.fileStored'; uploadId: string; fileId: string; bytes: number }
  | { type: 'upload.fileDamaged'; uploadId: string; fileId: string }
  | { type: 'upload.fileQuarantined'; uploadId: string; fileId: string; reason: string }
  | { type: 'upload.completed'; uploadId: string; stored: number; quarantined: number }
  | { type: 'upload.abandoned'; uploadId: string }
  | {
      type: 'upload.ingested';
      uploadId: string;
      studies: number;
      series: number;
      accepted: number;
      duplicates: number;
      quarantined: number;
    }
  | { type: 'stage.queued'; stageRunId: string; stage: StageName; unitId: string }
  | { type: 'stage.started'; stageRunId: string; stage: StageName; unitId: string; attempt: number }
  | { type: 'stage.succeeded'; stageRunId: string; stage: StageName; unitId: string; to: string }
  | { type: 'stage.failed'; stageRunId: string; stage: StageName; unitId: string; code: string }
  | { type: 'series.moved'; seriesId: string; from: SeriesState; to: SeriesState; why: string }
  | { type: 'series.looked'; seriesId: string }
  | { type: 'series.maskDrawn'; seriesId: string; stageRunId: string; maskId: string; voxels: number }
  | { type: 'series.pixelBoxes'; seriesId: string; masked: number; kept: number }
  | { type: 'series.boxShared' | 'series.boxUnshared'; seriesId: string; shareId: string; series: number }
  | { type: 'review.decided'; seriesId: string; reviewId: string; decision: 'accept' | 'reject'; state: SeriesState }
  | { type: 'review.undone'; seriesId: string; reviewId: string }
  | { type: 'metadata.viewed'; series: number }
  | { type: 'metadata.exported'; by: RowKind; format: 'csv' | 'xlsx'; series: number }
  | {
      type: 'release.started';
      releaseId: string;
      version: number;
      series: number;
      /** The smallest group of subjects alike in these quasi-identifiers, as the version carries them. */
      k: number;
      quasiIdentifiers: QuasiIdentifier[];
    }
  | { type: 'release.published'; releaseId: string; version: number; files: number; manifestSha256: string }
  | { type: 'release.failed'; releaseId: string; version: number }
  | { type: 'release.withdrawn'; releaseId: string; version: number }
  | { type: 'access.requested'; accessId: string }
  | { type: 'access.decided'; accessId: string; decision: 'grant' | 'deny'; expiresAt: string | null }
  | { type: 'access.revoked'; accessId: string }
  | { type: 'release.downloaded'; releaseId: string; what: 'archive' | 'file' | 'manifest'; path: string | null }
  | { type: 'audit.exported'; events: number };

export type AuditType = AuditEvent['type'];

/**
 * The text that an event's hash covers: its fields in fixed order, as canonical JSON (keys sorted at every depth).
 * The hash itself is SHA-256 over `prevHash + '\n' + canonicalEvent(...)`, hex.
 */
export function canonicalEvent(row: {
  seq: number;
  at: string;
  actorId: string | null;
  projectId: string | null;
  type: string;
  payload: unknown;
}): string {
  return JSON.stringify(sorted(row));
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([k, v]) => [k, sorted(v)]),
  );
}

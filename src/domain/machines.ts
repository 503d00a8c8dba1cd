// Every state machine as a table: state -> event -> state. Behaviour is decided here and nowhere else.
import type { EventOf, Machine, StateOf } from './machine';

/** One dropped folder. */
export const uploadMachine = {
  open: { complete: 'complete', abandon: 'abandoned' },
  complete: { ingest: 'ingested' },
  ingested: {},
  abandoned: {},
} as const satisfies Machine;

/** One file of an upload. `stored` means: received whole, its SHA-256 agreed, not yet looked into. */
export const fileMachine = {
  expected: { store: 'stored', quarantine: 'quarantined' },
  stored: {
    accept: 'accepted',
    unpack: 'unpacked',
    duplicate: 'duplicate',
    ignore: 'ignored',
    quarantine: 'quarantined',
  },
  accepted: {},
  unpacked: {},
  duplicate: {},
  ignored: {},
  quarantined: {},
} as const satisfies Machine;

/**
 * One series on its way out. The held states each wait for one question to be answered by a person;
 * `inReview` is reached only through a successful defacing or a recorded reason why none applies. What a person turns down
 * before that is `refused`, not `rejected`: no reader has seen it, so it can only start anew.
 */
export const seriesMachine = {
  received: { deidentify: 'deidentified', holdPixels: 'heldPixels', quarantine: 'quarantined' },
  heldPixels: { confirmPixels: 'deidentified', reject: 'refused', reprocess: 'received' },
  deidentified: {
    convert: 'converted',
    holdPixels: 'heldPixels',
    holdGeometry: 'heldGeometry',
    quarantine: 'quarantined',
    reprocess: 'received',
  },
  heldGeometry: { confirmGeometry: 'deidentified', reject: 'refused', reprocess: 'received' },
  converted: {
    deface: 'inReview',
    skipDeface: 'inReview',
    holdHead: 'heldHead',
    holdDeface: 'heldDeface',
    quarantine: 'quarantined',
    reprocess: 'received',
  },
  heldHead: { sayHead: 'converted', sayNoHead: 'converted', reject: 'refused', reprocess: 'received' },
  heldDeface: { mendMask: 'converted', reject: 'refused', reprocess: 'received' },
  inReview: { accept: 'accepted', reject: 'rejected', mendMask: 'converted', reprocess: 'received' },
  accepted: { reopen: 'inReview', reprocess: 'received' },
  rejected: { reopen: 'inReview', reprocess: 'received' },
  refused: { reprocess: 'received' },
  quarantined: { reprocess: 'received' },
} as const satisfies Machine;

/** One attempt at one stage. */
export const stageRunMachine = {
  queued: { start: 'running', cancel: 'cancelled' },
  running: { succeed: 'succeeded', fail: 'failed', requeue: 'queued', cancel: 'cancelled' },
  succeeded: {},
  failed: {},
  cancelled: {},
} as const satisfies Machine;

/** One published version of a dataset. */
export const releaseMachine = {
  building: { publish: 'published', fail: 'failed' },
  published: { withdraw: 'withdrawn' },
  withdrawn: {},
  failed: {},
} as const satisfies Machine;

/** A researcher's request for a project's published data. */
export const accessMachine = {
  requested: { grant: 'granted', deny: 'denied', cancel: 'cancelled' },
  granted: { revoke: 'revoked' },
  denied: {},
  revoked: {},
  cancelled: {},
} as const satisfies Machine;

export type UploadState = StateOf<typeof uploadMachine>;
export type FileState = StateOf<typeof fileMachine>;
export type SeriesState = StateOf<typeof seriesMachine>;
export type SeriesEvent = EventOf<typeof seriesMachine>;
export type StageRunState = StateOf<typeof stageRunMachine>;
export type ReleaseState = StateOf<typeof releaseMachine>;
export type AccessState = StateOf<typeof accessMachine>;

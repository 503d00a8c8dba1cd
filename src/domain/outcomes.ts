// What a stage leaves in its run's `outcome`: counts, figures and object keys, nothing identifying. Workers write, services read.
import { z } from 'zod';
import { pixelPlan } from './pixels/plan';

const count = z.int().nonnegative();
const figures = z.record(z.string(), z.number());

export const deidentifyOutcome = z.object({
  instances: count,
  /** Key of the table of cleaned headers; null where there is none: NIfTI, and runs before there were tables. */
  headers: z.string().nullable().default(null),
  /** Changes of all instances together: the same path, action and reason counted once. */
  changes: z.array(
    z.object({
      path: z.string(),
      keyword: z.string(),
      action: z.string(),
      reason: z.string(),
      count: z.int().positive(),
    }),
  ),
  /** Where text was looked for in the pixels: what was blacked out, and pictures of each size for a person; null where it was not. */
  pixels: z
    .object({
      plan: pixelPlan,
      pictures: z.array(
        z.object({
          brightest: z.string(),
          darkest: z.string(),
          mean: z.string().optional(),
          /** Frames that show text which none before them shows, counted from 0 among those of their size. */
          telling: z.array(z.object({ frame: count, picture: z.string() })).default([]),
        }),
      ),
      /** A keyed hash of maker, model and software: equal for series of one device, and tells nothing else. */
      device: z.string().nullable().default(null),
      /** What the cleaned header says of the device; '' where it says nothing. */
      source: z.object({ manufacturer: z.string(), model: z.string(), modality: z.string() }).nullable().default(null),
    })
    .nullable()
    .default(null),
});

export const convertOutcome = z.object({
  volumes: z.array(
    z.object({
      /** Of a picture: a PNG for people's eyes. */
      nifti: z.string(),
      /** Key of the picture that may be released; absent for volumes. */
      picture: z.string().optional(),
      sidecar: z.string(),
      bval: z.string().nullable(),
      bvec: z.string().nullable(),
      suffix: z.string(),
      corrected: z.enum(['tilt', 'spacing']).nullable(),
      shape: z.tuple([z.int().positive(), z.int().positive(), z.int().positive()]),
      volumes: z.int().positive(),
    }),
  ),
  findings: z.array(z.object({ kind: z.string(), message: z.string(), count })),
  /** Texts found again after the pixels were blacked out as a person had said; then nothing was converted. */
  leftovers: count.default(0),
});

export const defaceOutcome = z.object({
  /** `held`: a person must answer a question first; nothing of this run may leave. */
  kind: z.enum(['defaced', 'skipped', 'held']),
  hold: z.enum(['head', 'deface']).nullable(),
  /** Plain words; for `skipped` the recorded reason why no defacing applies. */
  reason: z.string().trim().min(1),
  modelHash: z.string().nullable(),
  modelVersion: z.string().nullable(),
  /** When a person drew the mask: who, what is out of range all the same, and how many voxels drawn on the brain stayed. */
  mended: z.object({ by: z.string(), warning: z.string().nullable(), keptForBrain: count }).optional(),
  volumes: z.array(
    z.object({
      before: z.string(),
      /** What is looked at is a PNG. */
      picture: z.boolean().optional(),
      after: z.string().nullable(),
      mask: z.string().nullable(),
      /** What the network would remove and what it takes for brain, as label runs (domain/deface/labelRuns). */
      plan: z.string().nullable().optional(),
      suffix: z.string(),
      figures: figures.nullable(),
    }),
  ),
});

export const publishOutcome = z.object({
  files: count,
  bytes: count,
  /** Series whose DICOM was asked for and left out, each with the reason in plain words. */
  withoutDicom: z.array(z.object({ seriesId: z.string(), reason: z.string() })).default([]),
});

export const dryRunOutcome = z.object({
  instances: count,
  /** Files that could not be treated, by plain reason. */
  refused: z.array(z.object({ reason: z.string(), count })),
  /** Attributes under the profile in use and the one that is tried, those that differ first. */
  rows: z.array(
    z.object({
      path: z.string(),
      name: z.string(),
      before: z.string(),
      after: z.string(),
      beforeReason: z.string(),
      afterReason: z.string(),
      leaves: z.enum(['less', 'more', 'other', 'same']),
      instances: z.int().positive(),
    }),
  ),
  /** Rows beyond what is kept. */
  left: count,
});

export type PublishOutcome = z.infer<typeof publishOutcome>;
export type DryRunOutcome = z.infer<typeof dryRunOutcome>;
export type DeidentifyOutcome = z.infer<typeof deidentifyOutcome>;
export type ConvertOutcome = z.infer<typeof convertOutcome>;
export type DefaceOutcome = z.infer<typeof defaceOutcome>;
export type DefaceKind = DefaceOutcome['kind'];

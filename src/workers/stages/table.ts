// Every stage of domain/pipeline has exactly one row here; a missing one does not compile.
import type { StageTable } from '../work';
import { convertStage } from './convert';
import { defaceStage } from './deface';
import { deidentifyStage } from './deidentify';
import { dryRunStage } from './dryRun';
import { ingestStage } from './ingest';
import { publishStage } from './publish';

export const stageTable: StageTable = {
  ingest: ingestStage,
  deidentify: deidentifyStage,
  convert: convertStage,
  deface: defaceStage,
  publish: publishStage,
  dryRun: dryRunStage,
};

-- AlterTable
ALTER TABLE "ProfileVersion" ADD COLUMN     "dryRunId" UUID;

-- CreateTable
CREATE TABLE "DryRun" (
    "id" UUID NOT NULL,
    "projectId" UUID NOT NULL,
    "againstId" UUID NOT NULL,
    "preset" TEXT NOT NULL,
    "profile" JSONB NOT NULL,
    "createdBy" UUID NOT NULL,
    "createdAt" TIMESTAMP(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "DryRun_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "DryRunSeries" (
    "dryRunId" UUID NOT NULL,
    "seriesId" UUID NOT NULL,

    CONSTRAINT "DryRunSeries_pkey" PRIMARY KEY ("dryRunId","seriesId")
);

-- CreateIndex
CREATE INDEX "DryRun_projectId_createdAt_idx" ON "DryRun"("projectId", "createdAt");

-- CreateIndex
CREATE UNIQUE INDEX "ProfileVersion_dryRunId_key" ON "ProfileVersion"("dryRunId");

-- AddForeignKey
ALTER TABLE "ProfileVersion" ADD CONSTRAINT "ProfileVersion_dryRunId_fkey" FOREIGN KEY ("dryRunId") REFERENCES "DryRun"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "DryRun" ADD CONSTRAINT "DryRun_projectId_fkey" FOREIGN KEY ("projectId") REFERENCES "Project"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "DryRun" ADD CONSTRAINT "DryRun_againstId_fkey" FOREIGN KEY ("againstId") REFERENCES "ProfileVersion"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "DryRunSeries" ADD CONSTRAINT "DryRunSeries_dryRunId_fkey" FOREIGN KEY ("dryRunId") REFERENCES "DryRun"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "DryRunSeries" ADD CONSTRAINT "DryRunSeries_seriesId_fkey" FOREIGN KEY ("seriesId") REFERENCES "Series"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- By hand: the stages that src/domain/pipeline.ts knows.
ALTER TABLE "StageRun" DROP CONSTRAINT "StageRun_stage_check";
ALTER TABLE "StageRun" ADD CONSTRAINT "StageRun_stage_check" CHECK ("stage" IN ('ingest', 'deidentify', 'convert', 'deface', 'publish', 'dryRun'));

// Another project's things do not exist for anybody outside it: every service, every id, and nobody signed out gets further.
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { before, describe, it } from 'node:test';
import { type Actor, nobody } from '@/domain/policy';
import { decideAccess, listRequests, requestAccess, revokeAccess } from '@/server/access';
import { exportAudit, listAudit } from '@/server/audit';
import { openArchive, openFile, openManifest } from '@/server/downloads';
import {
  activateDryRun,
  dryRunCandidates,
  dryRunProgress,
  getDryRun,
  listDryRuns,
  startDryRun,
} from '@/server/dryRuns';
import { listInvitations } from '@/server/invitations';
import { addMemberRole, inviteMember, listMembers, removeMember } from '@/server/members';
import { exportMetadata, viewMetadata } from '@/server/metadata';
import { confirmPixels, savePixelBoxes, shareBox, unshareBox } from '@/server/pixelBoxes';
import { openPixelPicture, pixelReview } from '@/server/pixelReview';
import { openPreview } from '@/server/preview';
import { changeProfile, listProfileVersions } from '@/server/profiles';
import { editProject, getProject, listProjects, projectById } from '@/server/projects';
import { listReleases, publishRelease, releaseCandidates, withdrawRelease } from '@/server/releases';
import { decide, reviewItem, reviewQueue, undoReview } from '@/server/reviews';
import { decideHeld, getSeries, listSeries, liveStatus, reprocess } from '@/server/series';
import { completeUpload, openUpload } from '@/server/uploadOpening';
import { abandonUpload } from '@/server/uploadSweep';
import { listUploads, openUploads, uploadStatus } from '@/server/uploads';
import './database';
import { makeSeries, makeTeam, publishBuilt, somebody } from './fixtures/people';

const box = { x: 0, y: 0, width: 9, height: 9, verdict: 'identifying' } as const;
const share = 'a'.repeat(32);
const release = { title: 'First', notes: '', license: 'CC-BY-4.0' };

/** A project that has one of everything, and every service called on it. */
async function everything() {
  const { projectId, slug, lead, coordinator, anna } = await makeTeam();
  const { seriesId, stageRunId } = await makeSeries(projectId);
  await decide(anna, seriesId, { decision: 'accept', stageRunId });
  const reviewId = (await reviewItem(anna, seriesId)).myLastReview!.id;
  const { releaseId } = await publishRelease(lead, projectId, { ...release, seriesIds: [seriesId] });
  await publishBuilt(releaseId, { README: 'text' });
  const tried = { wish: { preset: 'basic' }, seriesIds: [seriesId] } as const;
  const { dryRunId } = await startDryRun(lead, projectId, tried);
  const file = { path: 'a', size: 1, sha256: 'a'.repeat(64) };
  const { uploadId } = await openUpload(coordinator, projectId, [file]);
  const ask = { affiliation: 'University', purpose: 'To study how brains grow.', acceptTerms: true };
  const { id: accessId } = await requestAccess(await somebody(), projectId, ask);
  const calls: Record<string, (actor: Actor) => Promise<unknown>> = {
    getProject: (actor) => getProject(actor, slug),
    projectById: (actor) => projectById(actor, projectId),
    editProject: (actor) => editProject(actor, projectId, { name: 'Mine now' }),
    changeProfile: (actor) => changeProfile(actor, projectId, { preset: 'basic' }),
    listProfileVersions: (actor) => listProfileVersions(actor, projectId),
    dryRunCandidates: (actor) => dryRunCandidates(actor, projectId),
    startDryRun: (actor) => startDryRun(actor, projectId, tried),
    listDryRuns: (actor) => listDryRuns(actor, projectId),
    getDryRun: (actor) => getDryRun(actor, dryRunId),
    dryRunProgress: (actor) => dryRunProgress(actor, dryRunId),
    activateDryRun: (actor) => activateDryRun(actor, dryRunId),
    listMembers: (actor) => listMembers(actor, projectId),
    inviteMember: (actor) => inviteMember(actor, projectId, { role: 'lead', days: 7 }),
    listInvitations: (actor) => listInvitations(actor, projectId),
    addMemberRole: (actor) => addMemberRole(actor, projectId, actor.userId, 'lead'),
    removeMember: (actor) => removeMember(actor, projectId, lead.userId),
    openUpload: (actor) => openUpload(actor, projectId, [file]),
    openUploads: (actor) => openUploads(actor, projectId),
    listUploads: (actor) => listUploads(actor, projectId),
    uploadStatus: (actor) => uploadStatus(actor, uploadId),
    completeUpload: (actor) => completeUpload(actor, uploadId),
    abandonUpload: (actor) => abandonUpload(actor, uploadId),
    listSeries: (actor) => listSeries(actor, projectId),
    getSeries: (actor) => getSeries(actor, seriesId),
    liveStatus: (actor) => liveStatus(actor, projectId),
    reprocess: (actor) => reprocess(actor, seriesId),
    decideHeld: (actor) => decideHeld(actor, seriesId, 'sayNoHead'),
    reviewQueue: (actor) => reviewQueue(actor, projectId),
    reviewItem: (actor) => reviewItem(actor, seriesId),
    decide: (actor) => decide(actor, seriesId, { decision: 'accept', stageRunId }),
    undoReview: (actor) => undoReview(actor, reviewId),
    openPreview: (actor) => openPreview(actor, seriesId, 'before'),
    pixelReview: (actor) => pixelReview(actor, seriesId),
    openPixelPicture: (actor) => openPixelPicture(actor, seriesId, 0, 'mean'),
    savePixelBoxes: (actor) => savePixelBoxes(actor, seriesId, { seen: '', plan: [] }),
    shareBox: (actor) => shareBox(actor, seriesId, { size: 0, box, share }),
    unshareBox: (actor) => unshareBox(actor, seriesId, share),
    confirmPixels: (actor) => confirmPixels(actor, seriesId, ''),
    viewMetadata: (actor) => viewMetadata(actor, projectId, {}),
    exportMetadata: (actor) => exportMetadata(actor, projectId, { by: 'value', format: 'csv' }),
    releaseCandidates: (actor) => releaseCandidates(actor, projectId),
    publishRelease: (actor) => publishRelease(actor, projectId, { ...release, seriesIds: [seriesId] }),
    withdrawRelease: (actor) => withdrawRelease(actor, releaseId, 'Because.'),
    listReleases: (actor) => listReleases(actor, projectId),
    openArchive: (actor) => openArchive(actor, releaseId),
    openFile: (actor) => openFile(actor, releaseId, 'README'),
    openManifest: (actor) => openManifest(actor, releaseId),
    listRequests: (actor) => listRequests(actor, projectId),
    decideAccess: (actor) => decideAccess(actor, accessId, { decision: 'grant', days: 1 }),
    revokeAccess: (actor) => revokeAccess(actor, accessId),
    listAudit: (actor) => listAudit(actor, { projectId }),
    exportAudit: (actor) => exportAudit(actor, { projectId }),
  };
  return { projectId, calls };
}

describe('another project', () => {
  let theirs: Awaited<ReturnType<typeof everything>>;
  let stranger: Actor;
  before(async () => {
    theirs = await everything();
    // Every role, but elsewhere.
    const mine = await makeTeam();
    const all = ['lead', 'coordinator', 'reviewer'] as const;
    stranger = { ...mine.lead, roles: { [mine.projectId]: all } };
  });

  it('does not exist for somebody with every role elsewhere', async () => {
    for (const [name, call] of Object.entries(theirs.calls)) {
      await assert.rejects(call(stranger), { code: 'NOT_FOUND' }, name);
    }
    assert.equal(
      (await listProjects(stranger)).some((project) => project.id === theirs.projectId),
      false,
    );
  });

  it('does not exist for the site administrator either, but for its audit trail', async () => {
    const admin = { ...(await somebody()), isSiteAdmin: true };
    for (const [name, call] of Object.entries(theirs.calls)) {
      if (name.endsWith('Audit')) await assert.doesNotReject(call(admin), name);
      else await assert.rejects(call(admin), { code: 'NOT_FOUND' }, name);
    }
  });

  it('asks the public to sign in, or says that there is nothing', async () => {
    for (const [name, call] of Object.entries(theirs.calls)) {
      await assert.rejects(
        call(nobody),
        ({ code }: { code: string }) => ['UNAUTHENTICATED', 'NOT_FOUND'].includes(code),
        name,
      );
    }
  });

  it('cannot be told from one that was never there', async () => {
    const message = (call: Promise<unknown>) =>
      call.then(
        () => 'found',
        (error: Error) => error.message,
      );
    assert.equal(await message(theirs.calls.getSeries!(stranger)), await message(getSeries(stranger, randomUUID())));
    assert.equal(
      await message(theirs.calls.uploadStatus!(stranger)),
      await message(uploadStatus(stranger, randomUUID())),
    );
    assert.equal(
      await message(theirs.calls.openArchive!(stranger)),
      await message(openArchive(stranger, randomUUID())),
    );
    await assert.rejects(getSeries(stranger, "' OR 1=1 --"), { code: 'NOT_FOUND' });
  });
});

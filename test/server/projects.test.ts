// Projects and profiles: each change is a new version, and runs keep the one they started with.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { presets } from '@/domain/deid/presets';
import { db } from '@/server/db';
import { changeProfile, listProfileVersions } from '@/server/profiles';
import { projectSecret } from '@/server/projectSecret';
import { createProject, editProject, getProject, listProjects } from '@/server/projects';
import { decide } from '@/server/reviews';
import { getSeries, liveStatus, reprocess } from '@/server/series';
import './database';
import { makeSeries, makeTeam, somebody, stateOf } from './fixtures/people';

describe('a project', () => {
  it('makes its maker the lead, takes a free address, and seals a secret of its own', async () => {
    const founder = await somebody();
    const wish = { name: 'Köpfe & Hälse', preset: 'research', readers: 1 } as const;
    const [one, two] = [await createProject(founder, wish), await createProject(founder, wish)];
    assert.deepEqual([one.slug, two.slug], ['kopfe-halse', 'kopfe-halse-2']);
    const [secret, other] = [await projectSecret(one.id), await projectSecret(two.id)];
    assert.equal(secret.length, 32);
    assert.notDeepEqual(secret, other);
    const stored = await db.project.findUniqueOrThrow({ where: { id: one.id } });
    assert.equal(Buffer.from(stored.secret).includes(secret), false);
    assert.deepEqual(await db.membership.findMany({ where: { projectId: one.id } }), [
      { projectId: one.id, userId: founder.userId, role: 'lead' },
    ]);
  });

  it('is edited by its lead, with what is wrong said in plain words', async () => {
    const { lead, anna, projectId, slug } = await makeTeam();
    await editProject(lead, projectId, { description: 'Heads.', readers: 2 });
    const project = await getProject(lead, slug);
    assert.deepEqual([project.description, project.readers, project.may['release.publish']], ['Heads.', 2, true]);
    await assert.rejects(editProject(lead, projectId, { name: '' }), { code: 'INVALID', message: /three letters/ });
    await assert.rejects(editProject(anna, projectId, { name: 'Mine' }), { code: 'FORBIDDEN' });
  });

  it('counts what waits', async () => {
    const { anna, projectId } = await makeTeam();
    await makeSeries(projectId);
    await makeSeries(projectId, { state: 'heldHead' });
    const [row] = await listProjects(anna);
    assert.deepEqual([row?.series, row?.waiting, row?.held, row?.accepted, row?.subjects], [2, 1, 1, 0, 2]);
    const live = await liveStatus(anna, projectId);
    assert.deepEqual([live.counts.inReview, live.counts.heldHead, live.working], [1, 1, false]);
  });
});

describe('a profile', () => {
  it('gets a new version with each change; earlier runs keep theirs, a series processed again gets the newest', async () => {
    const { lead, anna, coordinator, projectId } = await makeTeam();
    const { seriesId, stageRunId } = await makeSeries(projectId);
    await decide(anna, seriesId, { decision: 'accept', stageRunId });
    const changed = await changeProfile(lead, projectId, { preset: 'basic' });
    assert.equal(changed.version, 2);
    assert.equal(await stateOf(seriesId), 'accepted', 'what is done stays done');
    const versionsUsed = async () => (await getSeries(anna, seriesId)).runs.map((run) => run.profileVersion);
    assert.deepEqual(await versionsUsed(), [1, 1, 1]);
    await reprocess(coordinator, seriesId);
    assert.deepEqual(await versionsUsed(), [2, 1, 1, 1]);
    assert.deepEqual(
      (await listProfileVersions(anna, projectId)).map((version) => version.runs),
      [1, 3],
    );
  });

  it('may be the project’s own, checked, and two changes at once become two versions', async () => {
    const { lead, projectId } = await makeTeam();
    const profile = { ...presets.basic.profile, name: 'Ours' };
    const made = await Promise.all([
      changeProfile(lead, projectId, { profile }),
      changeProfile(lead, projectId, { profile }),
    ]);
    assert.deepEqual(
      (await listProfileVersions(lead, projectId)).map((version) => version.version),
      [3, 2, 1],
    );
    assert.equal(made[0]?.preset, 'own');
    await assert.rejects(changeProfile(lead, projectId, { profile: { name: 'Broken' } }), { code: 'INVALID' });
  });
});

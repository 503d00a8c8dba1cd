// Cleaned headers on the screen and as files, and the risk of a version: from what de-identification wrote, for those who may, audited.
import assert from 'node:assert/strict';
import { rm } from 'node:fs/promises';
import { text } from 'node:stream/consumers';
import { before, describe, it } from 'node:test';
import { makeElement } from '@/domain/dicom/make';
import { deidentifyOutcome } from '@/domain/outcomes';
import type { Actor } from '@/domain/policy';
import { db } from '@/server/db';
import { exportMetadata, viewMetadata } from '@/server/metadata';
import { editProject, getProject } from '@/server/projects';
import { publishRelease, releaseCandidates } from '@/server/releases';
import { decide } from '@/server/reviews';
import { localPath, parseWorkKey } from '@/server/storage';
import { uploadFolder } from '@/workers/uploadFolder';
import { makePeople, type People, workAll } from '../workers/people';
import { PLANTED, scan, slice } from '../workers/scan';
import './database';
import { eventsOfType, makeSeries, makeTeam } from './fixtures/people';

const ascii = { bigEndian: false, charsets: [] };

/** Three women of 36, 36 and 71 years, two slices each; one description has a word that only she has. */
function threePatients() {
  return [1, 2, 3].flatMap((n) =>
    [0, 1].map((z) => {
      const uids = { patient: `MRN-77120${n}`, study: `1.2.826.0.1.9.${n}`, series: `1.2.826.0.1.9.${n}.1` };
      const over = [
        makeElement(0x00081030, 'LO', n === 3 ? 'Brain tumor' : 'Brain', ascii),
        makeElement(0x00101010, 'AS', n === 3 ? '071Y' : '036Y', ascii),
      ];
      return { path: `drop/${n}/IM${z}`, bytes: slice(z, uids, over) };
    }),
  );
}

const namesOf = ({ groups }: Awaited<ReturnType<typeof viewMetadata>>) => groups.map((group) => group.name);

describe('cleaned headers', () => {
  let people: People;
  before(async () => {
    people = await makePeople();
    await uploadFolder(people.coordinator, people.projectId, threePatients());
    await workAll('ingest');
    await workAll('deidentify');
  });
  const view = (input: Parameters<typeof viewMetadata>[2] = {}, actor: Actor = people.lead) =>
    viewMetadata(actor, people.projectId, input);

  it('show every value that is left, none that was removed, and only pseudonyms', async () => {
    const all = await view();
    assert.deepEqual([all.series, all.missing], [3, 0]);
    assert.equal(all.total, all.shown);
    const age = all.groups.find((group) => group.name === 'PatientAge');
    assert.deepEqual(
      age?.values.map(({ value, instances, series, subjects }) => [value, instances, series, subjects]),
      [
        ['071Y', 2, 1, ['sub-003']],
        ['036Y', 4, 2, ['sub-001', 'sub-002']],
      ],
    );
    const shown = JSON.stringify(all).toLowerCase();
    for (const value of PLANTED) assert.ok(!shown.includes(value.toLowerCase()), value);
  });

  it('are found by a part of a value, and by kind', async () => {
    assert.deepEqual(namesOf(await view({ text: 'TUMOR' })), ['StudyDescription']);
    assert.deepEqual(namesOf(await view({ text: 'Lovelace' })), []);
    const dates = await view({ kind: 'dates' });
    assert.ok(namesOf(dates).includes('PatientAge') && !namesOf(dates).includes('StudyDescription'));
    await assert.rejects(view({ text: 'x'.repeat(201) }), { code: 'INVALID' });
    await assert.rejects(view({ kind: 'constructor' as 'all' }), { code: 'INVALID' });
  });

  it('are audited when somebody looks, once an hour, and never with what was searched for', async () => {
    await view({ text: 'Lovelace' }, people.reviewer);
    await view({ text: 'Augusta' }, people.reviewer);
    const events = await eventsOfType('metadata.viewed', people.projectId);
    assert.equal(events.filter((event) => event.actorId === people.reviewer.userId).length, 1);
    assert.deepEqual(events[0]?.payload, { series: 3 });
    assert.ok(!/lovelace|augusta/i.test(JSON.stringify(await db.auditEvent.findMany())));
  });

  it('leave as a file for leads only, audited before the first byte', async () => {
    const { projectId, lead, reviewer, coordinator, slug } = people;
    const wish = { by: 'instance', format: 'csv' };
    await assert.rejects(exportMetadata(reviewer, projectId, wish), { code: 'FORBIDDEN' });
    await assert.rejects(viewMetadata(coordinator, projectId, {}), { code: 'FORBIDDEN' });
    for (const wrong of [
      { by: 'patient', format: 'csv' },
      { by: 'value', format: 'pdf' },
    ])
      await assert.rejects(exportMetadata(lead, projectId, wrong), { code: 'INVALID' });
    const { filename, stream } = await exportMetadata(lead, projectId, wish);
    const [event, ...others] = await eventsOfType('metadata.exported', projectId);
    assert.deepEqual([event?.payload, others], [{ by: 'instance', format: 'csv', series: 3 }, []]);
    assert.equal(filename, `${slug}-metadata-by-instance.csv`);
    const lines = (await text(stream)).trimEnd().split('\r\n');
    assert.equal(lines.length, 1 + 6);
    assert.match(lines[6] ?? '', /^sub-003,1,1,2,/);
    const book = await exportMetadata(lead, projectId, { by: 'value', format: 'xlsx' });
    assert.match(await text(book.stream), /^PK/);
  });

  it('come from the newest run only, and say how many series have none', async () => {
    const [first] = await db.series.findMany({ where: { projectId: people.projectId }, orderBy: { id: 'asc' } });
    const run = await db.stageRun.findFirstOrThrow({ where: { unitId: first!.id, stage: 'deidentify' } });
    const { id: _, outcome: __, ...again } = run;
    const later = await db.stageRun.create({
      data: { ...again, state: 'failed', createdAt: new Date(run.createdAt.getTime() + 1) },
    });
    assert.deepEqual([(await view()).series, (await view()).missing], [2, 1]);
    await db.stageRun.update({ where: { id: later.id }, data: { state: 'cancelled' } });
    assert.equal((await view()).series, 3);
  });

  it('are passed over where they were cleared away', async () => {
    const other = await makePeople();
    await uploadFolder(other.coordinator, other.projectId, scan({ slices: 2 }));
    await workAll('ingest');
    await workAll('deidentify');
    const run = await db.stageRun.findFirstOrThrow({ where: { projectId: other.projectId, stage: 'deidentify' } });
    const { headers } = deidentifyOutcome.parse(run.outcome);
    await rm(await localPath(parseWorkKey(headers!)));
    assert.deepEqual((await viewMetadata(other.lead, other.projectId, {})).groups, []);
  });
});

/** As if converted, found to be no heads, and accepted by the reviewer. */
async function acceptAll({ projectId, reviewer }: People) {
  await db.stageRun.updateMany({ where: { projectId, state: 'queued' }, data: { state: 'cancelled' } });
  const outcome = { kind: 'skipped', hold: null, reason: 'No head.', modelHash: null, modelVersion: null, volumes: [] };
  for (const { id: seriesId } of await db.series.findMany({ where: { projectId } })) {
    await db.series.update({ where: { id: seriesId }, data: { state: 'inReview', faceRisk: false } });
    const run = { projectId, unitId: seriesId, seriesId, stage: 'deface', state: 'succeeded', outcome };
    const { id: stageRunId } = await db.stageRun.create({ data: run });
    await decide(reviewer, seriesId, { decision: 'accept', stageRunId });
  }
}

describe('the risk of a version', () => {
  it('is told of candidates by pseudonym, and k goes into the audit trail with the names of what was chosen', async () => {
    const people = await makePeople();
    await uploadFolder(people.coordinator, people.projectId, threePatients());
    await workAll('ingest');
    await workAll('deidentify');
    await acceptAll(people);
    const candidates = await releaseCandidates(people.lead, people.projectId);
    assert.deepEqual(
      candidates.map(({ subject, traits }) => [subject, traits.sex, traits.age, traits.device]),
      [
        ['sub-001', 'F', 36, 'SIEMENS'],
        ['sub-002', 'F', 36, 'SIEMENS'],
        ['sub-003', 'F', 71, 'SIEMENS'],
      ],
    );
    const words = { title: 'First', notes: '', license: 'CC-BY-4.0' };
    const seriesIds = candidates.map((one) => one.id);
    const publish = (names?: ('sex' | 'age')[], ids = seriesIds) =>
      publishRelease(people.lead, people.projectId, {
        ...words,
        seriesIds: ids,
        ...(names ? { quasiIdentifiers: names } : {}),
      });
    await publish();
    await publish(['sex']);
    await publish(['sex', 'age'], seriesIds.slice(0, 2));
    await assert.rejects(publish(['name' as 'sex']), { code: 'INVALID' });
    const events = await eventsOfType('release.started', people.projectId);
    assert.deepEqual(
      events.map(({ payload }) => [
        (payload as { k: number }).k,
        (payload as { quasiIdentifiers: string[] }).quasiIdentifiers,
      ]),
      [
        [1, ['sex', 'age']],
        [3, ['sex']],
        [2, ['sex', 'age']],
      ],
    );
  });

  it('has a threshold that leads set, 5 to begin with', async () => {
    const { projectId, slug, lead, anna } = await makeTeam();
    assert.equal((await getProject(lead, slug)).minimumK, 5);
    await editProject(lead, projectId, { minimumK: 11 });
    assert.equal((await getProject(anna, slug)).minimumK, 11);
    for (const minimumK of [0, 1001, 2.5])
      await assert.rejects(editProject(lead, projectId, { minimumK }), { code: 'INVALID' });
    await assert.rejects(editProject(anna, projectId, { minimumK: 1 }), { code: 'FORBIDDEN' });
  });

  it('counts series without headers as unknown, alike with each other', async () => {
    const { projectId, anna, lead } = await makeTeam();
    for (const _ of [1, 2]) {
      const { seriesId, stageRunId } = await makeSeries(projectId);
      await decide(anna, seriesId, { decision: 'accept', stageRunId });
    }
    const candidates = await releaseCandidates(lead, projectId);
    assert.ok(candidates.every((one) => Object.values(one.traits).every((value) => value === null)));
  });
});

// Versions: only what may leave can be picked; immutable, numbered, withdrawn with a tombstone; access that ends; downloads.
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { describe, it, mock } from 'node:test';
import yauzl from 'yauzl';
import { fileResponse } from '@/app/api/fileResponse';
import type { Actor } from '@/domain/policy';
import { decideAccess, listRequests, myRequests, requestAccess, revokeAccess } from '@/server/access';
import { actorFor } from '@/server/accounts';
import { catalogue, datasetPage } from '@/server/catalogue';
import { db } from '@/server/db';
import { listFiles, openArchive, openFile, openManifest } from '@/server/downloads';
import { listReleases, publishRelease, releaseCandidates, withdrawRelease } from '@/server/releases';
import { decide } from '@/server/reviews';
import { reprocess } from '@/server/series';
import { localPath, parseReleaseKey } from '@/server/storage';
import './database';
import { eventsOfType, makeSeries, makeTeam, publishBuilt, somebody } from './fixtures/people';

type Team = Awaited<ReturnType<typeof makeTeam>>;
const words = { title: 'First', notes: '', license: 'CC-BY-4.0' };
const files = { README: 'Heads without faces.\n', 'sub-001/anat/sub-001_T1w.nii.gz': '0123456789' };
const image = 'sub-001/anat/sub-001_T1w.nii.gz';

async function acceptedSeries({ projectId, anna }: Team) {
  const made = await makeSeries(projectId);
  await decide(anna, made.seriesId, { decision: 'accept', stageRunId: made.stageRunId });
  return made;
}

async function published() {
  const team = await makeTeam();
  const { seriesId } = await acceptedSeries(team);
  const { releaseId } = await publishRelease(team.lead, team.projectId, { ...words, seriesIds: [seriesId] });
  await publishBuilt(releaseId, files);
  return { ...team, seriesId, releaseId };
}

const ask = { affiliation: 'University', purpose: 'To study how brains grow.', acceptTerms: true };

async function granted(team: Team, days = 30): Promise<Actor> {
  const researcher = await somebody('Researcher');
  const { id } = await requestAccess(researcher, team.projectId, ask);
  await decideAccess(team.lead, id, { decision: 'grant', days });
  return actorFor(researcher.userId);
}

describe('publishing', () => {
  it('takes accepted series with the very runs that were accepted, and numbers the versions', async () => {
    const team = await makeTeam();
    const made = await acceptedSeries(team);
    assert.deepEqual(
      (await releaseCandidates(team.lead, team.projectId)).map((row) => row.id),
      [made.seriesId],
    );
    const first = await publishRelease(team.lead, team.projectId, {
      ...words,
      seriesIds: [made.seriesId, made.seriesId],
    });
    const rows = await db.releaseSeries.findMany({ where: { releaseId: first.releaseId } });
    assert.deepEqual(rows, [{ releaseId: first.releaseId, ...made }]);
    await db.release.update({ where: { id: first.releaseId }, data: { state: 'failed' } });
    const again = await publishRelease(team.lead, team.projectId, { ...words, seriesIds: [made.seriesId] });
    assert.equal(again.version, 1, 'a failed attempt gives its number back');
    await publishBuilt(again.releaseId, files);
    assert.equal(
      (await publishRelease(team.lead, team.projectId, { ...words, seriesIds: [made.seriesId] })).version,
      2,
    );
    assert.deepEqual(
      (await listReleases(team.anna, team.projectId)).map((row) => row.version),
      [2, 1],
    );
  });

  it('refuses what is not accepted, was processed again, is forced by hand, or belongs to another project', async () => {
    const team = await makeTeam();
    const good = await acceptedSeries(team);
    const pick = (...seriesIds: string[]) => publishRelease(team.lead, team.projectId, { ...words, seriesIds });
    const open = await makeSeries(team.projectId);
    await assert.rejects(pick(good.seriesId, open.seriesId), { code: 'CONFLICT' });
    const forced = await makeSeries(team.projectId, { state: 'accepted' });
    await assert.rejects(pick(forced.seriesId), { code: 'CONFLICT' });
    const other = await makeTeam();
    const theirs = await acceptedSeries(other);
    await assert.rejects(pick(theirs.seriesId), { code: 'NOT_FOUND' });
    await reprocess(team.coordinator, good.seriesId);
    await assert.rejects(pick(good.seriesId), { code: 'CONFLICT' });
    assert.deepEqual(await releaseCandidates(team.lead, team.projectId), []);
    assert.equal(await db.release.count({ where: { projectId: team.projectId } }), 0);
  });

  it('is for leads', async () => {
    const team = await makeTeam();
    const { seriesId } = await acceptedSeries(team);
    await assert.rejects(publishRelease(team.anna, team.projectId, { ...words, seriesIds: [seriesId] }), {
      code: 'FORBIDDEN',
    });
  });
});

describe('the catalogue', () => {
  it('shows published versions, and of withdrawn ones a tombstone', async () => {
    const { slug, releaseId, lead } = await published();
    const before = await datasetPage(slug);
    assert.equal(before.current.state, 'published');
    assert.deepEqual([before.current.subjects, before.current.series, before.current.modalities], [1, 1, ['MR']]);
    assert.ok((await catalogue()).some((card) => card.slug === slug));
    await assert.rejects(withdrawRelease(lead, releaseId, ' '), { code: 'INVALID' });
    await withdrawRelease(lead, releaseId, 'A scan was shared by mistake.');
    assert.equal((await datasetPage(slug, 1)).current.withdrawReason, 'A scan was shared by mistake.');
    assert.ok(!(await catalogue()).some((card) => card.slug === slug));
    await assert.rejects(withdrawRelease(lead, releaseId, 'Again.'), { code: 'CONFLICT' });
  });

  it('knows nothing of projects that have published nothing', async () => {
    const { slug, projectId } = await makeTeam();
    await assert.rejects(datasetPage(slug), { code: 'NOT_FOUND' });
    await assert.rejects(requestAccess(await somebody(), projectId, ask), { code: 'NOT_FOUND' });
  });
});

describe('access', () => {
  it('is asked for once, granted for days, and ends by itself', async () => {
    const team = await published();
    const researcher = await granted(team, 30);
    await assert.rejects(requestAccess(researcher, team.projectId, ask), { code: 'CONFLICT' });
    assert.equal((await myRequests(researcher))[0]?.releases.length, 1);
    assert.equal((await listFiles(researcher, team.releaseId)).length, 2);
    mock.timers.enable({ apis: ['Date'], now: Date.now() + 31 * 86_400_000 });
    try {
      await assert.rejects(listFiles(researcher, team.releaseId), { code: 'FORBIDDEN', message: /expired/ });
      await assert.rejects(openArchive(researcher, team.releaseId), { code: 'FORBIDDEN' });
      assert.deepEqual((await myRequests(researcher))[0]?.releases, []);
    } finally {
      mock.timers.reset();
    }
  });

  it('ends at once when it is taken back, even for somebody whose rights were read before', async () => {
    const team = await published();
    const researcher = await granted(team);
    const [row] = await listRequests(team.lead, team.projectId);
    await revokeAccess(team.lead, row!.id);
    await assert.rejects(listFiles(researcher, team.releaseId), { code: 'NOT_FOUND' });
  });

  it('needs the agreement as it was shown, a purpose, and a lead to decide', async () => {
    const team = await published();
    const researcher = await somebody();
    await assert.rejects(requestAccess(researcher, team.projectId, { ...ask, acceptTerms: false }), {
      code: 'INVALID',
    });
    await assert.rejects(requestAccess(researcher, team.projectId, { ...ask, purpose: 'x' }), { code: 'INVALID' });
    await assert.rejects(requestAccess(researcher, team.projectId, { ...ask, termsSha256: 'old' }), {
      code: 'CONFLICT',
    });
    const { termsSha256 } = await datasetPage(team.slug);
    const { id } = await requestAccess(researcher, team.projectId, { ...ask, termsSha256 });
    await assert.rejects(decideAccess(team.anna, id, { decision: 'grant', days: 1 }), { code: 'FORBIDDEN' });
    await assert.rejects(decideAccess(researcher, id, { decision: 'grant', days: 1 }), { code: 'NOT_FOUND' });
    await assert.rejects(decideAccess(team.lead, id, { decision: 'grant' }), { code: 'INVALID' });
    await decideAccess(team.lead, id, { decision: 'deny', note: 'Too vague.' });
    await assert.rejects(listFiles(researcher, team.releaseId), { code: 'NOT_FOUND' });
  });
});

describe('downloads', () => {
  it('give the whole version as a ZIP whose bytes are those published, audited before the first', async () => {
    const team = await published();
    const researcher = await granted(team);
    const { stream, size, filename } = await openArchive(researcher, team.releaseId);
    assert.equal((await eventsOfType('release.downloaded', team.projectId)).length, 1);
    const zip = Buffer.concat(await stream.toArray());
    assert.equal(zip.length, size);
    assert.equal(filename, `${team.slug}-v1.zip`);
    const folder = filename.replace('.zip', '');
    assert.deepEqual(
      await unzip(zip),
      Object.fromEntries(Object.entries(files).map(([path, text]) => [`${folder}/${path}`, text])),
    );
    const { text } = await openManifest(researcher, team.releaseId);
    assert.ok(text.includes(`${createHash('sha256').update('0123456789').digest('hex')}  ${image}\n`));
  });

  it('break off when a published file was changed on the disk', async () => {
    const team = await published();
    const row = await db.releaseFile.findFirstOrThrow({ where: { releaseId: team.releaseId, path: image } });
    await writeFile(await localPath(parseReleaseKey(row.key)), '012345678X');
    const { stream } = await openArchive(team.lead, team.releaseId);
    await assert.rejects(stream.toArray(), /changed/);
  });

  it('are not for strangers, other members or raw objects, and end with a withdrawal', async () => {
    const team = await published();
    const researcher = await granted(team);
    const stranger = await somebody();
    await assert.rejects(openArchive(stranger, team.releaseId), { code: 'NOT_FOUND' });
    await assert.rejects(openArchive(team.coordinator, team.releaseId), { code: 'NOT_FOUND' });
    for (const path of [
      '../../raw',
      `raw/${team.projectId}`,
      'sub-001',
      '',
      'sub-001/anat/../anat/sub-001_T1w.nii.gz',
    ]) {
      await assert.rejects(openFile(researcher, team.releaseId, path), { code: 'NOT_FOUND' });
    }
    await withdrawRelease(team.lead, team.releaseId, 'A mistake.');
    await assert.rejects(openArchive(researcher, team.releaseId), { code: 'GONE' });
    await assert.rejects(openFile(team.lead, team.releaseId, image), { code: 'GONE' });
  });

  it('are refused while a version is being built or has failed', async () => {
    const team = await makeTeam();
    const { seriesId } = await acceptedSeries(team);
    const { releaseId } = await publishRelease(team.lead, team.projectId, { ...words, seriesIds: [seriesId] });
    await assert.rejects(listFiles(team.lead, releaseId), { code: 'NOT_FOUND' });
  });

  it('serve ranges: part, end, whole, none of it, and only of the same bytes', async () => {
    const team = await published();
    const etag = `"${createHash('sha256').update('0123456789').digest('hex')}"`;
    const fetched = async (headers: Record<string, string>, method = 'GET') => {
      const request = new Request('http://localhost/file', { headers, method });
      const response = await fileResponse(request, team.lead, team.releaseId, image);
      return { response, text: await response.text() };
    };
    const part = await fetched({ range: 'bytes=2-4' });
    assert.deepEqual([part.response.status, part.text], [206, '234']);
    assert.equal(part.response.headers.get('content-range'), 'bytes 2-4/10');
    assert.equal(part.response.headers.get('content-length'), '3');
    assert.equal((await fetched({ range: 'bytes=-3' })).text, '789');
    assert.equal((await fetched({ range: 'bytes=8-' })).text, '89');
    assert.equal((await fetched({ range: 'bytes=8-99' })).response.headers.get('content-range'), 'bytes 8-9/10');
    assert.equal((await fetched({ range: 'bytes=0-1,4-5' })).text, '0123456789');
    const outside = await fetched({ range: 'bytes=10-' });
    assert.deepEqual([outside.response.status, outside.response.headers.get('content-range')], [416, 'bytes */10']);
    assert.equal((await fetched({ range: 'bytes=2-4', 'if-range': '"other"' })).response.status, 200);
    assert.equal((await fetched({ range: 'bytes=2-4', 'if-range': etag })).response.status, 206);
    assert.equal((await fetched({ 'if-none-match': etag })).response.status, 304);
    const audited = (await eventsOfType('release.downloaded', team.projectId)).length;
    const head = await fetched({}, 'HEAD');
    assert.deepEqual([head.response.status, head.text, head.response.headers.get('content-length')], [200, '', '10']);
    assert.equal(head.response.headers.get('etag'), etag);
    assert.equal(head.response.headers.get('x-content-type-options'), 'nosniff');
    assert.match(head.response.headers.get('content-disposition') ?? '', /^attachment; filename="sub-001_T1w.nii.gz"$/);
    assert.equal(
      (await eventsOfType('release.downloaded', team.projectId)).length,
      audited,
      'headers alone are no download',
    );
  });
});

function unzip(bytes: Buffer): Promise<Record<string, string>> {
  return new Promise((resolve, reject) => {
    const found: Record<string, string> = {};
    yauzl.fromBuffer(bytes, { lazyEntries: true }, (failed, zip) => {
      if (failed) return reject(failed);
      zip.on('entry', (entry: yauzl.Entry) => {
        zip.openReadStream(entry, async (error, stream) => {
          if (error) return reject(error);
          found[entry.fileName] = Buffer.concat(await stream.toArray()).toString();
          zip.readEntry();
        });
      });
      zip.on('end', () => resolve(found));
      zip.readEntry();
    });
  });
}

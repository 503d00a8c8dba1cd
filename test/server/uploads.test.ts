// Uploads through their services and over tus: SHA-256 checked, the same content stored once, resumed, abandoned, disk full.
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, it } from 'node:test';
import type { Actor } from '@/domain/policy';
import { db } from '@/server/db';
import { parseRawKey, rawKey, stat } from '@/server/storage';
import { receive } from '@/server/tusServer';
import { tusFolder } from '@/server/uploadFiles';
import { completeUpload, openUpload } from '@/server/uploadOpening';
import { abandonUpload, sweepUploads } from '@/server/uploadSweep';
import { listUploads, openUploads, uploadStatus } from '@/server/uploads';
import './database';
import { eventsOfType, makeTeam, withRole } from './fixtures/people';

const sha = (text: string) => createHash('sha256').update(text).digest('hex');
const listed = (name: string, text: string) => ({
  path: `Doe^John/${name}`,
  size: Buffer.byteLength(text),
  sha256: sha(text),
});
const b64 = (text: string) => Buffer.from(text).toString('base64');

interface Sent {
  method?: string;
  bytes?: string;
  offset?: number;
  length?: number;
  metadata?: Record<string, string>;
}

/** One tus request, the way the route hands it on; a DomainError is given as its code. */
async function tus(actor: Actor, fileId: string | null, { method = 'POST', bytes, offset, length, metadata }: Sent) {
  const headers = new Headers({ 'tus-resumable': '1.0.0' });
  if (bytes !== undefined) headers.set('content-type', 'application/offset+octet-stream');
  if (bytes !== undefined) headers.set('content-length', String(Buffer.byteLength(bytes)));
  if (offset !== undefined) headers.set('upload-offset', String(offset));
  if (length !== undefined) headers.set('upload-length', String(length));
  if (metadata)
    headers.set(
      'upload-metadata',
      Object.entries(metadata)
        .map(([k, v]) => `${k} ${b64(v)}`)
        .join(','),
    );
  const url = `http://localhost/api/tus${fileId === null ? '' : `/${fileId}`}`;
  const init = { method, headers, ...(bytes === undefined ? {} : { body: bytes }) };
  return receive(actor, new Request(url, init), fileId).then(
    (response) => response.status,
    (error: { code: string }) => error.code,
  );
}

async function opened(files: Record<string, string>) {
  const team = await makeTeam();
  const list = Object.entries(files).map(([name, text]) => listed(name, text));
  const { uploadId, files: rows } = await openUpload(team.coordinator, team.projectId, list);
  const fileIds = list.map((file) => rows.find((row) => row.path === file.path)!.fileId);
  const send = (n: number, text: string) =>
    tus(team.coordinator, null, {
      bytes: text,
      length: Buffer.byteLength(text),
      metadata: { uploadId, fileId: fileIds[n]! },
    });
  return { ...team, list, uploadId, rows, fileIds, send };
}

const fileState = async (id: string) => (await db.uploadFile.findUniqueOrThrow({ where: { id } })).state;

describe('receiving', () => {
  it('stores a file whose SHA-256 agrees, by its content, and completes only when all are here', async () => {
    const { coordinator, projectId, uploadId, fileIds, send } = await opened({ 'a.dcm': 'first', 'b.dcm': 'second' });
    assert.equal(await send(0, 'first'), 201);
    assert.equal(await fileState(fileIds[0]!), 'stored');
    assert.equal((await stat(rawKey(projectId, sha('first'))))?.size, 5);
    await assert.rejects(completeUpload(coordinator, uploadId), { code: 'CONFLICT', message: /^1 file has not/ });
    assert.equal(await send(1, 'second'), 201);
    const { stageRunId } = await completeUpload(coordinator, uploadId);
    assert.equal((await db.stageRun.findUniqueOrThrow({ where: { id: stageRunId } })).stage, 'ingest');
    await assert.rejects(completeUpload(coordinator, uploadId), { code: 'CONFLICT' });
    assert.deepEqual(await openUploads(coordinator, projectId), []);
    assert.equal((await listUploads(coordinator, projectId))[0]?.bytesStored, 11);
  });

  it('throws away what is not what was measured, and takes it when it is sent again', async () => {
    const { coordinator, uploadId, fileIds, send, projectId } = await opened({ 'a.dcm': 'right' });
    assert.equal(await send(0, 'wrong'), 422);
    assert.equal(await fileState(fileIds[0]!), 'expected');
    assert.match((await uploadStatus(coordinator, uploadId)).files[0]?.reason ?? '', /Send it again/);
    assert.equal(existsSync(path.join(tusFolder(), fileIds[0]!)), false);
    assert.equal(await stat(rawKey(projectId, sha('wrong'))), null);
    assert.equal(await send(0, 'right'), 201);
    assert.equal((await uploadStatus(coordinator, uploadId)).files[0]?.reason, null);
    assert.equal((await eventsOfType('upload.fileDamaged', projectId)).length, 1);
  });

  it('goes on where it stopped: the server says how far, a wrong offset is told apart from "already here"', async () => {
    const { coordinator, uploadId, fileIds } = await opened({ 'a.dcm': 'abcdefghij' });
    const [id, metadata] = [fileIds[0]!, { uploadId, fileId: fileIds[0]! }];
    assert.equal(await tus(coordinator, id, { method: 'HEAD' }), 404, 'nothing sent yet');
    assert.equal(await tus(coordinator, null, { length: 10, metadata }), 201);
    assert.equal(await tus(coordinator, id, { method: 'PATCH', bytes: 'abcd', offset: 0 }), 204);
    assert.equal(await tus(coordinator, id, { method: 'PATCH', bytes: 'abcd', offset: 0 }), 423);
    assert.equal(await tus(coordinator, id, { method: 'PATCH', bytes: 'efghij', offset: 4 }), 204);
    assert.equal(await fileState(id), 'stored');
    assert.equal(await tus(coordinator, null, { length: 10, metadata }), 'CONFLICT');
    assert.equal(await tus(coordinator, id, { method: 'HEAD' }), 200);
  });

  it('takes at completion what arrived whole though the last answer was lost', async () => {
    const { coordinator, uploadId, fileIds } = await opened({ 'a.dcm': 'whole', 'b.dcm': 'parted' });
    await mkdir(tusFolder(), { recursive: true });
    await writeFile(path.join(tusFolder(), fileIds[0]!), 'whole');
    await writeFile(path.join(tusFolder(), fileIds[1]!), 'part');
    await assert.rejects(completeUpload(coordinator, uploadId), { code: 'CONFLICT', message: /^1 file has not/ });
    assert.deepEqual([await fileState(fileIds[0]!), await fileState(fileIds[1]!)], ['stored', 'expected']);
  });

  it('completes without what never arrived when asked to: that is quarantined and its bytes are thrown away', async () => {
    const files = { 'a.dcm': 'whole', 'b.dcm': 'parted' };
    const { coordinator, projectId, uploadId, fileIds, send } = await opened(files);
    assert.equal(await send(0, 'whole'), 201);
    const metadata = { uploadId, fileId: fileIds[1]! };
    assert.equal(await tus(coordinator, null, { length: 6, metadata }), 201);
    assert.equal(await tus(coordinator, fileIds[1]!, { method: 'PATCH', bytes: 'par', offset: 0 }), 204);
    await completeUpload(coordinator, uploadId, { withoutMissing: true });
    assert.deepEqual([await fileState(fileIds[0]!), await fileState(fileIds[1]!)], ['stored', 'quarantined']);
    assert.equal(existsSync(path.join(tusFolder(), fileIds[1]!)), false);
    assert.equal((await eventsOfType('upload.fileQuarantined', projectId)).length, 1);
    assert.equal((await uploadStatus(coordinator, uploadId)).state, 'complete');
  });

  it('keeps nothing but our ids beside the bytes', async () => {
    const { coordinator, uploadId, fileIds } = await opened({ 'a.dcm': 'abc' });
    const metadata = { uploadId, fileId: fileIds[0]!, filename: 'John Doe.dcm' };
    assert.equal(await tus(coordinator, null, { length: 3, metadata }), 201);
    const note = await import('node:fs/promises').then((fs) =>
      fs.readFile(path.join(tusFolder(), `${fileIds[0]}.json`), 'utf8'),
    );
    assert.ok(!note.includes('Doe'));
  });

  it('tells a full disk as such and stores nothing', {
    skip: existsSync('/dev/full') ? false : 'no /dev/full here',
  }, async () => {
    const { coordinator, uploadId, fileIds } = await opened({ 'a.dcm': 'abc' });
    const metadata = { uploadId, fileId: fileIds[0]! };
    await mkdir(tusFolder(), { recursive: true });
    await symlink('/dev/full', path.join(tusFolder(), fileIds[0]!));
    assert.equal(await tus(coordinator, null, { length: 3, metadata }), 201);
    assert.equal(await tus(coordinator, fileIds[0]!, { method: 'PATCH', bytes: 'abc', offset: 0 }), 507);
    assert.equal(await fileState(fileIds[0]!), 'expected');
  });
});

describe('who may send', () => {
  it('is whoever opened the upload: others get NOT_FOUND, the public must sign in', async () => {
    const { projectId, uploadId, fileIds, lead } = await opened({ 'a.dcm': 'abc' });
    const metadata = { uploadId, fileId: fileIds[0]! };
    const colleague = await withRole(projectId, 'coordinator');
    const { coordinator: stranger } = await makeTeam();
    for (const other of [colleague, stranger, lead]) {
      assert.equal(await tus(other, null, { length: 3, metadata }), 'NOT_FOUND');
      assert.equal(await tus(other, fileIds[0]!, { method: 'HEAD' }), 'NOT_FOUND');
    }
    assert.equal(
      await tus({ userId: '', isSiteAdmin: false, roles: {}, grants: [] }, fileIds[0]!, { method: 'HEAD' }),
      'UNAUTHENTICATED',
    );
    await assert.rejects(uploadStatus(stranger, uploadId), { code: 'NOT_FOUND' });
    await assert.rejects(abandonUpload(stranger, uploadId), { code: 'NOT_FOUND' });
    await assert.rejects(openUpload(lead, projectId, [listed('x', 'x')]), { code: 'FORBIDDEN' });
  });

  it('must announce the file as it was listed', async () => {
    const { coordinator, uploadId, fileIds } = await opened({ 'a.dcm': 'abc' });
    const other = await opened({ 'b.dcm': 'abc' });
    assert.equal(await tus(coordinator, null, { length: 4, metadata: { uploadId, fileId: fileIds[0]! } }), 'INVALID');
    assert.equal(
      await tus(coordinator, null, { length: 3, metadata: { uploadId: other.uploadId, fileId: fileIds[0]! } }),
      'NOT_FOUND',
    );
    assert.equal(
      await tus(coordinator, null, { length: 3, metadata: { uploadId, fileId: '../../etc/passwd' } }),
      'NOT_FOUND',
    );
    assert.equal(await tus(coordinator, '..', { method: 'PATCH', bytes: 'abc', offset: 0 }), 'NOT_FOUND');
  });

  it('shows the paths of the disk to coordinators only', async () => {
    const { lead, coordinator, uploadId, projectId } = await opened({ 'a.dcm': 'abc' });
    assert.match((await uploadStatus(coordinator, uploadId)).files[0]?.path ?? '', /Doe/);
    assert.ok(!JSON.stringify(await uploadStatus(lead, uploadId)).includes('Doe'));
    const events = await db.auditEvent.findMany({ where: { projectId } });
    assert.ok(!JSON.stringify(events).includes('Doe'));
  });
});

describe('the same content', () => {
  it('is stored once: twice in one folder, and again in another upload of the project, but not of another project', async () => {
    const { coordinator, projectId, uploadId, fileIds, send, list } = await opened({
      'a.dcm': 'twin',
      'copy of a.dcm': 'twin',
    });
    assert.equal(await send(0, 'twin'), 201);
    assert.equal(await fileState(fileIds[1]!), 'stored');
    await completeUpload(coordinator, uploadId);
    const again = await openUpload(coordinator, projectId, list);
    assert.notEqual(again.uploadId, uploadId);
    assert.deepEqual(
      again.files.map((file) => file.state),
      ['stored', 'stored'],
    );
    const other = await makeTeam();
    const elsewhere = await openUpload(other.coordinator, other.projectId, list);
    assert.deepEqual(
      elsewhere.files.map((file) => file.state),
      ['expected', 'expected'],
    );
  });

  it('listed again goes on with the same upload; a changed file does not', async () => {
    const { coordinator, projectId, uploadId, list } = await opened({ 'a.dcm': 'one', 'b.dcm': 'two' });
    assert.equal((await openUpload(coordinator, projectId, list)).uploadId, uploadId);
    const changed = [list[0]!, { ...list[1]!, sha256: sha('else') }];
    await assert.rejects(openUpload(coordinator, projectId, changed, uploadId), { code: 'CONFLICT' });
    assert.notEqual((await openUpload(coordinator, projectId, changed)).uploadId, uploadId);
    const more = await openUpload(coordinator, projectId, [listed('c.dcm', 'three')], uploadId);
    assert.equal(more.uploadId, uploadId);
    assert.equal((await uploadStatus(coordinator, uploadId)).files.length, 3);
  });

  it('quarantines an empty file at once, with the reason', async () => {
    const { coordinator, uploadId, rows } = await opened({ 'empty.dcm': '' });
    assert.deepEqual([rows[0]?.state, rows[0]?.reason], ['quarantined', 'The file is empty.']);
    await completeUpload(coordinator, uploadId);
  });
});

describe('giving up', () => {
  it('removes what arrived, but not what another upload names too', async () => {
    const { coordinator, projectId, uploadId, send, list } = await opened({ 'a.dcm': 'shared', 'b.dcm': 'only here' });
    await send(0, 'shared');
    await send(1, 'only here');
    const other = await openUpload(coordinator, projectId, [list[0]!]);
    await abandonUpload(coordinator, uploadId);
    const { rawKey: kept } = await db.uploadFile.findUniqueOrThrow({ where: { id: other.files[0]!.fileId } });
    assert.ok(await stat(parseRawKey(kept!)));
    assert.equal(await stat(rawKey(projectId, sha('only here'))), null);
    await assert.rejects(completeUpload(coordinator, uploadId), { code: 'CONFLICT' });
    await completeUpload(coordinator, other.uploadId);
  });

  it('happens by itself to open uploads in which nothing moved for days, to no others', async () => {
    const idle = await opened({ 'a.dcm': 'abc' });
    const fresh = await opened({ 'a.dcm': 'abc' });
    const longAgo = new Date(Date.now() - 15 * 86_400_000);
    await db.upload.updateMany({
      where: { id: { in: [idle.uploadId, fresh.uploadId] } },
      data: { createdAt: longAgo },
    });
    await db.uploadFile.updateMany({ where: { uploadId: idle.uploadId }, data: { updatedAt: longAgo } });
    assert.equal(await sweepUploads(14), 1);
    assert.equal((await uploadStatus(idle.coordinator, idle.uploadId)).state, 'abandoned');
    assert.equal((await uploadStatus(fresh.coordinator, fresh.uploadId)).state, 'open');
    assert.equal(await idle.send(0, 'abc'), 'GONE');
  });
});

// A project's secret (UIDs, dates and subject keys derive from it), sealed with the site key: AES-256-GCM, nonce | tag | text.
import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { DomainError } from '@/domain/errors';
import { db } from './db';
import { env } from './env';

const NONCE = 12;
const TAG = 16;

/** 32 random bytes, sealed: what Project.secret holds. */
export function newProjectSecret(): Uint8Array<ArrayBuffer> {
  return seal(randomBytes(32));
}

/** The opened secret of a project: for workers. Never stored, logged or sent. */
export async function projectSecret(projectId: string): Promise<Buffer> {
  const project = await db.project.findUnique({ where: { id: projectId }, select: { secret: true } });
  if (project === null) throw new DomainError('NOT_FOUND', 'This project does not exist.');
  return open(project.secret);
}

function seal(plain: Uint8Array): Uint8Array<ArrayBuffer> {
  const nonce = randomBytes(NONCE);
  const cipher = createCipheriv('aes-256-gcm', siteKey(), nonce);
  const text = Buffer.concat([cipher.update(plain), cipher.final()]);
  return new Uint8Array(Buffer.concat([nonce, cipher.getAuthTag(), text]));
}

function open(sealed: Uint8Array): Buffer {
  const bytes = Buffer.from(sealed);
  const decipher = createDecipheriv('aes-256-gcm', siteKey(), bytes.subarray(0, NONCE));
  decipher.setAuthTag(bytes.subarray(NONCE, NONCE + TAG));
  return Buffer.concat([decipher.update(bytes.subarray(NONCE + TAG)), decipher.final()]);
}

function siteKey(): Buffer {
  return Buffer.from(env.SITE_KEY, 'hex');
}

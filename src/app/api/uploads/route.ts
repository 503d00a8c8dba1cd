// Opens an upload: the list of files with their SHA-256.
import { z } from 'zod';
import { DomainError } from '@/domain/errors';
import { openUpload } from '@/server/uploadOpening';
import { json } from '../respond';
import { route } from '../serviceRoute';

const wish = z.object({
  projectId: z.uuid(),
  uploadId: z.uuid().optional(),
  files: z.array(z.object({ path: z.string(), size: z.number(), sha256: z.string() })),
});

export const POST = route(async ({ request, actor }) => {
  const parsed = wish.safeParse(await request.json().catch(() => null));
  if (!parsed.success) throw new DomainError('INVALID', 'The list of files cannot be read.');
  const { projectId, files, uploadId } = parsed.data;
  return json(await openUpload(actor, projectId, files, uploadId), 201);
});

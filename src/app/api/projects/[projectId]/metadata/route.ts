// Searching the cleaned headers. A POST, because what is searched for may be a name and must not stand in an address.
import { DomainError } from '@/domain/errors';
import { viewMetadata } from '@/server/metadata';
import { json } from '../../../respond';
import { route } from '../../../serviceRoute';

export const POST = route<{ projectId: string }>(async ({ request, params, actor }) => {
  const wish = await request.json().catch(() => {
    throw new DomainError('INVALID', 'This search cannot be read.');
  });
  return json(await viewMetadata(actor, params.projectId, wish));
});

// One upload: how far it is (GET), all sent (POST), given up (DELETE).
import { z } from 'zod';
import { completeUpload } from '@/server/uploadOpening';
import { abandonUpload } from '@/server/uploadSweep';
import { uploadStatus } from '@/server/uploads';
import { json } from '../../respond';
import { route } from '../../serviceRoute';

interface Params {
  uploadId: string;
}

export const GET = route<Params>(async ({ params, actor }) => json(await uploadStatus(actor, params.uploadId)));

const wish = z.object({ withoutMissing: z.boolean().default(false) });

export const POST = route<Params>(async ({ request, params, actor }) => {
  const { withoutMissing } = wish.catch({ withoutMissing: false }).parse(await request.json().catch(() => null));
  return json(await completeUpload(actor, params.uploadId, { withoutMissing }));
});

export const DELETE = route<Params>(async ({ params, actor }) => {
  await abandonUpload(actor, params.uploadId);
  return new Response(null, { status: 204 });
});

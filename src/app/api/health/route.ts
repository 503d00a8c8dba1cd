// Whether this process serves and reaches its database: for the start program and for whoever watches.
import { db } from '@/server/db';
import { json } from '../respond';

export const dynamic = 'force-dynamic';

export async function GET(): Promise<Response> {
  const reached = await db.$queryRaw`SELECT 1`.then(
    () => true,
    () => false,
  );
  return json({ ok: reached }, reached ? 200 : 503);
}

// The Prisma client, made on first use. Outside `transact` it is for reading only.
import { PrismaPg } from '@prisma/adapter-pg';
import { env } from './env';
import { PrismaClient } from './generated/prisma/client';

export type Tx = Parameters<Parameters<PrismaClient['$transaction']>[0]>[0];

/** Every connection acts as the role that may not change the audit trail, whoever it signed in as. */
export const asAppRole = '-c role=cloakroom_app';

// Kept on globalThis: the development server loads modules anew after each edit, connections must not pile up.
const kept = globalThis as { cloakroomDb?: PrismaClient };

function connect(): PrismaClient {
  kept.cloakroomDb ??= new PrismaClient({
    adapter: new PrismaPg({ connectionString: env.DATABASE_URL, options: asAppRole, max: 10 }),
    transactionOptions: { maxWait: 30_000, timeout: 120_000 },
  });
  return kept.cloakroomDb;
}

export const db: PrismaClient = new Proxy({} as PrismaClient, {
  get(_target, name) {
    const client = connect();
    const value = Reflect.get(client, name, client);
    return typeof value === 'function' ? value.bind(client) : value;
  },
});

/** Ends the connections, for programs that want to exit. */
export async function closeDb(): Promise<void> {
  await kept.cloakroomDb?.$disconnect();
  delete kept.cloakroomDb;
}

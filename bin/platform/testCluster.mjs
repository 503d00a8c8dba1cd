// The PostgreSQL of one test run: a scratch cluster with a migrated template that each test file clones.
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { migrate } from './migrate.mjs';
import { startScratchCluster } from './postgres.mjs';

const TEMPLATE = 'cloakroom_template';

/** Starts it; `env` is what test/server/database.ts looks for, `scratch` a folder that goes with it. */
export async function startTestCluster() {
  const cluster = await startScratchCluster();
  const { ownerUrl, appUrl, appPassword } = cluster;
  const scratch = fs.mkdtempSync(path.join(os.tmpdir(), 'cloakroom-test-run-'));
  const stop = () => {
    cluster.stop();
    fs.rmSync(scratch, { recursive: true, force: true });
  };
  try {
    await migrate({ ownerUrl: ownerUrl(TEMPLATE), appPassword });
  } catch (error) {
    stop();
    throw error;
  }
  return {
    env: { CLOAKROOM_TEST_DATABASE_URL: ownerUrl(TEMPLATE), CLOAKROOM_TEST_APP_URL: appUrl(TEMPLATE), TMPDIR: scratch },
    owner: ownerUrl('postgres'),
    database: (name) => ({ ownerUrl: ownerUrl(name), appUrl: appUrl(name), appPassword }),
    scratch,
    stop,
  };
}

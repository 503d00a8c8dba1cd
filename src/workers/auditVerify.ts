// `cloakroom audit verify`: walks the audit chain and names the first broken link. Exit status 0 whole, 1 broken.
import { verifyAudit } from '@/server/audit';
import { closeDb } from '@/server/db';

const reasons = {
  missing: 'the event of this number is missing',
  unlinked: 'it does not follow the event before it',
  changed: 'it was changed after it was written',
} as const;

const verdict = await verifyAudit();
if (verdict.ok) {
  console.log(`The audit trail is whole: ${verdict.events} events, the last one with hash ${verdict.head}.`);
} else {
  console.log(`The audit trail is broken at event ${verdict.seq}: ${reasons[verdict.reason]}.`);
  process.exitCode = 1;
}
await closeDb();

// Brings the database at MIGRATE_DATABASE_URL up to date and prints the link for the first administrator, if there is none yet.
// `npm start` does this by itself; this is for containers. The password in DATABASE_URL becomes that of cloakroom_app.
import process from 'node:process';
import { migrate } from './platform/migrate.mjs';
import { ROOT } from './platform/prepare.mjs';
import { runToEnd } from './platform/processes.mjs';

const { DATABASE_URL, MIGRATE_DATABASE_URL, NEXTAUTH_URL = 'http://localhost:3000', ...rest } = process.env;
const app = new URL(DATABASE_URL);
const isOurRole = app.username === 'cloakroom_app';
const applied = await migrate({
  ownerUrl: MIGRATE_DATABASE_URL,
  appPassword: isOurRole ? decodeURIComponent(app.password) : undefined,
  appUser: decodeURIComponent(app.username),
});
console.log(applied.length > 0 ? `Applied: ${applied.join(', ')}` : 'The database is up to date.');
const env = { ...rest, DATABASE_URL, NEXTAUTH_URL };
const link = (await runToEnd(process.execPath, ['dist/firstLink.mjs'], { cwd: ROOT, env })).trim();
if (link)
  console.log(`Create the administrator's account with this link; it works once:\n  ${new URL(link, NEXTAUTH_URL)}`);

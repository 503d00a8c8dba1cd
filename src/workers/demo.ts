// `npm start -- --demo`: a project with one account a role and generated scans, put through the same doors people use.
import { randomBytes } from 'node:crypto';
import { phantomIdentifiers } from '@/domain/phantom/identifiers';
import { type PhantomSeriesOptions, phantomSeries } from '@/domain/phantom/series';
import type { ProjectRole } from '@/domain/policy';
import { actorFor, register } from '@/server/accounts';
import { closeDb, db } from '@/server/db';
import { acceptInvitation, firstRunInvitation } from '@/server/invitations';
import { inviteMember } from '@/server/members';
import { createProject } from '@/server/projects';
import { closeQueue } from '@/server/queues';
import { type MemoryFile, uploadFolder } from './uploadFolder';

const NAME = 'Demo: generated heads';
const DESCRIPTION = 'Heads and a trunk that a program drew. Nobody in this project exists; use it to try every step.';

interface DemoAccount {
  readonly role: string;
  readonly email: string;
  readonly password: string;
}

/** Makes the demo project and prints its accounts; does nothing when it is there already. */
export async function makeDemo(): Promise<void> {
  if ((await db.project.count({ where: { name: NAME } })) > 0) {
    console.log('The demo project is there already; its passwords were printed when it was made.');
    return;
  }
  const accounts: DemoAccount[] = [];
  const account = (role: string) => {
    const made = { role, email: `${role}@demo.example`, password: randomBytes(12).toString('base64url') };
    accounts.push(made);
    return { name: `Demo ${role}`, email: made.email, password: made.password };
  };
  const adminLink = await firstRunInvitation();
  if (adminLink !== null) await acceptInvitation(tokenOf(adminLink), account('administrator'));
  const { userId: leadId } = await register(account('lead'));
  const wish = { name: NAME, description: DESCRIPTION, preset: 'research', readers: 1 } as const;
  const { id: projectId, slug } = await createProject(await actorFor(leadId), wish);
  const lead = await actorFor(leadId);
  const member = async (role: ProjectRole) => {
    const { path } = await inviteMember(lead, projectId, { role, days: 1 });
    return (await acceptInvitation(tokenOf(path), account(role))).userId;
  };
  const coordinatorId = await member('coordinator');
  await member('reviewer');
  await register(account('researcher'));
  console.log('\nThe demo project is being filled; its scans run through the pipeline now.');
  await uploadFolder(await actorFor(coordinatorId), projectId, demoFolder());
  printAccounts(slug, accounts, adminLink !== null);
}

/** Three scans as they should be, one with a slice missing for a person to decide on, and a letter that is no image. */
function demoFolder(): MemoryFile[] {
  const size = { rows: 128, columns: 128, slices: 96 };
  const head = phantomIdentifiers(1);
  return [
    ...series('visit 1/t1', { ...size, modality: 'MR', head: true, identifiers: head, seed: 1 }),
    ...series('visit 1/ct', { ...size, modality: 'CT', head: true, identifiers: head, seed: 1, seriesNumber: 2 }),
    ...series('visit 2/abdomen', {
      ...size,
      slices: 48,
      modality: 'CT',
      head: false,
      identifiers: phantomIdentifiers(3),
      seed: 3,
    }),
    ...series('visit 3/t1', { ...size, modality: 'MR', head: true, identifiers: phantomIdentifiers(4), seed: 4 }, 40),
    {
      path: 'demo/letter.txt',
      bytes: Buffer.from('This letter is no image, so it is kept back with a plain reason.\n'),
    },
  ];
}

function series(folder: string, options: PhantomSeriesOptions, missing = -1): MemoryFile[] {
  return phantomSeries(options)
    .filter((_, index) => index !== missing)
    .map(({ name, bytes }) => ({ path: `demo/${folder}/${name}`, bytes }));
}

function printAccounts(slug: string, accounts: readonly DemoAccount[], madeAdministrator: boolean): void {
  console.log(`\nDemo project: /projects/${slug}`);
  console.log('Accounts (these passwords are shown once):');
  for (const { role, email, password } of accounts) console.log(`  ${role.padEnd(14)} ${email.padEnd(28)} ${password}`);
  if (madeAdministrator) console.log('The link for the first administrator is used up by this.');
}

function tokenOf(link: string): string {
  return link.split('/').at(-1)!;
}

if (process.argv[1]?.match(/demo\.(ts|mjs)$/)) {
  await makeDemo();
  await closeQueue();
  await closeDb();
}

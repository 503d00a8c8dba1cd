// Prints the path of the link that creates the administrator, while there is none; run by the start program.
import { closeDb } from '@/server/db';
import { firstRunInvitation } from '@/server/invitations';

console.log((await firstRunInvitation()) ?? '');
await closeDb();

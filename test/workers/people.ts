// A project with one person a role, and a pipeline that is worked by hand: every queued run, one after the other.
import { randomUUID } from 'node:crypto';
import type { Actor } from '@/domain/policy';
import { actorFor, register } from '@/server/accounts';
import { db } from '@/server/db';
import { acceptInvitation } from '@/server/invitations';
import { inviteMember } from '@/server/members';
import { createProject } from '@/server/projects';
import { stageHandler } from '@/workers/runStage';

export interface People {
  readonly projectId: string;
  readonly slug: string;
  readonly lead: Actor;
  readonly coordinator: Actor;
  readonly reviewer: Actor;
}

export async function makePeople(): Promise<People> {
  const person = (name: string) => ({ name, email: `${name}-${randomUUID()}@example.org`, password: randomUUID() });
  const leadId = (await register(person('lead'))).userId;
  const project = await createProject(await actorFor(leadId), {
    name: `Study ${randomUUID()}`,
    preset: 'research',
    readers: 1,
  });
  const lead = await actorFor(leadId);
  const member = async (role: 'coordinator' | 'reviewer') => {
    const { path } = await inviteMember(lead, project.id, { role, days: 1 });
    const { userId } = await acceptInvitation(path.split('/').at(-1)!, person(role));
    return actorFor(userId);
  };
  return {
    projectId: project.id,
    slug: project.slug,
    lead,
    coordinator: await member('coordinator'),
    reviewer: await member('reviewer'),
  };
}

/** Works everything that is queued, and what that queues, until nothing is. */
export async function workAll(only?: string): Promise<void> {
  const handle = stageHandler(new AbortController().signal);
  for (;;) {
    const run = await db.stageRun.findFirst({
      where: { state: 'queued', ...(only === undefined ? {} : { stage: only }) },
      orderBy: { createdAt: 'asc' },
    });
    if (run === null) return;
    await handle(run.id);
  }
}

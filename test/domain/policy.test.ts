import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type Action, type Actor, can, nobody, policy, projectRoles } from '@/domain/policy';

const HERE = 'project-here';
const ELSEWHERE = 'project-elsewhere';
const person: Actor = { userId: 'u', isSiteAdmin: false, roles: {}, grants: [] };

/** One person per column; each holds that one role in the project asked about. */
const people = {
  nobody,
  account: person,
  grantee: { ...person, grants: [HERE] },
  coordinator: { ...person, roles: { [HERE]: ['coordinator'] } },
  reviewer: { ...person, roles: { [HERE]: ['reviewer'] } },
  lead: { ...person, roles: { [HERE]: ['lead'] } },
  siteAdmin: { ...person, isSiteAdmin: true },
} as const satisfies Record<string, Actor>;

// What the roles are for, in words a hospital would use; `x` is allowed.
const table = `
                     nobody account grantee coordinator reviewer lead siteAdmin
user.invite             -       -       -        -          -      -      x
user.list               -       -       -        -          -      -      x
project.create          -       x       x        x          x      x      x
project.view            -       -       -        x          x      x      -
project.edit            -       -       -        -          -      x      -
project.invite          -       -       -        -          -      x      -
profile.view            -       -       -        x          x      x      -
profile.change          -       -       -        -          -      x      -
profile.dryRun          -       -       -        -          -      x      -
upload.create           -       -       -        x          -      -      -
upload.view             -       -       -        x          -      x      -
upload.abandon          -       -       -        x          -      -      -
series.view             -       -       -        x          x      x      -
series.reprocess        -       -       -        x          -      x      -
series.decideHeld       -       -       -        -          x      x      -
review.view             -       -       -        -          x      x      -
review.decide           -       -       -        -          x      -      -
review.mend             -       -       -        -          x      x      -
metadata.view           -       -       -        -          x      x      -
metadata.export         -       -       -        -          -      x      -
release.view            -       -       -        x          x      x      -
release.publish         -       -       -        -          -      x      -
release.withdraw        -       -       -        -          -      x      -
access.decide           -       -       -        -          -      x      -
access.request          -       x       x        x          x      x      x
catalogue.view          x       x       x        x          x      x      x
release.download        -       -       x        -          -      x      -
audit.view              -       -       -        -          -      x      -
audit.viewAll           -       -       -        -          -      -      x
`;

const [header = [], ...rows] = table
  .trim()
  .split('\n')
  .map((line) => line.trim().split(/\s+/));
const actions = Object.keys(policy) as Action[];

describe('the policy', () => {
  it('has a row in the table for every action, and a column for every role', () => {
    assert.deepEqual(rows.map(([action]) => action).sort(), [...actions].sort());
    assert.deepEqual(header, Object.keys(people));
    assert.ok(projectRoles.every((role) => header.includes(role)));
  });

  for (const [action, ...cells] of rows) {
    for (const [i, cell] of cells.entries()) {
      const who = header[i] as keyof typeof people;
      it(`${cell === 'x' ? 'lets' : 'refuses'} ${who} ${action}`, () => {
        assert.equal(can(people[who], action as Action, HERE), cell === 'x');
      });
    }
  }

  it('gives no role of one project any right in another, or outside projects', () => {
    const everything: Actor = { ...person, roles: { [HERE]: projectRoles }, grants: [HERE] };
    for (const action of actions) {
      assert.equal(can(everything, action, ELSEWHERE), can(person, action, ELSEWHERE), action);
      assert.equal(can(everything, action), can(person, action), action);
    }
  });

  it('denies what it does not name', () => {
    const all: Actor = { ...person, isSiteAdmin: true, roles: { [HERE]: projectRoles }, grants: [HERE] };
    for (const action of ['raw.download', 'toString', '__proto__', 'constructor', '']) {
      assert.equal(can(all, action as Action, HERE), false, action);
    }
    for (const project of ['toString', '__proto__', 'constructor']) {
      assert.equal(can(people.lead, 'project.view', project), false, project);
    }
  });
});

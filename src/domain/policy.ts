// Who may do what: action -> roles. Default deny; what is not named here is not allowed.

export const projectRoles = ['lead', 'coordinator', 'reviewer'] as const;
export type ProjectRole = (typeof projectRoles)[number];
/** `account`: anyone signed in. `anyone`: also the public. `grantee`: holds an unexpired grant for the project's data. */
export type PolicyRole = ProjectRole | 'siteAdmin' | 'account' | 'anyone' | 'grantee';

export interface Actor {
  readonly userId: string;
  readonly isSiteAdmin: boolean;
  /** Roles by project id; a person may hold several. */
  readonly roles: Readonly<Record<string, readonly ProjectRole[]>>;
  /** Projects whose published data this person holds an unexpired, unrevoked grant for. */
  readonly grants: readonly string[];
}

/** The public: somebody who has not signed in. */
export const nobody: Actor = { userId: '', isSiteAdmin: false, roles: {}, grants: [] };

const member = ['lead', 'coordinator', 'reviewer'] as const;

export const policy = {
  'user.invite': ['siteAdmin'],
  'user.list': ['siteAdmin'],
  'project.create': ['siteAdmin', 'account'],
  'project.view': member,
  'project.edit': ['lead'],
  'project.invite': ['lead'],
  'profile.view': member,
  'profile.change': ['lead'],
  'profile.dryRun': ['lead'],
  'upload.create': ['coordinator'],
  'upload.view': ['coordinator', 'lead'],
  'upload.abandon': ['coordinator'],
  'series.view': member,
  'series.reprocess': ['lead', 'coordinator'],
  'series.decideHeld': ['reviewer', 'lead'],
  'review.view': ['reviewer', 'lead'],
  'review.decide': ['reviewer'],
  'review.mend': ['reviewer', 'lead'],
  /** Cleaned headers on the screen; a file of them leaves the portal, so that is for leads. */
  'metadata.view': ['reviewer', 'lead'],
  'metadata.export': ['lead'],
  'release.view': member,
  'release.publish': ['lead'],
  'release.withdraw': ['lead'],
  'access.decide': ['lead'],
  'access.request': ['account'],
  'catalogue.view': ['anyone'],
  'release.download': ['grantee', 'lead'],
  'audit.view': ['lead'],
  'audit.viewAll': ['siteAdmin'],
} as const satisfies Record<string, readonly PolicyRole[]>;

export type Action = keyof typeof policy;

/** The roles that `actor` holds with respect to a project (or to the site when no project is named). */
function rolesOf(actor: Actor, projectId: string | undefined): ReadonlySet<PolicyRole> {
  const held = new Set<PolicyRole>(['anyone']);
  if (actor.userId === '') return held;
  held.add('account');
  if (actor.isSiteAdmin) held.add('siteAdmin');
  if (projectId !== undefined) {
    for (const role of Object.hasOwn(actor.roles, projectId) ? (actor.roles[projectId] ?? []) : []) held.add(role);
    if (actor.grants.includes(projectId)) held.add('grantee');
  }
  return held;
}

/** Whether `actor` may do `action`, in the project named if the action belongs to one. */
export function can(actor: Actor, action: Action, projectId?: string): boolean {
  if (!Object.hasOwn(policy, action)) return false;
  const held = rolesOf(actor, projectId);
  return policy[action].some((role) => held.has(role));
}

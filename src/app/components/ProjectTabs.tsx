// The tabs of a project: only those whose page the actor may see.
import { type Action, type Actor, can } from '@/domain/policy';
import { type NavLink, NavLinks } from './NavLinks';

const tabs: readonly { path: string; label: string; needs: Action }[] = [
  { path: '', label: 'Status', needs: 'series.view' },
  { path: '/upload', label: 'Upload', needs: 'upload.view' },
  { path: '/review', label: 'Review', needs: 'review.view' },
  { path: '/metadata', label: 'Metadata', needs: 'metadata.view' },
  { path: '/releases', label: 'Releases', needs: 'release.view' },
  { path: '/access', label: 'Access', needs: 'access.decide' },
  { path: '/profile', label: 'Profile', needs: 'profile.view' },
  { path: '/members', label: 'Members', needs: 'project.view' },
  { path: '/audit', label: 'Audit', needs: 'audit.view' },
  { path: '/settings', label: 'Settings', needs: 'project.edit' },
];

export function ProjectTabs({ actor, project }: { actor: Actor; project: { id: string; slug: string } }) {
  const links: NavLink[] = tabs
    .filter((tab) => can(actor, tab.needs, project.id))
    .map((tab) => ({ href: `/projects/${project.slug}${tab.path}`, label: tab.label, exact: tab.path === '' }));
  return <NavLinks links={links} look="tabs" label="Project" />;
}

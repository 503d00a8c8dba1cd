// The top of every page: the wordmark, where one can go, and who one is.
import Link from 'next/link';
import { ButtonLink } from './Button';
import { Mark } from './Mark';
import { type NavLink, NavLinks } from './NavLinks';
import { UserMenu } from './UserMenu';

interface AppHeaderProps {
  /** Null when signed out. */
  user: { name: string; email: string; isSiteAdmin: boolean } | null;
}

export function AppHeader({ user }: AppHeaderProps) {
  return (
    <header className="border-b border-line bg-surface">
      <div className="mx-auto flex h-14 w-full max-w-6xl items-center gap-6 px-6">
        <Link href="/" className="flex items-center gap-2 font-semibold tracking-tight">
          <Mark />
          Cloakroom
        </Link>
        <div className="grow">
          <NavLinks links={linksFor(user)} look="main" label="Main" />
        </div>
        {user ? (
          <UserMenu name={user.name} email={user.email} />
        ) : (
          <div className="flex gap-2">
            <ButtonLink href="/register" kind="quiet">
              Register
            </ButtonLink>
            <ButtonLink href="/login">Sign in</ButtonLink>
          </div>
        )}
      </div>
    </header>
  );
}

function linksFor(user: AppHeaderProps['user']): NavLink[] {
  if (!user) return [{ href: '/datasets', label: 'Datasets' }];
  const links = [
    { href: '/projects', label: 'Projects' },
    { href: '/datasets', label: 'Datasets' },
    { href: '/account', label: 'My requests' },
  ];
  return user.isSiteAdmin ? [...links, { href: '/admin', label: 'Admin' }] : links;
}

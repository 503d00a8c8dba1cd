'use client';
// A row of links that knows where one is: the main navigation and the tabs of a project.
import Link from 'next/link';
import { usePathname } from 'next/navigation';

export interface NavLink {
  href: string;
  label: string;
  /** Only this very page, not the pages below it. */
  exact?: boolean;
}

const looks = {
  main: {
    list: 'flex items-center gap-1',
    item: 'rounded-md px-3 py-1.5 text-sm font-medium hover:bg-sunken',
    here: 'bg-sunken text-ink',
    away: 'text-muted',
  },
  tabs: {
    list: 'flex gap-1 overflow-x-auto',
    item: '-mb-px block border-b-2 px-3 py-2.5 text-sm font-medium whitespace-nowrap',
    here: 'border-accent text-ink',
    away: 'border-transparent text-muted hover:text-ink',
  },
} as const;

export function NavLinks({
  links,
  look,
  label,
}: {
  links: readonly NavLink[];
  look: keyof typeof looks;
  label: string;
}) {
  const path = usePathname();
  const style = looks[look];
  return (
    <nav aria-label={label}>
      <ul className={style.list}>
        {links.map(({ href, label: text, exact }) => {
          const here = path === href || (!exact && path.startsWith(`${href}/`));
          return (
            <li key={href}>
              <Link
                href={href}
                aria-current={here ? 'page' : undefined}
                className={`${style.item} ${here ? style.here : style.away}`}
              >
                {text}
              </Link>
            </li>
          );
        })}
      </ul>
    </nav>
  );
}

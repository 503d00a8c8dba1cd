// Buttons and links that look like them. One primary a page; danger only for what cannot be taken back.
import Link from 'next/link';
import type { ComponentProps } from 'react';

export type ButtonKind = 'primary' | 'plain' | 'quiet' | 'danger';

const base =
  'inline-flex items-center justify-center gap-2 rounded-md border px-3 font-medium whitespace-nowrap select-none ' +
  // A button that only waits for the page to come alive must not flicker.
  'transition-colors duration-100 disabled:cursor-not-allowed [&:disabled:not([data-waking])]:opacity-50';

const sizes = { normal: 'min-h-9 text-sm', small: 'min-h-8 px-2.5 text-[0.8125rem]' } as const;

const kinds: Record<ButtonKind, string> = {
  primary: 'border-transparent bg-accent text-on-accent hover:bg-accent-strong',
  plain: 'border-edge/60 bg-surface text-ink hover:bg-sunken',
  quiet: 'border-transparent text-accent hover:bg-sunken',
  danger: 'border-transparent bg-bad-fill text-on-accent hover:opacity-90',
};

/** The classes alone, for elements that are neither button nor link (a label around a file input). */
export function buttonClass(kind: ButtonKind = 'plain', size: keyof typeof sizes = 'normal'): string {
  return `${base} ${sizes[size]} ${kinds[kind]}`;
}

interface Look {
  kind?: ButtonKind;
  size?: keyof typeof sizes;
}

export function Button({ kind, size, type = 'button', ...rest }: ComponentProps<'button'> & Look) {
  return <button type={type} {...rest} className={buttonClass(kind, size)} />;
}

export function ButtonLink({ kind, size, ...rest }: ComponentProps<typeof Link> & Look) {
  return <Link {...rest} className={buttonClass(kind, size)} />;
}

// The root of every page.
import type { Metadata } from 'next';
import type { ReactNode } from 'react';
import { currentAccount } from '@/server/session';
import { AppHeader } from './components/AppHeader';
import './globals.css';

export const metadata: Metadata = {
  title: { default: 'Cloakroom', template: '%s - Cloakroom' },
  description: 'Share medical images for research while the identities stay at the door.',
};

/** Every page is made per request: it depends on who asks, and its scripts carry that request's nonce. */
export const dynamic = 'force-dynamic';

export default async function RootLayout({ children }: { children: ReactNode }) {
  const account = await currentAccount();
  return (
    <html lang="en">
      <body className="flex min-h-dvh flex-col">
        <a
          href="#content"
          className="absolute left-2 top-2 z-30 -translate-y-16 rounded-md bg-surface px-3 py-2 focus:translate-y-0"
        >
          To the content
        </a>
        <AppHeader user={account} />
        <main id="content" className="flex grow flex-col">
          {children}
        </main>
      </body>
    </html>
  );
}

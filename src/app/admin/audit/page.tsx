// The audit trail of the whole site.
import type { Metadata } from 'next';
import { notFound } from 'next/navigation';
import { type AuditSearch, AuditTrail } from '@/app/components/AuditTrail';
import { Page } from '@/app/components/Page';
import { pageActor } from '@/app/pageActor';
import { can } from '@/domain/policy';

export const metadata: Metadata = { title: 'Audit' };

export default async function SiteAuditPage({ searchParams }: { searchParams: Promise<AuditSearch> }) {
  const actor = await pageActor();
  if (!can(actor, 'audit.viewAll')) notFound();
  return (
    <Page
      title="Audit of the site"
      lead="Every project, every account. Entries are chained and cannot be changed or removed."
    >
      <AuditTrail actor={actor} search={await searchParams} />
    </Page>
  );
}

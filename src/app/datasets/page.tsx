// The public catalogue of published datasets.
import Link from 'next/link';
import { Bytes } from '@/app/components/Bytes';
import { EmptyState } from '@/app/components/EmptyState';
import { Page } from '@/app/components/Page';
import { Time } from '@/app/components/Time';
import { catalogue } from '@/server/catalogue';

export const metadata = { title: 'Datasets' };
export const dynamic = 'force-dynamic';

export default async function CataloguePage() {
  const datasets = await catalogue();
  return (
    <Page
      title="Datasets"
      lead="De-identified medical images for research. Anyone may look; downloading needs a grant from the dataset’s lead."
    >
      {datasets.length === 0 && (
        <EmptyState title="No dataset has been published yet">
          Come back later, or ask the hospital that runs this site.
        </EmptyState>
      )}
      <ul className="space-y-4">
        {datasets.map((dataset) => (
          <li key={dataset.slug} className="rounded-lg border border-line bg-surface p-5">
            <h2 className="text-lg font-semibold">
              <Link href={`/datasets/${dataset.slug}`} className="text-accent hover:underline">
                {dataset.name}
              </Link>
            </h2>
            {dataset.description && <p className="mt-1 max-w-3xl text-muted">{dataset.description}</p>}
            <p className="mt-2 text-sm text-muted">
              Version {dataset.version} · {dataset.subjects} {dataset.subjects === 1 ? 'subject' : 'subjects'} ·{' '}
              {dataset.series} series · {dataset.modalities.join(', ')} · <Bytes value={dataset.byteCount} /> ·{' '}
              {dataset.license} · published <Time iso={dataset.publishedAt} shape="day" />
            </p>
          </li>
        ))}
      </ul>
    </Page>
  );
}

// One scan under review.
import { orNotFound, pageActor } from '@/app/pageActor';
import { reviewItem } from '@/server/reviews';
import { decide, undo } from '../actions';
import { ReviewScreen } from './ReviewScreen';

export const metadata = { title: 'Review' };

export default async function ReviewItemPage({ params }: { params: Promise<{ slug: string; seriesId: string }> }) {
  const { slug, seriesId } = await params;
  const actor = await pageActor();
  const item = await orNotFound(reviewItem(actor, seriesId));
  return <ReviewScreen key={seriesId} slug={slug} item={item} decide={decide} undo={undo} />;
}

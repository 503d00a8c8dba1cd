// One scan under review.
import { orNotFound, pageActor } from '@/app/pageActor';
import { pixelReview } from '@/server/pixelReview';
import { reviewItem } from '@/server/reviews';
import { answerHeld } from '../../status/actions';
import { decide, undo } from '../actions';
import { confirm, saveBoxes, share, unshare } from './pixels/actions';
import { PixelScreen } from './pixels/PixelScreen';
import { ReviewScreen } from './ReviewScreen';

export const metadata = { title: 'Review' };

const pixelActions = { save: saveBoxes, share, unshare, confirm, reject: answerHeld };

export default async function ReviewItemPage({ params }: { params: Promise<{ slug: string; seriesId: string }> }) {
  const { slug, seriesId } = await params;
  const actor = await pageActor();
  const item = await orNotFound(reviewItem(actor, seriesId));
  if (item.series.state === 'heldPixels') {
    const pixels = await orNotFound(pixelReview(actor, seriesId));
    return <PixelScreen key={seriesId} slug={slug} series={item.series} pixels={pixels} actions={pixelActions} />;
  }
  return <ReviewScreen key={seriesId} slug={slug} item={item} decide={decide} undo={undo} />;
}

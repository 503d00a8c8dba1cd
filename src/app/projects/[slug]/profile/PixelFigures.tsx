// How well text in pictures is found: by what reviewers still had to black out here, and as it was measured on generated pictures.
import { textFigures } from '@/domain/pixels/textFigures';
import type { PixelRegions } from '@/server/pixelRegions';

const percent = (share: number) => `${(100 * share).toLocaleString('en', { maximumFractionDigits: 1 })} %`;

export function PixelFigures({ desk }: { desk: PixelRegions }) {
  const { images, missed, series } = desk.residual;
  const { identifying12px, identifying10px, precision, cleanFlagged } = textFigures;
  const measured = [
    ['of identifying text of 12 pixels and more is found', identifying12px],
    ['of identifying text of 10 pixels', identifying10px],
    ['of the black boxes hold text', precision],
    ['of pictures without text get a box all the same', cleanFlagged],
  ] as const;
  return (
    <dl
      aria-label="How well text is found"
      className="mt-3 grid grid-cols-2 gap-4 rounded-md bg-sunken px-4 py-3 text-sm"
    >
      <div>
        <dt className="text-muted">Missed by the program, found by reviewers</dt>
        <dd className="font-medium">
          {series === 0
            ? 'Nobody has looked at images with text yet.'
            : `${percent(missed / images)}: ${missed.toLocaleString('en')} of ${images.toLocaleString('en')} images in ${series} series`}
        </dd>
      </div>
      <div>
        <dt className="text-muted">Measured on {textFigures.images} generated pictures</dt>
        {measured.map(([words, share]) => share !== null && <dd key={words}>{`${percent(share)} ${words}`}</dd>)}
      </div>
    </dl>
  );
}

// Blacking rectangles out of one uncompressed frame. Never a blur, which can be undone; outside the boxes every bit stays.
import { type Box, clipBox } from './boxes';
import { meaningOf, type PixelLayout, sampleAt, wordOf, wordReader, wordWriter } from './layout';

/** What stands in a blacked-out box: zero (black in YBR), PixelPaddingValue (else zero), or the mean of the pixels around the box. */
export type Fill = 'zero' | 'padding' | 'border';

/** The pixels that a box really takes: clipped to the image, and whole pairs where two pixels share their chroma. */
export function blackedBox(box: Box, layout: PixelLayout): Box | null {
  const clipped = clipBox(box, layout);
  if (clipped === null || !layout.subsampled) return clipped;
  const x = clipped.x & ~1;
  const right = (clipped.x + clipped.width + 1) & ~1;
  return { ...clipped, x, width: right - x };
}

/**
 * A frame with its boxes blacked out; the very same array when no box touches it. The frame is not changed.
 * @param frame `frameBytes(layout)` bytes
 */
export function blackout(frame: Uint8Array, layout: PixelLayout, boxes: readonly Box[], fill: Fill): Uint8Array {
  const taken = boxes.flatMap((box) => blackedBox(box, layout) ?? []);
  if (taken.length === 0) return frame;
  const copy = frame.slice();
  // Borders are read from the original, so that the order of the boxes does not matter.
  for (const box of taken)
    for (let sample = 0; sample < layout.samples; sample++)
      fillBox(copy, layout, box, sample, fillWord(frame, layout, box, sample, fill));
  return copy;
}

function fillWord(frame: Uint8Array, layout: PixelLayout, box: Box, sample: number, fill: Fill): number {
  if (fill === 'padding' && layout.padding !== null && layout.samples === 1) return layout.padding;
  if (fill === 'border') {
    const mean = borderMean(frame, layout, box, sample);
    if (mean !== null) return wordOf(layout)(mean);
  }
  const chroma = sample > 0 && layout.photometric.startsWith('YBR');
  return wordOf(layout)(chroma ? 2 ** (layout.bitsStored - 1) : 0);
}

/** Mean of one sample over the ring of pixels around a box; null when the box is the whole image, and for palette indexes. */
function borderMean(frame: Uint8Array, layout: PixelLayout, box: Box, sample: number): number | null {
  if (layout.photometric === 'PALETTE COLOR') return null;
  const [read, meaning] = [wordReader(frame, layout), meaningOf(layout)];
  let [sum, count] = [0, 0];
  const add = (x: number, y: number) => {
    if (x < 0 || y < 0 || x >= layout.columns || y >= layout.rows) return;
    sum += meaning(read(sampleAt(layout, x, y, sample)));
    count += 1;
  };
  for (let x = box.x; x < box.x + box.width; x++) for (const y of [box.y - 1, box.y + box.height]) add(x, y);
  for (let y = box.y; y < box.y + box.height; y++) for (const x of [box.x - 1, box.x + box.width]) add(x, y);
  return count === 0 ? null : Math.round(sum / count);
}

function fillBox(frame: Uint8Array, layout: PixelLayout, box: Box, sample: number, word: number): void {
  const write = wordWriter(frame, layout);
  for (let y = box.y; y < box.y + box.height; y++)
    for (let x = box.x; x < box.x + box.width; x++) write(sampleAt(layout, x, y, sample), word);
}

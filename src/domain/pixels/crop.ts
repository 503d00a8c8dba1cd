// Cutting a frame to a box: what remains keeps every bit.
import { DomainError } from '../errors';
import { type Box, clipBox } from './boxes';
import { frameBytes, type PixelLayout, sampleAt } from './layout';

/**
 * The part of an image that is left when it is cut to a box: clipped to the image, and, where two pixels share their chroma, without
 * the pixels whose partner is cut off.
 * @throws DomainError UNSUPPORTED when nothing is left
 */
export function cropArea(box: Box, layout: Pick<PixelLayout, 'rows' | 'columns' | 'subsampled'>): Box {
  const clipped = clipBox(box, layout);
  const area = clipped !== null && layout.subsampled ? wholePairs(clipped) : clipped;
  if (area === null || area.width < 1)
    throw new DomainError('UNSUPPORTED', 'A rule of the profile cuts this image to a place that is not in it.');
  return area;
}

function wholePairs({ x, width, ...rest }: Box): Box {
  const left = (x + 1) & ~1;
  return { ...rest, x: left, width: ((x + width) & ~1) - left };
}

/** The layout of an image that was cut to an area. */
export function croppedLayout(layout: PixelLayout, area: Box): PixelLayout {
  return { ...layout, rows: area.height, columns: area.width };
}

/**
 * The pixels of an area, in the same layout.
 * @param frame `frameBytes(layout)` bytes
 * @param area from `cropArea`
 * @returns `frameBytes(croppedLayout(layout, area))` bytes
 */
export function cropFrame(frame: Uint8Array, layout: PixelLayout, area: Box): Uint8Array {
  const smaller = croppedLayout(layout, area);
  const cut = new Uint8Array(frameBytes(smaller));
  // Planes lie one behind the other; else the samples of a row do.
  const planes = layout.planar ? layout.samples : 1;
  const row = frameBytes(smaller) / planes / area.height;
  for (let plane = 0; plane < planes; plane++)
    for (let y = 0; y < area.height; y++) {
      const from = sampleAt(layout, area.x, area.y + y, plane);
      cut.set(frame.subarray(from, from + row), sampleAt(smaller, 0, y, plane));
    }
  return cut;
}

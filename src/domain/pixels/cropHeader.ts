// The header of an image that is cut to an area: its size, its place in the patient, and everything else that counts its pixels.
import type { DataSet, DicomFile, Element, Item, Tag } from '../dicom/dataset';
import { isMosaic } from '../dicom/facts';
import { makeDataSet, makeElement, makeItem, makeSequence } from '../dicom/make';
import { TAG } from '../dicom/tags';
import { contextOf, items, number, numbers, texts, type ValueContext } from '../dicom/values';
import { DomainError } from '../errors';
import type { Box } from './boxes';
import { croppedOverlays } from './cropOverlays';
import { positionMoved } from './cropPosition';

/** They show, or count over, what was cut off. */
const GONE: ReadonlySet<Tag> = new Set([
  0x00880200, 0x00280106, 0x00280107, 0x00280108, 0x00280109, 0x00280110, 0x00280111,
]);
/** Shutters and collimators (PS3.3 C.7.6.11, C.8.7.3), counted from 1: edges by column, edges by row, and pairs of row and column. */
const BY_COLUMN = [0x00181602, 0x00181604, 0x00181702, 0x00181704];
const BY_ROW = [0x00181606, 0x00181608, 0x00181706, 0x00181708];
const PAIRS = [0x00181610, 0x00181620, 0x00181710, 0x00181720];

/**
 * The file with the header of its cropped self; the pixels are still the old ones. Positions of pixels in millimetres stay what they
 * were (LPS, PS3.3 C.7.6.2.1.1).
 * @param area from `cropArea`, not empty
 * @throws DomainError UNSUPPORTED for an image of tiles, or one with a position but without what is needed to move it
 */
export function croppedHeader(file: DicomFile, area: Box): DicomFile {
  const context = contextOf(file);
  const { dataset } = file;
  const imageType = texts(dataset, TAG.ImageType, context).map((word) => word.toUpperCase());
  if (isMosaic(imageType) || imageType.includes('VFRAME')) throw tiled();
  const kept = [...dataset.elements.values()].filter(({ tag }) => !GONE.has(tag));
  const changed = [
    makeElement(TAG.Rows, 'US', [area.height], context),
    makeElement(TAG.Columns, 'US', [area.width], context),
    ...edges(dataset, area, context),
    ...positionMoved(dataset, area, context),
  ];
  const moved = new Map([...kept, ...changed].map((element) => [element.tag, element]));
  const regions = croppedRegions(dataset, area, context);
  if (regions === null) moved.delete(TAG.SequenceOfUltrasoundRegions);
  else moved.set(TAG.SequenceOfUltrasoundRegions, regions);
  return { ...file, dataset: croppedOverlays(makeDataSet(moved.values()), area, context) };
}

function edges(dataset: DataSet, { x, y }: Box, context: ValueContext): Element[] {
  const shifted = (tag: Tag, by: (i: number) => number): Element[] => {
    const values = numbers(dataset, tag, context);
    return values.length === 0
      ? []
      : [
          makeElement(
            tag,
            'IS',
            values.map((value, i) => String(value - by(i))),
            context,
          ),
        ];
  };
  return [
    ...BY_COLUMN.flatMap((tag) => shifted(tag, () => x)),
    ...BY_ROW.flatMap((tag) => shifted(tag, () => y)),
    ...PAIRS.flatMap((tag) => shifted(tag, (i) => (i % 2 === 0 ? y : x))),
  ];
}

const CORNERS = { x0: 0x00186018, y0: 0x0018601a, x1: 0x0018601c, y1: 0x0018601e } as const;
/** Counted from the upper left corner of the region (PS3.3 C.8.5.5.1). */
const REFERENCE = { x: 0x00186020, y: 0x00186022 } as const;
/** Sample volume and TM line: whether they are counted in the image or in the region, devices do not agree. */
const UNSURE: ReadonlySet<Tag> = new Set([0x00186039, 0x0018603b, 0x0018603d, 0x0018603f, 0x00186041, 0x00186043]);

/** Ultrasound regions as they lie in the area; those outside of it are gone. Null when none is left. */
function croppedRegions(dataset: DataSet, area: Box, context: ValueContext): Element | null {
  const regions = items(dataset, TAG.SequenceOfUltrasoundRegions).flatMap(
    (item) => croppedRegion(item, area, context) ?? [],
  );
  return regions.length === 0 ? null : makeSequence(TAG.SequenceOfUltrasoundRegions, regions);
}

function croppedRegion(item: Item, area: Box, context: ValueContext): Item | null {
  const value = (tag: Tag) => number(item, tag, context);
  const [x0, y0, x1, y1] = [value(CORNERS.x0), value(CORNERS.y0), value(CORNERS.x1), value(CORNERS.y1)];
  if (x0 === null || y0 === null || x1 === null || y1 === null) return null;
  const [left, top] = [Math.max(x0, area.x), Math.max(y0, area.y)];
  const [right, bottom] = [Math.min(x1, area.x + area.width - 1), Math.min(y1, area.y + area.height - 1)];
  if (right < left || bottom < top) return null;
  const corner = (tag: Tag, at: number) => makeElement(tag, 'UL', [at], context);
  const reference = (tag: Tag, cut: number): Element[] => {
    const at = value(tag);
    return at === null || cut === 0 ? [] : [makeElement(tag, 'SL', [at - cut], context)];
  };
  const changed = [
    corner(CORNERS.x0, left - area.x),
    corner(CORNERS.y0, top - area.y),
    corner(CORNERS.x1, right - area.x),
    corner(CORNERS.y1, bottom - area.y),
    ...reference(REFERENCE.x, left - x0),
    ...reference(REFERENCE.y, top - y0),
  ];
  return makeItem([...[...item.elements.values()].filter(({ tag }) => !UNSURE.has(tag)), ...changed]);
}

function tiled(): DomainError {
  return new DomainError('UNSUPPORTED', 'This image is made of tiles, so that it cannot be cut to a box.');
}

// Where a cropped image lies in the patient: the centre of its first pixel moves along its rows and columns (PS3.3 C.7.6.2.1.1).
import type { DataSet, Element, Item, Tag } from '../dicom/dataset';
import { makeElement, makeItem, makeSequence } from '../dicom/make';
import { TAG } from '../dicom/tags';
import { items, numbers, type ValueContext } from '../dicom/values';
import { DomainError } from '../errors';
import type { Box } from './boxes';

const POSITION = TAG.ImagePositionPatient;
const ORIENTATION = 0x00200037;
const SPACING = TAG.PixelSpacing;
const PLANE_POSITION = 0x00209113;
const PLANE_ORIENTATION = 0x00209116;
const PIXEL_MEASURES = 0x00289110;
const DETECTORS = 0x00540022;
const LONGEST_DS = 16;

interface Plane {
  /** Distance between rows, then between columns, mm. */
  readonly spacing: readonly number[];
  /** Direction cosines of a row, then of a column. */
  readonly orientation: readonly number[];
}

/**
 * The elements that say where the image or its frames lie, for the cropped image; none when nothing moves or nothing is said.
 * @throws DomainError UNSUPPORTED when a position is said, but neither spacing nor direction
 */
export function positionMoved(dataset: DataSet, area: Box, context: ValueContext): Element[] {
  if (area.x === 0 && area.y === 0) return [];
  const own = planeOf([dataset], context);
  const shared = items(dataset, TAG.SharedFunctionalGroupsSequence)[0];
  const groups = [TAG.SharedFunctionalGroupsSequence, TAG.PerFrameFunctionalGroupsSequence].flatMap((tag) =>
    mapped(dataset, tag, (group) => movedGroup(group, shared, dataset, area, context)),
  );
  const detectors = mapped(dataset, DETECTORS, (detector) =>
    withElements(detector, moved(detector, planeOf([detector, dataset], context), area, context)),
  );
  return [...moved(dataset, own, area, context), ...groups, ...detectors];
}

function movedGroup(group: Item, shared: Item | undefined, dataset: DataSet, area: Box, context: ValueContext): Item {
  const sources = [group, ...(shared ? [shared] : [])].flatMap((one) => [
    ...items(one, PLANE_ORIENTATION),
    ...items(one, PIXEL_MEASURES),
  ]);
  const plane = planeOf([...sources, dataset], context);
  return withElements(
    group,
    mapped(group, PLANE_POSITION, (item) => withElements(item, moved(item, plane, area, context))),
  );
}

function planeOf(sources: readonly DataSet[], context: ValueContext): Plane {
  const first = (tag: Tag) => sources.map((one) => numbers(one, tag, context)).find(({ length }) => length > 0) ?? [];
  return { spacing: first(SPACING), orientation: first(ORIENTATION) };
}

function moved(holder: DataSet, { spacing, orientation }: Plane, area: Box, context: ValueContext): Element[] {
  const position = numbers(holder, POSITION, context);
  if (position.length === 0) return [];
  const known = [...position, ...spacing, ...orientation].every(Number.isFinite);
  if (!known || position.length !== 3 || spacing.length !== 2 || orientation.length !== 6)
    throw new DomainError(
      'UNSUPPORTED',
      'This image says where it lies but not how large its pixels are, so that it cannot be cut to a box.',
    );
  const [down, across] = [area.y * spacing[0]!, area.x * spacing[1]!];
  const at = position.map((value, axis) => value + across * orientation[axis]! + down * orientation[axis + 3]!);
  return [makeElement(POSITION, 'DS', at.map(decimal), context)];
}

/** As many digits as a DS may have. */
function decimal(value: number): string {
  for (let digits = 15; digits > 5; digits--) {
    const text = String(Number(value.toPrecision(digits)));
    if (text.length <= LONGEST_DS) return text;
  }
  return value.toExponential(5);
}

function mapped(holder: DataSet, tag: Tag, change: (item: Item) => Item): Element[] {
  const all = items(holder, tag);
  return all.length === 0 ? [] : [makeSequence(tag, all.map(change))];
}

function withElements(item: Item, changed: readonly Element[]): Item {
  return changed.length === 0 ? item : makeItem([...item.elements.values(), ...changed]);
}

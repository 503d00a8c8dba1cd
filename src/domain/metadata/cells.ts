// The values of one data set as texts by attribute, at every depth: what a person looks through after de-identification.
import type { DataSet, DicomFile, Element, Path, Tag } from '../dicom/dataset';
import { formatTag, isPrivate, isPrivateCreator, keywordOf, privateCreatorOf } from '../dicom/dictionary';
import { TAG } from '../dicom/tags';
import { contextOf, elementText, elementTexts, type ValueContext } from '../dicom/values';
import { vrShape } from '../dicom/vr';
import { type Surroundings, walk } from '../dicom/walk';

/** What a column or a value belongs to; the same for the same attribute of every file. */
export interface Attribute {
  /** Item numbers left out, private blocks as xx: '(0008,1140)[].(0008,1155)', '(0019,xx0C)'. */
  readonly path: string;
  /** Keywords along the path, 'ReferencedImageSequence.ReferencedSOPInstanceUID'; of a private attribute its creator. */
  readonly name: string;
  readonly vr: string;
}

/** The values of one attribute in one instance: several where it stands in several items; [] where it is absent. */
export type Cell = readonly string[];

/** Attributes of one kind sort together, in the order of the standard. */
export const attributeKey = (attribute: Attribute): string => `${attribute.path} ${attribute.name}`;

const PIXELS = new Set<Tag>([TAG.PixelData, TAG.FloatPixelData, TAG.DoubleFloatPixelData]);
const BYTES = new Set(['OB', 'OW', 'OL', 'OV', 'OF', 'OD', 'UN']);
const MAX_NUMBERS = 256;
const META: ValueContext = { bigEndian: false, charsets: [] };

/**
 * Every attribute of a file that is no pixel data, file meta included, with its values as a person would read them. Several values of one
 * element stay together as they stand ('ORIGINAL\PRIMARY'); bytes that are readable text are shown as text, others by their number.
 */
export function cellsOf(file: DicomFile): Map<string, { attribute: Attribute; cell: Cell }> {
  const found = new Map<string, { attribute: Attribute; cell: string[] }>();
  const take = (element: Element, path: Path, at: Surroundings) => {
    const value = PIXELS.has(element.tag) ? null : valueText(element, at.context);
    if (value === null) return;
    const attribute = attributeOf(element, path, at);
    const key = attributeKey(attribute);
    const known = found.get(key);
    if (known === undefined) found.set(key, { attribute, cell: [value] });
    else if (!known.cell.includes(value)) known.cell.push(value);
  };
  const visit = (dataset: DataSet, context: ValueContext) => walk(dataset, context, take);
  visit(file.meta, META);
  visit(file.dataset, contextOf(file));
  return found;
}

function attributeOf(element: Element, path: Path, { dataset, context }: Surroundings): Attribute {
  const tags = path.filter((_, index) => index % 2 === 0);
  const names = tags.map((tag) => keywordOf(tag) ?? tagWithoutBlock(tag));
  const creator = isPrivateCreator(element.tag) ? 'PrivateCreator' : privateCreatorOf(dataset, element.tag, context);
  if (isPrivate(element.tag)) names[names.length - 1] = creator ?? 'unknown creator';
  return { path: tags.map(tagWithoutBlock).join('[].'), name: names.join('.'), vr: element.vr };
}

/** The block of a private attribute differs from file to file (PS3.5 7.8.1). */
function tagWithoutBlock(tag: Tag): string {
  const written = formatTag(tag);
  return isPrivate(tag) && !isPrivateCreator(tag) ? `${written.slice(0, 6)}xx${written.slice(8)}` : written;
}

/** Null where there is nothing to read: sequences (what they hold is visited) and compressed pixels. */
function valueText(element: Element, context: ValueContext): string | null {
  if (element.kind !== 'bytes') return null;
  const { bytes, vr } = element;
  if (BYTES.has(vr)) return readable(bytes) ?? `binary, ${bytes.length} bytes`;
  if (vrShape(vr)?.content !== 'binary') return elementText(element, context);
  const values = elementTexts(element, context);
  return values.length > MAX_NUMBERS ? `${values.length} numbers` : values.join('\\');
}

/** Bytes as text where all are printable: a name left over in an unknown attribute must be seen. */
function readable(bytes: Uint8Array): string | null {
  let end = bytes.length;
  while (end > 0 && (bytes[end - 1] === 0 || bytes[end - 1] === 0x20)) end--;
  for (let at = 0; at < end; at++) {
    const byte = bytes[at]!;
    if ((byte < 0x20 && ![9, 10, 13].includes(byte)) || byte === 0x7f) return null;
  }
  return new TextDecoder('latin1').decode(bytes.subarray(0, end));
}

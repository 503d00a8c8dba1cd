// Rules about places in the pictures of known devices: what is blacked out, kept or cut off there, before any text is looked for.
import { z } from 'zod';
import type { DicomFile, Tag } from '../dicom/dataset';
import { tagOf } from '../dicom/dictionary';
import { TAG } from '../dicom/tags';
import { contextOf, number, texts } from '../dicom/values';

const edge = z.int().nonnegative().max(65535);
const boxSchema = z
  .strictObject({ x: edge, y: edge, width: edge.positive(), height: edge.positive() })
  .describe('Pixels, counted from 0 at the top left; what lies outside of an image does not count.');

const words = z.string().trim().min(1).max(100);
const size = z.int().positive().max(65535).optional();
const matchSchema = z
  .strictObject({
    manufacturer: words.describe('Manufacturer (0008,0070).').optional(),
    model: words.describe('ManufacturerModelName (0008,1090).').optional(),
    software: words.describe('SoftwareVersions (0018,1020).').optional(),
    modality: words.describe('Modality (0008,0060), as a whole.').optional(),
    imageType: words.describe('One of the words of ImageType (0008,0008).').optional(),
    seriesDescription: words.describe('SeriesDescription (0008,103E).').optional(),
    burnedIn: words.describe('BurnedInAnnotation (0028,0301).').optional(),
    rows: size,
    columns: size,
  })
  .refine((match) => Object.values(match).some((value) => value !== undefined), 'says nothing about which images')
  .describe('Which images: all that is given must hold. Texts count where they stand in the value, in any case.');

const framesSchema = z
  .strictObject({ first: z.int().positive(), last: z.int().positive().optional() })
  .refine(({ first, last }) => last === undefined || last >= first, 'ends before it begins')
  .describe('Images counted from 1 over those of one size in a series; without a last one, that one only.');

/** One rule as JSON. */
export const regionRuleSchema = z
  .strictObject({
    name: words.describe('What people call it, such as the device.'),
    match: matchSchema,
    do: z
      .enum(['mask', 'keep', 'keepOnly', 'crop'])
      .describe(
        'mask: the boxes are black. keep: text in the boxes stays, unless it names the patient. keepOnly: all outside of the boxes is black. crop: the image is cut to its one box.',
      ),
    boxes: z.array(boxSchema).min(1).max(100),
    frames: framesSchema.optional(),
    source: z.string().trim().max(300).describe('Where it comes from, or why it is.').optional(),
  })
  .refine((rule) => rule.do !== 'crop' || rule.boxes.length === 1, 'needs one box to cut to')
  .refine(
    (rule) => rule.frames === undefined || rule.do === 'mask' || rule.do === 'keepOnly',
    'can be limited to some images only when it blacks out',
  );

/** A rule about a place in pictures. */
export type RegionRule = z.infer<typeof regionRuleSchema>;
export type RegionMatch = RegionRule['match'];

/** What an image says of itself that rules ask for: texts with several values joined, '' where it says nothing. */
export type RegionFacts = Readonly<Record<TextField, string>> & {
  readonly rows: number | null;
  readonly columns: number | null;
};

const TEXTS = {
  manufacturer: TAG.Manufacturer,
  model: tagOf('ManufacturerModelName'),
  software: tagOf('SoftwareVersions'),
  modality: TAG.Modality,
  imageType: TAG.ImageType,
  seriesDescription: TAG.SeriesDescription,
  burnedIn: TAG.BurnedInAnnotation,
} as const satisfies Partial<Record<keyof RegionMatch, Tag>>;

type TextField = keyof typeof TEXTS;
/** The texts that a rule can ask for, with the attributes in which they stand. */
export const regionTexts: Readonly<Record<TextField, Tag>> = TEXTS;

/** Reads the facts of a file. Never throws: what is damaged counts as not said. */
export function regionFacts(file: DicomFile): RegionFacts {
  const context = contextOf(file);
  const said = Object.entries(TEXTS).map(([name, tag]) => [name, texts(file.dataset, tag, context).join('\\')]);
  const texted = Object.fromEntries(said) as Record<TextField, string>;
  const sized = { rows: number(file.dataset, TAG.Rows, context), columns: number(file.dataset, TAG.Columns, context) };
  return { ...texted, ...sized };
}

/** Whether a rule is about an image. */
export function isAbout(match: RegionMatch, facts: RegionFacts): boolean {
  const holds = (name: TextField) => {
    const wanted = match[name]?.toUpperCase();
    if (wanted === undefined) return true;
    const value = facts[name].toUpperCase();
    return name === 'modality' ? value.trim() === wanted : value.includes(wanted);
  };
  const sized = (['rows', 'columns'] as const).every(
    (name) => match[name] === undefined || match[name] === facts[name],
  );
  return sized && (Object.keys(TEXTS) as TextField[]).every(holds);
}

/** Whether a rule takes something out of an image, so that it must not go on as it is. */
export function takesPixels(rules: readonly RegionRule[], file: DicomFile): boolean {
  const taking = rules.filter((rule) => rule.do !== 'keep');
  if (taking.length === 0) return false;
  const facts = regionFacts(file);
  return taking.some(({ match }) => isAbout(match, facts));
}

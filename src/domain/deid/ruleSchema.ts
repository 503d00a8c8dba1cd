// The shape of a project's own rules: what a rule matches, and what it does. As JSON; each field says what it is for.

import { z } from 'zod';
import { parseTag } from '../dicom/dictionary';
import { keywordPattern, parseTagPattern } from './tagPattern';
import { compilePattern } from './valuePattern';

const matchSchema = z
  .strictObject({
    tag: z
      .string()
      .max(30)
      .refine(
        (text) => parseTagPattern(text) !== null,
        'not a tag such as (0010,0020), (60xx,3000) or (0040,0000)-(0040,FFFF)',
      )
      .describe('A tag (0010,0020), a family (60xx,3000) in which x is any digit, or a range (0040,0000)-(0040,FFFF).')
      .optional(),
    keyword: z
      .string()
      .refine((text) => keywordPattern(text) !== null, 'not a keyword of the standard')
      .describe('A keyword of PS3.6, such as StudyDescription, or a pattern such as *Date or Patient*.')
      .optional(),
    vr: z
      .string()
      .regex(/^[A-Z]{2}$/)
      .describe('A value representation, such as PN.')
      .optional(),
    privateCreator: z
      .string()
      .min(1)
      .max(64)
      .describe('The private creator whose block the attribute is in; case and surrounding blanks do not count.')
      .optional(),
    value: z
      .string()
      .refine((text) => compilePattern(text) !== null, 'not a pattern that this software reads')
      .describe(
        'A pattern of the value, upper and lower case alike: a rule that keeps needs every value to match as a whole, any other one that some part of a value matches. Signs: . [a-z] [^a-z] \\d \\w \\s ( ) | * + ? {2,5} ^ $',
      )
      .optional(),
  })
  .refine((match) => Object.values(match).some((value) => value !== undefined), 'says nothing about what it matches')
  .describe('Which attributes the rule is about: all conditions that are given must hold.');

type Condition = z.infer<typeof matchSchema>;
const match = { match: matchSchema };
const text = z.string().max(1024);
const tableSchema = z
  .record(z.string().min(1).max(256), text)
  .refine((table) => Object.keys(table).length <= 1000, 'more than 1000 values')
  .refine(
    (table) => Object.values(table).every((value) => !Object.hasOwn(table, value) || table[value] === value),
    'a replacement is itself to be replaced by something else',
  )
  .describe('What stands in place of which value. The whole value counts.');

/** One rule as JSON. */
export const ruleSchema = z
  .discriminatedUnion('do', [
    z.strictObject({
      ...match,
      do: z.enum(['keep', 'remove', 'empty', 'hash', 'shiftDate', 'clean', 'capAge', 'standard']),
    }),
    z.strictObject({ ...match, do: z.literal('replace'), value: text }),
    z.strictObject({
      ...match,
      do: z.literal('bin'),
      width: z
        .number()
        .positive()
        .max(1e6)
        .describe('Width of a band; ages in years. A value becomes the lower edge of its band.'),
      atLeast: z.number().optional().describe('Smaller values count as this one.'),
      atMost: z
        .number()
        .optional()
        .describe('Larger values count as this one. Ages over 89 are shown as 90 in any case.'),
    }),
    z.strictObject({
      ...match,
      do: z.literal('lookup'),
      table: tableSchema,
      otherwise: text
        .optional()
        .describe('What stands in place of every value that is not listed; without it the attribute is removed.'),
    }),
  ])
  .refine(
    (rule) => !(rule.do === 'keep' && namesPatient(rule.match)),
    'would keep a name or an identifier of the patient',
  )
  .refine(
    (rule) => !(rule.do === 'lookup' && namesPatient(rule.match)),
    'would need names or identifiers of patients inside the profile',
  );

/** One rule: the first whose every condition holds decides about an attribute, before the table does. */
export type Rule = z.infer<typeof ruleSchema>;

/** Attributes that name the patient outright: no rule can keep them. */
export const DIRECT_IDENTIFIERS: ReadonlySet<number> = new Set([
  0x00100010, 0x00100020, 0x00100021, 0x00100030, 0x00100032, 0x00101000, 0x00101001, 0x00101002, 0x00101005,
  0x00101040, 0x00101060, 0x00101090, 0x00102154, 0x00102155,
]);

/** The one tag that a rule's condition names, by tag or by keyword; null when it names none or several. */
export function matchedTag({ tag, keyword }: Condition): number | null {
  if (tag !== undefined) return parseTag(tag);
  return keyword === undefined ? null : (keywordPattern(keyword)?.exact ?? null);
}

function namesPatient(condition: Condition): boolean {
  const tag = matchedTag(condition);
  return condition.vr === 'PN' || (tag !== null && DIRECT_IDENTIFIERS.has(tag));
}

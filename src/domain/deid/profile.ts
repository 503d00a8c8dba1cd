// A de-identification profile as plain JSON (PS3.15 Annex E): the Basic Profile, its options as switches, and a project's own rules.

import { z } from 'zod';
import { findTag, parseTag } from '../dicom/dictionary';
import { DomainError } from '../errors';

const optionsSchema = z.strictObject({
  retainSafePrivate: z.boolean().default(false),
  retainUids: z.boolean().default(false),
  retainDeviceIdentity: z.boolean().default(false),
  retainInstitutionIdentity: z.boolean().default(false),
  retainPatientCharacteristics: z.boolean().default(false),
  retainLongitudinal: z.enum(['none', 'full', 'modified']).default('none'),
  keepWeekday: z.boolean().default(true),
  cleanDescriptors: z.boolean().default(false),
  cleanStructuredContent: z.boolean().default(false),
  cleanGraphics: z.boolean().default(false),
  cleanPixelData: z.boolean().default(false),
  cleanRecognizableVisualFeatures: z.boolean().default(false),
});

const tagText = z.string().refine((text) => parseTag(text) !== null, 'not a tag such as (0010,0020)');
const keywordText = z.string().refine((text) => findTag(text) !== null, 'not a keyword of the standard');

const matchSchema = z
  .strictObject({
    tag: tagText.optional(),
    keyword: keywordText.optional(),
    vr: z
      .string()
      .regex(/^[A-Z]{2}$/)
      .optional(),
    privateCreator: z.string().min(1).max(64).optional(),
  })
  .refine((match) => Object.values(match).some((value) => value !== undefined), 'says nothing about what it matches');

type Condition = z.infer<typeof matchSchema>;
const match = { match: matchSchema };
const ruleSchema = z
  .discriminatedUnion('do', [
    z.strictObject({ ...match, do: z.enum(['keep', 'remove', 'empty', 'hash', 'shiftDate', 'clean', 'capAge']) }),
    z.strictObject({ ...match, do: z.literal('replace'), value: z.string().max(1024) }),
  ])
  .refine(
    (rule) => !(rule.do === 'keep' && keepsDirect(rule.match)),
    'would keep a name or an identifier of the patient',
  );

/** The shape of a profile; what is not said is off. */
export const profileSchema = z.strictObject({
  name: z.string().trim().min(1).max(100),
  options: optionsSchema,
  rules: z.array(ruleSchema).max(1000).default([]),
});

/** A profile: what it is called, its switches, and its rules in the order in which they are tried. */
export type Profile = z.infer<typeof profileSchema>;
/** The switches of a profile; each is an option of PS3.15 Annex E, and `keepWeekday` moves dates by whole weeks. */
export type ProfileOptions = Profile['options'];
/** One rule: the first whose every condition holds decides about an attribute, before the table does. */
export type Rule = Profile['rules'][number];

/** Attributes that name the patient outright: no rule can keep them. */
export const DIRECT_IDENTIFIERS: ReadonlySet<number> = new Set([
  0x00100010, 0x00100020, 0x00100021, 0x00100030, 0x00100032, 0x00101000, 0x00101001, 0x00101002, 0x00101005,
  0x00101040, 0x00101060, 0x00101090, 0x00102154, 0x00102155,
]);

/** The tag that a rule's condition names, by tag or by keyword; null when it names none. */
export function matchedTag(condition: Condition): number | null {
  if (condition.tag !== undefined) return parseTag(condition.tag);
  return condition.keyword === undefined ? null : findTag(condition.keyword);
}

function keepsDirect(condition: Condition): boolean {
  const tag = matchedTag(condition);
  return condition.vr === 'PN' || (tag !== null && DIRECT_IDENTIFIERS.has(tag));
}

/** A profile from JSON that somebody brings; throws DomainError INVALID that says where it is wrong. */
export function parseProfile(json: unknown): Profile {
  const result = profileSchema.safeParse(json);
  if (result.success) return result.data;
  const issue = result.error.issues[0];
  const where = issue?.path.length ? ` at ${issue.path.join('.')}` : '';
  throw new DomainError('INVALID', `This is not a usable profile${where}: ${issue?.message ?? 'unknown problem'}.`);
}

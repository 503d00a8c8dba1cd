// A de-identification profile as plain JSON (PS3.15 Annex E): the Basic Profile, its options as switches, and a project's own rules.

import { z } from 'zod';
import { DomainError } from '../errors';
import { regionRuleSchema } from '../pixels/regionRules';
import { ruleSchema } from './ruleSchema';

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

/** The shape of a profile; what is not said is off. */
export const profileSchema = z.strictObject({
  name: z.string().trim().min(1).max(100),
  options: optionsSchema,
  rules: z.array(ruleSchema).max(5000).default([]),
  regions: z
    .array(regionRuleSchema)
    .max(1000)
    .default([])
    .describe('Places in the pictures of known devices; all that are about an image count together.'),
});

/** A profile: what it is called, its switches, its rules in the order in which they are tried, and its rules about places in pictures. */
export type Profile = z.infer<typeof profileSchema>;
/** The switches of a profile; each is an option of PS3.15 Annex E, and `keepWeekday` moves dates by whole weeks. */
export type ProfileOptions = Profile['options'];

/** Names the format of a profile file; a format that could not be read as this one would get another number. */
const FORMAT = 'urn:cloakroom:profile:1';

const fileSchema = profileSchema.extend({ $schema: z.literal(FORMAT).optional() });

/** A profile from JSON that somebody brings; throws DomainError INVALID that says where it is wrong. */
export function parseProfile(json: unknown): Profile {
  const result = fileSchema.safeParse(json);
  if (result.success) {
    const { $schema: _, ...profile } = result.data;
    return profile;
  }
  const issue = result.error.issues[0];
  const where = issue?.path.length ? ` at ${issue.path.join('.')}` : '';
  throw new DomainError('INVALID', `This is not a usable profile${where}: ${issue?.message ?? 'unknown problem'}.`);
}

/** A profile as the text of a file that `parseProfile` reads again, the name of the format first. */
export function writeProfile(profile: Profile): string {
  return `${JSON.stringify({ $schema: FORMAT, ...profile }, null, 2)}\n`;
}

/** The JSON Schema (draft 2020-12) of profile files, as published in docs/profile.schema.json. */
export function profileJsonSchema(): object {
  return { $id: FORMAT, title: 'Cloakroom de-identification profile', ...z.toJSONSchema(fileSchema, { io: 'input' }) };
}

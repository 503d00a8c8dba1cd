// What a project's secret decides: new UIDs (PS3.5 B.2, 2.25 plus a UUID), subject codes and date offsets.
// The same secret gives the same answers for every file and every upload, and nobody without it can go back.

/** A project's secret as a function: HMAC-SHA-256 over `${label}\0${text}` in UTF-8, 32 bytes. */
export interface DeidKeys {
  hmac(label: string, text: string): Uint8Array;
}

/** What a UID is made of (PS3.5 9.1): numbers and dots; leading zeros occur in real ones. */
const UID = /^(?=.{1,64}$)\d+(?:\.\d+)*$/;

/** Whether a text has the form of a UID, so that it can tell nothing but a number. */
export function isUid(text: string): boolean {
  return UID.test(text);
}

/**
 * UIDs that the standard itself defines (PS3.6 annex A): SOP classes, transfer syntaxes, coding schemes, context groups. No number
 * of theirs has more than three digits, but for those of context groups, and no more than one has three: nobody's number or
 * date fits in.
 */
const STANDARD = /^1\.2\.840\.10008\.(?:6\.1\.\d{1,4}|(?!(?:.*\.)?\d{3}\..*\d{3})(?:[1-9]|15)(?:\.\d{1,3}){0,8})$/;

/** Whether a UID is defined by the DICOM standard, so that it names a kind of thing and never a thing. */
export function isStandardUid(uid: string): boolean {
  return STANDARD.test(uid);
}

/**
 * The UID that stands for another one: '2.25.' and a UUID version 8 in decimal (PS3.5 B.2, RFC 9562 5.8), at most 44 characters.
 * Of 122 free bits, so one-to-one in practice. UIDs of the standard come back as they are.
 */
export function hashUid(uid: string, keys: DeidKeys): string {
  if (isStandardUid(uid)) return uid;
  const bytes = keys.hmac('uid', uid).slice(0, 16);
  bytes[6] = (bytes[6]! & 0x0f) | 0x80;
  bytes[8] = (bytes[8]! & 0x3f) | 0x80;
  const view = new DataView(bytes.buffer);
  return `2.25.${(view.getBigUint64(0) << 64n) | view.getBigUint64(8)}`;
}

/** A subject code for callers that keep no list of subjects (the CLI): 'sub-' and 10 characters of 0-9, a-v. */
export function keyedSubjectCode(identity: string, keys: DeidKeys): string {
  const bytes = keys.hmac('subject', identity);
  let code = '';
  for (let i = 0; i < 10; i++) code += (bytes[i]! & 31).toString(32);
  return `sub-${code}`;
}

/**
 * How many days the dates of a subject move: the same for all of a subject's files, always into the past, at most ten years.
 * Whole days, so that intervals stay to the second; whole weeks when the weekday has to stay.
 */
export function dateOffsetDays(subjectCode: string, keys: DeidKeys, keepWeekday = true): number {
  const bytes = keys.hmac('dates', subjectCode);
  const random = new DataView(bytes.buffer, bytes.byteOffset).getUint32(0);
  return keepWeekday ? -7 * (1 + (random % 521)) : -(1 + (random % 3650));
}

/**
 * A short name for a text that has to stay recognisable as the same text: 'ID' and 14 hexadecimal digits, so that it fits
 * every textual VR. The last four are a keyed check of the others: a name of this project comes back as it is.
 */
export function hashText(text: string, keys: DeidKeys): string {
  const digits = (label: string, of: string, bytes: number) =>
    hexOf(keys.hmac(label, of).slice(0, bytes)).toUpperCase();
  const signed = (name: string) => `ID${name}${digits('text check', name, 2)}`;
  const written = /^ID([0-9A-F]{10})[0-9A-F]{4}$/.exec(text)?.[1];
  return written !== undefined && signed(written) === text ? text : signed(digits('text', text, 5));
}

function hexOf(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

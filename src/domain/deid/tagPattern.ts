// Which tags a rule means: one, a family written with x ((60xx,3000)), or a range ((0040,0000)-(0040,FFFF)).

import type { Tag } from '../dicom/dataset';
import { findTag, keywordOf, parseTag } from '../dicom/dictionary';

/** A written tag made ready: `exact` when it means one tag only. */
interface TagPattern {
  readonly exact: Tag | null;
  readonly matches: (tag: Tag) => boolean;
}

const FAMILY = /^\(?([0-9a-fx]{4}),?([0-9a-fx]{4})\)?$/i;

/**
 * Reads '(0010,0020)', '00100020', a family such as '(60xx,3000)' or '(0019,xx0C)', or a range of two tags with a hyphen
 * between; null when it is none of these. In a family each x stands for any digit.
 */
export function parseTagPattern(written: string): TagPattern | null {
  const exact = parseTag(written);
  if (exact !== null) return { exact, matches: (tag) => tag === exact };
  const family = FAMILY.exec(written.trim());
  if (family) {
    const digits = `${family[1]}${family[2]}`.toLowerCase();
    const mask = Number.parseInt(digits.replace(/[^x]/g, 'f').replaceAll('x', '0'), 16);
    const value = Number.parseInt(digits.replaceAll('x', '0'), 16);
    return { exact: null, matches: (tag) => (tag & mask) >>> 0 === value };
  }
  const [first, last, ...rest] = written.split('-').map(parseTag);
  if (first == null || last == null || rest.length > 0 || first > last) return null;
  return { exact: null, matches: (tag) => tag >= first && tag <= last };
}

/**
 * The attribute of a keyword, of curves and overlays (OverlayData) in each of their groups, or all attributes of a pattern
 * (Patient*, *Date) in which an asterisk stands for any letters and case does not count; null when the standard has none.
 */
export function keywordPattern(keyword: string): TagPattern | null {
  if (keyword.includes('*')) return keywordFamily(keyword);
  const tag = findTag(keyword);
  if (tag === null) return null;
  const repeats = tag >>> 24 === 0x50 || tag >>> 24 === 0x60;
  if (!repeats) return { exact: tag, matches: (other) => other === tag };
  return { exact: null, matches: (other) => keywordOf(other) === keyword };
}

function keywordFamily(written: string): TagPattern | null {
  if (!/^[A-Za-z0-9]*(\*[A-Za-z0-9]*){1,2}$/.test(written) || written.length > 64) return null;
  const parts = written.toLowerCase().split('*');
  const [first, last] = [parts[0]!, parts[parts.length - 1]!];
  const middle = parts.length === 3 ? parts[1]! : '';
  return {
    exact: null,
    matches: (tag) => {
      const keyword = keywordOf(tag)?.toLowerCase();
      if (keyword === undefined || keyword.length < first.length + last.length) return false;
      const between = keyword.slice(first.length, keyword.length - last.length);
      return keyword.startsWith(first) && keyword.endsWith(last) && between.includes(middle);
    },
  };
}

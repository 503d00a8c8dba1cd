// The XML of an RSNA CTP DicomAnonymizer script: one flat list of elements. Only that is read: no document type, no
// entities but the five of XML, no nesting, so that a script can make this reader neither fetch nor grow.

import { DomainError } from '../../errors';

/** One element below <script>: its name (e, p, k, r), its attributes, its text, and the line it begins in. */
export interface CtpElement {
  readonly line: number;
  readonly name: string;
  readonly attributes: ReadonlyMap<string, string>;
  readonly text: string;
}

const LONGEST = 4_000_000;
const ENTITIES: Readonly<Record<string, string>> = { lt: '<', gt: '>', amp: '&', quot: '"', apos: "'" };

/** The elements of a script in their order. Throws DomainError INVALID for anything that is not such a script. */
export function readCtpScript(xml: string): CtpElement[] {
  if (xml.length > LONGEST) throw notCtp('it is too long');
  const body = /^\uFEFF?\s*(?:<\?xml[^>]*\?>)?\s*(?:<!--[\s\S]*?-->\s*)*<script\s*>/.exec(xml);
  const end = xml.lastIndexOf('</script>');
  if (!body || end < body[0].length || xml.slice(end + 9).trim() !== '') throw notCtp('it has no <script> around it');
  const elements: CtpElement[] = [];
  const token =
    /\s*(?:<!--[\s\S]*?-->|<([a-z]+)((?:\s+[a-z]+\s*=\s*(?:"[^"<]*"|'[^'<]*'))*)\s*(?:\/>|>([^<]*)<\/\1\s*>))/gy;
  let line = linesIn(body[0]) + 1;
  token.lastIndex = body[0].length;
  while (token.lastIndex < end) {
    const at = token.lastIndex;
    const match = token.exec(xml);
    if (!match || token.lastIndex > end) {
      if (xml.slice(at, end).trim() === '') break;
      throw notCtp(`line ${line + linesIn(/^\s*/.exec(xml.slice(at, end))![0])} is none of its elements`);
    }
    const [whole, name, attributes = '', text = ''] = match;
    const begin = line + linesIn(/^\s*/.exec(whole)![0]);
    if (name !== undefined)
      elements.push({ line: begin, name, attributes: attributesOf(attributes), text: plain(text) });
    line += linesIn(whole);
  }
  return elements;
}

function attributesOf(written: string): ReadonlyMap<string, string> {
  const found = written.matchAll(/([a-z]+)\s*=\s*(?:"([^"]*)"|'([^']*)')/g);
  return new Map([...found].map(([, name, double, single]) => [name!, plain(double ?? single ?? '')]));
}

function plain(text: string): string {
  return text.replace(/&(?:#(\d{1,7})|#x([0-9a-f]{1,6})|([a-z]+));/gi, (_, decimal, hex, name: string | undefined) => {
    const code = decimal ? Number(decimal) : hex ? Number.parseInt(hex, 16) : null;
    if (code !== null && code <= 0x10ffff) return String.fromCodePoint(code);
    const character = name && Object.hasOwn(ENTITIES, name) ? ENTITIES[name] : undefined;
    if (character === undefined) throw notCtp('it uses an entity that XML does not have');
    return character;
  });
}

const linesIn = (text: string) => text.split('\n').length - 1;

function notCtp(why: string): DomainError {
  return new DomainError('INVALID', `This is not a DicomAnonymizer script of RSNA CTP: ${why}.`);
}

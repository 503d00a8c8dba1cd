// RSNA CTP DicomPixelAnonymizer scripts as rules about places in pictures: `importCtpPixels(text)`. Such a script is free text in which
// conditions in braces are followed by boxes: { Modality.equals("CT") * [0008,1090].contains("X") } (x,y,width,height) ...
import { DomainError } from '../../errors';
import {
  type Alternatives,
  both,
  type Condition,
  either,
  type ImportedRegions,
  type RegionReading,
  regionsFrom,
} from './regionConditions';
import { reported } from './report';

const LONGEST = 1_000_000;
const BLOCK = /\{([^{}]*)\}((?:\s*\(\s*\d+\s*,\s*\d+\s*,\s*\d+\s*,\s*\d+\s*\))*)/g;
const BOX = /\(\s*(\d+)\s*,\s*(\d+)\s*,\s*(\d+)\s*,\s*(\d+)\s*\)/g;

/** Whether a text looks like a script of the DicomPixelAnonymizer. */
export function isCtpPixels(text: string): boolean {
  return text.length <= LONGEST && /\{[^{}]*\}\s*\(\s*\d+\s*,/.test(text);
}

/**
 * The rules of a script, with a report of every block.
 * @throws DomainError INVALID when there is no block of conditions and boxes in it
 */
export function importCtpPixels(text: string): ImportedRegions {
  if (!isCtpPixels(text))
    throw new DomainError('INVALID', 'This is not a DicomPixelAnonymizer script of RSNA CTP: it has no boxes.');
  const regions: RegionReading['regions'][number][] = [];
  const lines = [...text.matchAll(BLOCK)].map((block) => {
    const line = text.slice(0, block.index).split('\n').length;
    const reading = readBlock(block[1]!, block[2]!, nameBefore(text, block.index), line);
    regions.push(...reading.regions);
    return reported(line, block[0], reading);
  });
  return { regions, lines };
}

function readBlock(signature: string, places: string, name: string, line: number): RegionReading {
  const boxes = [...places.matchAll(BOX)].map(([, x, y, width, height]) => ({
    x: Number(x),
    y: Number(y),
    width: Number(width),
    height: Number(height),
  }));
  if (boxes.length === 0) return { regions: [], taken: 'none', words: 'There is no box behind these conditions.' };
  const source = 'Imported from a CTP DicomPixelAnonymizer script';
  return regionsFrom({ name: name || `CTP, line ${line}`, source, when: signatureOf(signature), do: 'mask', boxes });
}

/** The last line of free text above a block: there people write which device it is for. */
function nameBefore(text: string, at: number): string {
  const before = text.slice(Math.max(0, at - 400), at);
  const free = before.slice(Math.max(before.lastIndexOf('}'), before.lastIndexOf(')')) + 1);
  const lines = free.split('\n').map((line) => line.replace(/[*]+/g, '').trim());
  return lines.findLast((line) => line !== '')?.slice(0, 100) ?? '';
}

const TOKEN =
  /\s*(?:([()+*!])|(\[[0-9a-f]{4},\s*[0-9a-f]{4}\]|[A-Za-z]\w*)\s*\.\s*([A-Za-z]+)\s*\(\s*"([^"]*)"\s*\))/gy;

type Token = { readonly sign: string } | Condition;

/** The alternatives of a signature: + is 'or', * is 'and' and binds closer; null for ! and all else that cannot be read. */
function signatureOf(text: string): Alternatives {
  const tokens: Token[] = [];
  TOKEN.lastIndex = 0;
  while (text.slice(TOKEN.lastIndex).trim() !== '') {
    const found = TOKEN.exec(text);
    if (found === null) return null;
    const [, sign, attribute, asks, value] = found;
    tokens.push(sign === undefined ? { attribute: attribute!, asks: asks!.toLowerCase(), value: value! } : { sign });
  }
  const reader = { tokens, at: 0 };
  const read = sum(reader);
  return reader.at === tokens.length ? read : null;
}

interface Reader {
  readonly tokens: readonly Token[];
  at: number;
}

function took(reader: Reader, sign: string): boolean {
  const token = reader.tokens[reader.at];
  if (token === undefined || !('sign' in token) || token.sign !== sign) return false;
  reader.at += 1;
  return true;
}

function sum(reader: Reader): Alternatives {
  let all = product(reader);
  while (took(reader, '+')) all = either(all, product(reader));
  return all;
}

function product(reader: Reader): Alternatives {
  let all = factor(reader);
  while (took(reader, '*')) all = both(all, factor(reader));
  return all;
}

function factor(reader: Reader): Alternatives {
  if (took(reader, '(')) {
    const inner = sum(reader);
    return took(reader, ')') ? inner : null;
  }
  const token = reader.tokens[reader.at];
  if (token === undefined || 'sign' in token) return null;
  reader.at += 1;
  return [[token]];
}

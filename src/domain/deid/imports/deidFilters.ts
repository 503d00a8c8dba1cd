// The %filter sections of pydicom/deid recipes as rules about places in pictures: a LABEL, its conditions, and its coordinates.
import type { Box } from '../../pixels/boxes';
import { type Alternatives, both, type Condition, either, type RegionReading, regionsFrom } from './regionConditions';

/** What becomes of each line of a filter section, in order; the rules of a label stand with its first line. */
export function readFilterLines(lines: readonly string[]): RegionReading[] {
  const readings: RegionReading[] = [];
  for (let from = 0; from < lines.length; ) {
    let to = from + 1;
    while (to < lines.length && !isHead(lines[to]!)) to += 1;
    const [first, ...rest] = lines.slice(from, to);
    const reading = first!.startsWith('%') ? NOT_A_LABEL : readLabel(first!, rest);
    readings.push(reading, ...rest.map(() => ({ ...reading, regions: [] })));
    from = to;
  }
  return readings;
}

const isHead = (line: string) => /^(LABEL\b|%)/i.test(line);
const NOT_A_LABEL: RegionReading = {
  regions: [],
  taken: 'part',
  words: 'Whether an image is looked at is decided from its header and its pixels in any case.',
};
const none = (words: string): RegionReading => ({ regions: [], taken: 'none', words });
const COORDINATES = /^(ctp)?(keep)?coordinates\s+(.*)$/i;

function readLabel(head: string, lines: readonly string[]): RegionReading {
  const name =
    head
      .replace(/^LABEL\s*/i, '')
      .split('#')[0]!
      .trim()
      .slice(0, 100) || 'Imported';
  const bare = lines.map((line) => line.split(/\s#/)[0]!.trim());
  const places = bare.filter((line) => COORDINATES.test(line));
  if (places.length === 0) return none('Only marks images; every image that may hold text is looked at in any case.');
  if (places.some((line) => /from:\s*SequenceOfUltrasoundRegions$/i.test(line)))
    return { regions: [], taken: 'whole', words: 'Done in any case: outside of its regions an ultrasound is black.' };
  const when = bare.filter((line) => !COORDINATES.test(line)).reduce<Alternatives | undefined>(joined, undefined);
  const [black, kept, all] = placesOf(places);
  if (black === null || kept === null) return none('Its coordinates cannot be read.');
  if (all && kept.length === 0)
    return none('All of an image black: leave such images out. Text is looked for in any case.');
  const block = { name, source: 'Imported from a pydicom/deid recipe', when: when ?? null };
  const readings = [
    ...(black.length > 0 ? [regionsFrom({ ...block, do: 'mask', boxes: black })] : []),
    ...(kept.length > 0 ? [regionsFrom({ ...block, do: all ? 'keepOnly' : 'keep', boxes: kept })] : []),
  ];
  return { ...readings[0]!, regions: readings.flatMap(({ regions }) => regions) };
}

/** Boxes that are black, boxes that are kept, and whether all is black but these; null for what cannot be read. */
function placesOf(lines: readonly string[]): [black: Box[] | null, kept: Box[] | null, all: boolean] {
  const [black, kept]: [(Box | null)[], (Box | null)[]] = [[], []];
  let all = false;
  for (const line of lines) {
    const [, ctp, keep, written] = COORDINATES.exec(line)!;
    if (keep === undefined && /^all$/i.test(written!.trim())) all = true;
    else (keep === undefined ? black : kept).push(boxOf(written!, ctp !== undefined));
  }
  const whole = (boxes: readonly (Box | null)[]) => (boxes.includes(null) ? null : (boxes as Box[]));
  return [whole(black), whole(kept), all];
}

/** deid writes corners, CTP the corner and the size. */
function boxOf(written: string, ctp: boolean): Box | null {
  const numbers = written.split(',').map((text) => text.trim());
  if (numbers.length !== 4 || !numbers.every((text) => /^\d{1,5}$/.test(text))) return null;
  const [x, y, a, b] = numbers.map(Number) as [number, number, number, number];
  const box = ctp ? { x, y, width: a, height: b } : { x, y, width: a - x, height: b - y };
  return box.width > 0 && box.height > 0 ? box : null;
}

/** Lines are joined from top to bottom: '+' (or nothing) is 'and', '||' is 'or'. */
function joined(before: Alternatives | undefined, line: string): Alternatives {
  const [, sign, rest] = /^(\+|\|\|)?\s*(.*)$/.exec(line)!;
  const own = withinLine(rest!);
  if (before === undefined) return own;
  return sign === '||' ? either(before, own) : both(before, own);
}

function withinLine(text: string): Alternatives {
  const parts = text.split(/\s+(\+|\|\|)\s+/);
  let all = conditionOf(parts[0]!);
  for (let i = 1; i + 1 < parts.length; i += 2) {
    const next = conditionOf(parts[i + 1]!);
    all = parts[i] === '+' ? both(all, next) : either(all, next);
  }
  return all;
}

/** One test with the alternatives of its value; of regular expressions only | is read. */
function conditionOf(text: string): Alternatives {
  const [, asks, attribute, value] = /^(\w+)\s+(\S+)\s*(.*)$/.exec(text.trim()) ?? [];
  if (asks === undefined || !/^[\w .,/+|-]*$/.test(value!)) return null;
  const one = (wanted: string): Condition[] => [{ attribute: attribute!, asks: asks.toLowerCase(), value: wanted }];
  return value!.split('|').map((wanted) => one(wanted.trim()));
}

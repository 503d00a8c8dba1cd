// What reviewers decided about boxes, as rules a lead may adopt, and as the share of images in which the program had missed something.
import { type Box, boxAround, clipBox } from './boxes';
import { type FoundBox, isForImage, masked } from './plan';
import { isAbout, type RegionFacts, type RegionRule } from './regionRules';

/** Which device made the images of a series, as far as its cleaned header says so. */
export interface PixelSource {
  readonly manufacturer: string;
  readonly model: string;
  readonly modality: string;
}
/** The images of one size of a series that a person has answered. */
export interface DecidedSize {
  readonly seriesId: string;
  readonly source: PixelSource | null;
  readonly rows: number;
  readonly columns: number;
  readonly frames: number;
  /** As the program left the boxes, and as the person did. */
  readonly found: readonly FoundBox[];
  readonly decided: readonly FoundBox[];
}
export interface Proposal {
  readonly rule: RegionRule;
  /** In how many series people decided so. */
  readonly series: number;
}
export interface Residual {
  /** Images that people looked at, and those of them in which somebody blacked out what the program had left. */
  readonly images: number;
  readonly missed: number;
}

/** So many series must have been decided alike before it is more than chance. */
const REPEATED = 2;
/** Shared part of two boxes' common area from which on they are about the same place. */
const ALIKE = 0.5;

/** How many of the images that were looked at had text that a person had to black out by hand. */
export function residualOf(sizes: readonly DecidedSize[]): Residual {
  let [images, missed] = [0, 0];
  for (const { frames, found, decided } of sizes) {
    // What somebody gave to a whole device at once was not found in this series.
    const added = decided.filter((box) => box.shared === undefined && isAdded(box, found));
    images += frames;
    if (added.some(({ frame }) => frame === undefined)) missed += frames;
    else for (let frame = 0; frame < frames; frame++) if (added.some((box) => isForImage(box, frame))) missed += 1;
  }
  return { images, missed };
}

/** Boxes that people drew, or let stand, at the same place in several series of the same device and size, unless a rule says so already. */
export function proposalsOf(sizes: readonly DecidedSize[], rules: readonly RegionRule[]): Proposal[] {
  const places = new Map<string, Place[]>();
  for (const size of sizes) {
    // Of a device without a name nothing can be said that would not hit others.
    if (size.source === null || (size.source.manufacturer === '' && size.source.model === '')) continue;
    for (const one of decisionsOf(size)) {
      const key = JSON.stringify([size.source, size.rows, size.columns, one.do]);
      places.set(key, placed(places.get(key) ?? [], one, size));
    }
  }
  return [...places.values()]
    .flat()
    .filter(({ series }) => series.size >= REPEATED)
    .filter((place) => !isRuled(place, rules))
    .sort((a, b) => b.series.size - a.series.size)
    .map((place) => ({ rule: ruleOf(place), series: place.series.size }));
}

interface Decision {
  readonly do: 'mask' | 'keep';
  readonly box: Box;
}
interface Place extends Decision {
  readonly size: DecidedSize;
  readonly series: ReadonlySet<string>;
}

function isAdded(box: FoundBox, found: readonly FoundBox[]): boolean {
  if (masked([box]).length === 0 || box.verdict === 'outside' || box.origin === 'left') return false;
  return !masked(found).some((other) => likeness(box, other) >= ALIKE || holds(other, box));
}

function decisionsOf({ found, decided }: DecidedSize): Decision[] {
  return decided.flatMap((box): Decision[] => {
    if (box.frame !== undefined) return [];
    if (isAdded(box, found)) return [{ do: 'mask', box: plain(box) }];
    const doubted = found.some((other) => other.verdict === 'doubtful' && likeness(box, other) >= ALIKE);
    return box.verdict === 'harmless' && doubted ? [{ do: 'keep', box: plain(box) }] : [];
  });
}

/** The places with one more decision: what is black grows around all that was drawn there, what is kept shrinks to what all share. */
function placed(places: readonly Place[], { do: does, box }: Decision, size: DecidedSize): Place[] {
  const at = places.findIndex((place) => likeness(place.box, box) >= ALIKE);
  if (at < 0) return [...places, { do: does, box, size, series: new Set([size.seriesId]) }];
  return places.map((place, i) => {
    if (i !== at) return place;
    const common = does === 'mask' ? boxAround(place.box, box) : (shared(place.box, box) ?? place.box);
    return { ...place, box: common, series: new Set([...place.series, size.seriesId]) };
  });
}

function isRuled({ box, do: does, size: { source, rows, columns } }: Place, rules: readonly RegionRule[]): boolean {
  const nothing = { software: '', imageType: '', seriesDescription: '', burnedIn: '' };
  const facts: RegionFacts = { ...nothing, ...source!, rows, columns };
  return rules.some(
    (rule) =>
      rule.do === does &&
      rule.frames === undefined &&
      isAbout(rule.match, facts) &&
      rule.boxes.some((one) => holds(one, box)),
  );
}

function ruleOf({ box, do: does, size, series }: Place): RegionRule {
  const { rows, columns, source } = size;
  const said = Object.fromEntries(Object.entries(source!).filter(([, text]) => text !== ''));
  const device = [source!.manufacturer, source!.model].filter(Boolean).join(' ');
  return {
    name: `${device.slice(0, 70)}, ${columns} x ${rows}`,
    match: { ...said, rows, columns },
    do: does,
    boxes: [box],
    source: `Decided alike by people in ${series.size} series of this project`,
  };
}

function plain({ x, y, width, height }: Box): Box {
  return { x, y, width, height };
}

function shared(a: Box, b: Box): Box | null {
  const part = clipBox({ ...b, x: b.x - a.x, y: b.y - a.y }, { rows: a.height, columns: a.width });
  return part === null ? null : { ...part, x: part.x + a.x, y: part.y + a.y };
}

/** The common part of two boxes as a share of all that they cover, 0 to 1. */
function likeness(a: Box, b: Box): number {
  const part = shared(a, b);
  if (part === null) return 0;
  const common = part.width * part.height;
  return common / (a.width * a.height + b.width * b.height - common);
}

function holds(whole: Box, part: Box): boolean {
  const common = shared(whole, part);
  return common !== null && common.width === part.width && common.height === part.height;
}

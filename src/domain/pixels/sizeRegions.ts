// What rules and the ultrasound regions say about all images of one size in a series: blacked out, kept, or cut off.
import type { DicomFile } from '../dicom/dataset';
import { type Box, boxAround, boxesMeet, clipBox, grownBox, outsideOf } from './boxes';
import { ultrasoundRegions } from './imageFacts';
import type { FoundBox } from './plan';
import { isAbout, type RegionRule, regionFacts } from './regionRules';

interface Size {
  readonly rows: number;
  readonly columns: number;
}
/** Boxes for some of the images, counted from 0; both null: for all of them. */
interface Taken {
  readonly box: Box;
  readonly verdict: 'identifying' | 'outside';
  readonly byRule: boolean;
  readonly first: number | null;
  readonly last: number | null;
}

/** By how many pixels a text may reach out of a kept box. */
const SLACK = 2;

/**
 * Gathers what the images of one size say, file by file. What one image wants black is black in all of them; a place is kept, or a crop
 * made, only as far as no image speaks against it.
 */
export class SizeRegions {
  readonly #rules: readonly RegionRule[];
  readonly #size: Size;
  readonly #taken: Taken[] = [];
  /** What every file so far keeps; null before the first. */
  #kept: Box[] | null = null;
  #crop: Box | null = null;

  constructor(rules: readonly RegionRule[], size: Size) {
    this.#rules = rules;
    this.#size = size;
  }

  /** Adds a file of this size. @returns what is black in its images anyway, so that it needs no reading: by image, counted like the rules */
  add(file: DicomFile): (frame: number) => readonly Box[] {
    const facts = regionFacts(file);
    const rules = this.#rules.filter(({ match }) => isAbout(match, facts));
    const keep = this.#inside(rules.filter((rule) => rule.do === 'keep').flatMap(({ boxes }) => boxes));
    this.#kept = this.#kept === null ? keep : this.#kept.filter((box) => keep.some((other) => same(box, other)));
    const shown = this.#inside(ultrasoundRegions(file));
    const beyond = shown.length === 0 ? [] : outsideOf([...shown, ...keep], this.#size);
    const own = [
      ...beyond.map((box): Taken => ({ box, verdict: 'outside', byRule: false, first: null, last: null })),
      ...rules.flatMap((rule) => this.#takenBy(rule)),
    ];
    for (const one of own) if (!this.#taken.some((other) => sameTaken(one, other))) this.#taken.push(one);
    return (frame) => own.filter((one) => isFor(one, frame)).map(({ box }) => box);
  }

  #takenBy(rule: RegionRule): Taken[] {
    const range = {
      first: rule.frames === undefined ? null : rule.frames.first - 1,
      last: rule.frames === undefined ? null : (rule.frames.last ?? rule.frames.first) - 1,
    };
    const boxes = this.#inside(rule.boxes);
    const taken = (verdict: Taken['verdict']) => (box: Box) => ({ box, verdict, byRule: true, ...range });
    if (rule.do === 'keep') return [];
    if (rule.do === 'mask') return boxes.map(taken('identifying'));
    // A rule whose box lies wholly outside of the image is about another one: it leaves nothing to show.
    if (boxes.length === 0) return outsideOf([], this.#size).map(taken('identifying'));
    if (rule.do === 'crop') this.#crop = this.#crop === null ? boxes[0]! : boxAround(this.#crop, boxes[0]!);
    return outsideOf(boxes, this.#size).map(taken('outside'));
  }

  #inside(boxes: readonly Box[]): Box[] {
    return boxes.flatMap((box) => clipBox(box, this.#size) ?? []);
  }

  /** The boxes that are black before anything is looked for. @param frames how many images of this size there are */
  boxes(frames: number): FoundBox[] {
    return this.#taken.flatMap(({ box, verdict, byRule, first, last }): FoundBox[] => {
      const found = { ...box, verdict, ...(byRule ? { origin: 'rule' as const } : {}) };
      if (first === null || last === null) return [found];
      const end = Math.min(last, frames - 1);
      return first > end ? [] : [{ ...found, frame: first, ...(end > first ? { last: end } : {}) }];
    });
  }

  /** The verdict about a text that was found: what every image keeps there stays, unless it identifies. */
  judged(box: Box, verdict: FoundBox['verdict']): FoundBox['verdict'] {
    const kept = (this.#kept ?? []).some((keep) => liesIn(box, grownBox(keep, SLACK)));
    return kept && verdict === 'doubtful' ? 'harmless' : verdict;
  }

  /** What the images are cut to, when they are. */
  crop(): Box | null {
    return this.#crop;
  }
}

function isFor({ first, last }: Taken, frame: number): boolean {
  return first === null || last === null || (frame >= first && frame <= last);
}

function sameTaken(a: Taken, b: Taken): boolean {
  return same(a.box, b.box) && a.verdict === b.verdict && a.first === b.first && a.last === b.last;
}

function same(a: Box, b: Box): boolean {
  return a.x === b.x && a.y === b.y && a.width === b.width && a.height === b.height;
}

function liesIn(part: Box, whole: Box): boolean {
  return boxesMeet(part, whole) && same(boxAround(part, whole), whole);
}

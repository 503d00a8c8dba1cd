// The texts found in images of one size, gathered over their frames: one box for what stands in one place.
import type { KnownIdentifiers } from '../domain/deid/identifiers';
import { type Box, boxAround, boxesMeet } from '../domain/pixels/boxes';
import type { GreyImage } from '../domain/pixels/greyImage';
import { judgeText, type TextVerdict } from '../domain/pixels/judgeText';
import { CERTAIN, type TextLine } from '../domain/pixels/textLines';
import type { TextReader } from './readText';

interface Place {
  box: Box;
  verdict: TextVerdict;
  /** Small pictures of what was read here, so that the same is not read again in the next frame. */
  readonly prints: Uint8Array[];
}

/** Readings of one series, beyond which text counts as unread: a series that writes differently in every frame is masked, not read. */
const MOST_READINGS = 400;
const PRINT = { columns: 48, rows: 8 };
/** Mean difference of two prints, of 255, below which they show the same. */
const SAME = 6;
const READABLE = 50;
/** What is not sure to be text must be read better than that. */
const CLEARLY = { confidence: 65, signs: 3 };
const RANK: Readonly<Record<TextVerdict, number>> = { harmless: 0, doubtful: 1, identifying: 2 };

export class FoundTexts {
  readonly #places: Place[] = [];
  /** What was looked at closely and is no text. */
  readonly #nothing: { readonly box: Box; readonly print: Uint8Array }[] = [];
  #known: KnownIdentifiers = { words: new Set(), phrases: [], initials: new Set() };
  #readings = 0;

  /** Adds identifiers that no text may hold. */
  know({ words, phrases, initials }: KnownIdentifiers): void {
    this.#known = {
      words: new Set([...this.#known.words, ...words]),
      phrases: [...new Set([...this.#known.phrases, ...phrases])],
      initials: new Set([...this.#known.initials, ...initials]),
    };
  }

  /**
   * Reads the lines that were found in a frame, save those that were read in the same place before and look the same.
   * @returns whether there was text in a new place, or worse than what was known of its place
   */
  async add(image: GreyImage, lines: readonly TextLine[], reader: TextReader): Promise<boolean> {
    let anew = false;
    // Parts of a line are found as well: a part that cannot be read says nothing new of a line that was read whole.
    const readWhole: Box[] = [];
    for (const line of [...lines].sort((a, b) => b.width - a.width)) {
      const print = printOf(image, line);
      const place = this.#places.find(({ box }) => mostlySame(box, line));
      if (place?.prints.some((other) => difference(print, other) < SAME)) {
        if (place.verdict === 'harmless') readWhole.push(line);
        continue;
      }
      if (this.#nothing.some((no) => mostlySame(no.box, line) && difference(print, no.print) < SAME)) continue;
      const verdict = await this.#read(image, line, reader);
      if (verdict === 'harmless') readWhole.push(line);
      const partial = verdict === 'doubtful' && readWhole.some((whole) => liesIn(line, whole));
      if (verdict === null || partial) this.#nothing.push({ box: line, print });
      else {
        const known = place?.verdict;
        const put = this.#put(line, verdict, place);
        put.prints.push(print);
        anew ||= put.verdict !== known;
      }
    }
    return anew;
  }

  /** Adds a word that was read without a line having been found around it. */
  addRead(box: Box, text: string, confidence: number): void {
    const verdict = judgeText(text, confidence, this.#known);
    const inside = this.#places.some((place) => boxesMeet(place.box, box) && RANK[place.verdict] >= RANK[verdict]);
    if (!inside) this.#put(box, verdict, undefined);
  }

  /** Every place with the worst that was ever read there. */
  boxes(): { readonly box: Box; readonly verdict: TextVerdict }[] {
    return this.#places.map(({ box, verdict }) => ({ box, verdict }));
  }

  /** Null for what was not sure to be text and could not be read. */
  async #read(image: GreyImage, line: TextLine, reader: TextReader): Promise<TextVerdict | null> {
    if (this.#readings >= MOST_READINGS) return line.score >= CERTAIN ? 'doubtful' : null;
    this.#readings += 1;
    const { text, confidence } = await reader.line(image, line, line.bright);
    const signs = (text.match(/[\p{L}\p{N}]/gu) ?? []).length;
    const readable = confidence >= READABLE && signs >= 2;
    const sure = line.score >= CERTAIN;
    if (!readable && sure) return 'doubtful';
    if (!sure && (confidence < CLEARLY.confidence || signs < CLEARLY.signs)) return null;
    const verdict = judgeText(text, confidence, this.#known);
    // Much wider than what was read of it: the rest of it was not read.
    const whole = line.width <= (signs + 4) * line.height;
    return verdict === 'harmless' && !whole ? 'doubtful' : verdict;
  }

  #put(box: Box, verdict: TextVerdict, place: Place | undefined): Place {
    if (place === undefined) {
      const made = { box: { x: box.x, y: box.y, width: box.width, height: box.height }, verdict, prints: [] };
      this.#places.push(made);
      return made;
    }
    place.box = boxAround(place.box, box);
    if (RANK[verdict] > RANK[place.verdict]) place.verdict = verdict;
    return place;
  }
}

/** Whether two boxes share most of the larger one. */
function mostlySame(a: Box, b: Box): boolean {
  const width = Math.min(a.x + a.width, b.x + b.width) - Math.max(a.x, b.x);
  const height = Math.min(a.y + a.height, b.y + b.height) - Math.max(a.y, b.y);
  if (width <= 0 || height <= 0) return false;
  return width * height >= 0.6 * Math.max(a.width * a.height, b.width * b.height);
}

/** Whether nearly all of a box lies in another one. */
function liesIn(part: Box, whole: Box): boolean {
  const width = Math.min(part.x + part.width, whole.x + whole.width) - Math.max(part.x, whole.x);
  const height = Math.min(part.y + part.height, whole.y + whole.height) - Math.max(part.y, whole.y);
  return width > 0 && height > 0 && width * height >= 0.85 * part.width * part.height;
}

function printOf({ width, height, data }: GreyImage, box: Box): Uint8Array {
  return Uint8Array.from({ length: PRINT.columns * PRINT.rows }, (_, i) => {
    const x = box.x + (((i % PRINT.columns) + 0.5) * box.width) / PRINT.columns;
    const y = box.y + ((Math.floor(i / PRINT.columns) + 0.5) * box.height) / PRINT.rows;
    const [column, row] = [Math.floor(x), Math.floor(y)];
    return column < 0 || row < 0 || column >= width || row >= height ? 0 : data[row * width + column]!;
  });
}

function difference(a: Uint8Array, b: Uint8Array): number {
  return a.reduce((sum, value, i) => sum + Math.abs(value - b[i]!), 0) / a.length;
}

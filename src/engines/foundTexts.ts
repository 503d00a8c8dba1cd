// The texts found in images of one size, gathered over their frames: one box for what stands in one place.
import type { KnownIdentifiers } from '../domain/deid/identifiers';
import { type Box, boxAround, boxesMeet, liesIn } from '../domain/pixels/boxes';
import type { GreyImage } from '../domain/pixels/greyImage';
import { judgeText, type TextVerdict } from '../domain/pixels/judgeText';
import { CERTAIN, lineAround, type TextLine } from '../domain/pixels/textLines';
import type { ReadText, TextReader, Way } from './readText';

interface Place {
  box: Box;
  verdict: TextVerdict;
  /** Small pictures of what was read here, so that the same is not read again in the next frame. */
  readonly prints: Uint8Array[];
}

/** Lines read of one series, beyond which text counts as unread: a series that writes differently in every frame is masked, not read. */
const MOST_LINES = 400;
const PRINT = { columns: 48, rows: 8 };
/** Mean difference of two prints, of 255, below which they show the same. */
const SAME = 6;
const READABLE = 50;
/** The letters alone are read first; with what is behind them, where they could not be told from it. */
const WAYS: readonly Way[] = [
  { alone: true, tall: 48 },
  { alone: true, tall: 34 },
  { alone: false, tall: 48 },
];
/** What is not sure to be text must be read better than that. */
const CLEARLY = { confidence: 65, signs: 3 };
/** At either end of a line so much may stay unread, in pixels or by its height. */
const UNREAD = { pixels: 6, height: 0.9 };
/** Letters and spaces are no wider than this on average, by the height of their line: else some between them were not read. */
const WIDEST = 1;
/** What is read of a line besides its letters, by what is blacked out around them. */
const READ_AROUND = 0.6;
const RANK: Readonly<Record<TextVerdict, number>> = { harmless: 0, doubtful: 1, identifying: 2 };

export class FoundTexts {
  readonly #places: Place[] = [];
  /** What was looked at closely and is no text. */
  readonly #nothing: { readonly box: Box; readonly print: Uint8Array }[] = [];
  #known: KnownIdentifiers = { words: new Set(), phrases: [], initials: new Set() };
  #lines = 0;

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
      if (place?.verdict === 'identifying') {
        // Nothing worse can be read there: a name on every slice is read once.
        this.#put(line, 'identifying', place);
        continue;
      }
      if (this.#nothing.some((no) => mostlySame(no.box, line) && difference(print, no.print) < SAME)) continue;
      // What is doubtful already stays black however it is read: once tells whether it identifies.
      const ways = place?.verdict === 'doubtful' ? WAYS.slice(0, 1) : WAYS;
      const verdict = await this.#read(image, line, reader, ways);
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
    // A word of a line that was read whole says nothing new, unless it identifies.
    const inside = this.#places.some(
      (place) =>
        (boxesMeet(place.box, box) && RANK[place.verdict] >= RANK[verdict]) ||
        (verdict === 'doubtful' && liesIn(box, place.box)),
    );
    if (!inside) this.#put(box, verdict, undefined);
  }

  /** Every place with the worst that was ever read there. */
  boxes(): { readonly box: Box; readonly verdict: TextVerdict }[] {
    return this.#places.map(({ box, verdict }) => ({ box, verdict }));
  }

  /** Null for what was not sure to be text and could not be read. */
  async #read(image: GreyImage, line: TextLine, reader: TextReader, ways: readonly Way[]): Promise<TextVerdict | null> {
    const sure = line.score >= CERTAIN;
    let worst: TextVerdict | null = sure ? 'doubtful' : null;
    if (this.#lines >= MOST_LINES) return worst;
    this.#lines += 1;
    const readings: ReadText[] = [];
    for (const way of ways) {
      const read = await reader.line(image, lineAround(line.ink, READ_AROUND * line.ink.height), line.bright, way);
      const agreed = readings.some((other) => signsOf(other.text) === signsOf(read.text));
      readings.push(read);
      // Two readings that agree are as good as one that is confident.
      const confidence = agreed && read.text !== '' ? 100 : read.confidence;
      if (!counts(read, confidence, sure)) continue;
      const verdict = judgeText(read.text, confidence, this.#known);
      if (verdict === 'identifying') return verdict;
      if (verdict === 'harmless' && reachesOver(read, line.ink)) return verdict;
      worst = 'doubtful';
    }
    return worst;
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

const signsOf = (text: string) =>
  text
    .toLowerCase()
    .match(/[\p{L}\p{N}]/gu)
    ?.join('') ?? '';

/** Whether a reading is one: what is not sure to be text must be read better. */
function counts({ text }: ReadText, confidence: number, sure: boolean): boolean {
  const signs = signsOf(text).length;
  if (sure) return signs >= 1 && confidence >= READABLE;
  return signs >= CLEARLY.signs && confidence >= CLEARLY.confidence;
}

/** Whether what was read reaches over all of a line without large gaps, so that nothing of it stayed unread. */
function reachesOver({ text, box }: ReadText, ink: Box): boolean {
  const slack = Math.max(UNREAD.pixels, UNREAD.height * ink.height);
  if (box.width > (text.length + 0.8) * WIDEST * ink.height) return false;
  return box.x <= ink.x + slack && box.x + box.width >= ink.x + ink.width - slack;
}

/** Whether two boxes share most of the larger one. */
function mostlySame(a: Box, b: Box): boolean {
  const width = Math.min(a.x + a.width, b.x + b.width) - Math.max(a.x, b.x);
  const height = Math.min(a.y + a.height, b.y + b.height) - Math.max(a.y, b.y);
  if (width <= 0 || height <= 0) return false;
  return width * height >= 0.6 * Math.max(a.width * a.height, b.width * b.height);
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

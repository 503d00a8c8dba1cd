// One command at work: its folders, keys, profile and progress, and what it leaves out, gathered for the report.
import { mkdir, rename, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { DeidKeys } from '@/domain/deid/keys';
import type { Profile } from '@/domain/deid/profile';
import { masked, type PixelPlan } from '@/domain/pixels/plan';
import { SOFTWARE_VERSION } from '@/domain/release/version';
import type { ChangeTally } from '@/engines/cleanFiles';
import type { CleanedSeries } from '@/engines/cleanSeries';
import type { Crew } from '@/engines/crew';
import type { Gathered, Input, SeriesInput } from './gather';
import type { LeftOut } from './leftOut';
import type { Progress } from './progress';
import type { Crosswalk } from './secrets';

export class Session {
  readonly leftOut: LeftOut[] = [];
  /** Burned-in text: series and images that were looked at, and places that were blacked out. */
  readonly pixels = { series: 0, images: 0, places: 0 };
  private readonly tallies = new Map<string, ChangeTally>();
  private done = 0;

  constructor(
    readonly command: string,
    readonly out: string,
    readonly unfinished: string,
    readonly keys: DeidKeys,
    readonly profile: Profile,
    readonly crosswalk: Crosswalk | null,
    readonly crew: Crew,
    readonly progress: Progress,
    readonly signal: AbortSignal,
  ) {}

  /** Counts files as handed on. */
  finish(files: number): void {
    this.done += files;
  }

  /** Leaves a whole series out. */
  leave(series: SeriesInput, what: LeftOut['what'], reason: string): void {
    this.leftOut.push({ what, inputs: series.files.map((file) => file.number), series: series.name, reason });
  }

  leaveFile(series: SeriesInput, file: Input, reason: string): void {
    this.leftOut.push({ what: 'quarantined', inputs: [file.number], series: series.name, reason });
  }

  countPixels(plan: PixelPlan): void {
    this.pixels.series += 1;
    for (const { frames, boxes } of plan) {
      this.pixels.images += frames;
      this.pixels.places += masked(boxes).length;
    }
  }

  count(cleaned: CleanedSeries): void {
    for (const row of cleaned.changes) {
      const key = `${row.path} ${row.action} ${row.reason}`;
      const known = this.tallies.get(key);
      if (known === undefined) this.tallies.set(key, { ...row });
      else known.count += row.count;
    }
  }

  /** Moves a finished file from the unfinished folder to its place in OUT. */
  async handOn(from: string, place: string): Promise<void> {
    const target = join(this.out, place);
    await mkdir(dirname(target), { recursive: true });
    await rename(from, target);
  }

  /** Moves a folder of finished files to its place in OUT. */
  async handOnFolder(from: string, place: string): Promise<void> {
    const target = join(this.out, place);
    await mkdir(dirname(target), { recursive: true });
    await rename(from, target);
  }

  async handOnText(place: string, text: string): Promise<void> {
    const target = join(this.out, place);
    await mkdir(dirname(target), { recursive: true });
    await writeFile(target, text);
  }

  /** The report: counts and running numbers, never a value or a path of the input. */
  report(gathered: Gathered): string {
    const report = {
      cloakroom: SOFTWARE_VERSION,
      command: this.command,
      profile: this.profile.name,
      inputs: gathered.inputs.length,
      done: this.done,
      passedOver: gathered.passedOver,
      series: gathered.series.length,
      changes: [...this.tallies.values()].sort((a, b) => (a.path < b.path ? -1 : a.path > b.path ? 1 : 0)),
      burnedInText: this.pixels,
      leftOut: this.leftOut,
    };
    return `${JSON.stringify(report, null, 2)}\n`;
  }

  get filesDone(): number {
    return this.done;
  }
}

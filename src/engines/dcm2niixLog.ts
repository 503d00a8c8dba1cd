// dcm2niix's log in our own words: its lines hold paths, names and values, so each known line becomes a constant sentence.

const SENTENCES: readonly (readonly [RegExp, string])[] = [
  [
    /slices? (?:are )?missing|missing (?:slices|images)|interslice distance var/i,
    'The distance between slices varies: slices may be missing.',
  ],
  [/gantry tilt/i, 'The gantry was tilted: the volume was resampled to right angles.'],
  [/slices? not stacked|slices stacked despite/i, 'Not all slices could be stacked into one volume.'],
  [/unable to determine (?:slice )?(?:direction|orientation)/i, 'The direction of the slices could not be told.'],
  [/duplicate/i, 'Some images occur twice in this series.'],
  [/incomplete|interrupted|acquisition.*stopped/i, 'The acquisition was not complete.'],
  [/philips.*(?:scal|precise)|rescale.*(?:differ|var)/i, 'The values were scaled as the vendor prescribes.'],
  [/slice timing/i, 'The slice timing could not be told for certain.'],
  [/total readout|echo spacing|phase encod/i, 'The readout time or phase encoding could not be told for certain.'],
  [/bvec|b-?value|diffusion|gradient/i, 'The diffusion directions deserve a look.'],
  [/lossy/i, 'The images had been compressed with loss before.'],
  [/localizer|scout/i, 'This looks like a localizer.'],
];
const FULL = /no space left|error writing|unable to write|disk.*full/i;
const WORTH = /warning|error|unable|incomplete|missing/i;

/** The warnings among `lines` as constant sentences, each once, and whether the disk was full. */
export function scrubLog(lines: readonly string[]): { log: string[]; full: boolean } {
  const log = new Set<string>();
  for (const line of lines) {
    if (!WORTH.test(line)) continue;
    const known = SENTENCES.find(([pattern]) => pattern.test(line));
    log.add(known?.[1] ?? 'The converter gave another warning.');
  }
  return { log: [...log], full: lines.some((line) => FULL.test(line)) };
}

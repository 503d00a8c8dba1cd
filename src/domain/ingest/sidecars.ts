// Which JSON file describes which NIfTI volume: the one of the same name beside it (BIDS 1.10.0, "Key-value files").

interface Placed {
  readonly file: number;
  /** Path below the dropped folder. */
  readonly parts: readonly string[];
}

const VOLUME_ENDING = /\.nii(\.gz)?$/i;
const SIDECAR_ENDING = /\.json$/i;

/** The volumes, each with the number of its sidecar where it has one, and the sidecars that belong to none. */
export function withSidecars<V extends Placed>(
  volumes: readonly V[],
  sidecars: readonly Placed[],
): { volumes: (V & { readonly sidecar?: number })[]; alone: number[] } {
  const nameOf = ({ parts }: Placed, ending: RegExp) =>
    JSON.stringify(parts.with(-1, parts.at(-1)!.replace(ending, '')));
  const left = new Map(sidecars.map((one) => [nameOf(one, SIDECAR_ENDING), one.file]));
  const paired = volumes.map((volume) => {
    const name = nameOf(volume, VOLUME_ENDING);
    const sidecar = left.get(name);
    left.delete(name);
    return sidecar === undefined ? volume : { ...volume, sidecar };
  });
  return { volumes: paired, alone: [...left.values()] };
}

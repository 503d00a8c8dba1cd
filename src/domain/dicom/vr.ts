// What a VR is on the wire (PS3.5 table 6.2-1 and 7.1.2).

interface VrShape {
  /** In explicit VR: two reserved bytes and a 32-bit length. */
  readonly long: boolean;
  /** How its bytes are to be understood; 'text' in the data set's character sets, 'ascii' in the default repertoire. */
  readonly content: 'ascii' | 'text' | 'binary' | 'sequence' | 'unknown';
  /** Bytes of one number in a binary VR, 0 in others. */
  readonly width: 0 | 1 | 2 | 4 | 8;
  readonly pad: 0x00 | 0x20;
  /** Whether a backslash separates values. */
  readonly multiple: boolean;
}

const ascii = { long: false, content: 'ascii', width: 0, pad: 0x20, multiple: true } as const;
const textual = { long: false, content: 'text', width: 0, pad: 0x20, multiple: true } as const;
const paragraph = { ...textual, multiple: false } as const;
const binary = (width: 1 | 2 | 4 | 8, long = false) =>
  ({ long, content: 'binary', width, pad: 0x00, multiple: true }) as const;

/** Every VR of the standard; a VR that is not here does not exist. */
const VRS = {
  AE: ascii,
  AS: ascii,
  AT: binary(2),
  CS: ascii,
  DA: ascii,
  DS: ascii,
  DT: ascii,
  FD: binary(8),
  FL: binary(4),
  IS: ascii,
  LO: textual,
  LT: paragraph,
  OB: binary(1, true),
  OD: binary(8, true),
  OF: binary(4, true),
  OL: binary(4, true),
  OV: binary(8, true),
  OW: binary(2, true),
  PN: textual,
  SH: textual,
  SL: binary(4),
  SQ: { long: true, content: 'sequence', width: 0, pad: 0x00, multiple: false },
  SS: binary(2),
  ST: paragraph,
  SV: binary(8, true),
  TM: ascii,
  UC: { ...textual, long: true },
  UI: { ...ascii, pad: 0x00 },
  UL: binary(4),
  UN: { long: true, content: 'unknown', width: 0, pad: 0x00, multiple: false },
  UR: { ...ascii, long: true, multiple: false },
  US: binary(2),
  UT: { ...paragraph, long: true },
  UV: binary(8, true),
} as const satisfies Record<string, VrShape>;

const table: ReadonlyMap<string, VrShape> = new Map(Object.entries(VRS));

/** The shape of a VR, undefined when the standard has no such VR. */
export function vrShape(vr: string): VrShape | undefined {
  return table.get(vr);
}

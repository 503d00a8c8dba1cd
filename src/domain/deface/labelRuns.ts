// What is removed and what is kept, voxel by voxel on a scan's own grid, as run lengths: small enough to leave a browser, and checked
// in full before any memory is taken for it.
import { DomainError } from '../errors';
import type { Vec3 } from '../nifti/affine';

/** What a voxel is: left as it is, removed, or brain and its margin, which is never removed. */
export const LABEL = { keep: 0, cut: 1, brain: 2 } as const;
type Label = (typeof LABEL)[keyof typeof LABEL];

/** 'CLRN', then the layout's version. */
const MAGIC = [0x43, 0x4c, 0x52, 0x4e, 1] as const;
const HEADER_BYTES = MAGIC.length + 3 * 4;
const LONGEST_VARINT = 6;

/** Whether bytes begin as this layout does. */
export function areLabelRuns(bytes: Uint8Array): boolean {
  return bytes.length >= HEADER_BYTES && MAGIC.every((byte, n) => bytes[n] === byte);
}

/**
 * Labels (one byte per voxel, x fastest) as bytes: the mark, the three sides (uint32, little endian), then one number per run, low
 * seven bits first: length * 4 + label.
 */
export function packLabels(labels: Uint8Array, shape: Vec3): Uint8Array {
  const out: number[] = [...MAGIC];
  for (const side of shape) for (let b = 0; b < 32; b += 8) out.push((side >>> b) & 255);
  for (let at = 0; at < labels.length; ) {
    const label = labels[at]!;
    let end = at + 1;
    while (end < labels.length && labels[end] === label) end++;
    let rest = (end - at) * 4 + label;
    for (; rest >= 128; rest = Math.floor(rest / 128)) out.push((rest % 128) | 128);
    out.push(rest);
    at = end;
  }
  return Uint8Array.from(out);
}

/**
 * The labels that `packLabels` packed, for a scan of that shape.
 * @throws DomainError UNREADABLE for anything else than whole, well-formed runs; CONFLICT for those of another grid
 */
export function unpackLabels(bytes: Uint8Array, shape: Vec3): Uint8Array {
  countLabels(bytes, shape);
  const out = new Uint8Array(shape[0] * shape[1] * shape[2]);
  eachRun(bytes, shape, (from, length, label) => {
    if (label !== LABEL.keep) out.fill(label, from, from + length);
  });
  return out;
}

/**
 * How many voxels each label has, found without unpacking.
 * @throws DomainError as unpackLabels
 */
export function countLabels(bytes: Uint8Array, shape: Vec3): Readonly<Record<keyof typeof LABEL, number>> {
  const counts = [0, 0, 0];
  eachRun(bytes, shape, (_, length, label) => {
    counts[label]! += length;
  });
  return { keep: counts[LABEL.keep]!, cut: counts[LABEL.cut]!, brain: counts[LABEL.brain]! };
}

function eachRun(bytes: Uint8Array, shape: Vec3, visit: (from: number, length: number, label: Label) => void): void {
  if (!areLabelRuns(bytes)) throw damaged();
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (shape.some((side, axis) => view.getUint32(MAGIC.length + 4 * axis, true) !== side)) throw otherGrid();
  const voxels = shape[0] * shape[1] * shape[2];
  let from = 0;
  for (let at = HEADER_BYTES; at < bytes.length; ) {
    let value = 0;
    for (let n = 0, scale = 1; ; n++, scale *= 128) {
      const byte = bytes[at++];
      if (byte === undefined || n >= LONGEST_VARINT) throw damaged();
      value += (byte & 127) * scale;
      if (byte < 128) break;
    }
    const label = value % 4;
    const length = Math.floor(value / 4);
    if (label > LABEL.brain || length === 0 || length > voxels - from) throw damaged();
    visit(from, length, label as Label);
    from += length;
  }
  if (from !== voxels) throw damaged();
}

function damaged(): DomainError {
  return new DomainError('UNREADABLE', 'The drawn mask is damaged, so nothing was changed. Draw it again.');
}

function otherGrid(): DomainError {
  return new DomainError('CONFLICT', 'The drawn mask belongs to another volume than this one. Reload the page.');
}

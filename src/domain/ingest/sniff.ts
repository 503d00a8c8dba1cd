// What a file is, told from its first bytes: names and extensions are never believed.
import { isDicom } from '../dicom/read';
import { pictureFormat } from '../pictures/picture';

/** How many bytes `sniff` wants to see; fewer when the file is shorter. */
export const SNIFF_BYTES = 2048;

export type Content =
  | { readonly kind: 'dicom' }
  | { readonly kind: 'zip' }
  | { readonly kind: 'gzip' }
  | { readonly kind: 'nifti' }
  | { readonly kind: 'picture' }
  /** Text that begins like a JSON object. */
  | { readonly kind: 'json' }
  | { readonly kind: 'none'; readonly reason: string };

export const TEXT_FILE = 'This is a text file, not a medical image.';

/** Formats people drop by accident, so that the reason can name them. */
const OTHER: readonly { readonly name: string; readonly magic: readonly number[]; readonly at?: number }[] = [
  { name: 'a PDF document', magic: [0x25, 0x50, 0x44, 0x46] },
  { name: 'a 7-Zip archive', magic: [0x37, 0x7a, 0xbc, 0xaf] },
  { name: 'a RAR archive', magic: [0x52, 0x61, 0x72, 0x21] },
  { name: 'a tar archive', magic: [0x75, 0x73, 0x74, 0x61, 0x72], at: 257 },
  { name: 'a program', magic: [0x4d, 0x5a] },
  { name: 'a program', magic: [0x7f, 0x45, 0x4c, 0x46] },
];

/**
 * What the file that begins with `head` (its first SNIFF_BYTES bytes) holds.
 * For 'gzip' the caller inflates the beginning and asks again; every reason is plain words and holds nothing of the file.
 */
export function sniff(head: Uint8Array): Content {
  if (head.length === 0) return none('The file is empty.');
  if (starts(head, [0x44, 0x49, 0x43, 0x4d], 128)) return { kind: 'dicom' };
  if (starts(head, [0x50, 0x4b, 0x03, 0x04]) || starts(head, [0x50, 0x4b, 0x05, 0x06])) return { kind: 'zip' };
  if (starts(head, [0x1f, 0x8b])) return { kind: 'gzip' };
  if (pictureFormat(head) !== null) return { kind: 'picture' };
  const nifti = niftiKind(head);
  if (nifti === 'single') return { kind: 'nifti' };
  if (nifti === 'pair')
    return none('This is half of a header and image pair. Save it as one .nii file and upload that.');
  for (const { name, magic, at } of OTHER)
    if (starts(head, magic, at)) return none(`This is ${name}, not a medical image.`);
  if (isDicom(head)) return { kind: 'dicom' };
  if (looksLikeText(head)) return /^\s*\{/.test(latin(head)) ? { kind: 'json' } : none(TEXT_FILE);
  return none('This is neither DICOM nor NIfTI nor a JPEG, PNG or TIFF picture, or it is damaged beyond reading.');
}

function latin(head: Uint8Array): string {
  return String.fromCharCode(...head.subarray(0, 64));
}

function none(reason: string): Content {
  return { kind: 'none', reason };
}

function starts(bytes: Uint8Array, magic: readonly number[], at = 0): boolean {
  return magic.every((value, i) => bytes[at + i] === value);
}

/** NIfTI-1 (348) and NIfTI-2 (540), either byte order; ANALYZE has the size but no magic. */
function niftiKind(head: Uint8Array): 'single' | 'pair' | null {
  if (head.length < 348) return null;
  const view = new DataView(head.buffer, head.byteOffset, head.byteLength);
  const little = view.getInt32(0, true);
  const big = view.getInt32(0, false);
  if (little === 348 || big === 348) return magicAt(head, 344) === 'n+1' ? 'single' : 'pair';
  if (little === 540 || big === 540) return magicAt(head, 4) === 'n+2' ? 'single' : 'pair';
  return null;
}

function magicAt(head: Uint8Array, at: number): string {
  return String.fromCharCode(...head.subarray(at, at + 3));
}

/** No control characters, and either mostly ASCII (Latin-1 and its kin) or valid UTF-8, which the head may cut short. */
function looksLikeText(head: Uint8Array): boolean {
  const isControl = (b: number) => b < 32 && b !== 9 && b !== 10 && b !== 12 && b !== 13;
  if (head.some(isControl)) return false;
  const high = head.reduce((n, b) => (b >= 128 ? n + 1 : n), 0);
  if (high * 3 < head.length) return true;
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(head, { stream: true });
    return true;
  } catch {
    return false;
  }
}

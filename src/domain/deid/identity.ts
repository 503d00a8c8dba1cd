// Who a file is about, as one text that is the same for all files of the same person at the same hospital. In memory only.

import type { DicomFile } from '../dicom/dataset';
import { contextOf, text } from '../dicom/values';
import { fold } from './words';

/**
 * The subject of a file: patient id and its issuer, else name and birth date, else the study. It identifies a person:
 * callers turn it into an HMAC before it is stored or compared outside memory.
 */
export function subjectIdentity(file: DicomFile): string {
  const context = contextOf(file);
  const value = (tag: number) => (text(file.dataset, tag, context) ?? '').trim();
  const id = value(0x00100020);
  if (id !== '') return `id\0${id}\0${value(0x00100021)}`;
  const name = fold(value(0x00100010)).replace(/[\s^]+/gu, '^');
  if (name !== '' && name !== '^') return `name\0${name}\0${value(0x00100030)}`;
  const study = value(0x0020000d);
  return study !== '' ? `study\0${study}` : `instance\0${value(0x00080018)}`;
}

// Which device made an image, as a keyed hash: to find the other series of the same one without keeping what it is called.
import type { DeidKeys } from '../domain/deid/keys';
import { tagOf } from '../domain/dicom/dictionary';
import { contextOf, text } from '../domain/dicom/values';
import { withDicomFile } from './dicomFiles';

const NAMING = [tagOf('Manufacturer'), tagOf('ManufacturerModelName'), tagOf('SoftwareVersions')] as const;

/**
 * 32 hexadecimal digits, equal for files of the same maker, model and software in one project; null when a file names no model,
 * so that nobody knows which device it was.
 * @throws DomainError UNREADABLE | UNSUPPORTED
 */
export function deviceOf(path: string | undefined, keys: DeidKeys): string | null {
  if (path === undefined) return null;
  const [maker, model, software] = withDicomFile(path, 'header', (file) =>
    NAMING.map((tag) => text(file.dataset, tag, contextOf(file)) ?? ''),
  );
  if (!model) return null;
  return Buffer.from(keys.hmac('device', JSON.stringify([maker, model, software])).slice(0, 16)).toString('hex');
}

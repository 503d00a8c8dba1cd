// Which device made a series, in the words of its cleaned header: shown to the project's lead, and asked for by its rules.
import type { PixelSource } from '../domain/pixels/proposals';
import { type RegionFacts, regionFacts } from '../domain/pixels/regionRules';
import { withDicomFile } from './dicomFiles';

/**
 * What the cleaned copy of a file still says of its device, where that is what the original says, as only then a rule finds it.
 * @throws DomainError UNREADABLE | UNSUPPORTED
 */
export function sourceOf(original: string, cleaned: string): PixelSource {
  const [before, after] = [original, cleaned].map((path) => withDicomFile(path, 'header', regionFacts));
  const same = (name: 'manufacturer' | 'model' | 'modality') => wordOf(before!, after!, name);
  return { manufacturer: same('manufacturer'), model: same('model'), modality: same('modality') };
}

function wordOf(before: RegionFacts, after: RegionFacts, name: keyof PixelSource): string {
  const text = after[name].trim();
  return text === before[name].trim() && text.length <= 100 ? text : '';
}

// Opening a downloaded ZIP: every entry in memory, checksums against its manifest, and what its bytes hold.
import { createHash } from 'node:crypto';
import { buffer } from 'node:stream/consumers';
import { promisify } from 'node:util';
import { gunzipSync } from 'node:zlib';
import { type Entry, fromBuffer, type ZipFile } from 'yauzl';

/** Every file of a ZIP by its path. */
export async function unzip(bytes: Buffer): Promise<Map<string, Buffer>> {
  const zip = await (promisify(fromBuffer) as (b: Buffer, o: object) => Promise<ZipFile>)(bytes, { lazyEntries: true });
  const open = promisify(zip.openReadStream.bind(zip)) as (entry: Entry) => Promise<NodeJS.ReadableStream>;
  const files = new Map<string, Buffer>();
  return new Promise((resolve, reject) => {
    zip.on('entry', (entry: Entry) => {
      open(entry)
        .then((stream) => buffer(stream))
        .then((content) => {
          if (!entry.fileName.endsWith('/')) files.set(entry.fileName, content);
          zip.readEntry();
        })
        .catch(reject);
    });
    zip.on('end', () => resolve(files));
    zip.on('error', reject);
    zip.readEntry();
  });
}

/** Paths whose content does not agree with the manifest (lines of `sha256  path`), and those it does not name. */
export function wrongChecksums(files: ReadonlyMap<string, Buffer>, manifest: string, manifestPath: string): string[] {
  const sums = new Map(
    manifest
      .split('\n')
      .filter((line) => line.trim() !== '')
      .map((line) => [line.slice(66), line.slice(0, 64)] as const),
  );
  const wrong = [...sums].filter(([path, sum]) => {
    const content = files.get(path);
    return content === undefined || createHash('sha256').update(content).digest('hex') !== sum;
  });
  const unnamed = [...files.keys()].filter((path) => path !== manifestPath && !sums.has(path));
  return [...wrong.map(([path]) => path), ...unnamed];
}

/** Of these texts, those that occur in any byte of any file or path, compressed ones opened, in UTF-8 or UTF-16, whatever the case. */
export function foundTexts(files: ReadonlyMap<string, Buffer>, texts: readonly string[]): string[] {
  const contents = [...files].flatMap(([path, content]) => [
    Buffer.from(path),
    content,
    ...(path.endsWith('.gz') ? [gunzipSync(content)] : []),
  ]);
  const lower = contents.map((content) => content.toString('latin1').toLowerCase());
  return texts.filter((text) =>
    [Buffer.from(text, 'utf8'), Buffer.from(text, 'utf16le')].some((bytes) => {
      const needle = bytes.toString('latin1').toLowerCase();
      return lower.some((content) => content.includes(needle));
    }),
  );
}

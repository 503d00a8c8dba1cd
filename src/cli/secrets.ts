// The key file and the crosswalk: the two files that can undo a pseudonym, kept readable by their owner only.
import { randomBytes } from 'node:crypto';
import { appendFile, chmod, open, readFile, writeFile } from 'node:fs/promises';
import { DomainError } from '@/domain/errors';

/**
 * The project's secret (32 bytes) from `file`, which is made with mode 0600 when absent; without a file, a new one.
 * @throws DomainError INVALID when the file holds no key
 */
export async function projectSecret(file: string | null): Promise<Buffer> {
  if (file === null) return randomBytes(32);
  const secret = randomBytes(32);
  try {
    const handle = await open(file, 'wx', 0o600);
    await handle.writeFile(`${secret.toString('hex')}\n`);
    await handle.close();
    return secret;
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) {
      throw new DomainError(
        'INVALID',
        'The key file cannot be made there. Check that its folder exists and may be written.',
      );
    }
  }
  const text = (await readFile(file, 'utf8')).trim();
  if (!/^[0-9a-fA-F]{64}$/.test(text))
    throw new DomainError('INVALID', 'The key file does not hold a key: 64 hexadecimal digits are expected.');
  return Buffer.from(text, 'hex');
}

export interface CrosswalkRow {
  readonly attribute: string;
  readonly original: string;
  readonly replacement: string;
}

const HEADER = 'attribute,original,replacement';

/** The crosswalk file: rows of earlier runs stay, each row is there once. */
export class Crosswalk {
  private readonly known = new Set<string>();
  private waiting: string[] = [];

  private constructor(private readonly file: string) {}

  static async open(file: string): Promise<Crosswalk> {
    const crosswalk = new Crosswalk(file);
    const text = await readFile(file, 'utf8').catch(() => null);
    if (text === null) await writeFile(file, `${HEADER}\n`, { mode: 0o600 });
    else if (!text.startsWith(HEADER))
      throw new DomainError('INVALID', 'The crosswalk file is there already and is not a crosswalk. Name another.');
    else for (const line of text.split('\n').slice(1)) crosswalk.known.add(line);
    await chmod(file, 0o600);
    return crosswalk;
  }

  add(rows: readonly CrosswalkRow[]): void {
    for (const row of rows) {
      const line = [row.attribute, row.original, row.replacement].map(quote).join(',');
      if (this.known.has(line)) continue;
      this.known.add(line);
      this.waiting.push(line);
    }
  }

  /** Writes what was added since the last time. */
  async save(): Promise<void> {
    if (this.waiting.length === 0) return;
    await appendFile(this.file, `${this.waiting.join('\n')}\n`);
    this.waiting = [];
  }
}

function quote(value: string): string {
  return /[",\r\n]/.test(value) ? `"${value.replaceAll('"', '""')}"` : value;
}

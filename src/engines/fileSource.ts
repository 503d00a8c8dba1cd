// A file as a source of ranges, read into buffers that the next file uses again: what is read of a file of any size takes
// the same few megabytes. Reading is synchronous, so that nothing else can ask for the buffers in between.
import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import type { ByteSource } from '../domain/dicom/source';

/** Room for one piece and what is looked at around it, and for a header. */
const BUFFER_BYTES = 2 ** 20 + 2 ** 16;
const ARENA_BYTES = 2 ** 18;

/** How much is read when a file is opened: as much as there is, or its header only. */
const EAGER = { whole: BUFFER_BYTES, header: 2 ** 15 } as const;

/** What one open file reads into. */
interface Buffers {
  glanced: Uint8Array;
  readonly arena: Uint8Array;
}
const spare: Buffers[] = [];

const allocate = (length: number) => new Uint8Array(Buffer.allocUnsafeSlow(length).buffer);

/**
 * Calls `work` with the file at `path` as a source, which ends with it: no view of it may be kept. Throws errors of the disk.
 * @param need how much of the file will be asked for, so that it is read in one go
 */
export function withFile<T>(path: string, need: keyof typeof EAGER, work: (source: ByteSource) => T): T {
  const file = openSync(path, 'r');
  const buffers = spare.pop() ?? { glanced: allocate(BUFFER_BYTES), arena: allocate(ARENA_BYTES) };
  try {
    return work(new FileSource(file, fstatSync(file).size, buffers, EAGER[need]));
  } finally {
    spare.push(buffers);
    closeSync(file);
  }
}

class FileSource implements ByteSource {
  /** What of the file is in `glanced`. */
  #from = 0;
  #to = 0;
  #arenaUsed = 0;

  constructor(
    private readonly file: number,
    readonly size: number,
    private readonly buffers: Buffers,
    private readonly eager: number,
  ) {}

  read(start: number, length: number): Uint8Array {
    const room = this.#room(length);
    if (start >= this.#from && start + length <= this.#to) room.set(this.glance(start, length));
    else if (this.#to === 0 && start === 0 && length <= this.eager) room.set(this.glance(start, length));
    else this.#fill(room, start);
    return room;
  }

  glance(start: number, length: number): Uint8Array {
    if (start < this.#from || start + length > this.#to) this.#load(start, length);
    const at = start - this.#from;
    return this.buffers.glanced.subarray(at, at + length);
  }

  #load(start: number, length: number): void {
    if (length > this.buffers.glanced.length) this.buffers.glanced = allocate(length);
    const ahead = start === 0 ? Math.max(length, this.eager) : length;
    const until = Math.min(this.size, start + ahead);
    this.#to = 0;
    this.#fill(this.buffers.glanced.subarray(0, until - start), start);
    this.#from = start;
    this.#to = until;
  }

  #room(length: number): Uint8Array {
    if (this.#arenaUsed + length > ARENA_BYTES) return allocate(length);
    this.#arenaUsed += length;
    return this.buffers.arena.subarray(this.#arenaUsed - length, this.#arenaUsed);
  }

  /** @throws Error when the file became shorter while it was read */
  #fill(into: Uint8Array, start: number): void {
    for (let at = 0; at < into.length; ) {
      const count = readSync(this.file, into, at, Math.min(into.length - at, 2 ** 30), start + at);
      if (count === 0) throw new Error('a file became shorter while it was read');
      at += count;
    }
  }
}

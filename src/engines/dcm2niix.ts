// @niivue/dcm2niix (dcm2niix 1.0.20241231 in WASM) under plain Node, with folders of the disk mounted into it.
import fs from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { diskFs, type EmscriptenFs } from './diskFs';

interface Dcm2niixModule {
  FS: EmscriptenFs;
  callMain(args: string[]): number;
}
type Factory = (options: {
  wasmBinary: Buffer;
  print: (line: string) => void;
  printErr: (line: string) => void;
}) => Promise<Dcm2niixModule>;

/** The package only exports its browser wrapper, so the emscripten factory is found by its file. */
function packageFolder(): string {
  const require = createRequire(import.meta.url);
  for (const folder of require.resolve.paths('@niivue/dcm2niix') ?? []) {
    const candidate = path.join(folder, '@niivue/dcm2niix/dist');
    if (fs.existsSync(candidate)) return candidate;
  }
  throw new Error('@niivue/dcm2niix is not installed');
}

export interface Run {
  /** What main() returned; null when the program was stopped half-way, for want of memory most of the time. */
  readonly code: number | null;
  /** Lines as printed: they hold paths and header values and must not leave the engine. */
  readonly lines: readonly string[];
}

/**
 * Runs dcm2niix over a folder in a fresh instance, as on the command line with `args` before `-o out in`.
 * Blocks the thread that it runs in; memory is capped at 2 GB by the build.
 */
export async function runDcm2niix(inFolder: string, outFolder: string, args: readonly string[]): Promise<Run> {
  const dist = packageFolder();
  const factory = (await import(pathToFileURL(path.join(dist, 'dcm2niix.jpeg.js')).href)).default as Factory;
  const lines: string[] = [];
  const keep = (line: string) => lines.push(line);
  const wasmBinary = fs.readFileSync(path.join(dist, 'dcm2niix.jpeg.wasm'));
  const { FS, callMain } = await factory({ wasmBinary, print: keep, printErr: keep });
  FS.mkdir('/in');
  FS.mkdir('/out');
  FS.mount(diskFs(FS), { root: inFolder }, '/in');
  FS.mount(diskFs(FS), { root: outFolder }, '/out');
  const exitCode = process.exitCode;
  try {
    return { code: callMain([...args, '-o', '/out', '/in']), lines };
  } catch {
    return { code: null, lines };
  } finally {
    process.exitCode = exitCode;
  }
}

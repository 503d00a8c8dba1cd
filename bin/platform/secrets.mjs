// Secrets that are made at the first start and kept in the data folder, mode 0600.
import { randomBytes } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import process from 'node:process';

/** The data folder. Under root its name may be passed through (not listed), for PostgreSQL that runs as nobody. */
export function makeDataFolder(folder) {
  fs.mkdirSync(folder, { recursive: true, mode: 0o700 });
  fs.chmodSync(folder, process.getuid?.() === 0 ? 0o711 : 0o700);
}

/** 32 random bytes in hex, the same at every start. */
export function keptSecret(file) {
  if (!fs.existsSync(file)) writeSecret(file, `${randomBytes(32).toString('hex')}\n`);
  return fs.readFileSync(file, 'utf8').trim();
}

/** Writes whole or not at all. */
export function writeSecret(file, text) {
  fs.mkdirSync(path.dirname(file), { recursive: true, mode: 0o700 });
  fs.writeFileSync(`${file}.new`, text, { mode: 0o600 });
  fs.renameSync(`${file}.new`, file);
}

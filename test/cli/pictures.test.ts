// Pictures on the command line: `deidentify` cleans them; commands with nobody to look at them leave them out.
import assert from 'node:assert/strict';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { presets } from '@/domain/deid/presets';
import { cleanPicture } from '@/domain/pictures/picture';
import { decodePicture } from '@/engines/pictures';
import { pngOf } from '@/engines/png';
import { photograph } from '../fixtures/pictures';
import { run } from './command';

let root: string;
before(async () => {
  root = await mkdtemp(join(tmpdir(), 'cloakroom-cli-pictures-'));
  await mkdir(join(root, 'in', 'p1'), { recursive: true });
  const bytes = Buffer.concat([pngOf(photograph('SILVESTER HILDE')), Buffer.from('SILVESTER HILDE')]);
  await writeFile(join(root, 'in', 'p1', 'a'), bytes);
});
after(() => rm(root, { recursive: true, force: true }));

test('deidentify keeps the pixels and blacks out the name', async () => {
  const { status, said } = await run('deidentify', join(root, 'in'), '--out', join(root, 'out'));
  assert.equal(status, 0, said);
  assert.match(said, /1 images of 1 series, \d+ places blacked out.*look at these images/);
  const names = (await readdir(join(root, 'out'), { recursive: true })).filter((name) => name.endsWith('.png'));
  assert.match(names.join(), /^sub-[^/]+\/ses-01\/ser-001\/pic-01\.png$/);
  const bytes = await readFile(join(root, 'out', names[0]!));
  assert.ok(!bytes.includes('SILVESTER'));
  const { data } = await decodePicture(cleanPicture(bytes));
  assert.ok(!data.some((value) => value === 250) && data.some((value) => value > 60));
});

test('run, convert and a profile that does not clean pixels leave it out with the reason', async () => {
  const { profile } = presets.research;
  const keeps = join(root, 'profile.json');
  await writeFile(keeps, JSON.stringify({ ...profile, options: { ...profile.options, cleanPixelData: false } }));
  const commands = [['run'], ['convert'], ['deidentify', '--profile', keeps]] as const;
  for (const [i, [name, ...options]] of commands.entries()) {
    const { status, said } = await run(name, join(root, 'in'), '--out', join(root, `no-${i}`), ...options);
    assert.equal(status, 1, said);
    assert.match(said, /may hold text or show a person/);
    assert.deepEqual(await readdir(join(root, `no-${i}`)), []);
  }
});

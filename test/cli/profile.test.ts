// cloakroom profile: prints profiles that can be read again, imports scripts of other tools, and says what it could not take over.
import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { main } from '@/cli/main';
import { presets } from '@/domain/deid/presets';
import { parseProfile, profileJsonSchema } from '@/domain/deid/profile';

let root: string;
before(async () => {
  root = await mkdtemp(join(tmpdir(), 'cloakroom-profile-'));
});
after(() => rm(root, { recursive: true, force: true }));

/** Runs a command with what it prints and what it says caught. */
async function run(...argv: string[]): Promise<{ status: number; printed: string; said: string }> {
  const said: string[] = [];
  let printed = '';
  const { error } = console;
  const { write } = process.stdout;
  console.error = (...words: unknown[]) => said.push(words.join(' '));
  process.stdout.write = ((text: string) => {
    printed += text;
    return true;
  }) as typeof process.stdout.write;
  try {
    return { status: await main(argv), printed, said: said.join('\n') };
  } finally {
    console.error = error;
    process.stdout.write = write;
  }
}

async function file(name: string, text: string): Promise<string> {
  await writeFile(join(root, name), text);
  return join(root, name);
}

test('every preset prints as a file that gives it again', async () => {
  for (const [name, { profile }] of Object.entries(presets)) {
    const { status, printed } = await run('profile', name);
    assert.equal(status, 0);
    assert.deepEqual(parseProfile(JSON.parse(printed)), profile);
    const again = await run('profile', await file(`${name}.json`, printed));
    assert.equal(again.printed, printed);
  }
  assert.deepEqual(
    JSON.parse((await run('profile', '--schema')).printed),
    JSON.parse(JSON.stringify(profileJsonSchema())),
  );
});

test('a CTP script with its look-up table', async () => {
  const script = await file(
    'ctp.script',
    '<script>\n<e en="T" t="00080080" n="InstitutionName">@lookup(this,site)</e>\n<e en="T" t="00081010" n="StationName">@date()</e>\n</script>',
  );
  const { status, printed, said } = await run(
    'profile',
    '--import',
    script,
    '--lookup',
    await file('lookup', 'site/North = A'),
  );
  assert.equal(status, 1);
  assert.deepEqual(parseProfile(JSON.parse(printed)).rules, [
    { match: { tag: '(0008,0080)' }, do: 'lookup', table: { North: 'A' } },
    { match: { tag: '(0008,1010)' }, do: 'remove' },
  ]);
  assert.match(said, /- line 3: e 00081010 StationName: @date\(\)/);
});

test('a deid recipe of which all is taken over', async () => {
  const { status, printed, said } = await run(
    'profile',
    '--import',
    await file('deid.dicom', 'FORMAT dicom\n%header\nREMOVE StudyID\n'),
  );
  assert.deepEqual([status, said], [0, '3 of 3 lines were taken over as they are; rules made: 1.']);
  assert.equal(parseProfile(JSON.parse(printed)).rules.length, 1);
});

test('what cannot be read is said in plain words', async () => {
  for (const argv of [
    [],
    ['nothing'],
    ['--import', join(root, 'nowhere')],
    ['--import', await file('odd', 'odd')],
    ['--odd'],
    ['basic', 'hipaa'],
  ]) {
    const { status, printed, said } = await run('profile', ...argv);
    assert.deepEqual([status, printed], [2, ''], argv.join(' '));
    assert.match(said, /\w/);
  }
});

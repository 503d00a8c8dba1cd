// "The pixels were cleaned" (BurnedInAnnotation NO, code 113101) stands in a file only when every frame of its series was looked at.
import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { presets } from '@/domain/deid/presets';
import { makeDataSet, makeElement } from '@/domain/dicom/make';
import { readDicom } from '@/domain/dicom/read';
import { TAG } from '@/domain/dicom/tags';
import { contextOf, text } from '@/domain/dicom/values';
import { writeDicom } from '@/domain/dicom/write';
import { cleanSeries } from '@/engines/cleanSeries';
import { deidKeys, readDicomFile } from '@/engines/dicomFiles';
import { pixelPlanner } from '@/engines/maskBurnedIn';
import { burntSeries } from '../fixtures/burntSeries';
import { contextFor } from '../fixtures/dicom';

const root = mkdtempSync(join(tmpdir(), 'claim-'));
after(() => rmSync(root, { recursive: true }));

const BURNED_IN = 0x00280301;
const { profile } = presets.research;
const plain = burntSeries({ modality: 'MR', slices: 3, side: 96, seed: 8, writings: [] }).map(({ bytes }) => bytes);

/** A slice that does not say that there is text in it, as one of a series that does. */
function silent(bytes: Uint8Array): Uint8Array {
  const file = readDicom(bytes);
  const kept = [...file.dataset.elements.values()].filter(({ tag }) => tag !== BURNED_IN);
  return Buffer.concat(writeDicom({ ...file, dataset: makeDataSet(kept) }));
}

/** A slice of fewer pixels than its header says. */
function cut(bytes: Uint8Array): Uint8Array {
  const file = readDicom(bytes);
  const short = makeElement(TAG.PixelData, 'OW', new Uint8Array(2 * 96 * 95), contextFor('little'));
  return Buffer.concat(writeDicom({ ...file, dataset: makeDataSet([...file.dataset.elements.values(), short]) }));
}

async function cleaned(name: string, slices: readonly Uint8Array[], sayPixelsCleaned: boolean) {
  const [from, to] = [join(root, name), join(root, `${name}-out`)];
  for (const folder of [from, to]) mkdirSync(folder);
  const files = slices.map((bytes, i) => {
    writeFileSync(join(from, String(i)), bytes);
    return join(from, String(i));
  });
  const { plan } = pixelPlanner(files, profile, 'sub-1');
  const keys = deidKeys(Buffer.alloc(32, 5));
  const output = (index: number) => join(to, String(index));
  const { refused } = await cleanSeries({
    files,
    output,
    profile,
    keys,
    subjectCode: 'sub-1',
    pixels: plan,
    sayPixelsCleaned,
  });
  const said = await Promise.all(
    readdirSync(to).map(async (one) => {
      const file = await readDicomFile(join(to, one));
      const codes = Buffer.concat(writeDicom(file)).toString('latin1').includes('113101');
      return [text(file.dataset, BURNED_IN, contextOf(file)), codes];
    }),
  );
  return { refused: refused.length, said };
}

test('every frame looked at: all files say so', async () => {
  const { refused, said } = await cleaned('whole', plain, true);
  assert.equal(refused, 0);
  assert.deepEqual(
    said,
    [1, 2, 3].map(() => ['NO', true]),
  );
});

test('one frame that cannot be looked at: no file of the series says so, and none that may hold text is written', async () => {
  const { refused, said } = await cleaned('cut', [plain[0]!, cut(plain[1]!), silent(plain[2]!)], true);
  assert.ok(refused >= 2);
  assert.ok(
    said.every(([annotation, code]) => annotation !== 'NO' && code === false),
    JSON.stringify(said),
  );
});

test('where nobody will look, nothing is claimed', async () => {
  const { refused, said } = await cleaned('alone', plain, false);
  assert.equal(refused, 0);
  assert.ok(said.length === 3 && said.every(([annotation, code]) => annotation !== 'NO' && code === false));
});

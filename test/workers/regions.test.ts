// Rules about places in pictures on their way through the pipeline, and what reviewers' decisions propose to the lead.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { before, describe, it } from 'node:test';
import { gunzipSync } from 'node:zlib';
import { presets } from '@/domain/deid/presets';
import { makeElement } from '@/domain/dicom/make';
import { readDicom } from '@/domain/dicom/read';
import { TAG } from '@/domain/dicom/tags';
import { contextOf, number, numbers } from '@/domain/dicom/values';
import { readNifti } from '@/domain/nifti/volume';
import { convertOutcome } from '@/domain/outcomes';
import { db } from '@/server/db';
import { confirmPixels, savePixelBoxes } from '@/server/pixelBoxes';
import { pixelRegions } from '@/server/pixelRegions';
import { pixelReview } from '@/server/pixelReview';
import { changeProfile } from '@/server/profiles';
import { list, localPath, parseWorkKey } from '@/server/storage';
import { uploadFolder } from '@/workers/uploadFolder';
import '../server/database';
import { makePeople, type People, workAll } from './people';
import { slice } from './scan';

const SIZE = 64;
const model = makeElement(0x00081090, 'LO', 'Avanto', { bigEndian: false, charsets: [] });
const pixels = (z: number, y: number, x: number) => Math.round(900 + 60 * Math.sin(x / 9 + z) * Math.cos(y / 7));
const series = (number: number) =>
  Array.from({ length: 4 }, (_, z) => ({
    path: `drop/${number}/${z}`,
    bytes: slice(z, { size: SIZE, slices: 4, pixels, series: `1.2.826.0.1.3680043.10.7.${number}` }, [model]),
  }));
const about = { manufacturer: 'Siemens', model: 'avanto' };
const regions = [
  { name: 'Corner', match: about, do: 'mask', boxes: [{ x: 20, y: 20, width: 10, height: 5 }] },
  { name: 'Middle', match: about, do: 'crop', boxes: [{ x: 8, y: 16, width: 40, height: 32 }] },
];

async function lastRun(seriesId: string, stage: string) {
  return db.stageRun.findFirstOrThrow({ where: { unitId: seriesId, stage }, orderBy: { createdAt: 'desc' } });
}

describe('a series of a device that the profile has rules for', () => {
  let people: People;
  let ids: string[];
  before(async () => {
    people = await makePeople();
    await changeProfile(people.lead, people.projectId, {
      profile: { ...presets.research.profile, name: 'Ours', regions },
    });
    await uploadFolder(people.coordinator, people.projectId, [...series(1), ...series(2)]);
    await workAll();
    ids = (await db.series.findMany({ where: { projectId: people.projectId }, orderBy: { createdAt: 'asc' } })).map(
      ({ id }) => id,
    );
  });

  it('is held for a person although its header is harmless, and shows what is black', async () => {
    assert.equal(ids.length, 2);
    for (const id of ids) assert.equal((await db.series.findUniqueOrThrow({ where: { id } })).state, 'heldPixels');
    const [{ boxes, crop } = { boxes: [], crop: undefined }] = (await pixelReview(people.reviewer, ids[0]!)).plan;
    assert.ok(boxes.some(({ x, origin, verdict }) => x === 20 && origin === 'rule' && verdict === 'identifying'));
    assert.deepEqual(crop, { x: 8, y: 16, width: 40, height: 32 });
  });

  it('leaves as a cleaned copy that is cut, lies where it lay, and has black where the rule says', async () => {
    const run = await lastRun(ids[0]!, 'deidentify');
    const [first] = (await list('work', run.id)).filter((key) => key.endsWith('.dcm'));
    const file = readDicom(await readFile(await localPath(first!)));
    const context = contextOf(file);
    assert.deepEqual(
      [TAG.Rows, TAG.Columns].map((tag) => number(file.dataset, tag, context)),
      [32, 40],
    );
    // 8 columns and 16 rows of 2 mm further than the first pixel of the original.
    assert.deepEqual(numbers(file.dataset, TAG.ImagePositionPatient, context).slice(0, 2), [-32 + 16, -32 + 32]);
    const element = file.dataset.elements.get(TAG.PixelData) as { bytes: Uint8Array };
    const words = new Uint16Array(Uint8Array.from(element.bytes).buffer);
    for (let y = 0; y < 32; y++)
      for (let x = 0; x < 40; x++) {
        const black = x + 8 >= 20 && x + 8 < 30 && y + 16 >= 20 && y + 16 < 25;
        assert.equal(words[y * 40 + x], black ? 0 : pixels(0, y + 16, x + 8));
      }
  });

  it('is converted as it was cut, once a person has looked', async () => {
    const id = ids[0]!;
    await confirmPixels(people.reviewer, id, (await pixelReview(people.reviewer, id)).seen);
    await workAll('convert');
    const [volume] = convertOutcome.parse((await lastRun(id, 'convert')).outcome).volumes;
    assert.deepEqual(volume!.shape, [40, 32, 4]);
    const { data } = readNifti(gunzipSync(await readFile(await localPath(parseWorkKey(volume!.nifti)))));
    const voxels = new Int16Array(data.buffer, data.byteOffset, data.byteLength / 2);
    // NIfTI counts rows from below.
    const at = (x: number, y: number) => voxels[(31 - (y - 16)) * 40 + (x - 8)];
    assert.equal(at(25, 22), 0);
    assert.equal(at(32, 22), pixels(0, 22, 32));
  });
});

describe('what reviewers decide', () => {
  it('is proposed to the lead when it repeats, with the residual rate; nobody else sees it', async () => {
    const people = await makePeople();
    const burnt = makeElement(0x00280301, 'CS', 'YES', { bigEndian: false, charsets: [] });
    const files = [11, 12].flatMap((number) =>
      [0, 1].map((z) => ({
        path: `drop/${number}/${z}`,
        bytes: slice(z, { size: SIZE, pixels, series: `1.2.826.0.1.3680043.10.7.${number}` }, [model, burnt]),
      })),
    );
    await uploadFolder(people.coordinator, people.projectId, files);
    await workAll();
    const all = await db.series.findMany({ where: { projectId: people.projectId } });
    const desk = () => pixelRegions(people.lead, people.projectId, presets.research.profile.regions);
    const before = await desk();
    assert.deepEqual([before.residual.series, before.proposals.length, before.pictures.length], [0, 0, 2]);
    assert.deepEqual(before.pictures[0]!.source, { manufacturer: 'SIEMENS', model: 'Avanto', modality: 'MR' });
    const drawn = { x: 4, y: 50, width: 20, height: 8, verdict: 'identifying', origin: 'drawn' } as const;
    for (const { id } of all) {
      const { plan, seen } = await pixelReview(people.reviewer, id);
      const edited = [{ ...plan[0]!, boxes: [...plan[0]!.boxes, drawn] }];
      await confirmPixels(people.reviewer, id, await savePixelBoxes(people.reviewer, id, { seen, plan: edited }));
    }
    const { residual, proposals } = await desk();
    assert.deepEqual(residual, { images: 4, missed: 4, series: 2 });
    assert.deepEqual(
      proposals.map(({ rule, series: count }) => [rule.match, rule.boxes, count]),
      [
        [
          { manufacturer: 'SIEMENS', model: 'Avanto', modality: 'MR', rows: SIZE, columns: SIZE },
          [{ x: 4, y: 50, width: 20, height: 8 }],
          2,
        ],
      ],
    );
    await assert.rejects(pixelRegions(people.reviewer, people.projectId, []), { code: 'FORBIDDEN' });
  });
});

// Photographs from a dropped folder to a published version: stripped, blacked out, looked at by people, released as pictures.
import assert from 'node:assert/strict';
import { readdir, readFile } from 'node:fs/promises';
import { describe, it } from 'node:test';
import { presets } from '@/domain/deid/presets';
import { cleanPicture } from '@/domain/pictures/picture';
import { decodePicture } from '@/engines/pictures';
import { pngOf } from '@/engines/png';
import { db } from '@/server/db';
import { mendMask } from '@/server/mending';
import { confirmPixels, savePixelBoxes } from '@/server/pixelBoxes';
import { pixelReview } from '@/server/pixelReview';
import { openPreview } from '@/server/preview';
import { publishRelease } from '@/server/releases';
import { decide, reviewItem } from '@/server/reviews';
import { reprocess } from '@/server/series';
import { localPath, parseReleaseKey } from '@/server/storage';
import { uploadFolder } from '@/workers/uploadFolder';
import { exifOf, jpegOf, photograph, withSegment } from '../fixtures/pictures';
import { dataDir } from '../server/database';
import { makePeople, workAll } from './people';

const NAME = 'SILVESTER HILDE';

async function telling(): Promise<{ path: string; bytes: Uint8Array }[]> {
  const named = photograph(NAME);
  const [plain, size] = [photograph(''), { rows: 150, columns: 330, samples: 3 as const }];
  const exif = Buffer.concat([Buffer.from('Exif\0\0'), exifOf(1, NAME)]);
  return [
    { path: 'drop/hilde/named.png', bytes: Buffer.concat([pngOf(named), Buffer.from(NAME)]) },
    { path: 'drop/hilde/plain.dat', bytes: withSegment(await jpegOf(plain.data as Uint8Array, size), 0xe1, exif) },
    { path: 'drop/hilde/drawing.png', bytes: Buffer.from(`<svg><text>${NAME}</text></svg>`) },
  ];
}

describe('pictures', () => {
  it('wait for a person, are reviewed, and are released as pictures that hold nothing but pixels', async () => {
    const people = await makePeople();
    const files = await telling();
    await uploadFolder(people.coordinator, people.projectId, files);
    await workAll();
    const held = await db.series.findMany({ where: { projectId: people.projectId }, orderBy: { number: 'asc' } });
    assert.deepEqual(
      held.map(({ kind, modality, state }) => `${kind} ${modality} ${state}`),
      ['picture XC heldPixels', 'picture XC heldPixels'],
    );
    assert.match(held[0]!.why ?? '', /looked for in 1 image: .*Black out faces too/);
    const drawing = await db.uploadFile.findFirstOrThrow({ where: { path: files[2]!.path } });
    assert.deepEqual([drawing.state, drawing.reason], ['quarantined', 'This is a text file, not a medical image.']);

    const [named, plain] = held as [(typeof held)[0], (typeof held)[0]];
    const { plan } = await pixelReview(people.reviewer, named.id);
    assert.ok(plan[0]!.boxes.some(({ verdict, y }) => verdict !== 'harmless' && y < 45));
    // What was found in noise, a person keeps.
    const other = await pixelReview(people.reviewer, plain.id);
    const kept = other.plan[0]!.boxes.map((box) => ({ ...box, verdict: 'harmless' as const }));
    const edit = { seen: other.seen, plan: [{ ...other.plan[0]!, boxes: kept }] };
    await savePixelBoxes(people.reviewer, plain.id, edit);
    for (const { id } of held) await confirmPixels(people.reviewer, id, (await pixelReview(people.reviewer, id)).seen);
    await workAll();
    for (const { id } of held) {
      const item = await reviewItem(people.reviewer, id);
      assert.deepEqual([item.series.state, item.outcome, item.volumes[0]?.isPicture], ['inReview', 'skipped', true]);
      assert.deepEqual([item.mayMend, /picture/.test(item.whyNoMending ?? '')], [false, true]);
      const wish = { stageRunId: item.stageRunId, mask: [new Uint8Array(8)] };
      await assert.rejects(mendMask(people.reviewer, id, wish), { code: 'UNSUPPORTED' });
      const shown = await openPreview(people.reviewer, id, 'after');
      shown.stream.destroy();
      assert.ok(shown.isPicture && shown.size > 1000);
      await decide(people.reviewer, id, { decision: 'accept', stageRunId: item.stageRunId });
    }
    const { releaseId } = await publishRelease(people.lead, people.projectId, {
      seriesIds: held.map(({ id }) => id),
      title: 'Photographs',
      license: 'CC-BY-4.0',
      notes: '',
    });
    await workAll('publish');
    const release = await db.release.findUniqueOrThrow({ where: { id: releaseId }, include: { files: true } });
    assert.equal(release.state, 'published');
    const bytesOf = async (name: RegExp) =>
      readFile(await localPath(parseReleaseKey(release.files.find(({ path }) => name.test(path))!.key)));
    const stem = 'sub-001/ses-01/picture/sub-001_ses-01_run';
    const out = release.files.map(({ path }) => path).filter((path) => path.includes('picture'));
    assert.deepEqual(out.sort(), [
      `${stem}-01_photo.json`,
      `${stem}-01_photo.png`,
      `${stem}-02_photo.jpg`,
      `${stem}-02_photo.json`,
    ]);
    assert.match((await bytesOf(/bidsignore/)).toString(), /picture\//);
    const [png, jpeg] = [await bytesOf(/01_photo\.png/), await bytesOf(/02_photo\.jpg/)];
    for (const bytes of [png, jpeg]) assert.ok(!/silvester|hilde/i.test(bytes.toString('latin1')));
    const { data } = await decodePicture(cleanPicture(png));
    assert.ok(!data.some((value) => value === 250), 'the name is in the picture');
    assert.ok(data.some((value) => value > 60));
    const original = cleanPicture(files[1]!.bytes);
    assert.equal(Buffer.compare(jpeg, Buffer.concat(original.chunks)), 0);
    const everywhere = await readdir(dataDir, { recursive: true });
    assert.ok(!everywhere.some((path) => /named|plain\.dat/.test(path)));
  });

  it('are quarantined where the profile does not clean pixels, and when their pixels cannot be decoded', async () => {
    const people = await makePeople();
    const [named, plain] = await telling();
    const cut = Buffer.from(pngOf(photograph('')));
    const idat = cut.indexOf('IDAT');
    const empty = Buffer.concat([
      cut.subarray(0, idat - 4),
      pngOf({ width: 1, height: 1, data: new Uint8Array(1) }).subarray(33),
    ]);
    await uploadFolder(people.coordinator, people.projectId, [{ path: 'drop/a.png', bytes: empty }]);
    await workAll();
    const broken = await db.series.findFirstOrThrow({ where: { projectId: people.projectId } });
    assert.equal(broken.state, 'quarantined');
    assert.match(broken.why ?? '', /pixels of this picture cannot be unpacked/);
    const { profile } = presets.research;
    const options = { ...profile.options, cleanPixelData: false };
    await db.profileVersion.updateMany({
      where: { projectId: people.projectId },
      data: { profile: { ...profile, options } },
    });
    await uploadFolder(people.coordinator, people.projectId, [named!, plain!]);
    await workAll();
    const states = await db.series.findMany({ where: { projectId: people.projectId, id: { not: broken.id } } });
    assert.deepEqual(
      states.map(({ state }) => state),
      ['quarantined', 'quarantined'],
    );
    await reprocess(people.lead, states[0]!.id);
    await workAll();
    const again = await db.series.findUniqueOrThrow({ where: { id: states[0]!.id } });
    assert.equal(again.state, 'quarantined');
  });
});

// Text burned into the pixels, hidden by a person in a real browser: what they drew, on one series and on its like, is what is gone
// from the published files, and a reader that is not ours finds nothing there.
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join as path } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { expect, type Page, test } from '@playwright/test';
import { readDicom } from '../../src/domain/dicom/read';
import { storedValues } from '../../src/domain/nifti/datatypes';
import { readNifti } from '../../src/domain/nifti/volume';
import type { GreyImage } from '../../src/domain/pixels/greyImage';
import { openPixels } from '../../src/engines/framePixels';
import { burntSeries, placeOf, type Writing } from '../fixtures/burntSeries';
import { noTesseract, readOnItsOwn } from '../ocr';
import { unzip } from './archive';
import { fillNewPerson, inviteLink, join, person, startProject } from './people';

const [SIDE, SLICES] = [160, 8];
const NAME: Writing = { text: 'VOGEL HILDE', x: 12, y: 12, scale: 2, ink: () => 1200 };
const PLACE = placeOf(NAME);
const series = [1, 2].map((seriesNumber) =>
  burntSeries({ modality: 'MR', slices: SLICES, side: SIDE, seed: 31, seriesNumber, writings: [NAME] }),
);

async function upload(coordinator: Page, slug: string): Promise<void> {
  const root = mkdtempSync(path(tmpdir(), 'burnt-'));
  for (const [n, files] of series.entries()) {
    mkdirSync(path(root, String(n)));
    for (const { name, bytes } of files) writeFileSync(path(root, String(n), name), bytes);
  }
  await coordinator.goto(`/projects/${slug}/upload`);
  await coordinator.locator('input[data-picker=folder]').setInputFiles(root);
  await coordinator.getByRole('button', { name: /^Send/ }).click();
  await coordinator.waitForURL(/\/upload\/[0-9a-f-]{36}$/, { timeout: 60_000 });
  rmSync(root, { recursive: true });
}

/** Whatever the program found is kept, so that only what a person drew (which alone can be removed) hides anything. */
async function keepAllThatWasFound(reviewer: Page): Promise<void> {
  const found = await reviewer.getByTestId('boxes').locator('rect').count();
  for (let n = 0; n < found; n++) {
    await reviewer.keyboard.press('j');
    const keep = reviewer.getByRole('button', { name: /^Keep the text/ });
    const drawn = await reviewer.getByRole('button', { name: /^Remove/ }).isVisible();
    if (!drawn && (await keep.isVisible())) await reviewer.keyboard.press('f');
  }
  await reviewer.keyboard.press('Escape');
}

/** Drags a box around the name, some pixels wider. */
async function drawOverName(reviewer: Page): Promise<void> {
  const at = (await reviewer.getByTestId('boxes').boundingBox())!;
  const point = (x: number, y: number) => [at.x + (x / SIDE) * at.width, at.y + (y / SIDE) * at.height] as const;
  await reviewer.mouse.move(...point(PLACE.x - 3, PLACE.y - 3));
  await reviewer.mouse.down();
  await reviewer.mouse.move(...point(PLACE.x + PLACE.width + 3, PLACE.y + PLACE.height + 3), { steps: 5 });
  await reviewer.mouse.up();
}

async function waitForReview(reviewer: Page, slug: string): Promise<void> {
  await reviewer.goto(`/projects/${slug}`);
  await expect(async () => {
    const asked = reviewer.getByRole('button', { name: 'Not a head' });
    if ((await asked.count()) > 0) {
      await asked.first().click();
      await reviewer.getByLabel('What does it show?').fill('A generated trunk');
      await reviewer.getByRole('button', { name: 'There is no face in it' }).click();
    }
    await expect(reviewer.getByText('Waiting for review', { exact: true })).toHaveCount(2, { timeout: 2000 });
  }).toPass({ timeout: 120_000 });
}

type At = (z: number, y: number, x: number) => number;

async function sent(files: (typeof series)[number]): Promise<At> {
  const slices = await Promise.all(
    files.map(async ({ bytes }) => {
      const { bytes: pixels } = await openPixels(readDicom(bytes)).frame(0);
      return new Uint16Array(pixels.slice().buffer);
    }),
  );
  return (z, y, x) => slices[z]![y * SIDE + x]!;
}

function published(gz: Uint8Array): At {
  const volume = readNifti(Uint8Array.from(gunzipSync(gz)));
  expect(volume.shape).toEqual([SIDE, SIDE, SLICES]);
  const values = storedValues(volume.data, volume.datatype, volume.littleEndian);
  const { sclSlope, sclInter } = volume;
  // NIfTI counts rows from below. The converter uses all of 16 bits, without loss, and says by how much it multiplied.
  return (z, y, x) => Math.round(values[(z * SIDE + (SIDE - 1 - y)) * SIDE + x]! * sclSlope + sclInter);
}

/** The brightest of all slices, as a picture. */
function brightest(at: At): GreyImage {
  const data = Uint8Array.from({ length: SIDE * SIDE }, (_, i) => {
    const values = Array.from({ length: SLICES }, (_, z) => at(z, Math.floor(i / SIDE), i % SIDE));
    return Math.min(255, Math.round((255 * Math.max(...values)) / 1200));
  });
  return { width: SIDE, height: SIDE, data };
}

test('what a reviewer drew over is gone from the published files, and nothing else', async ({ browser }, info) => {
  test.setTimeout(300_000);
  const lead = await person(browser);
  await lead.goto('/register');
  await fillNewPerson(lead, 'Petra Lead');
  const slug = await startProject(lead, 'Burned in', 'Generated trunks with a name in the picture.');
  const coordinator = await join(browser, await inviteLink(lead, slug, 'coordinator'), 'Paul Coordinator');
  const reviewer = await join(browser, await inviteLink(lead, slug, 'reviewer'), 'Pia Reviewer');
  await upload(coordinator, slug);

  await test.step('the first series: a box over the name, for all of this device', async () => {
    await expect(async () => {
      await reviewer.goto(`/projects/${slug}/review`);
      await expect(reviewer.getByText('Check for text', { exact: true })).toHaveCount(2, { timeout: 2000 });
    }).toPass({ timeout: 120_000 });
    await reviewer.getByRole('link', { name: 'Look' }).first().click();
    await expect(reviewer.getByTestId('boxes')).toBeVisible();
    await keepAllThatWasFound(reviewer);
    await drawOverName(reviewer);
    const toOthers = reviewer.getByRole('button', { name: /^Apply to 1 more of this device/ });
    await expect(toOthers).toBeVisible();
    await reviewer.keyboard.press('e');
    await expect(reviewer.getByRole('status')).toHaveText('Black in one other series as well.');
    await reviewer.keyboard.press('u');
    await expect(reviewer.getByRole('status')).toHaveText('Taken back from the other series.');
    await reviewer.keyboard.press('j');
    for (let n = 0; n < 20 && !(await toOthers.isVisible()); n++) await reviewer.keyboard.press('j');
    await reviewer.keyboard.press('e');
    await expect(reviewer.getByRole('status')).toHaveText('Black in one other series as well.');
    await reviewer.screenshot({ path: info.outputPath('first.png') });
    const here = reviewer.url();
    await reviewer.keyboard.press('a');
    await expect.poll(() => reviewer.url()).not.toBe(here);
  });

  await test.step('the other series has the box already', async () => {
    await expect(reviewer.getByText('1 waits')).toBeVisible();
    await expect(reviewer.getByTestId('boxes').locator('rect').first()).toBeVisible();
    await reviewer.screenshot({ path: info.outputPath('second.png') });
    await keepAllThatWasFound(reviewer);
    await expect(reviewer.getByText('1 black · 1 kept')).toBeVisible();
    await reviewer.keyboard.press('a');
    await reviewer.waitForURL(/\/review$/);
  });

  await test.step('both go on to review and are accepted', async () => {
    await waitForReview(reviewer, slug);
    await reviewer.goto(`/projects/${slug}/review`);
    await reviewer.getByRole('link', { name: /^Start/ }).click();
    for (let n = 0; n < 2; n++) {
      await expect(reviewer.locator('[data-ready=true]')).toBeVisible({ timeout: 60_000 });
      const here = reviewer.url();
      await reviewer.keyboard.press('a');
      await expect.poll(() => reviewer.url()).not.toBe(here);
    }
  });

  const files = await test.step('the lead publishes and downloads', async () => {
    await lead.goto(`/projects/${slug}/releases`);
    await lead.getByRole('button', { name: /^Publish/ }).click();
    await expect(lead.getByRole('cell', { name: 'Published' })).toBeVisible({ timeout: 120_000 });
    await lead.goto(`/datasets/${slug}`);
    const [download] = await Promise.all([
      lead.waitForEvent('download'),
      lead.getByRole('link', { name: /^Download version 1/ }).click(),
    ]);
    return unzip(readFileSync(await download.path()));
  });

  const volumes = [...files].filter(([name]) => name.endsWith('.nii.gz')).map(([, gz]) => published(gz));
  expect(volumes).toHaveLength(2);
  const before = await sent(series[0]!);
  for (const after of volumes) expectOnlyTheBoxGone(before, after);
  if (noTesseract) info.annotations.push({ type: 'note', description: noTesseract });
  else {
    expect(readOnItsOwn(brightest(before)), 'the reader of this test cannot read').toMatch(/OGEL.?HILDE/);
    for (const after of volumes) expect(readOnItsOwn(brightest(after))).not.toMatch(/VOG|OGEL|HILD|ILDE/);
  }
});

/** Black where the name was; every voxel that differs lies in the box that was drawn, give or take the hand's two pixels. */
function expectOnlyTheBoxGone(before: At, after: At): void {
  let [differ, inName] = [0, 0];
  for (let z = 0; z < SLICES; z++) {
    for (let y = 0; y < SIDE; y++) {
      for (let x = 0; x < SIDE; x++) {
        const beside = (margin: number) =>
          x < PLACE.x - margin ||
          y < PLACE.y - margin ||
          x >= PLACE.x + PLACE.width + margin ||
          y >= PLACE.y + PLACE.height + margin;
        if (!beside(0) && after(z, y, x) !== 0) inName += 1;
        if (beside(5) && after(z, y, x) !== before(z, y, x)) differ += 1;
      }
    }
  }
  expect({ differ, inName }).toEqual({ differ: 0, inName: 0 });
}

// A mask mended by hand in a real browser: what is painted on a plane is what goes from the volume and from the DICOM images alike, at
// that very place, and nothing else.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join as path } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { expect, type Page, test } from '@playwright/test';
import { LABEL, unpackLabels } from '../../src/domain/deface/labelRuns';
import { transform, type Vec3 } from '../../src/domain/nifti/affine';
import { readNifti, type Volume } from '../../src/domain/nifti/volume';
import { compareImage } from '../fixtures/compareImage';
import { obliqueHead } from '../fixtures/obliqueHead';
import { unzip } from './archive';
import { fillNewPerson, inviteLink, join, person, startProject } from './people';

const head = obliqueHead();

async function upload(coordinator: Page, slug: string): Promise<void> {
  const root = mkdtempSync(path(tmpdir(), 'mend-'));
  for (const { name, bytes } of head.files) writeFileSync(path(root, name), bytes);
  await coordinator.goto(`/projects/${slug}/upload`);
  await coordinator.locator('input[data-picker=folder]').setInputFiles(root);
  await coordinator.getByRole('button', { name: /^Send/ }).click();
  await coordinator.waitForURL(/\/upload\/[0-9a-f-]{36}$/, { timeout: 60_000 });
  rmSync(root, { recursive: true });
}

/** Waits until defacing has made something to mend, in review or in doubt, and opens it. */
async function openScan(reviewer: Page, slug: string): Promise<void> {
  await reviewer.goto(`/projects/${slug}`);
  const look = reviewer.getByRole('table').getByRole('link', { name: /^(Review|Look at it)$/ });
  await expect(async () => {
    const asked = reviewer.getByRole('button', { name: 'It is a head' });
    if ((await asked.count()) > 0) {
      await asked.click();
      await reviewer.getByRole('button', { name: 'Yes, remove the face' }).click();
    }
    await expect(reviewer.getByText(/^(Waiting for review|Defacing in doubt)$/).first()).toBeVisible({ timeout: 2000 });
    await look.click({ timeout: 2000 });
  }).toPass({ timeout: 180_000 });
  await expect(reviewer.locator('[data-ready=true]')).toBeVisible({ timeout: 60_000 });
}

async function preview(page: Page, which: string): Promise<Volume> {
  const id = page.url().split('/').at(-1);
  const response = await page.request.get(`/api/preview/${id}/${which}`);
  expect(response.status()).toBe(200);
  return readNifti(Uint8Array.from(gunzipSync(await response.body())));
}

/** Shows one plane and waits until it is drawn. */
async function show(page: Page, name: 'Axial' | 'Sagittal', key: string): Promise<void> {
  await page.keyboard.press(key);
  await expect(page.getByRole('button', { name })).toHaveAttribute('aria-pressed', 'true');
  await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
}

/** Presses the mouse on the plane that is shown, `right` and `up` mm from its middle, which lies in the middle of the canvas. */
async function dab(page: Page, [width, height]: readonly [number, number], right: number, up: number): Promise<void> {
  const box = (await page.getByLabel(/^Draw here/).boundingBox())!;
  const scale = Math.min(box.width / width, box.height / height);
  await page.mouse.move(box.x + box.width / 2 + right * scale, box.y + box.height / 2 - up * scale);
  await page.mouse.down();
  await page.mouse.up();
}

/** Where (RAS mm) `mask` marks what `before` did not. */
function added(mask: Volume, before: Uint8Array): Vec3[] {
  const places: Vec3[] = [];
  const [nx, ny] = mask.shape;
  for (let n = 0; n < mask.data.length; n++) {
    if (mask.data[n] !== 1 || before[n] === 1) continue;
    places.push(transform(mask.affine, [n % nx, Math.floor(n / nx) % ny, Math.floor(n / (nx * ny))]));
  }
  return places;
}
const distance = (a: Vec3, b: Vec3) => Math.hypot(a[0] - b[0], a[1] - b[1], a[2] - b[2]);

/** The lead puts the accepted series into a version, with its DICOM, and downloads it. */
async function publishWithDicom(lead: Page, slug: string): Promise<[path: string, bytes: Buffer][]> {
  await lead.goto(`/projects/${slug}/releases`);
  const include = lead.getByRole('checkbox', { name: /^Include DICOM/ });
  await expect(include).not.toBeChecked();
  await include.check();
  await lead.getByRole('button', { name: /^Publish/ }).click();
  await expect(lead.getByText('Published', { exact: true }).and(lead.locator('span'))).toBeVisible({
    timeout: 120_000,
  });
  await expect(lead.getByText('With DICOM', { exact: true })).toBeVisible();
  await lead.goto(`/datasets/${slug}`);
  const [download] = await Promise.all([
    lead.waitForEvent('download'),
    lead.getByRole('link', { name: /^Download version 1/ }).click(),
  ]);
  return [...(await unzip(readFileSync(await download.path())))];
}

test('a reviewer mends a mask by hand', async ({ browser }, info) => {
  test.setTimeout(300_000);
  const lead = await person(browser);
  await lead.goto('/register');
  await fillNewPerson(lead, 'Mona Lead');
  const slug = await startProject(lead, 'Mending', 'A generated head that lies askew.');
  const coordinator = await join(browser, await inviteLink(lead, slug, 'coordinator'), 'Milo Coordinator');
  const reviewer = await join(browser, await inviteLink(lead, slug, 'reviewer'), 'Mira Reviewer');
  await upload(coordinator, slug);
  await openScan(reviewer, slug);

  await reviewer.keyboard.press('d');
  await expect(reviewer.getByRole('toolbar', { name: 'Mending' })).toBeVisible();
  const undo = reviewer.getByRole('button', { name: /^Undo/ });
  // What the network cut, whether it was held or not, is where the drawing begins.
  const plan = await reviewer.request.get(`/api/preview/${reviewer.url().split('/').at(-1)}/plan`);
  const begun = unpackLabels(new Uint8Array(await plan.body()), head.shape);
  await expect(undo).toBeDisabled();

  // Along the file's own axes: x to the right, u towards the nose, w towards the crown, mm from the middle of the scan.
  const [across, ahead, upward] = [92 * 2.5, 100 * 2.4, 66 * 3.6];
  const [c, s] = [Math.cos((12 * Math.PI) / 180), Math.sin((12 * Math.PI) / 180)];
  const placeOf = (x: number, u: number, w: number): Vec3 => [x, c * u - s * w, s * u + c * w];
  // The network, which sees no face, may take either side for the front and clear the air before it: the other side is drawn on.
  const scan = await preview(reviewer, 'before');
  const cut = added(
    { ...scan, data: begun.map((label) => (label === LABEL.cut ? 1 : 0)) },
    new Uint8Array(begun.length),
  );
  const side = cut.some((p) => distance(p, placeOf(95, -90, 0)) < 20) ? 1 : -1;
  const dabs: Vec3[] = [];
  await test.step('paints in the air beside the head, on two planes', async () => {
    await show(reviewer, 'Axial', '2');
    await dab(reviewer, [across, ahead], 95, side * 90);
    await expect(undo).toBeEnabled();
    dabs.push(placeOf(95, side * 90, 0));
    await show(reviewer, 'Sagittal', '4');
    await dab(reviewer, [ahead, upward], -100, 88);
    dabs.push(placeOf(95, -100, 88));
  });

  await test.step('undoes and redoes, and is asked before leaving', async () => {
    await reviewer.keyboard.press('z');
    await expect(reviewer.getByRole('button', { name: /^Redo/ })).toBeEnabled();
    await reviewer.keyboard.press('y');
    await expect(reviewer.getByRole('button', { name: /^Redo/ })).toBeDisabled();
    await reviewer.keyboard.press('Escape');
    await reviewer.getByRole('button', { name: 'Go on drawing' }).click();
    await expect(reviewer.getByText('Leave what you have drawn?')).toBeHidden();
    await reviewer.screenshot({ path: info.outputPath('mending.png') });
  });

  await test.step('applies it and sees the result by itself', async () => {
    await reviewer.keyboard.press('a');
    await expect(reviewer.getByText(/You drew this mask/)).toBeVisible({ timeout: 60_000 });
    await expect(reviewer.locator('[data-ready=true]')).toBeVisible({ timeout: 60_000 });
  });

  const mask =
    await test.step('the volume lost the two dabs at their places, and nothing outside the mask', async () => {
      const [before, after, mask] = [
        await preview(reviewer, 'before'),
        await preview(reviewer, 'after'),
        await preview(reviewer, 'mask'),
      ];
      expect(mask.shape).toEqual(head.shape);
      const near = (place: Vec3) => added(mask, begun).filter((p) => distance(p, place) < 20);
      for (const place of dabs) {
        const marked = near(place);
        // A ball of 11 mm radius has 5.6 ml, some 258 voxels of 2.5 x 2.4 x 3.6 mm.
        expect(marked.length, `voxels at ${place}`).toBeGreaterThan(200);
        expect(marked.length, `voxels at ${place}`).toBeLessThan(320);
        const middle = [0, 1, 2].map((axis) => marked.reduce((sum, p) => sum + p[axis]!, 0) / marked.length);
        expect(distance(middle as unknown as Vec3, place), `${middle} is not ${place}`).toBeLessThan(4);
      }
      expect(added(mask, begun).length).toBe(dabs.reduce((sum, place) => sum + near(place).length, 0));
      const fill = Buffer.from(after.data.subarray(2 * mask.data.indexOf(1), 2 * mask.data.indexOf(1) + 2)).toString(
        'hex',
      );
      let wrong = 0;
      for (let n = 0; n < mask.data.length; n++) {
        const voxel = (of: Volume) => Buffer.from(of.data.subarray(2 * n, 2 * n + 2)).toString('hex');
        if (voxel(after) !== (mask.data[n] === 1 ? fill : voxel(before))) wrong++;
      }
      expect(wrong).toBe(0);
      return mask;
    });

  await reviewer.keyboard.press('a');
  await expect(reviewer).toHaveURL(/\/review$/, { timeout: 20_000 });

  await test.step('the DICOM images lost the very same, pixel by pixel', async () => {
    const files = await publishWithDicom(lead, slug);
    const [nifti] = files.filter(([name]) => name.endsWith('.nii.gz'));
    const volume = readNifti(Uint8Array.from(gunzipSync(nifti![1])));
    const images = files.filter(([name]) => name.endsWith('.dcm'));
    expect(images).toHaveLength(head.shape[2]);
    const found = images.map(([, bytes]) => compareImage(bytes, volume, mask));
    const marked = mask.data.reduce((sum, v) => sum + v, 0);
    expect(found.reduce((sum, { removed }) => sum + removed, 0)).toBe(marked);
    expect(found.reduce((sum, { differs }) => sum + differs, 0)).toBe(0);
    for (const [name, bytes] of images) expect(bytes.includes('Oblique'), name).toBe(false);
  });
});

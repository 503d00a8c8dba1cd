// The whole main job in a real browser: from a dropped folder to a downloaded ZIP, every role played by a person of its own.
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join as path } from 'node:path';
import { expect, type Page, test } from '@playwright/test';
import { faceFigures } from '../faces';
import { plantedHead } from '../fixtures/plantedHead';
import { sampleFiles } from '../samples';
import { foundTexts, unzip, wrongChecksums } from './archive';
import { fillNewPerson, inviteLink, join, person, startProject } from './people';

const sample = sampleFiles('series/mr_siemens_xa30_t1_enh_face');
const phantom = plantedHead();

test.describe.configure({ mode: 'serial' });

/** A folder as a study coordinator has it: two heads, and things that do not belong. */
function folder(): string {
  const root = mkdtempSync(path(tmpdir(), 'study-'));
  const put = (name: string, bytes: Uint8Array | string) => {
    mkdirSync(path(root, name, '..'), { recursive: true });
    writeFileSync(path(root, name), bytes);
  };
  for (const { name, bytes } of phantom.files) put(`phantom/${name}`, bytes);
  for (const [n, file] of sample.entries()) put(`scanner/${n}`, readFileSync(file));
  put('phantom/notes.dcm', 'This is a letter, not an image.');
  put('phantom/empty.dcm', '');
  put('.DS_Store', 'junk');
  return root;
}

async function waitForReview(page: Page, slug: string, series: number): Promise<void> {
  await page.goto(`/projects/${slug}`);
  await expect(async () => {
    const held = page.getByRole('button', { name: 'It is a head' });
    if ((await held.count()) > 0) {
      await held.first().click();
      await page.getByRole('button', { name: 'Yes, remove the face' }).click();
    }
    await expect(page.getByText('Waiting for review', { exact: true })).toHaveCount(series, { timeout: 2000 });
  }).toPass({ timeout: 300_000 });
}

test('from drop to download', async ({ browser }, info) => {
  test.setTimeout(900_000);
  const shot = (page: Page, name: string) => page.screenshot({ path: info.outputPath(`${name}.png`) });
  const root = folder();
  const series = sample.length > 0 ? 2 : 1;
  if (sample.length === 0) info.annotations.push({ type: 'note', description: 'samples not present: phantom only' });

  const lead = await join(browser, process.env.CLOAKROOM_FIRST_LINK ?? '', 'Lena Lead');
  const slug = await startProject(lead, 'Heads for testing', 'Generated and sample heads.');

  const coordinator = await join(browser, await inviteLink(lead, slug, 'coordinator'), 'Cora Coordinator');
  const reviewer = await join(browser, await inviteLink(lead, slug, 'reviewer'), 'Ravi Reviewer');

  await test.step('the coordinator drops a folder', async () => {
    await coordinator.goto(`/projects/${slug}/upload`);
    await coordinator.locator('input[data-picker=folder]').setInputFiles(root);
    await expect(coordinator.getByText(/Left out: 1 file/)).toBeVisible();
    await shot(coordinator, 'upload-found');
    await coordinator.getByRole('button', { name: /^Send/ }).click();
    await coordinator.waitForURL(/\/upload\/[0-9a-f-]{36}$/, { timeout: 180_000 });
    const setAside = coordinator.getByRole('row');
    await expect(setAside.filter({ hasText: 'phantom/notes.dcm' })).toBeVisible({ timeout: 240_000 });
    await expect(setAside.filter({ hasText: 'phantom/empty.dcm' })).toContainText('The file is empty.');
    await expect(setAside.filter({ hasText: 'Accepted' })).toContainText(String(phantom.files.length + sample.length));
    await shot(coordinator, 'upload-result');
  });

  await test.step('the pipeline brings both heads to review', async () => {
    await waitForReview(reviewer, slug, series);
    await shot(reviewer, 'status');
  });

  await test.step('the reviewer looks and accepts, one key each', async () => {
    await reviewer.goto(`/projects/${slug}/review`);
    await reviewer.getByRole('link', { name: /^Start/ }).click();
    for (let n = 0; n < series; n++) {
      const images = reviewer.locator('[data-ready=true]');
      await expect(images).toBeVisible({ timeout: 60_000 });
      await expect(reviewer.getByText('Brain voxels altered')).toBeVisible();
      const here = reviewer.url();
      await reviewer.keyboard.press('a');
      await expect.poll(() => reviewer.url(), { timeout: 20_000 }).not.toBe(here);
    }
    await reviewer.goto(`/projects/${slug}/review`);
    await expect(reviewer.getByText('Nothing waits for you')).toBeVisible();
  });

  await test.step('the lead looks for leftover names, on the screen and in a file', async () => {
    await lead.goto(`/projects/${slug}/metadata`);
    const search = lead.getByRole('searchbox');
    await search.fill('patientsex');
    await expect(lead.getByRole('row', { name: /PatientSex/ }).first()).toContainText(/sub-00\d/);
    await search.fill(phantom.planted[0] ?? '');
    await expect(lead.getByText('No value and no attribute matches.')).toBeVisible();
    const [download] = await Promise.all([
      lead.waitForEvent('download'),
      lead.getByRole('link', { name: 'Save as CSV' }).click(),
    ]);
    const table = new Map([['table', readFileSync(await download.path())]]);
    expect(table.get('table')?.length).toBeGreaterThan(1000);
    expect(foundTexts(table, phantom.planted)).toEqual([]);
  });

  await test.step('the lead sees how likely somebody could be recognised, and publishes a version', async () => {
    await lead.goto(`/projects/${slug}/releases`);
    await expect(lead.getByTestId('k')).toHaveText(/^k = [12]$/);
    await expect(lead.getByText(/^The smallest group has/)).toBeVisible();
    await lead.getByRole('checkbox', { name: 'Sex', exact: true }).uncheck();
    await lead.getByRole('checkbox', { name: 'Age', exact: true }).uncheck();
    await expect(lead.getByTestId('k')).toHaveText(`k = ${series}`);
    await lead.getByRole('button', { name: /^Publish/ }).click();
    await expect(lead.getByText('Published', { exact: true }).and(lead.locator('span'))).toBeVisible({
      timeout: 120_000,
    });
    await shot(lead, 'releases');
  });

  const researcher = await person(browser);
  await test.step('a researcher asks, without it nothing can be had', async () => {
    await researcher.goto('/register');
    await fillNewPerson(researcher, 'Rosa Researcher');
    await researcher.goto(`/datasets/${slug}`);
    await shot(researcher, 'dataset');
    await researcher.getByRole('link', { name: 'Ask for access' }).click();
    await researcher.getByLabel('Your institution').fill('University of Examples');
    await researcher
      .getByLabel('What you want to find out')
      .fill('Whether brains can be counted when the faces are gone.');
    await researcher.getByLabel(/I have read/).check();
    await researcher.getByRole('button', { name: 'Send the request' }).click();
    await expect(researcher.getByText('Waiting for a decision')).toBeVisible();
  });

  await test.step('the lead grants', async () => {
    await lead.goto(`/projects/${slug}/access`);
    await lead.getByRole('button', { name: 'Grant…' }).click();
    await lead.getByRole('button', { name: 'Grant', exact: true }).click();
    await expect(lead.getByText('Granted')).toBeVisible();
  });

  const files = await test.step('the researcher downloads', async () => {
    await researcher.goto(`/datasets/${slug}`);
    const [download] = await Promise.all([
      researcher.waitForEvent('download'),
      researcher.getByRole('link', { name: /^Download version 1/ }).click(),
    ]);
    return unzip(readFileSync(await download.path()));
  });

  await test.step('the ZIP is whole, says nothing about anybody, and shows no face', async () => {
    const inside = new Map([...files].map(([name, content]) => [name.slice(name.indexOf('/') + 1), content]));
    const root = inside.has('dataset_description.json') ? inside : files;
    const manifest = [...root].find(([name]) => /manifest-sha256/.test(name));
    expect(manifest).toBeDefined();
    expect(wrongChecksums(root, String(manifest?.[1]), manifest?.[0] ?? '')).toEqual([]);
    expect(foundTexts(root, phantom.planted)).toEqual([]);
    const volumes = [...root].filter(([name]) => name.endsWith('.nii.gz'));
    expect(volumes).toHaveLength(series);
    const befores = await originals(reviewer, slug);
    for (const [name, after] of volumes) {
      const best = befores.map((before) => faceFigures(before, after)).filter((f) => f.brainChanged === 0);
      expect(best.length, `${name}: no original has the same brain`).toBe(1);
      expect(best[0]?.brainLookedAt).toBeGreaterThan(10_000);
      expect(best[0]?.lines).toBeGreaterThan(100);
      expect(best[0]?.receded, `${name}: share of the face that receded`).toBeGreaterThan(0.95);
    }
  });

  rmSync(root, { recursive: true, force: true });
});

/** The volumes as they were before defacing, which only reviewers can see. */
async function originals(reviewer: Page, slug: string): Promise<Buffer[]> {
  await reviewer.goto(`/projects/${slug}/review`);
  const links = await reviewer
    .getByRole('link', { name: 'Look' })
    .evaluateAll((all) => all.map((a) => (a as HTMLAnchorElement).href));
  return Promise.all(
    links.map(async (link) => {
      const id = link.split('/').at(-1);
      const response = await reviewer.request.get(`/api/preview/${id}/before`);
      expect(response.status()).toBe(200);
      return response.body();
    }),
  );
}

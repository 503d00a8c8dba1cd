// Every screen once, as a person would meet it, with generated heads: pictures for docs/ and for the eyes of whoever changed a page.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join as path } from 'node:path';
import { type Browser, expect, type Page, test } from '@playwright/test';
import { fillNewPerson, inviteLink, join, person, startProject } from '../e2e/people';
import { phantomIdentifiers, phantomSeries } from '../fixtures/dicom';

const OUT = path(import.meta.dirname, '..', '..', 'docs', 'pictures');

async function picture(page: Page, name: string): Promise<void> {
  await page.waitForLoadState('networkidle');
  await page.screenshot({ path: path(OUT, `${name}.png`) });
}

function folder(): string {
  const root = mkdtempSync(path(tmpdir(), 'pictures-'));
  const people = [
    { name: 'A', seed: 4, modality: 'MR', head: true },
    { name: 'B', seed: 9, modality: 'CT', head: true },
    { name: 'C', seed: 12, modality: 'CT', head: false },
  ] as const;
  for (const { name, seed, modality, head } of people) {
    const [slices, side] = head ? [118, 128] : [40, 96];
    const options = { modality, slices, rows: side, columns: side, identifiers: phantomIdentifiers(seed), seed, head };
    mkdirSync(path(root, name));
    for (const file of phantomSeries(options)) writeFileSync(path(root, name, file.name), file.bytes);
  }
  writeFileSync(path(root, 'letter.dcm'), 'This is a letter, not an image.');
  writeFileSync(path(root, '.DS_Store'), 'junk');
  return root;
}

test('pictures', async ({ browser }) => {
  mkdirSync(OUT, { recursive: true });
  const root = folder();
  const lead = await firstAdministrator(browser);
  await lead.goto('/projects/new');
  await picture(lead, 'new-project');
  const slug = await startProject(lead, 'Generated heads', 'Heads that belong to nobody, for trying Cloakroom.');
  const coordinator = await join(browser, await inviteLink(lead, slug, 'coordinator'), 'Cora Coordinator');
  const reviewer = await join(browser, await inviteLink(lead, slug, 'reviewer'), 'Ravi Reviewer');
  await picture(lead, 'members');

  await coordinator.goto(`/projects/${slug}/upload`);
  await picture(coordinator, 'upload');
  await coordinator.locator('input[data-picker=folder]').setInputFiles(root);
  await expect(coordinator.getByText(/Left out: 1 file/)).toBeVisible();
  await picture(coordinator, 'upload-found');
  await coordinator.getByRole('button', { name: /^Send/ }).click();
  await coordinator.waitForURL(/\/upload\/[0-9a-f-]{36}$/, { timeout: 180_000 });
  await expect(coordinator.getByRole('row', { name: /letter.dcm/ })).toBeVisible({ timeout: 240_000 });
  await picture(coordinator, 'upload-result');

  await reviewer.goto(`/projects/${slug}`);
  await expect(reviewer.getByText(/^(Cleaning|Converting|Defacing)/).first()).toBeVisible();
  await expect(async () => {
    const waiting = await reviewer.getByText('Waiting for review', { exact: true }).count();
    const asked = await reviewer.getByRole('button', { name: 'It is a head' }).count();
    expect(waiting + asked).toBeGreaterThanOrEqual(3);
  }).toPass({ timeout: 400_000 });
  await picture(reviewer, 'status');
  await reviewer.goto('/');
  await picture(reviewer, 'my-work');
  await reviewer.goto(`/projects/${slug}/review`);
  await picture(reviewer, 'review-queue');
  await reviewSome(reviewer);

  await profile(lead, slug);
  await lead.goto(`/projects/${slug}/metadata`);
  await lead.getByRole('searchbox').fill('scan');
  await expect(lead.locator('mark').first()).toBeVisible();
  await picture(lead, 'metadata');
  await lead.goto(`/projects/${slug}/releases`);
  await lead.getByLabel('Risk of recognition').scrollIntoViewIfNeeded();
  await picture(lead, 'release-risk');
  await lead.getByRole('button', { name: /^Publish/ }).click();
  await expect(lead.getByRole('cell', { name: 'Published' })).toBeVisible({ timeout: 120_000 });
  await picture(lead, 'releases');
  await outside(browser, lead, slug);
  await lead.goto(`/projects/${slug}/audit`);
  await picture(lead, 'audit');
  await lead.goto('/admin');
  await picture(lead, 'admin');
  await lead.emulateMedia({ colorScheme: 'dark' });
  await lead.goto(`/projects/${slug}`);
  await picture(lead, 'status-dark');
  rmSync(root, { recursive: true, force: true });
});

async function firstAdministrator(browser: Browser): Promise<Page> {
  const page = await person(browser);
  await page.goto(process.env.CLOAKROOM_FIRST_LINK ?? '');
  await picture(page, 'first-administrator');
  await fillNewPerson(page, 'Lena Lead');
  return page;
}

async function reviewSome(reviewer: Page): Promise<void> {
  await reviewer.getByRole('link', { name: /^Start/ }).click();
  for (let n = 0; n < 2; n++) {
    await expect(reviewer.locator('[data-ready=true]')).toBeVisible({ timeout: 60_000 });
    await reviewer.waitForTimeout(3000);
    await picture(reviewer, n === 0 ? 'review' : 'review-ct');
    if (n === 0) {
      await reviewer.keyboard.press('5');
      await reviewer.waitForTimeout(3000);
      await picture(reviewer, 'review-surface');
      await reviewer.keyboard.press('r');
      await picture(reviewer, 'review-reject');
      await reviewer.keyboard.press('Escape');
      await mend(reviewer);
    }
    const here = reviewer.url();
    await reviewer.keyboard.press('a');
    await expect.poll(() => reviewer.url(), { timeout: 20_000 }).not.toBe(here);
  }
}

/** A mask mended with the brush, then with a plane from the brow to below the chin; left without applying it. */
async function mend(reviewer: Page): Promise<void> {
  await reviewer.keyboard.press('1');
  await reviewer.keyboard.press('d');
  await expect(reviewer.getByRole('toolbar', { name: 'Mending' })).toBeVisible();
  const drag = async (from: readonly [number, number], to: readonly [number, number]) => {
    const box = (await reviewer.getByLabel(/^Draw here/).boundingBox())!;
    const at = ([x, y]: readonly [number, number]) => [box.x + x * box.width, box.y + y * box.height] as const;
    await reviewer.mouse.move(...at(from));
    await reviewer.mouse.down();
    await reviewer.mouse.move(...at(to), { steps: 8 });
    await reviewer.mouse.up();
    await reviewer.waitForTimeout(3000);
  };
  await drag([0.72, 0.2], [0.9, 0.3]);
  await picture(reviewer, 'review-mend');
  await reviewer.keyboard.press('z');
  await reviewer.keyboard.press('4');
  await reviewer.keyboard.press('p');
  await drag([0.72, 0.35], [0.6, 0.75]);
  await picture(reviewer, 'review-mend-plane');
  await reviewer.keyboard.press('Escape');
  await reviewer.getByRole('button', { name: 'Leave it' }).click();
}

/** The lead tries a draft of the profile on scans. */
async function profile(lead: Page, slug: string): Promise<void> {
  await lead.goto(`/projects/${slug}/profile`);
  await lead.getByRole('switch', { name: /Keep institution identity/ }).click();
  await expect(lead.getByText(/^Your last change affects/)).toBeVisible();
  await picture(lead, 'profile');
  for (const [keyword, action] of [
    ['PatientAge', 'Show it in bands'],
    ['ProtocolName', 'Remove it'],
  ] as const) {
    await lead.getByRole('button', { name: 'Add a rule…' }).click();
    const dialog = lead.getByRole('dialog');
    await dialog.getByLabel('Attribute').fill(keyword);
    await dialog.getByLabel('What happens to it').selectOption({ label: action });
    if (keyword === 'PatientAge') {
      await dialog.getByLabel('Band width').fill('5');
      await picture(lead, 'profile-rule');
    }
    await dialog.getByRole('button', { name: 'Add the rule' }).click();
  }
  await lead.getByRole('button', { name: 'Move rule 2 up' }).scrollIntoViewIfNeeded();
  await picture(lead, 'profile-rules');
  await lead.getByRole('button', { name: 'Try it on scans…' }).click();
  await picture(lead, 'profile-try');
  await lead.getByRole('button', { name: /^Start the dry run/ }).click();
  await expect(lead.getByRole('heading', { name: /^Privacy: more is given away/ })).toBeVisible({ timeout: 120_000 });
  await picture(lead, 'dry-run');
  await lead.getByRole('button', { name: 'Activate this version' }).click();
  await lead.getByRole('button', { name: 'Activate version 2' }).click();
  await lead.getByRole('link', { name: 'What changed' }).click();
  await expect(lead.getByRole('heading', { name: 'From version 1 to version 2' })).toBeVisible();
  await picture(lead, 'profile-compare');
}

/** What the public and a researcher see. */
async function outside(browser: Browser, lead: Page, slug: string): Promise<void> {
  const researcher = await person(browser);
  await researcher.goto('/login');
  await picture(researcher, 'login');
  await researcher.goto('/');
  await picture(researcher, 'welcome');
  await researcher.goto('/register');
  await fillNewPerson(researcher, 'Rosa Researcher');
  await researcher.goto('/datasets');
  await picture(researcher, 'datasets');
  await researcher.goto(`/datasets/${slug}/request`);
  await picture(researcher, 'request');
  await researcher.getByLabel('Your institution').fill('University of Examples');
  await researcher
    .getByLabel('What you want to find out')
    .fill('Whether brains can be counted when the faces are gone.');
  await researcher.getByLabel(/I have read/).check();
  await researcher.getByRole('button', { name: 'Send the request' }).click();
  await expect(researcher.getByText('Waiting for a decision')).toBeVisible();
  await lead.goto(`/projects/${slug}/access`);
  await picture(lead, 'access');
  await lead.getByRole('button', { name: 'Grant…' }).click();
  await lead.getByRole('button', { name: 'Grant', exact: true }).click();
  await expect(lead.getByText('Granted')).toBeVisible();
  await researcher.goto('/account');
  await picture(researcher, 'my-requests');
  await researcher.goto(`/datasets/${slug}`);
  await picture(researcher, 'dataset');
}

// The screen on which people look for burned-in text, from generated trunks with invented names.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join as path } from 'node:path';
import { expect, type Page, test } from '@playwright/test';
import { fillNewPerson, inviteLink, join, person, startProject } from '../e2e/people';
import { burntSeries, type Writing } from '../fixtures/burntSeries';

const OUT = path(import.meta.dirname, '..', '..', 'docs', 'pictures');
const bright = () => 1400;
const faint = (under: number) => under + 170;

const common: readonly Writing[] = [
  { text: 'XIOMARA', x: 8, y: 10, scale: 2, ink: bright },
  { text: 'MRN6266393', x: 8, y: 30, scale: 2, ink: bright },
  { text: 'LEFT', x: 196, y: 120, scale: 2, ink: bright },
];
const series: readonly (readonly Writing[])[] = [
  [
    ...common,
    { text: '26/08/2011', x: 8, y: 230, scale: 2, ink: bright },
    { text: 'QUISTGARD', x: 84, y: 148, scale: 1, ink: faint, slices: [7] },
  ],
  common,
  common,
];

async function picture(page: Page, name: string): Promise<void> {
  await page.waitForLoadState('networkidle');
  await page.screenshot({ path: path(OUT, `${name}.png`) });
}

function folder(): string {
  const root = mkdtempSync(path(tmpdir(), 'pictures-'));
  for (const [n, writings] of series.entries()) {
    const options = { slices: 12, side: 256, seed: 2, seriesNumber: n + 1, writings };
    mkdirSync(path(root, String(n)));
    for (const { name, bytes } of burntSeries({ modality: 'MR', ...options }))
      writeFileSync(path(root, String(n), name), bytes);
  }
  return root;
}

test('pictures of burned-in text', async ({ browser }) => {
  mkdirSync(OUT, { recursive: true });
  const root = folder();
  const lead = await person(browser);
  await lead.goto('/register');
  await fillNewPerson(lead, 'Tara Lead');
  const slug = await startProject(lead, 'Text in pictures', 'Generated trunks with invented names in the picture.');
  const coordinator = await join(browser, await inviteLink(lead, slug, 'coordinator'), 'Tom Coordinator');
  const reviewer = await join(browser, await inviteLink(lead, slug, 'reviewer'), 'Tess Reviewer');
  await coordinator.goto(`/projects/${slug}/upload`);
  await coordinator.locator('input[data-picker=folder]').setInputFiles(root);
  await coordinator.getByRole('button', { name: /^Send/ }).click();
  await coordinator.waitForURL(/\/upload\/[0-9a-f-]{36}$/, { timeout: 180_000 });
  await expect(async () => {
    await reviewer.goto(`/projects/${slug}/review`);
    await expect(reviewer.getByText('Check for text', { exact: true })).toHaveCount(3, { timeout: 2000 });
  }).toPass({ timeout: 300_000 });

  await reviewer.getByRole('link', { name: 'Look' }).first().click();
  await expect(reviewer.getByTestId('boxes')).toBeVisible();
  await picture(reviewer, 'pixels');
  await reviewer.keyboard.press('4');
  await reviewer.keyboard.press('j');
  await picture(reviewer, 'pixels-image');
  await reviewer.keyboard.press('1');
  await reviewer.keyboard.press('c');
  await picture(reviewer, 'pixels-covered');
  await reviewer.keyboard.press('c');

  // A box pulled away from its text: what it hid is found again.
  await reviewer.keyboard.press('n');
  await expect(reviewer.getByRole('heading', { name: /series 2/ })).toBeVisible();
  await reviewer.keyboard.press('j');
  for (let n = 0; n < 20; n++) await reviewer.keyboard.press('ArrowDown');
  const here = reviewer.url();
  await reviewer.keyboard.press('a');
  await expect.poll(() => reviewer.url(), { timeout: 60_000 }).not.toBe(here);
  await expect(async () => {
    await reviewer.goto(here);
    await expect(reviewer.getByRole('status').filter({ hasText: 'After the blacking out' })).toBeVisible({
      timeout: 2000,
    });
  }).toPass({ timeout: 300_000 });
  await picture(reviewer, 'pixels-again');
  await places(lead, slug);
  rmSync(root, { recursive: true, force: true });
});

/** The lead draws where this device writes. */
async function places(lead: Page, slug: string): Promise<void> {
  await lead.goto(`/projects/${slug}/profile`);
  await lead.getByRole('button', { name: 'Add a place…' }).click();
  const dialog = lead.getByRole('dialog');
  await dialog.getByRole('button', { name: 'Fill in this device' }).click();
  await dialog.getByLabel('Name').fill('Name and number, top left');
  const boxes = (await dialog.getByTestId('boxes').boundingBox())!;
  const at = (x: number, y: number) => [boxes.x + x * boxes.width, boxes.y + y * boxes.height] as const;
  await lead.mouse.move(...at(0.01, 0.02));
  await lead.mouse.down();
  await lead.mouse.move(...at(0.6, 0.19), { steps: 8 });
  await lead.mouse.up();
  await picture(lead, 'profile-place');
  await dialog.getByRole('button', { name: 'Add the place' }).click();
  await lead.getByRole('list', { name: 'Places in pictures' }).scrollIntoViewIfNeeded();
  await picture(lead, 'profile-places');
}

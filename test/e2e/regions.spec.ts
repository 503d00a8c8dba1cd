// A project lead draws a place on a picture of the project, adopts it into the profile, and sees it in the comparison of versions.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join as path } from 'node:path';
import { expect, test } from '@playwright/test';
import { makeElement } from '@/domain/dicom/make';
import { writeText } from '../fixtures/writtenText';
import { slice } from '../workers/scan';
import { fillNewPerson, inviteLink, person, startProject } from './people';

const SIZE = 160;
const context = { bigEndian: false, charsets: [] };
const over = [makeElement(0x00280301, 'CS', 'YES', context), makeElement(0x00081090, 'LO', 'Avanto', context)];

function folder(): string {
  const root = mkdtempSync(path(tmpdir(), 'regions-'));
  mkdirSync(path(root, 'series'));
  const written = new Set<number>();
  writeText('LOVELACE', 8, 12, 2, (x, y) => written.add(y * SIZE + x));
  const pixels = (z: number, y: number, x: number) =>
    written.has(y * SIZE + x) ? 4000 : Math.round(1400 + 900 * Math.sin(x / 15 + z) * Math.cos(y / 17));
  for (const z of [0, 1]) writeFileSync(path(root, 'series', `${z}.dcm`), slice(z, { size: SIZE, pixels }, over));
  return root;
}

test('a place drawn on a picture becomes a rule of the profile', async ({ browser }) => {
  test.setTimeout(240_000);
  const root = folder();
  const lead = await person(browser);
  await lead.goto('/register');
  await fillNewPerson(lead, 'Regina Region');
  const slug = await startProject(lead, 'Places in pictures', 'Generated slices with a name in them.');
  await lead.goto(await inviteLink(lead, slug, 'coordinator'));
  await lead.getByRole('button', { name: 'Accept the invitation' }).click();
  await lead.waitForURL((url) => !url.pathname.startsWith('/invite'));
  await lead.goto(`/projects/${slug}/upload`);
  await lead.locator('input[data-picker=folder]').setInputFiles(root);
  await lead.getByRole('button', { name: /^Send/ }).click();
  await lead.waitForURL(/\/upload\/[0-9a-f-]{36}$/, { timeout: 60_000 });
  await expect(async () => {
    await lead.goto(`/projects/${slug}/review`);
    await expect(lead.getByText('Check for text', { exact: true })).toHaveCount(1, { timeout: 2000 });
  }).toPass({ timeout: 120_000 });
  await lead.goto(`/projects/${slug}/profile`);
  const dialog = lead.getByRole('dialog');
  const places = lead.getByRole('list', { name: 'Places in pictures' }).getByRole('listitem');
  const known = await places.count();

  await test.step('numbers can be typed where no image fits', async () => {
    await lead.getByRole('button', { name: 'Add a place…' }).click();
    await dialog.getByLabel(/^Manufacturer/).fill('Nobody');
    await expect(dialog.getByText('The project has no image that fits')).toBeVisible();
    await dialog.getByRole('button', { name: 'Add the place' }).click();
    await expect(dialog.getByText('What do people call it?')).toBeVisible();
    await expect(dialog.getByText('Draw or write at least one box')).toBeVisible();
    await dialog.getByLabel(/^Manufacturer/).fill('');
  });

  await test.step('the device is filled in from an image, and a box is drawn on it', async () => {
    await dialog.getByRole('button', { name: 'Fill in this device' }).click();
    await expect(dialog.getByLabel(/^Model/)).toHaveValue('Avanto');
    await expect(dialog.getByLabel(/^Columns/)).toHaveValue(String(SIZE));
    const picture = (await dialog.getByTestId('boxes').boundingBox())!;
    const at = (x: number, y: number) => [picture.x + x * picture.width, picture.y + y * picture.height] as const;
    await lead.mouse.move(...at(0.025, 0.05));
    await lead.mouse.down();
    await lead.mouse.move(...at(0.3, 0.2), { steps: 4 });
    await lead.mouse.move(...at(0.75, 0.2), { steps: 4 });
    await lead.mouse.up();
    await expect(dialog.getByLabel('Boxes', { exact: true })).toHaveValue(/^4, 8, 11\d, 24$/);
    await dialog.getByLabel('Name').fill('Avanto head line');
    await dialog.getByRole('button', { name: 'Add the place' }).click();
    await expect(places).toHaveCount(known + 1);
    await expect(places.first()).toContainText('SIEMENS, Avanto, MR, 160 x 160: one place black');
  });

  await test.step('it becomes part of the next version, and the comparison says so', async () => {
    await places.first().scrollIntoViewIfNeeded();
    await lead.getByRole('button', { name: 'Activate without trying…' }).click();
    await lead.getByRole('button', { name: 'Activate version 2' }).click();
    await expect(lead.getByText('Version 2 is in use.')).toBeVisible();
    await expect(places.first()).toContainText('Avanto head line');
    await lead.goto(`/projects/${slug}/profile/compare?from=1&to=2`);
    await expect(lead.getByText(/Avanto head line.*one place black/)).toBeVisible();
  });
  rmSync(root, { recursive: true });
});

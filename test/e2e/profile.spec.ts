// A project lead changes the profile: a switch, rules, a dry run on an uploaded phantom, activation, and what changed.
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join as path } from 'node:path';
import { expect, type Page, test } from '@playwright/test';
import { phantomIdentifiers, phantomSeries, planted } from '../fixtures/dicom';
import { fillNewPerson, inviteLink, person, startProject } from './people';

const identifiers = phantomIdentifiers(21);

function folder(): string {
  const root = mkdtempSync(path(tmpdir(), 'profile-'));
  const options = { modality: 'MR', slices: 7, rows: 32, columns: 32, identifiers, seed: 21, head: false } as const;
  mkdirSync(path(root, 'series'));
  // A slice is missing, so that the pipeline stops early and leaves the machine to this test.
  const files = phantomSeries(options).filter((_, index) => index !== 3);
  for (const { name, bytes } of files) writeFileSync(path(root, 'series', name), bytes);
  return root;
}

const attribute = (page: Page, name: string) =>
  page.getByRole('list', { name: 'Attributes' }).getByRole('listitem').filter({ hasText: name }).first();

async function addRule(page: Page, keyword: string, action: string): Promise<void> {
  await page.getByRole('button', { name: 'Add a rule…' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Attribute').fill(keyword);
  await dialog.getByLabel('What happens to it').selectOption({ label: action });
  await dialog.getByRole('button', { name: 'Add the rule' }).click();
}

test('a draft of the profile, from a switch to the next version', async ({ browser }) => {
  const root = folder();
  const lead = await person(browser);
  await lead.goto('/register');
  await fillNewPerson(lead, 'Petra Profile');
  const slug = await startProject(lead, 'Profiles for testing', 'Generated series.');
  await lead.goto(await inviteLink(lead, slug, 'coordinator'));
  await lead.getByRole('button', { name: 'Accept the invitation' }).click();
  await lead.waitForURL((url) => !url.pathname.startsWith('/invite'));
  await lead.goto(`/projects/${slug}/upload`);
  await lead.locator('input[data-picker=folder]').setInputFiles(root);
  await lead.getByRole('button', { name: /^Send/ }).click();
  await lead.waitForURL(/\/upload\/[0-9a-f-]{36}$/, { timeout: 60_000 });
  await expect(lead.getByRole('row').filter({ hasText: 'Accepted' })).toContainText('6', { timeout: 60_000 });

  await test.step('a switch changes the list at once, and can be undone', async () => {
    await lead.goto(`/projects/${slug}/profile`);
    const institution = attribute(lead, 'Institution Name');
    await expect(institution).toContainText('removed');
    await lead.getByRole('switch', { name: /Keep institution identity/ }).click();
    await expect(institution).toContainText('kept');
    await expect(institution).toContainText('Keep institution identity');
    await expect(lead.getByText(/^Your last change affects \d+ attributes/)).toBeVisible();
    await lead.getByRole('button', { name: 'Undo', exact: true }).click();
    await expect(lead.getByText('Nothing is changed yet.')).toBeVisible();
    await lead.getByRole('switch', { name: /Keep institution identity/ }).click();
  });

  await test.step('rules are checked, added and put in order by keyboard', async () => {
    await lead.getByRole('button', { name: 'Add a rule…' }).click();
    const dialog = lead.getByRole('dialog');
    await dialog.getByLabel('Attribute').fill('EchoTimes');
    await dialog.getByRole('button', { name: 'Add the rule' }).click();
    await expect(dialog.getByText(/Neither a keyword of the standard nor a tag/)).toBeVisible();
    await lead.keyboard.press('Escape');
    await addRule(lead, 'EchoTime', 'Remove it');
    await addRule(lead, 'StudyDescription', 'Empty it');
    const rules = lead.getByRole('list', { name: /^Rules/ }).getByRole('listitem');
    await expect(rules).toHaveCount(2);
    await expect(attribute(lead, 'EchoTime')).toContainText('rule 1');
    await lead.getByRole('button', { name: 'Move rule 2 up' }).press('Enter');
    await expect(rules.first()).toContainText('StudyDescription');
    await expect(lead.getByRole('button', { name: 'Move rule 1 down' })).toBeFocused();
    await lead.keyboard.press('Enter');
    await expect(rules.first()).toContainText('EchoTime');
    await rules.nth(1).dragTo(rules.first());
    await expect(rules.first()).toContainText('StudyDescription');
  });

  await test.step('it goes out as JSON and comes in again, other tools’ scripts too; what is wrong with a file is said', async () => {
    const [download] = await Promise.all([
      lead.waitForEvent('download'),
      lead.getByRole('button', { name: 'Export as JSON' }).click(),
    ]);
    const text = readFileSync(await download.path(), 'utf8');
    const broken = text.replace('"EchoTime"', '"EchoTimes"');
    const bring = (name: string, content: string) =>
      lead
        .getByLabel('Profile to import')
        .setInputFiles({ name, mimeType: 'application/json', buffer: Buffer.from(content) });
    const alert = lead.getByRole('alert').filter({ hasText: 'was not imported' });
    await bring('broken.json', broken);
    await expect(alert).toContainText('broken.json');
    await expect(alert).toContainText('rules.1.match.keyword');
    await bring('none.json', 'nothing');
    await expect(alert).toContainText('neither a profile as JSON, nor a CTP script');
    await bring('ctp.xml', '<script><e en="T" t="00080080" n="InstitutionName">@unheardOf()</e></script>');
    await expect(lead.getByText('ctp.xml is now your draft')).toBeVisible();
    await expect(lead.getByText(/1 of 1 lines could be taken over only in part or not at all/)).toBeVisible();
    await lead.getByRole('button', { name: 'Undo all' }).click();
    await bring('ours.json', text);
    await expect(lead.getByRole('switch', { name: /Keep institution identity/ })).toBeChecked();
    await expect(lead.getByRole('list', { name: /^Rules/ }).getByRole('listitem')).toHaveCount(2);
  });

  await test.step('a dry run tells what is given away and what is lost', async () => {
    await lead.getByRole('button', { name: 'Try it on scans…' }).click();
    await lead.getByRole('button', { name: 'Start the dry run on 1 series' }).click();
    await expect(lead.getByRole('heading', { name: /^Privacy: more is given away/ })).toBeVisible({ timeout: 60_000 });
    const more = lead.getByRole('table', { name: 'Privacy: more is given away' });
    await expect(more.getByRole('row').filter({ hasText: 'InstitutionName' })).toContainText(/removed.*kept.*6/);
    const less = lead.getByRole('table', { name: 'Science: less is left' });
    await expect(less.getByRole('row').filter({ hasText: 'EchoTime' })).toContainText(/kept.*removed.*6/);
    const text = ((await lead.locator('main').textContent()) ?? '').toLowerCase();
    for (const value of planted(identifiers)) expect(text).not.toContain(value.toLowerCase());
  });

  await test.step('the draft is activated, and the versions can be compared', async () => {
    await lead.getByRole('button', { name: 'Activate this version' }).click();
    await lead.getByRole('button', { name: 'Activate version 2' }).click();
    await expect(lead.getByText('Version 2 is in use now')).toBeVisible();
    await lead.getByRole('link', { name: 'What changed' }).click();
    await expect(lead.getByText(/Keep institution identity:/)).toContainText('off → on');
    await expect(lead.getByText(/Added as rule 1/)).toBeVisible();
    await expect(lead.getByRole('table').getByRole('row').filter({ hasText: 'Institution Name' })).toContainText(
      'kept',
    );
  });
  rmSync(root, { recursive: true, force: true });
});

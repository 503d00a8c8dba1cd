// The people of the browser tests: each in a browser of their own, as they would be.
import { type Browser, expect, type Page } from '@playwright/test';

const password = 'plum candle orbit 27';

/** Opens an invitation as somebody new and makes the account. */
export async function join(browser: Browser, link: string, name: string): Promise<Page> {
  const page = await person(browser);
  await page.goto(link);
  await fillNewPerson(page, name);
  return page;
}

/** A fresh browser, signed out. */
export async function person(browser: Browser): Promise<Page> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, acceptDownloads: true });
  return context.newPage();
}

/** Fills the form of a new person and waits until they are signed in. */
export async function fillNewPerson(page: Page, name: string): Promise<void> {
  await page.getByLabel('Your name').fill(name);
  await page.getByLabel('E-mail address').fill(`${name.toLowerCase().replaceAll(' ', '.')}@example.org`);
  await page.getByLabel('Password').fill(password);
  await page.locator('form button[type=submit]').click();
  await expect(page.getByLabel('Password')).toBeHidden();
}

/** As the lead on the members page: a link that invites somebody as `role`. */
export async function inviteLink(lead: Page, slug: string, role: string): Promise<string> {
  await lead.goto(`/projects/${slug}/members`);
  await lead.getByLabel('Role').first().selectOption(role);
  await lead.getByRole('button', { name: 'Make a link' }).click();
  const link = lead.getByLabel('Link', { exact: true });
  await expect(link).toBeVisible();
  return new URL(await link.inputValue()).pathname;
}

/** As somebody signed in: a new project, whose lead they become. Gives its slug. */
export async function startProject(lead: Page, name: string, about: string): Promise<string> {
  await lead.goto('/projects/new');
  await lead.getByLabel('Name').fill(name);
  await lead.getByLabel(/what is it about/i).fill(about);
  await lead.getByRole('button', { name: 'Create the project' }).click();
  await lead.waitForURL(/\/projects\/(?!new)[\w-]+/);
  return new URL(lead.url()).pathname.split('/')[2] ?? '';
}

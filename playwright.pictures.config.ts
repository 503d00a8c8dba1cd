// `npm run pictures`: draws every screen into docs/pictures, from generated heads only. Not part of the tests.
import { defineConfig } from '@playwright/test';
import base from './playwright.config';

export default defineConfig(base, { testDir: 'test/pictures', timeout: 900_000 });

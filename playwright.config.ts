// Browser tests: a real Chromium (Debian's, or the one CHROMIUM names) against a whole Cloakroom that `npm test` has started.
import { defineConfig } from '@playwright/test';

export default defineConfig({
  testDir: 'test/e2e',
  outputDir: '.cloakroom/e2e',
  timeout: 120_000,
  // How long a page may take to show something; a machine that does much else is slow, not wrong.
  expect: { timeout: 30_000 },
  workers: 1,
  forbidOnly: true,
  // The second is counted by `npm test`, which names its file by PLAYWRIGHT_JSON_OUTPUT_FILE.
  reporter: [['list'], ['json']],
  use: {
    baseURL: process.env.CLOAKROOM_URL ?? 'http://localhost:3000',
    trace: 'retain-on-failure',
    launchOptions: {
      executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
      // WebGL for the viewers, drawn by the processor.
      args: ['--use-gl=angle', '--use-angle=swiftshader', '--enable-unsafe-swiftshader', '--ignore-gpu-blocklist'],
    },
  },
});

// The built page in an installed Chromium: user stories under tests/e2e. The
// page is served from dist/ on this machine; nothing else is reached.

import { defineConfig } from '@playwright/test';
import { args, executablePath } from './tests/e2e/support/chromium.mjs';

export default defineConfig({
  testDir: 'tests/e2e',
  globalSetup: './tests/e2e/serve-page.ts',
  outputDir: 'test-results',
  // One at a time: some stories measure how long a run takes.
  workers: 1,
  // A machine that is busy with something else may miss a deadline once; Playwright reports such a story as flaky.
  retries: process.env.CI ? 1 : 0,
  timeout: 120_000,
  expect: { timeout: 10_000 },
  forbidOnly: Boolean(process.env.CI),
  reporter: 'list',
  use: {
    actionTimeout: 10_000,
    baseURL: process.env.PROMPTBEAM_URL,
    viewport: { width: 1440, height: 900 },
    screenshot: 'only-on-failure',
    // Not on a first try: its pictures cost the display compositor more than a run costs the page, and skew what is measured.
    trace: 'on-first-retry',
    launchOptions: { executablePath, args },
  },
});

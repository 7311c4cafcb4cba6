// The built page in an installed Chromium: user stories under tests/e2e, and a few of them in an installed Firefox. The
// page is served from dist/ on this machine; nothing else is reached.

import { defineConfig } from '@playwright/test';
import { args, executablePath } from './tests/e2e/support/chromium.mjs';
import * as firefox from './tests/e2e/support/firefox.mjs';

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
  },
  projects: [
    {
      name: 'chromium',
      use: {
        browserName: 'chromium',
        screenshot: 'only-on-failure',
        // Not on a first try: its pictures cost the display compositor more than a run costs the page, and skew what is measured.
        trace: 'on-first-retry',
        launchOptions: { executablePath, args },
      },
    },
    {
      name: 'firefox',
      testMatch: ['sample.spec.ts', 'reload.spec.ts'],
      use: {
        browserName: 'firefox',
        // This channel is driven over WebDriver BiDi, as it was released; the others are patched.
        channel: 'moz-firefox',
        // For a picture Playwright adds a style to the page, which its content security policy refuses, and Firefox says so.
        screenshot: 'off',
        launchOptions: {
          executablePath: firefox.executablePath,
          env: firefox.environment,
          downloadsPath: process.env.PROMPTBEAM_DOWNLOADS,
          firefoxUserPrefs: firefox.preferences(Number(process.env.PROMPTBEAM_PROXY_PORT ?? 0)),
        },
      },
    },
  ],
});

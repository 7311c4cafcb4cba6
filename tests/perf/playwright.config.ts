// Measures the built page in an installed Chromium; script/perf calls it. Nothing here asserts a time: figures are printed
// with their conditions, since other load changes them.

import { defineConfig } from '@playwright/test';
import { args, executablePath } from '../e2e/support/chromium.mjs';

export default defineConfig({
  testDir: '.',
  testMatch: '*.perf.ts',
  globalSetup: '../e2e/serve-page.ts',
  outputDir: '../../test-results/perf',
  workers: 1,
  timeout: 600_000,
  reporter: 'list',
  use: {
    baseURL: process.env.PROMPTBEAM_URL,
    viewport: { width: 1440, height: 900 },
    // The provider's certificate is its own.
    ignoreHTTPSErrors: true,
    launchOptions: { executablePath, args },
  },
});

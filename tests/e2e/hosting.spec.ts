// The built folder on a plain host of static files.

import { expect, test, type Page } from '@playwright/test';
import { serve } from '../../script/serve.mjs';

/** Collects what the page asks for, and what goes wrong with it or is complained of in the console. */
function watch(page: Page) {
  const seen = { origins: new Set<string>(), faults: [] as string[] };
  page.on('request', (request) => seen.origins.add(new URL(request.url()).origin));
  page.on('requestfailed', (request) => seen.faults.push(`${request.url()}: ${request.failure()?.errorText}`));
  page.on('response', (response) => {
    if (response.status() >= 400) seen.faults.push(`${response.url()}: ${response.status()}`);
  });
  page.on('pageerror', (error) => seen.faults.push(error.message));
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') seen.faults.push(message.text());
  });
  return seen;
}

test('the page opens without a fault', async ({ page }) => {
  const seen = watch(page);
  await page.goto('./', { waitUntil: 'networkidle' });
  await expect(page).toHaveTitle(/Promptbeam/);
  expect(seen.faults).toEqual([]);
});

test('the folder works under a sub-path and asks no other host for anything', async ({ page }) => {
  const server = await serve('dist', { base: '/tools/beam/' });
  try {
    const seen = watch(page);
    await page.goto(server.url, { waitUntil: 'networkidle' });
    await expect(page).toHaveTitle(/Promptbeam/);
    expect(seen.faults).toEqual([]);
    expect([...seen.origins]).toEqual([new URL(server.url).origin]);
  } finally {
    await server.close();
  }
});

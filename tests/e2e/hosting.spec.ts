// The built folder on a plain host of static files.

import { readFileSync } from 'node:fs';
import { expect, test, type Page } from '@playwright/test';
import { serve } from '../../script/serve.mjs';
import { report } from './support/story';

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

test('what runs a model inside the page is fetched by nobody who has not asked one', async ({ page, baseURL }) => {
  const asked: string[] = [];
  page.on('request', (request) => asked.push(request.url().slice(baseURL!.length)));
  await page.goto('./', { waitUntil: 'networkidle' });
  // Nothing but what the page itself names, the scripts that those import, and the worker that keeps time.
  const named = readFileSync(`${process.env.PROMPTBEAM_DIST ?? 'dist'}/index.html`, 'utf8');
  const others = asked.filter((path) => !named.includes(path) && !path.startsWith('snippets/'));
  expect(others.filter((path) => path !== 'timer_worker.js')).toEqual([]);
  expect(named).not.toMatch(/wllama|in_page_model/);
  // Nor by looking at the screens on which such a model is chosen and kept.
  for (const screen of ['models', 'settings']) await page.goto(`./#/${screen}`, { waitUntil: 'networkidle' });
  await page.goto('./#/models');
  await page.getByTestId('model-agent-provider').selectOption('in_page');
  await expect(page.getByTestId('model-files')).toBeVisible();
  expect(asked.filter((path) => /wllama|in_page_model/.test(path))).toEqual([]);
  report(`first load: ${asked.filter((path) => !others.includes(path)).join(', ')}`);
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

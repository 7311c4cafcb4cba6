// Pictures of every screen, for looking at and for the README: the empty page, the sample under way, the sample's finished
// run, and a second one beside it, each at 1440, 1024 and 390 pixels, light and dark.

import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { chromium } from '@playwright/test';
import { args, executablePath } from '../tests/e2e/support/chromium.mjs';
import { serve } from './serve.mjs';

const WIDTHS = [
  { width: 1440, height: 900 },
  { width: 1024, height: 768 },
  { width: 390, height: 844 },
];
const STEPS = ['home', 'data', 'scores', 'prompt', 'models', 'run', 'results', 'export', 'settings'];
/** Screens that show one thing, by the link that leads there. */
const DETAILS = { candidate: '#/candidate', example: '#/example' };

const folder = process.argv[2];
mkdirSync(folder, { recursive: true });
const server = await serve('dist');
const browser = await chromium.launch({ executablePath, args });
const page = await (await browser.newContext({ baseURL: server.url, viewport: WIDTHS[0] })).newPage();

/** Waits until what has changed is drawn. */
function drawn() {
  return page.evaluate(() => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve))));
}

/** Goes to a screen without leaving the page, so that what is in its memory stays. */
async function go(hash) {
  await page.evaluate((hash) => (location.hash = hash), hash);
  await page.getByRole('heading', { level: 1 }).waitFor();
  await drawn();
}

async function shoot(name, { fullPage = true } = {}) {
  for (const viewport of WIDTHS) {
    for (const colorScheme of ['light', 'dark']) {
      await page.setViewportSize(viewport);
      // Without motion, so that no picture is taken halfway from one theme to the other.
      await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
      await drawn();
      await page.screenshot({ path: join(folder, `${name}-${viewport.width}-${colorScheme}.png`), fullPage });
    }
  }
  await page.setViewportSize(WIDTHS[0]);
  console.log(name);
}

/** The first link in the page's content that leads to a place, if there is one. */
function linkTo(hash) {
  return page.locator(`main a[href^="${hash}"]`).first();
}

try {
  await page.goto('./');
  for (const step of STEPS) {
    await go(`#/${step}`);
    await shoot(`empty-${step}`);
  }
  await go('#/home');
  await page.getByTestId('start-sample').click();
  await go('#/data');
  await page.getByTestId('example-count').waitFor();
  await go('#/run');
  await shoot('ready-run');
  await page.getByTestId('run-start').click();
  await page.getByTestId('rollouts-done').filter({ hasText: /[1-9]/ }).waitFor();
  await page.getByTestId('run-pause').click();
  await page.getByText('paused', { exact: true }).first().waitFor();
  await shoot('paused-run');
  await page.getByTestId('run-resume').click();
  await page.getByTestId('run-state').filter({ hasText: /^finished$/ }).waitFor({ timeout: 120_000 });
  for (const step of STEPS) {
    await go(`#/${step}`);
    await shoot(step);
  }
  // A node of the tree, opened.
  await go('#/run');
  await page.locator('a.node[data-state="best"]').click();
  await shoot('lineage-panel', { fullPage: false });
  await page.getByTestId('lineage-panel-close').click();
  for (const view of ['table', 'groups', 'prompts']) {
    await go(`#/results?view=${view}`);
    await shoot(`results-${view}`);
  }
  for (const [name, hash] of Object.entries(DETAILS)) {
    await go('#/results');
    const link = linkTo(hash);
    if ((await link.count()) === 0) {
      console.log(`${name}: no link on Results leads there`);
      continue;
    }
    await go(await link.getAttribute('href'));
    await shoot(name);
  }
  // A second run by another search, beside the first.
  await go('#/run?view=setup');
  await page.getByTestId('method-racing').check({ force: true });
  await page.getByTestId('run-start').click();
  await page.getByTestId('run-state').filter({ hasText: /^running$/ }).waitFor();
  await page.getByTestId('run-state').filter({ hasText: /^finished$/ }).waitFor({ timeout: 120_000 });
  await go('#/run');
  await shoot('run-racing');
  await go('#/home');
  for (const box of await page.getByRole('checkbox', { name: /^Compare / }).all()) await box.check();
  await shoot('home-two-runs');
  await page.getByTestId('compare-runs').click();
  await page.getByTestId('compare-figures').waitFor();
  await shoot('compare');
  // The sample's own gold queries as predictions, two of them spoilt.
  const rows = JSON.parse(readFileSync('www/sample/dev.json', 'utf8'));
  const queries = rows.map((row, at) => (at % 36 === 5 ? "SELECT 'something else'" : row.query.replaceAll(/\s+/g, ' ')));
  await go('#/scores');
  await page
    .getByTestId('predictions-file')
    .setInputFiles({ name: 'predicted.txt', mimeType: 'text/plain', buffer: Buffer.from(queries.join('\n')) });
  await page.getByTestId('score-table').waitFor();
  await shoot('scored');
  await go('#/scores?row=5');
  await shoot('scored-one');
} finally {
  await browser.close();
  await server.close();
}

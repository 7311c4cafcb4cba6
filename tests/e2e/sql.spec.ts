// The SQL console on Data: a query without end is stopped and disturbs nobody, and nothing can be written.

import type { Page } from '@playwright/test';
import { expect, report, test } from './support/story';

const WRITING = [
  'DELETE FROM farm',
  'DROP TABLE farm',
  'CREATE TABLE mine (a)',
  "ATTACH 'x' AS y",
  'SELECT 1; DELETE FROM farm',
  'WITH c AS (SELECT 1) DELETE FROM farm',
  'PRAGMA user_version = 7',
];
const ENDLESS = 'WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT COUNT(*) FROM n';

/** Measures, until it is asked for, the longest time between two frames. */
async function watchFrames(page: Page): Promise<() => Promise<number>> {
  const watched = await page.evaluateHandle(() => {
    const seen = { longest: 0, on: true };
    let last = performance.now();
    const frame = () => {
      const now = performance.now();
      seen.longest = Math.max(seen.longest, now - last);
      last = now;
      if (seen.on) requestAnimationFrame(frame);
    };
    requestAnimationFrame(frame);
    return seen;
  });
  return () =>
    watched.evaluate((seen) => {
      seen.on = false;
      return seen.longest;
    });
}

test.beforeEach(async ({ app }) => {
  await app.home.loadSample();
  await app.open('Data');
  await expect(app.data.exampleCount).toContainText('72');
  await app.data.choose('farm_market');
});

test('a query without end is stopped in words, and the page keeps moving', async ({ app }) => {
  await app.data.query('SELECT 40 + 2 AS answer');
  await expect(app.data.queryResult).toContainText('42');
  const longestFrame = await watchFrames(app.page);
  const began = Date.now();
  await app.data.query(ENDLESS);
  await expect(app.data.sql).toHaveAccessibleDescription(/too slow/i, { timeout: 20_000 });
  const seconds = (Date.now() - began) / 1000;
  report(`the endless query was stopped after ${seconds.toFixed(1)} s, longest time between two frames ${(await longestFrame()).toFixed(0)} ms`);
  await app.data.query('SELECT 40 + 2 AS answer');
  await expect(app.data.queryResult).toContainText('42');
});

test('a run goes its way beside a query without end', async ({ app }) => {
  await app.data.query(ENDLESS);
  await app.open('Run');
  const longestFrame = await watchFrames(app.page);
  await app.run.start.click();
  await app.run.is('finished');
  report(`longest time between two frames of a run: ${(await longestFrame()).toFixed(0)} ms`);
  expect((await app.run.figures()).best.total).toBe(24);
});

test('a statement that writes is refused', async ({ app }) => {
  for (const statement of WRITING) {
    await app.data.query(statement);
    await expect(app.data.sql, statement).toHaveAttribute('aria-invalid', 'true');
    await expect(app.data.sql, statement).toHaveAccessibleDescription(/only (statements that read|one statement)/i);
    await expect(app.data.queryResult).toBeHidden();
  }
  await app.data.query('SELECT 40 + 2 AS answer');
  await expect(app.data.queryResult).toContainText('42');
  await expect(app.data.sql).not.toHaveAttribute('aria-invalid');
});

// The SQL console on Data: a query without end is stopped and disturbs nobody, and nothing can be written.

import type { Page } from '@playwright/test';
import { expect, report, test } from './support/story';

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
  await app.home.startSample.click();
  await app.open('Data');
  await expect(app.data.exampleCount).toContainText('72');
  await app.data.choose('farm_market');
});

test('a query without end is stopped in words while a run goes on and the page keeps moving', async ({ app }) => {
  await app.data.query('SELECT COUNT(*) FROM farm');
  await expect(app.data.queryResult).toContainText(/\d/);

  const longestFrame = await watchFrames(app.page);
  const began = Date.now();
  await app.data.query(ENDLESS);
  await app.open('Run');
  await app.run.start.click();
  await app.run.is('finished');
  const seconds = (Date.now() - began) / 1000;
  report(`a whole run beside the endless query: ${seconds.toFixed(1)} s, longest time between two frames ${(await longestFrame()).toFixed(0)} ms`);
  expect((await app.run.figures()).best.total).toBeGreaterThan(0);

  await app.open('Data');
  await app.data.choose('farm_market');
  const again = Date.now();
  await app.data.query(ENDLESS);
  await expect(app.data.sql).toHaveAccessibleDescription(/too slow/i, { timeout: 20_000 });
  report(`the endless query was stopped after ${((Date.now() - again) / 1000).toFixed(1)} s`);
  await app.data.query('SELECT COUNT(*) AS farms FROM farm');
  await expect(app.data.queryResult).toContainText('farms');
});

test('a statement that writes is refused', async ({ app }) => {
  for (const statement of ['DELETE FROM farm', 'DROP TABLE farm', "ATTACH 'x' AS y", 'SELECT 1; DELETE FROM farm', 'PRAGMA user_version = 7']) {
    await app.data.query(statement);
    await expect(app.data.sql, statement).toHaveAttribute('aria-invalid', 'true');
    await expect(app.data.sql, statement).toHaveAccessibleDescription(/./);
    await expect(app.data.queryResult).toBeHidden();
  }
  await app.data.query('SELECT COUNT(*) AS farms FROM farm');
  await expect(app.data.queryResult).toContainText('farms');
  await expect(app.data.sql).not.toHaveAttribute('aria-invalid');
});

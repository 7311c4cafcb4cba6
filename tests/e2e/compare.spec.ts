// Runs beside each other: chosen on Home, kept by the URL, paired where they were asked the same, and said where one is gone.

import { CompareScreen } from './pages/compare';
import type { App } from './pages/app';
import { enter } from './pages/app';
import { count } from './pages/run';
import { expect, test } from './support/story';

/** A finished run of the sample with a seed of its own. */
async function finished(app: App, method: 'apo' | 'racing' | 'protegi', seed: number): Promise<void> {
  await app.page.evaluate(() => (location.hash = '#/run?view=setup'));
  await app.run.searchBy(method);
  await enter(app.run.parameter('run-seed'), seed);
  await app.run.start.click();
  await app.run.is('running');
  await app.run.is('finished');
}

test('two runs are chosen on Home and stand beside each other, also after a reload', async ({ app }) => {
  await app.home.loadSample();
  await finished(app, 'racing', 1);
  const right = await count((await app.run.heldOutBest.isVisible()) ? app.run.heldOutBest : app.run.heldOutSeed);
  await finished(app, 'apo', 2);
  await app.open('Home');
  const compare = new CompareScreen(app.page);
  await expect(compare.go).toBeHidden();
  // The older one first: it is what the other is compared against.
  await compare.boxes.nth(1).check();
  await compare.boxes.nth(0).check();
  await compare.go.click();

  await expect(app.heading).toHaveText('Compare runs');
  await expect(compare.figure('A', 'held-out-best')).toContainText(`(${right.correct}/${right.total})`);
  await expect(compare.figure('B', 'calls')).toContainText(/\d/);
  await expect(compare.caveats).toContainText('simulated model');
  await expect(compare.pair('A', 'B')).toContainText('Both were asked the same 24 held-out questions.');

  // Only what differs, or all.
  await expect(compare.rows.filter({ hasText: 'Seed' })).toContainText(['12']);
  const different = await compare.rows.count();
  await expect(compare.rows.filter({ hasText: 'Method' })).toHaveText(/Paired racing\s*APO/);
  // What only one of the two searches has is said, and is no difference.
  await expect(compare.settings).not.toContainText('not in');
  await compare.all.click();
  await expect(compare.rows.filter({ hasText: 'Concurrency' })).toBeVisible();
  await expect(compare.rows.filter({ hasText: 'Beam width' })).toHaveText(/–, not in racing\s*\d/);
  expect(await compare.rows.count()).toBeGreaterThan(different);

  const figures = await compare.figures.innerText();
  await app.page.reload();
  await expect(compare.rows.filter({ hasText: 'Concurrency' })).toBeVisible();
  expect(await compare.figures.innerText()).toBe(figures);

  // The other one first.
  await app.page.getByRole('link', { name: 'Compare against B' }).click();
  await expect(compare.figure('B', 'held-out-best')).toContainText(`(${right.correct}/${right.total})`);
});

test('a run that was deleted is said, and the others are compared', async ({ app }) => {
  test.setTimeout(240_000);
  await app.home.loadSample();
  for (const seed of [1, 2, 3]) await finished(app, 'racing', seed);
  await app.open('Home');
  const compare = new CompareScreen(app.page);
  for (const at of [0, 1, 2]) await compare.boxes.nth(at).check();
  await compare.go.click();
  await expect(compare.pair('A', 'C')).toBeVisible();
  await expect(compare.caveats).toContainText('its lead is an overestimate');
  const address = app.page.url();

  await app.open('Home');
  await app.page.getByTestId('recent-runs').getByRole('button', { name: /^Delete / }).first().click();
  await app.page.getByTestId('delete-run-confirm').click();
  await expect(compare.boxes).toHaveCount(2);
  await app.page.goto(address);
  await expect(compare.missing).toContainText('1 run not shown');
  await expect(compare.missing).toContainText('it was deleted');
  await expect(compare.pair('A', 'B')).toBeVisible();

  // Of one run alone there is nothing to compare: said, with the way on.
  await app.page.evaluate(() => (location.hash = '#/compare?runs=run-0'));
  await expect(compare.missing).toContainText('run-0');
  await expect(app.page.getByText('Two runs make a comparison')).toBeVisible();
});

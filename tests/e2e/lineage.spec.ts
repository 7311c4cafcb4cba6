// Where every prompt came from: the tree of each search, walked by key and by pointer, its panel, its table, and the chart.

import { LineageCard } from './pages/lineage';
import type { App } from './pages/app';
import { expect, test } from './support/story';
import { syntheticRun } from '../../script/synthetic-run.mjs';

/** The sample searched by a method, to its end. */
async function searched(app: App, method: 'apo' | 'racing' | 'protegi'): Promise<LineageCard> {
  await app.home.loadSample();
  await app.run.searchBy(method);
  await app.run.start.click();
  await app.run.is('finished');
  return new LineageCard(app.page);
}

for (const method of ['apo', 'racing', 'protegi'] as const) {
  test(`the tree of a run by ${method} tells every prompt, and the table says the same`, async ({ app }) => {
    const lineage = await searched(app, method);
    const best = (await app.run.bestVersion.innerText()).trim();
    await expect(lineage.nodes('best')).toHaveCount(1);
    await expect(lineage.nodes('scoring')).toHaveCount(0);
    await expect(lineage.node(best)).toHaveAttribute('data-state', 'best');
    const rows = await lineage.rows('lineage-table');
    await expect(rows).toHaveCount(await lineage.nodes().count());
    await expect(rows.filter({ hasText: /Best( since|:)/ })).toHaveCount(1);

    const dropped = lineage.nodes('dropped').last();
    const name = (await dropped.getAttribute('id'))!.replace('node-', '');
    await dropped.click();
    await expect(lineage.panel.getByRole('heading', { level: 2 })).toHaveText(name);
    await expect(lineage.standing).toContainText(/\d+\/\d+|fixed|replaced it/);
    await expect(lineage.diff).toBeVisible();
    await lineage.close.click();
    await expect(lineage.panel).toBeHidden();

    // Every score of the chart is in its table.
    const scores = await lineage.rows('score-table');
    await expect(scores).toHaveCount(await lineage.chart.locator('circle.target').count());
  });
}

test('a large tree scrolls in its card: the best prompt is in view at first, and every node that the arrow keys reach', async ({ app }) => {
  const lineage = await searched(app, 'protegi');
  const best = lineage.nodes('best');
  await expect.poll(() => lineage.shows(best)).toBe(true);
  const { height, scrolls } = await lineage.tree.evaluate((tree) => ({ height: tree.clientHeight, scrolls: tree.scrollHeight > tree.clientHeight }));
  expect(scrolls, 'the sample by ProTeGi has more nodes than there is room for').toBe(true);
  expect(height).toBeLessThanOrEqual(0.7 * app.page.viewportSize()!.height);
  expect(await lineage.shows(lineage.nodes().last())).toBe(false);

  await best.focus();
  const reached = lineage.tree.locator('a.node:focus');
  for (const [key, steps] of [['ArrowUp', 40], ['ArrowDown', 40]] as const) {
    for (let step = 0; step < steps; step += 1) await app.page.keyboard.press(key);
    await expect.poll(() => lineage.shows(reached)).toBe(true);
  }
  await app.page.evaluate(() => (location.hash = '#/run?node=v15'));
  await expect(lineage.panel).toBeVisible();
  await expect.poll(() => lineage.shows(lineage.node('v15'))).toBe(true);
});

test('a large tree that lies below the first view has its best prompt in view when one comes to it', async ({ app }) => {
  const lines = [...syntheticRun({ questions: 20, candidates: 80 })].join('\n');
  await app.home.openRunFile.setInputFiles({ name: 'run.jsonl', mimeType: 'application/jsonl', buffer: Buffer.from(`${lines}\n`) });
  await app.open('Run');
  const lineage = new LineageCard(app.page);
  await expect(lineage.tree).not.toBeInViewport();
  await lineage.tree.evaluate((tree) => tree.scrollIntoView({ block: 'center' }));
  await expect.poll(() => lineage.shows(lineage.nodes('best'))).toBe(true);
  expect(await lineage.tree.evaluate((tree) => tree.scrollTop), 'it stands further down than there is room for').toBeGreaterThan(0);
});

test('arrow keys walk along the tree, Enter opens a prompt with its critique, and Escape goes back to the node', async ({ app }) => {
  const lineage = await searched(app, 'apo');
  const keyboard = app.page.keyboard;
  await lineage.node('v0').focus();
  await keyboard.press('ArrowRight');
  const child = lineage.tree.locator('a.node:focus');
  await expect(child).toHaveAttribute('aria-label', /from v0, round 1/);
  const label = (await child.getAttribute('aria-label'))!;
  await keyboard.press('ArrowDown');
  await expect(child).not.toHaveAttribute('aria-label', label);
  await keyboard.press('ArrowUp');
  await expect(child).toHaveAttribute('aria-label', label);
  await keyboard.press('ArrowLeft');
  await expect(lineage.node('v0')).toBeFocused();
  await keyboard.press('ArrowRight');
  const name = (await child.getAttribute('id'))!.replace('node-', '');

  await keyboard.press('Enter');
  await expect(lineage.panel).toBeVisible();
  await expect(lineage.critique).not.toBeEmpty();
  await expect(lineage.diff.locator('ins').first()).toBeVisible();
  // The place stands in the URL.
  await app.page.reload();
  await expect(lineage.panel.getByRole('heading', { level: 2 })).toHaveText(name);
  await keyboard.press('Escape');
  await expect(lineage.panel).toBeHidden();
  expect(app.page.url()).not.toContain('node=');

  await lineage.node(name).focus();
  await keyboard.press('Enter');
  await expect(lineage.panel).toBeVisible();
  await keyboard.press('Escape');
  await expect(lineage.node(name)).toBeFocused();

  await keyboard.press('Enter');
  await lineage.candidate.click();
  await expect(app.heading).toContainText(name);
});

test('from a prompt its parent and its children are a step away, and a prompt that the run does not have opens nothing', async ({ app }) => {
  const lineage = await searched(app, 'apo');
  await lineage.node('v1').click();
  await lineage.panel.getByRole('button', { name: 'v0', exact: true }).click();
  await expect(lineage.panel.getByRole('heading', { level: 2 })).toHaveText('v0');
  await expect(lineage.panel).toContainText('The prompt that the run began with');
  await lineage.panel.getByRole('button', { name: 'v1', exact: true }).click();
  await expect(lineage.panel.getByRole('heading', { level: 2 })).toHaveText('v1');
  // A click beside it closes it, as Escape does.
  await app.page.mouse.click(20, 400);
  await expect(lineage.panel).toBeHidden();
  await app.page.evaluate(() => (location.hash = '#/run?node=v999'));
  await expect(lineage.nodes('best')).toHaveCount(1);
  await expect(lineage.panel).toBeHidden();
});

test('the chart says the score that the arrow keys or the pointer are at', async ({ app }) => {
  const lineage = await searched(app, 'racing');
  await expect(lineage.readout).toContainText('Best so far by model calls');
  await lineage.chart.focus();
  await app.page.keyboard.press('Home');
  await expect(lineage.readout).toContainText(/^v0, .* on all of validation, before the rounds/);
  await expect(lineage.chart).toHaveAttribute('aria-valuetext', /^v0, /);
  await app.page.keyboard.press('ArrowRight');
  await expect(lineage.readout).toContainText('on a part of validation, round 1');
  await lineage.chart.locator('circle.target').last().hover();
  await expect(lineage.chart.locator('circle.picked')).toHaveCount(1);
  await lineage.chart.focus();
  await app.page.keyboard.press('Home');
  await app.page.keyboard.press('Enter');
  await expect(app.heading).toContainText('v0');
});

test('a paused run shows who waits to be scored, and the tree grows when it goes on', async ({ app, startChat }) => {
  // Slow enough that somebody can pause it in the middle.
  const chat = await startChat({ latencyMs: 100 });
  await app.home.loadSample();
  await app.open('Models');
  await app.models.useEndpoint(chat.url, { atOnce: 4 });
  await app.open('Run');
  await app.run.start.click();
  const lineage = new LineageCard(app.page);
  await expect(lineage.node('v1')).toBeVisible();
  await app.run.pause.click();
  await app.run.is('paused');
  const before = await lineage.nodes().count();
  await lineage.node('v1').click();
  await expect(lineage.standing).not.toBeEmpty();
  await app.page.keyboard.press('Escape');
  await app.run.resume.click();
  await app.run.is('finished');
  expect(await lineage.nodes().count()).toBeGreaterThanOrEqual(before);
  await expect(lineage.nodes('scoring')).toHaveCount(0);
});

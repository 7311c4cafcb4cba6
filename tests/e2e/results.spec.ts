// What a run's results tell: one set of rollouts in four views, one rollout with all that is behind it, one prompt.

import { ExampleScreen, ResultsScreen } from './pages/results';
import type { App } from './pages/app';
import { tabTo } from './support/focus';
import { expect, test } from './support/story';
import { syntheticRun } from '../../script/synthetic-run.mjs';

/** Opens a made-up run of so many questions and prompts on Results. */
async function openRun(app: App, questions: number, candidates: number, answers = true): Promise<ResultsScreen> {
  const lines = [...syntheticRun({ questions, candidates, answers })].join('\n');
  const file = { name: 'run.jsonl', mimeType: 'application/jsonl', buffer: Buffer.from(`${lines}\n`) };
  await app.home.openRunFile.setInputFiles(file);
  await app.open('Results');
  const results = new ResultsScreen(app.page);
  await expect(results.count).toContainText(`${questions} questions`);
  return results;
}

test('filters, search, order and view stand in the URL and come back with it', async ({ app }) => {
  const results = await openRun(app, 60, 5);
  const fixed = await results.counted('fixed');
  expect(fixed).toBeGreaterThan(3);
  expect(fixed).toBeLessThan(60);

  await results.filter('fixed').click();
  await expect(results.count).toContainText(`${fixed} of 60`);
  await results.order.selectOption('database');
  await results.search.fill('2003');
  const questions = await results.questions();
  expect(questions.length).toBeLessThanOrEqual(fixed);
  await app.page.reload();
  await expect(results.search).toHaveValue('2003');
  await expect(results.order).toHaveValue('database');
  expect(await results.questions()).toEqual(questions);

  await results.search.fill('');
  await results.show('table');
  await expect(results.cells.locator('tr[data-example]').first()).toContainText('SELECT');
  await expect(results.count).toContainText(`${fixed} of 60`);
});

test('only the rows and columns near the view exist', async ({ app }) => {
  const results = await openRun(app, 200, 40, false);
  await expect(results.count).toHaveText('200 questions, 40 prompts.');
  const rows = () => results.matrix.locator('tr[data-example]').count();
  expect(await rows()).toBeLessThan(150);
  expect(await results.matrix.locator('tr[data-example]').first().locator('a.cell').count()).toBeLessThan(36);

  // All 40 heads exist; the last column's cells do once they are in view.
  await expect(results.matrix.locator('thead th[data-other] b').last()).toHaveText(/v3\d/);
  const scroller = app.page.locator('.matrix-frame [data-windowed]');
  const lastCell = results.matrix.locator('tr[data-example]').last().locator('td').last().locator('a.cell');
  await expect(async () => {
    await scroller.evaluate((scroller) => {
      scroller.scrollIntoView({ block: 'end' });
      scroller.scrollTo(scroller.scrollWidth, scroller.scrollHeight);
    });
    await expect(lastCell).toBeInViewport({ timeout: 500 });
  }).toPass();
  expect(await rows()).toBeLessThan(150);
});

test('arrow keys go from cell to cell, and Enter opens the rollout', async ({ app }) => {
  const results = await openRun(app, 30, 4);
  const cell = (row: number, column: number) =>
    results.matrix.locator('tr[data-example]').nth(row).locator('a.cell').nth(column);
  await cell(0, 0).focus();
  await app.page.keyboard.press('ArrowDown');
  await expect(cell(1, 0)).toBeFocused();
  await app.page.keyboard.press('ArrowRight');
  await expect(cell(1, 1)).toBeFocused();
  await app.page.keyboard.press('ArrowUp');
  await expect(cell(0, 1)).toBeFocused();
  await app.page.keyboard.press('Enter');
  await expect(new ExampleScreen(app.page).predicted).toBeVisible();
});

test('the matrix is one stop of the Tab key, however large, and scrolling takes the focus from nobody', async ({ app }) => {
  const results = await openRun(app, 200, 40, false);
  const { keyboard } = app.page;
  const link = (line: number, column: number) => results.linkAt(results.matrix, line, column);
  await results.search.focus();
  const stops = results.matrix.locator('a[tabindex="0"]');
  await expect(stops).toHaveCount(1);
  await tabTo(stops);
  // Line 0 is a heading.
  await expect(link(1, 1)).toBeFocused();
  await keyboard.press('Tab');
  await expect(results.matrix.locator(':focus')).toHaveCount(0);
  await keyboard.press('Shift+Tab');
  await expect(link(1, 1)).toBeFocused();

  // To the ends of the row, to a column that did not exist, and along the heads.
  await keyboard.press('Home');
  await expect(link(1, 0)).toBeFocused();
  await keyboard.press('End');
  const last = results.matrix.locator('tr[data-example]').first().locator('a.cell').last();
  await expect(last).toBeFocused();
  await expect(last).toBeInViewport();
  const column = Number(await last.getAttribute('data-at'));
  expect(column).toBeGreaterThan(30);
  await keyboard.press('ArrowUp');
  await expect(results.linkAt(results.matrix, null, column)).toBeFocused();
  await keyboard.press('ArrowDown');
  await expect(link(1, column)).toBeFocused();

  // The questions that stay in place go under their head.
  const corner = results.matrix.locator('thead th').first();
  const isOnTop = () =>
    corner.evaluate((head) => {
      const { left, top, height } = head.getBoundingClientRect();
      return head.contains(document.elementFromPoint(left + 20, top + height / 2));
    });

  // Down by pages, to rows that did not exist either, and to the last.
  await keyboard.press('PageDown');
  await expect(last).not.toBeFocused();
  await keyboard.press('PageDown');
  await expect(results.matrix.locator('a.cell:focus')).toBeInViewport();
  await expect(corner).toBeInViewport();
  expect(await isOnTop()).toBe(true);
  await keyboard.press('Control+End');
  const end = results.matrix.locator('tr[data-example] a:focus');
  await expect(end).toBeInViewport();
  await expect(results.matrix.locator('tr[data-example]').last().locator('a.cell').last()).toBeFocused();
  await expect(stops).toHaveCount(1);

  // Scrolled far away with the wheel, the link keeps the focus, and keys go on from it.
  const place = await end.getAttribute('href');
  const scroller = app.page.locator('.matrix-frame [data-windowed]');
  await scroller.evaluate((scroller) => scroller.scrollTo(0, 0));
  await expect(results.matrix.locator('tr[aria-rowindex="3"]')).toBeInViewport();
  await expect(results.matrix.locator('a:focus')).toHaveAttribute('href', place!);
  await keyboard.press('ArrowLeft');
  await expect(end).toBeInViewport();
  await expect(end).not.toHaveAttribute('href', place!);
  await keyboard.press('Control+Home');
  await expect(link(1, 0)).toBeFocused();
  await expect(link(1, 0)).toBeInViewport();

  // A filter makes another list, which begins at its beginning.
  await keyboard.press('PageDown');
  await results.filter('fixed').click();
  await expect(link(1, 1)).toHaveAttribute('tabindex', '0');
  await expect(stops).toHaveCount(1);
});

test('the table of queries is one stop of the Tab key too', async ({ app }) => {
  const results = await openRun(app, 60, 6);
  await results.show('table');
  await results.allColumns.check();
  const { keyboard } = app.page;
  const link = (line: number | null, column: number) => results.linkAt(results.cells, line, column);
  const stops = results.cells.locator('a[tabindex="0"]');
  await expect(stops).toHaveCount(1);
  await tabTo(stops);
  await expect(link(1, 1)).toBeFocused();
  await keyboard.press('ArrowDown');
  await expect(link(2, 1)).toBeFocused();
  await keyboard.press('End');
  await expect(results.cells.locator('a.cell-link:focus')).toBeInViewport();
  await keyboard.press('Control+End');
  await expect(results.cells.locator('a.cell-link:focus')).toBeInViewport();
  await keyboard.press('Control+Home');
  await keyboard.press('ArrowUp');
  await expect(link(null, 1)).toBeFocused();
  await keyboard.press('ArrowDown');
  await keyboard.press('Enter');
  await expect(new ExampleScreen(app.page).predicted).toBeVisible();
});

test('a narrow page has two prompts side by side, and counts and finds by no other', async ({ app }) => {
  const results = await openRun(app, 60, 5);
  const ofAll = await results.counted('different');
  await app.page.setViewportSize({ width: 390, height: 844 });
  await expect(results.count).toHaveText('60 questions, 2 prompts.');
  await expect(results.matrix.locator('thead th[data-candidate]')).toHaveCount(2);
  await expect(results.allColumns).toHaveCount(0);
  const ofTwo = await results.counted('different');
  expect(ofTwo).toBeLessThan(ofAll);
  expect(ofTwo).toBe((await results.counted('fixed')) + (await results.counted('broken')));
  await app.page.setViewportSize({ width: 1440, height: 900 });
  await expect(results.count).toHaveText('60 questions, 5 prompts.');
  await expect(results.allColumns).toBeChecked();
});

test('a list that nothing passes leads back to all of it', async ({ app }) => {
  const results = await openRun(app, 30, 4);
  await results.filter('fixed').click();
  await results.search.fill('nothing at all');
  await expect(results.count).toContainText('0 questions');
  await results.showAll.click();
  await expect(results.count).toHaveText('30 questions, 4 prompts.');
  await expect(results.search).toHaveValue('');
});

test('the inspector walks along the list by key and leads back to the row', async ({ app }) => {
  const results = await openRun(app, 60, 5);
  await results.filter('fixed').click();
  await expect(results.count).toContainText('of 60');
  const listed = await results.questions();
  await results.matrix.locator('tr[data-example]').first().locator('a').first().click();

  const example = new ExampleScreen(app.page);
  await expect(example.question).toHaveText(`Question ${listed[0]}`);
  await expect(example.previous).toBeDisabled();
  await app.page.keyboard.press('n');
  await expect(example.question).toHaveText(`Question ${listed[1]}`);
  await app.page.keyboard.press('n');
  await expect(example.question).toHaveText(`Question ${listed[2]}`);
  await app.page.keyboard.press('p');
  await expect(example.question).toHaveText(`Question ${listed[1]}`);

  await example.back.click();
  await expect(results.count).toContainText('of 60');
  const row = app.page.locator('tr[aria-selected="true"][data-example]');
  await expect(row).toHaveAttribute('data-example', listed[1]);
  await expect(row).toBeInViewport();
});

test('the inspector sets both queries out, marks what differs, and tells what each call took', async ({ app }) => {
  const results = await openRun(app, 60, 5);
  await results.filter('wrong').click();
  await results.matrix.locator('tr[data-example]').first().locator('a').first().click();
  const example = new ExampleScreen(app.page);
  const query = example.gold.locator('pre.code');
  const laidOut = await query.innerText();
  expect(laidOut.split('\n').length).toBeGreaterThan(3);
  await example.asWritten.check();
  const written = await query.innerText();
  expect(written.split('\n').length).toBe(1);
  expect(laidOut.replace(/\s+/g, '')).toBe(written.replace(/\s+/g, ''));
  await expect(example.usage).toContainText(/1 call · 9\d\d tokens in, 64 out · 0\.8 s/);
  await expect(example.messages).toContainText('64 tokens · 0.8 s');
});

test('groups count each prompt and open their questions', async ({ app }) => {
  const results = await openRun(app, 64, 4);
  await results.show('groups');
  const rows = results.group('database').locator('tbody tr');
  await expect(rows).toHaveCount(8);
  await expect(rows.first()).toContainText(/\d\/[78]/);
  await results.allColumns.check();
  await expect(rows.first().locator('td.num')).toHaveCount(4);
  await rows.first().getByRole('link').click();
  await expect(results.only).toContainText('Database battle_death');
  await expect(results.count).toContainText('8 questions');
  await results.only.click();
  await expect(results.count).toContainText('64 questions');
});

test('a prompt shows its difference both ways, what it fixed and broke, and leaves as a file', async ({ app }) => {
  await openRun(app, 60, 5);
  await app.page.evaluate(() => (location.hash = '#/candidate?version=v3'));
  const text = app.page.getByTestId('candidate-text');
  await expect(text.locator('ins').first()).toBeVisible();
  await app.page.getByTestId('layout-side').click();
  await expect(text.locator('.beside')).toBeVisible();
  await expect(text.locator('ins').first()).toBeVisible();
  await app.page.getByTestId('diff-base').selectOption('v0');
  await expect(app.page.getByTestId('turns')).toContainText('Fixed and broke against v0');
  const fixed = app.page.getByTestId('fixed');
  const number = Number((await fixed.locator('header p').innerText()).match(/\d+/)![0]);
  expect(number).toBeGreaterThan(0);
  expect(await fixed.locator('li').count()).toBe(Math.min(number, 8));

  const [download] = await Promise.all([app.page.waitForEvent('download'), app.page.getByTestId('save-prompt').click()]);
  expect(download.suggestedFilename()).toMatch(/prompt.*\.md$/);
  await fixed.locator('a').first().click();
  await expect(new ExampleScreen(app.page).predicted).toBeVisible();
});

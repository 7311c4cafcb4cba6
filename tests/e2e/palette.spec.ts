// The palette and the list of shortcuts, by key and by button.

import { ExampleScreen, ResultsScreen } from './pages/results';
import { Palette } from './pages/palette';
import { expect, test } from './support/story';
import { syntheticRun } from '../../script/synthetic-run.mjs';
import type { App } from './pages/app';

async function openRun(app: App, name = 'run.jsonl'): Promise<void> {
  const lines = [...syntheticRun({ questions: 40, candidates: 6 })].join('\n');
  const file = { name, mimeType: 'application/jsonl', buffer: Buffer.from(`${lines}\n`) };
  await app.home.openRunFile.setInputFiles(file);
  await expect(app.page.getByTestId('nav-results')).toHaveAttribute('aria-current', 'page');
}

test('a few letters lead to a screen, and Escape back to where one was', async ({ app }) => {
  const palette = new Palette(app.page);
  await palette.take('mod');
  await expect(app.step('Models')).toHaveAttribute('aria-current', 'page');
  await expect(palette.dialog).toBeHidden();

  await palette.button.click();
  await expect(palette.input).toBeFocused();
  await app.page.keyboard.press('Escape');
  await expect(palette.dialog).toBeHidden();
  await expect(palette.button).toBeFocused();

  await app.page.keyboard.press('Control+k');
  await expect(palette.dialog).toBeVisible();
  await app.page.keyboard.press('Control+k');
  await expect(palette.dialog).toBeHidden();
});

test('it is a combobox over a list: arrow keys choose, the focus stays in the field', async ({ app }) => {
  const palette = new Palette(app.page);
  await app.page.keyboard.press('Control+k');
  await expect(palette.input).toHaveRole('combobox');
  await expect(palette.chosen).toHaveCount(1);
  const first = await palette.input.getAttribute('aria-activedescendant');
  expect(first).toBe(await palette.chosen.getAttribute('id'));
  await app.page.keyboard.press('ArrowDown');
  await expect(palette.input).not.toHaveAttribute('aria-activedescendant', first!);
  await expect(palette.input).toHaveAttribute('aria-activedescendant', (await palette.chosen.getAttribute('id'))!);
  await app.page.keyboard.press('ArrowUp');
  await app.page.keyboard.press('ArrowUp');
  await expect(palette.options.last()).toHaveAttribute('aria-selected', 'true');
  await expect(palette.input).toBeFocused();
  await palette.input.fill('there is no such thing');
  await expect(palette.options).toHaveCount(0);
  await expect(palette.dialog).toContainText('Nothing has all of these words');
  await expect(palette.input).not.toHaveAttribute('aria-activedescendant', /./);
  await app.page.keyboard.press('Enter');
  await expect(palette.dialog).toBeVisible();
});

test('prompts, questions and runs are found where they are', async ({ app }) => {
  await openRun(app);
  const palette = new Palette(app.page);
  await palette.take('v3');
  await expect(app.page).toHaveURL(/#\/candidate\?version=v3$/);
  await expect(app.heading).toContainText('v3');

  await palette.take('q0007');
  await expect(app.page).toHaveURL(/#\/results\?split=validation&row=q0007$/);
  const row = app.page.locator('tr[aria-selected="true"][data-example]');
  await expect(row).toHaveAttribute('data-example', 'q0007');
  await expect(row).toBeInViewport();

  // Another run on the screens, and back to the first.
  await app.open('Home');
  await openRun(app, 'other.jsonl');
  await app.open('Home');
  await app.page.keyboard.press('Control+k');
  await palette.input.fill('made up');
  await expect(palette.option('on the screens')).toHaveCount(1);
  await palette.option('finished').last().click();
  await expect(app.page.getByTestId('nav-results')).toHaveAttribute('aria-current', 'page');
  await expect(new ResultsScreen(app.page).count).toContainText('40 questions');
});

test('only what is possible now is offered, and done', async ({ app }) => {
  const palette = new Palette(app.page);
  await app.page.keyboard.press('Control+k');
  await expect(palette.option('Load the sample')).toHaveCount(1);
  await expect(palette.option(/^(Pause|Resume|Stop|Replay) the run/)).toHaveCount(0);
  await app.page.keyboard.press('Escape');
  await app.home.loadSample();
  await app.run.start.click();
  await expect(app.run.rolloutsDone).toHaveText(/[1-9]/);
  await palette.take('pause');
  await app.run.is('paused');
  await app.page.keyboard.press('Control+k');
  await expect(palette.option('Load the sample')).toHaveCount(0);
  await expect(palette.option('Pause the run')).toHaveCount(0);
  await palette.option('Resume the run').click();
  await app.run.is('finished', 110_000);
  const [download] = await Promise.all([app.page.waitForEvent('download'), palette.take('save report')]);
  expect(download.suggestedFilename()).toMatch(/report.*\.html$/);
  await palette.take('dark theme');
  await expect(app.page.locator('html')).toHaveAttribute('data-theme', 'dark');
  await palette.take('replay');
  await expect(app.page).toHaveURL(/#\/run\?at=1$/);
});

test('the list of shortcuts opens by key and by button, and single letters can be switched off', async ({ app }) => {
  await openRun(app);
  const palette = new Palette(app.page);
  await app.page.keyboard.press('?');
  await expect(palette.shortcuts).toBeVisible();
  await expect(palette.shortcuts).toContainText('Play or pause');
  for (let tabs = 0; tabs < 4; tabs += 1) {
    await app.page.keyboard.press('Tab');
    const inside = await app.page.evaluate(() => document.activeElement === document.body || document.activeElement?.closest('dialog') !== null);
    expect(inside, 'the focus stays in the dialog').toBe(true);
  }
  await app.page.keyboard.press('Escape');
  await expect(palette.shortcuts).toBeHidden();
  await palette.shortcutsButton.click();
  await expect(palette.shortcuts).toBeVisible();
  await palette.singles.uncheck();
  await app.page.getByTestId('shortcuts-close').click();
  await expect(palette.shortcutsButton).toBeFocused();

  await app.page.reload();
  await new ResultsScreen(app.page).matrix.locator('a.cell').first().click();
  const example = new ExampleScreen(app.page);
  const question = await example.question.innerText();
  await app.page.keyboard.press('?');
  await app.page.keyboard.press('n');
  await expect(palette.shortcuts).toBeHidden();
  await expect(example.question).toHaveText(question);
  await expect(example.next.locator('kbd')).toHaveCount(0);

  await app.page.keyboard.press('Control+k');
  await palette.toShortcuts.click();
  await palette.singles.check();
  await app.page.keyboard.press('Escape');
  await app.page.keyboard.press('n');
  await expect(example.question).not.toHaveText(question);
});

test('what is typed into a field is no shortcut', async ({ app }) => {
  await app.open('Prompt');
  const palette = new Palette(app.page);
  const field = app.page.getByTestId('prompt-template');
  await field.focus();
  await app.page.keyboard.press('Control+End');
  await app.page.keyboard.type(' is it? kjlpn');
  await expect(field).toHaveValue(/ is it\? kjlpn$/);
  await expect(palette.shortcuts).toBeHidden();
  // The palette's own shortcut types nothing, and works there too.
  await app.page.keyboard.press('Control+k');
  await expect(palette.dialog).toBeVisible();
  await app.page.keyboard.type('?');
  await expect(palette.input).toHaveValue('?');
  await expect(palette.shortcuts).toBeHidden();
  await app.page.keyboard.press('Escape');
  await expect(field).toBeFocused();
});

test('on a small screen both are reached by a button', async ({ app }) => {
  await app.page.setViewportSize({ width: 390, height: 844 });
  const palette = new Palette(app.page);
  await palette.button.click();
  await palette.toShortcuts.click();
  await expect(palette.shortcuts).toBeVisible();
  await expect(palette.dialog).toBeHidden();
  const box = (await palette.shortcuts.boundingBox())!;
  expect(box.x).toBeGreaterThanOrEqual(0);
  expect(box.x + box.width).toBeLessThanOrEqual(390);
});

// Without a mouse: every screen, and the sample from start to finish.

import type { Locator } from '@playwright/test';
import { SCREENS, type ScreenName } from './pages/app';
import { ExampleScreen, ResultsScreen } from './pages/results';
import { tabTo } from './support/focus';
import { expect, test } from './support/story';

test('every screen opens from the rail by the keyboard, has one first heading, and shows where the focus is', async ({ app }) => {
  for (const name of SCREENS) {
    await tabTo(app.step(name));
    await app.page.keyboard.press('Enter');
    await expect(app.step(name)).toHaveAttribute('aria-current', 'page');
    await expect(app.heading).toHaveCount(1);
    await expect(app.heading).toBeVisible();
  }
});

test('the whole job without a mouse: data, prompt, models, run, results, a prompt, a question, export', async ({ app }) => {
  const { keyboard } = app.page;
  const press = async (target: Locator, key: 'Tab' | 'Shift+Tab' = 'Tab') => {
    await tabTo(target, key);
    await keyboard.press('Enter');
  };
  // A screen that has just opened has the focus on its content; the rail lies before it.
  const open = async (name: ScreenName) => {
    await press(app.step(name), 'Shift+Tab');
    await expect(app.step(name)).toHaveAttribute('aria-current', 'page');
    await expect(app.page.getByRole('main')).toBeFocused();
  };

  await press(app.home.startSample);
  await expect(app.run.start).toBeVisible();
  await open('Data');
  await tabTo(app.data.splitSeed);
  await keyboard.type('7');
  await expect(app.data.splitSeed).toHaveValue('7');
  await tabTo(app.data.sql);
  await keyboard.press('Control+A');
  await keyboard.type('SELECT 1 + 1 AS two');
  await press(app.data.queryRun);
  await expect(app.data.queryResult).toContainText('two');

  await open('Prompt');
  await tabTo(app.prompt.agentKind);
  await keyboard.press('End');
  await expect(app.prompt.agentKind).toHaveValue('single_shot');
  await tabTo(app.prompt.template);
  await keyboard.press('Control+End');
  await keyboard.type('\nAnswer with one statement.');
  await expect(app.prompt.template).toHaveValue(/one statement\.$/);

  await open('Models');
  await press(app.page.getByTestId('models-test-all'));
  await expect(app.models.field('agent', 'result')).toContainText(/./);
  await tabTo(app.models.concurrency);
  await keyboard.type('2');

  await open('Run');
  await tabTo(app.page.getByTestId('method-apo'));
  await keyboard.press('ArrowLeft');
  await expect(app.page.getByTestId('method-racing')).toBeChecked();
  await keyboard.press('ArrowRight');
  await expect(app.page.getByTestId('method-apo')).toBeChecked();
  await tabTo(app.run.parameter('beam_rounds'));
  await keyboard.type('2');
  await press(app.run.start);
  await press(app.run.pause);
  await app.run.is('paused');
  await press(app.run.resume);
  await app.run.is('finished');

  const results = new ResultsScreen(app.page);
  await press(app.step('Results'));
  await expect(results.count).toBeVisible();
  await press(results.filter('fixed'));
  await expect(results.count).toContainText(' of ');
  await tabTo(results.search);
  await keyboard.type('how many');
  await keyboard.press('Control+A');
  await keyboard.press('Delete');
  await tabTo(results.matrix.locator('a[tabindex="0"]'));
  await keyboard.press('ArrowDown');
  await expect(results.matrix.locator('tr[data-example]').nth(1).locator('a.cell').first()).toBeFocused();
  await keyboard.press('ArrowRight');
  await keyboard.press('Enter');
  const example = new ExampleScreen(app.page);
  await expect(example.predicted).toBeVisible();
  const question = await example.question.innerText();
  await keyboard.press('p');
  await expect(example.question).not.toHaveText(question);
  await press(example.back);
  await expect(results.count).toContainText(' of ');

  // In the matrix the Tab key stops once; arrow keys lead to the heads.
  await tabTo(results.matrix.locator('a[tabindex="0"]'));
  await keyboard.press('Control+Home');
  await keyboard.press('ArrowRight');
  await keyboard.press('ArrowUp');
  await keyboard.press('End');
  await expect(results.matrix.locator('thead a').last()).toBeFocused();
  await keyboard.press('Enter');
  const text = app.page.getByTestId('candidate-text');
  await expect(text).toBeVisible();
  await press(app.page.getByTestId('layout-side'));
  await expect(text.locator('.beside')).toBeVisible();

  await open('Export');
  await expect(app.export.keysChecked).toBeVisible();
  await tabTo(app.page.getByTestId('export-prompt-md'));
  const [download] = await Promise.all([app.page.waitForEvent('download'), keyboard.press('Enter')]);
  expect(download.suggestedFilename()).toMatch(/\.md$/);
});

test('every control has a name, and every test id is unique', async ({ app }) => {
  await app.home.loadSample();
  for (const name of SCREENS) {
    await app.open(name);
    const faults = await app.page.evaluate(() => {
      const controls = [...document.querySelectorAll<HTMLElement>('input, select, textarea, button, a[href]')];
      const nameless = controls.filter((control) => {
        const labels = 'labels' in control ? [...((control.labels as NodeListOf<HTMLElement> | null) ?? [])] : [];
        const by = control.getAttribute('aria-labelledby')?.split(/\s+/).map((id) => document.getElementById(id)) ?? [];
        const words = [control.getAttribute('aria-label'), control.textContent, ...[...labels, ...by].map((e) => e?.textContent)];
        return control.getAttribute('type') !== 'hidden' && !words.some((word) => word?.trim());
      });
      const ids = [...document.querySelectorAll('[data-testid]')].map((element) => element.getAttribute('data-testid')!);
      const twice = ids.filter((id, at) => ids.indexOf(id) !== at);
      return [...nameless.map((control) => `no name: ${control.outerHTML.slice(0, 160)}`), ...twice.map((id) => `twice: ${id}`)];
    });
    expect(faults, name).toEqual([]);
  }
});

test('a screen that is reloaded or linked to opens again', async ({ app }) => {
  for (const name of SCREENS) {
    await app.open(name);
    const address = app.page.url();
    const heading = await app.heading.innerText();
    await app.page.reload();
    await expect(app.heading).toHaveText(heading);
    expect(app.page.url()).toBe(address);
  }
});

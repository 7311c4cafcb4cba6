// The whole job on the built-in sample, without a key: from opening the page to an exported prompt.

import { numberIn, type App } from './pages/app';
import { count } from './pages/run';
import { expect, report, test } from './support/story';

/** Runs the sample to its end and returns the seconds that it took. */
async function finishSample(app: App): Promise<number> {
  const began = Date.now();
  await app.home.loadSample();
  await app.open('Data');
  await expect(app.data.exampleCount).toBeVisible();
  expect(await numberIn(app.data.exampleCount)).toBe(72);
  expect(await numberIn(app.data.databaseCount)).toBe(3);
  await app.open('Run');
  await expect(app.run.forecast).toContainText(/\d/);
  await app.run.start.click();
  await app.run.is('finished', 110_000);
  return (Date.now() - began) / 1000;
}

test('the sample ends in a better prompt, checked on questions that the search never saw', async ({ app }) => {
  const seconds = await finishSample(app);
  report(`the sample took ${seconds.toFixed(1)} s`);

  const { seed, best, version } = await app.run.figures();
  report(`seed ${seed.correct}/${seed.total}, ${version} ${best.correct}/${best.total}`);
  expect(best.total).toBe(seed.total);
  expect(best.correct).toBeGreaterThan(seed.correct);
  expect(best.correct).toBeLessThan(best.total);
  const [heldOutSeed, heldOutBest] = [await count(app.run.heldOutSeed), await count(app.run.heldOutBest)];
  report(`held-out: seed ${heldOutSeed.correct}/${heldOutSeed.total}, best ${heldOutBest.correct}/${heldOutBest.total}`);
  expect(heldOutSeed.total).toBeGreaterThan(0);
  expect(heldOutBest.total).toBe(heldOutSeed.total);
  expect(await numberIn(app.run.rolloutsDone)).toBeGreaterThan(0);

  // Home tells the same, at once and after a reload, and offers nothing to resume.
  for (const reload of [false, true]) {
    if (reload) await app.page.reload();
    await app.open('Home');
    await expect(app.page.getByRole('main')).toContainText(`${best.correct}/${best.total}`);
    await expect(app.home.resumeRun).toBeHidden();
  }
});

test('the exported prompt holds its placeholders, and the exported run opens elsewhere with the same figures', async ({
  app,
  openElsewhere,
}) => {
  await finishSample(app);
  const figures = await app.run.figures();
  const heldOut = await count(app.run.heldOutBest);

  await app.open('Export');
  const markdown = await app.export.save('prompt-md');
  const json = await app.export.save('prompt-json');
  for (const file of [markdown, json]) {
    expect(file.text).toContain('{dialect}');
    expect(file.text).toContain('{table_info}');
  }
  expect(markdown.text).toContain(figures.prompt.trim());
  expect(json.text).toContain(JSON.stringify(figures.prompt.trim()).slice(1, -1));
  const rows = (await app.export.save('results-csv')).text.trim().split('\n');
  expect(rows.length).toBeGreaterThan(figures.seed.total);
  const run = await app.export.save('run');
  for (const line of run.text.trim().split('\n')) expect(() => JSON.parse(line)).not.toThrow();

  const other = await openElsewhere();
  await other.open('Export');
  await other.export.importRun.setInputFiles(run.path);
  await other.open('Run');
  await other.run.is('finished');
  expect(await other.run.figures()).toEqual(figures);
  expect(await count(other.run.heldOutBest)).toEqual(heldOut);

  await other.page.reload();
  await other.run.is('finished');
  expect(await other.run.figures()).toEqual(figures);
});

test('clearing everything leaves nothing, and the run file brings the run back', async ({ app }) => {
  await finishSample(app);
  const figures = await app.run.figures();
  await app.open('Export');
  const run = await app.export.save('run');

  await app.open('Settings');
  await app.settings.clearEverything();
  await app.open('Run');
  await app.run.is('idle');
  await app.open('Home');
  await app.home.openRunFile.setInputFiles(run.path);
  await app.open('Run');
  await app.run.is('finished');
  expect(await app.run.figures()).toEqual(figures);
});

test('exported settings come back as they were', async ({ app }) => {
  await app.home.loadSample();
  await app.open('Run');
  await app.run.set({ beam_width: 3, 'run-seed': 4242 });
  await app.open('Prompt');
  const template = await app.prompt.template.inputValue();
  await app.open('Export');
  const settings = await app.export.save('settings');
  await app.open('Run');
  await app.run.set({ beam_width: 1, 'run-seed': 1 });
  await app.open('Export');
  await app.export.importSettings.setInputFiles(settings.path);
  await app.open('Run');
  await expect(app.run.parameter('beam_width')).toHaveValue('3');
  await expect(app.run.parameter('run-seed')).toHaveValue('4242');
  await app.open('Prompt');
  await expect(app.prompt.template).toHaveValue(template);
  await app.page.reload();
  await expect(app.prompt.template).toHaveValue(template);
  await app.open('Run');
  await expect(app.run.parameter('run-seed')).toHaveValue('4242');
});

test('the activity of a second run is its own, the newest first', async ({ app }) => {
  await app.home.loadSample();
  for (let run = 1; run <= 3; run += 1) {
    await app.open('Run');
    if (run > 1) await app.run.newRun.click();
    await app.run.searchBy('racing');
    await app.run.start.click();
    await app.run.is('finished', 110_000);
    const lines = app.page.getByTestId('feed').locator('li');
    await expect(lines.first()).toContainText('The run finished');
    await expect(lines).toHaveCount(200);
  }
});

// The verdict: what a split can prove before the run, the card after it, the same in the files; the original after "worse";
// and a prompt checked with another model and on questions that its search never saw.

import { writeFileSync } from 'node:fs';
import { numberIn, type App } from './pages/app';
import { count } from './pages/run';
import { expect, report, test } from './support/story';
import { lost } from './support/worse';

/** Seeds of the two searches that are compared. */
const SEEDS = [1, 2, 3, 4, 5, 6];

/** Runs the sample by one search to its end; returns its calls. */
async function finish(app: App, method: 'apo' | 'racing', seed?: number): Promise<number> {
  await app.open('Run');
  if (await app.run.newRun.isVisible()) await app.run.newRun.click();
  await app.run.searchBy(method);
  if (seed !== undefined) await app.run.set({ 'run-seed': seed });
  await app.run.start.click();
  await app.run.is('finished', 110_000);
  return app.run.allCalls();
}

async function loadSample(app: App): Promise<void> {
  await app.home.loadSample();
  await app.open('Data');
  await expect(app.data.exampleCount).toBeVisible();
}

test('before the run the page says what the split can prove, after it the card and the files give one verdict', async ({ app }, info) => {
  await loadSample(app);
  const proof = app.page.getByTestId('split-proof');
  await expect(proof).toContainText('24 held-out questions');
  await expect(proof).toContainText('about 243');
  await expect(proof).toContainText('about 85');
  await finish(app, 'apo');
  await expect(app.run.verdict).toBeVisible();
  const headline = await app.run.verdict.getByRole('heading').innerText();
  expect(headline).toMatch(/^(Better|Not proven|Worse|No better prompt found)/);
  const paragraph = await app.run.verdict.locator('p').first().innerText();

  await app.open('Results');
  await expect(app.run.verdict.getByRole('heading')).toHaveText(headline);
  await app.open('Home');
  await expect(app.page.getByTestId('recent-runs')).toContainText(headline);

  await app.open('Export');
  const json = JSON.parse((await app.export.save('prompt-json')).text) as { verdict: { headline: string; sentences: string[] } };
  expect(json.verdict.headline).toBe(headline);
  expect(json.verdict.sentences.join(' ')).toBe(paragraph);
  const rows = (await app.export.save('results-csv')).text.trim().split('\n');
  expect(rows.at(-1)).toContain(headline);

  // The same run, had the held-out questions gone against its winner.
  const run = await app.export.save('run');
  const path = info.outputPath('lost.jsonl');
  writeFileSync(path, lost(run.text));
  const winner = await app.export.save('prompt-md');
  await app.export.importRun.setInputFiles(path);
  await expect(app.page.getByTestId('export-winner-md')).toBeVisible();
  const original = await app.export.save('prompt-md');
  expect(original.name).toMatch(/-prompt-original\.md$/);
  expect(original.text).not.toBe(winner.text);
  const taken = await app.export.save('winner-md');
  expect(taken.name).toMatch(/-worse\.md$/);
  expect(taken.text).toBe(winner.text);
  const reason = JSON.parse((await app.export.save('prompt-json')).text) as { choice: string; version: number };
  expect(reason.version).toBe(0);
  expect(reason.choice).toContain('The original: on held-out questions the winner');
  await app.open('Run');
  await expect(app.run.verdict).toContainText('keep the original');
  await expect(app.page.getByTestId('take-prompt')).toHaveText('Keep the original');
  await app.page.goto('#/candidate');
  await expect(app.heading).toContainText('v0');
});

test('a prompt is checked beside the original, on questions that its search never saw, and with another model', async ({ app, startChat }) => {
  await loadSample(app);
  await finish(app, 'apo');
  const version = (await app.run.bestVersion.innerText()).trim();
  await app.check.open.click();
  await expect(app.heading).toHaveText(`Check ${version}`);
  await expect(app.check.data).toContainText('24 questions of Sample');
  await expect(app.check.rollouts).toContainText('48');
  await app.check.askSoMany(20);
  await expect(app.check.rollouts).toContainText('40');
  await app.check.start.click();
  await app.run.is('finished');
  expect(await numberIn(app.run.rolloutsDone)).toBe(40);
  const [original, checked] = [await count(app.run.heldOutSeed), await count(app.run.heldOutBest)];
  expect([original.total, checked.total]).toEqual([20, 20]);
  expect(await app.run.calls('critic')).toBe(0);
  await expect(app.run.verdict.getByRole('heading')).toBeVisible();

  // The same on the list, and after a reload.
  await app.page.reload();
  await app.open('Home');
  await expect(app.page.getByTestId('recent-runs')).toContainText(`Check of ${version}`);

  // The run that it checked is still there; now another model answers.
  await app.page.getByTestId('recent-runs').getByRole('link', { name: /^Sample/ }).click();
  const chat = await startChat();
  await app.open('Models');
  await app.models.useEndpoint(chat.url);
  await app.page.goto(`#/check?version=${version}`);
  await app.check.ask('draft');
  await expect(app.check.modelNote).toContainText('agent-model');
  await app.check.start.click();
  await app.run.is('finished');
  expect(chat.answered().length).toBe(48);
  expect(await numberIn(app.run.rolloutsDone)).toBe(48);
  report(`${version} by another model: ${(await count(app.run.heldOutBest)).correct}/24, original ${(await count(app.run.heldOutSeed)).correct}/24`);

  // A run that somebody sent is verified from its verdict.
  await app.open('Export');
  const run = await app.export.save('run');
  await app.export.importRun.setInputFiles(run.path);
  await app.open('Run');
  await app.run.is('finished');
});

test('racing ends at least as high as APO, with fewer calls, and its decisions can be read', async ({ app }) => {
  test.setTimeout(300_000);
  await loadSample(app);
  // One run of each would compare luck with luck.
  const [apo, racing] = [{ right: 0, of: 0, calls: 0 }, { right: 0, of: 0, calls: 0 }];
  for (const seed of SEEDS) {
    for (const [method, sum] of [['apo', apo], ['racing', racing]] as const) {
      sum.calls += await finish(app, method, seed);
      // Not on validation: the best of many looks there is no score.
      const heldOut = await count((await app.run.heldOutBest.isVisible()) ? app.run.heldOutBest : app.run.heldOutSeed);
      sum.right += heldOut.correct;
      sum.of += heldOut.total;
    }
  }
  report(`${SEEDS.length} seeds: APO ${apo.right}/${apo.of} in ${apo.calls} calls, racing ${racing.right}/${racing.of} in ${racing.calls}`);
  expect(racing.of).toBe(apo.of);
  expect(racing.right).toBeGreaterThanOrEqual(apo.right);
  expect(racing.calls).toBeLessThan(apo.calls);
  await expect(app.run.verdict.getByRole('heading')).toBeVisible();
  await expect(app.run.decisions).toContainText('is edited');
  await expect(app.run.decisions).toContainText('questions:');
  await app.open('Export');
  expect((await app.export.save('prompt-json')).text).toContain('"headline"');
});

// A run as it was at any event, and what it would have ended with, had it been stopped earlier.

import { numberIn, type App } from './pages/app';
import { Replay } from './pages/replay';
import { expect, test } from './support/story';
import { syntheticRun } from '../../script/synthetic-run.mjs';

/** Opens a made-up run, as one from somebody else, and returns its lines. */
async function openRun(app: App, questions: number, candidates: number): Promise<string[]> {
  const lines = [...syntheticRun({ questions, candidates, answers: true })];
  const file = { name: 'run.jsonl', mimeType: 'application/jsonl', buffer: Buffer.from(`${lines.join('\n')}\n`) };
  await app.home.openRunFile.setInputFiles(file);
  await expect(app.page.getByTestId('nav-results')).toHaveAttribute('aria-current', 'page');
  await app.open('Run');
  await app.run.is('finished');
  return lines;
}

/** Runs the sample to its end. */
async function finishSample(app: App, method: 'apo' | 'racing' | 'protegi'): Promise<void> {
  await app.home.loadSample();
  await app.run.searchBy(method);
  await app.run.start.click();
  await app.run.is('finished', 110_000);
}

test('a run that was received shows at each event what its journal holds up to there', async ({ app }) => {
  const lines = await openRun(app, 40, 6);
  const replay = new Replay(app.page);
  await expect(app.page.getByTestId('read-only')).toBeVisible();
  await replay.open.click();
  await replay.isAt(1);
  expect(await replay.events()).toBe(lines.length);
  await expect(replay.told).toHaveText('The run started');

  for (const at of [lines.length, 90, 300, 91, 2, 301]) {
    await replay.goTo(at);
    const past = lines.slice(0, at).map((line) => JSON.parse(line) as { type: string });
    const number = (type: string) => past.filter((event) => event.type === type).length;
    expect(await numberIn(app.run.rolloutsDone)).toBe(number('rollout_finished'));
    expect(await app.run.calls('agent')).toBe(number('model_answered'));
    await expect(app.page.getByTestId('feed').locator('li').first()).toBeVisible();
  }
});

test('by key, button and slider through the events, with the position in the address, and back to now', async ({ app }) => {
  const lines = await openRun(app, 40, 6);
  const replay = new Replay(app.page);
  const press = (key: string) => app.page.keyboard.press(key);
  await replay.open.click();
  await press('l');
  await replay.isAt(2);
  await replay.on.click();
  await replay.isAt(3);
  await press('j');
  await replay.isAt(2);
  await press('Shift+L');
  await expect(replay.told).toHaveText('Round 1 began');
  const firstRound = await replay.at();
  await replay.markOn.click();
  expect(await replay.at()).toBeGreaterThan(firstRound);
  await press('Shift+J');
  await replay.isAt(firstRound);

  await replay.slider.focus();
  await press('ArrowRight');
  await replay.isAt(firstRound + 1);
  await expect(replay.slider).toHaveAttribute('aria-valuetext', new RegExp(`^At event ${firstRound + 1} of ${lines.length}: .`));
  await press('End');
  await replay.isAt(lines.length);
  await expect(replay.told).toHaveText(/^The run finished with v/);
  await expect(replay.on).toHaveAttribute('aria-disabled', 'true');
  await press('Home');
  await replay.isAt(1);

  await replay.slider.fill('200');
  await replay.isAt(200);
  await expect(app.page).toHaveURL(/#\/run\?at=200$/);
  await app.page.reload();
  await replay.isAt(200);
  await expect(app.page.getByText('In the past')).toBeVisible();
  await expect(replay.leave).toContainText('Back to now: finished');

  await press('Escape');
  await app.run.is('finished');
  await expect(replay.strip).toBeHidden();
  await app.page.goBack();
  await replay.isAt(200);
  await replay.leave.click();
  await app.run.is('finished');
});

test('it plays to the end, stops there and begins anew; a step by hand pauses it', async ({ app }) => {
  const lines = await openRun(app, 40, 6);
  const replay = new Replay(app.page);
  await replay.goTo(lines.length - 6);
  await app.page.keyboard.press('k');
  await replay.isAt(lines.length);
  await expect(replay.play).toHaveText(/^Play/);
  await replay.play.click();
  await expect(replay.play).toHaveText(/^Pause/);
  await expect(async () => expect(await replay.at()).toBeGreaterThan(4)).toPass();
  await app.page.keyboard.press('j');
  await expect(replay.play).toHaveText(/^Play/);
  expect(await replay.at()).toBeLessThan(lines.length);
});

test('the past of a paused run cannot be changed, and the run goes on from now', async ({ app }) => {
  await app.home.loadSample();
  await app.run.start.click();
  await expect(app.run.rolloutsDone).toHaveText(/[1-9]/);
  await app.run.pause.click();
  await app.run.is('paused');
  await expect(app.run.changeBudget).toBeVisible();
  const replay = new Replay(app.page);
  await replay.open.click();
  await app.page.keyboard.press('End');
  await replay.slider.fill(String(await replay.events()));
  await expect(replay.told).toHaveText(/^The run paused/);
  await expect(replay.leave).toContainText('Back to now: paused');
  await expect(app.run.changeBudget).toBeHidden();
  await expect(app.run.resume).toBeHidden();
  const before = await replay.events();
  await replay.leave.click();
  await app.run.resume.click();
  await app.run.is('finished', 110_000);
  await replay.open.click();
  expect(await replay.events()).toBeGreaterThan(before);
});

for (const method of ['apo', 'racing', 'protegi'] as const) {
  test(`a run of ${method} is told mark by mark, and beside what it was at a part of its calls`, async ({ app }) => {
    await finishSample(app, method);
    const { best, version } = await app.run.figures();
    const replay = new Replay(app.page);
    const rows = replay.stopped.locator('tbody tr');
    await expect(rows).toHaveCount(4);
    const end = rows.last();
    await expect(end).toContainText(version);
    await expect(end).toContainText(`(${best.correct}/${best.total})`);

    // A row leads to the moment, where the same prompt is the best with the same score.
    const half = replay.stopped.locator('tr[data-percent="50"]');
    // Its card is not drawn before it comes into view.
    const told = await half.textContent();
    await half.getByRole('link').first().click();
    await expect(replay.strip).toBeVisible();
    const then = await app.run.figures();
    expect(told).toContain(then.version);
    if (then.best.total > 0) expect(told).toContain(`(${then.best.correct}/${then.best.total})`);

    await replay.goTo(1);
    const events = await replay.events();
    const marks: string[] = [];
    while ((await replay.at()) < events && marks.length < 60) {
      const before = await replay.at();
      await app.page.keyboard.press('Shift+L');
      await expect(async () => expect(await replay.at()).toBeGreaterThan(before)).toPass();
      marks.push(await replay.told.innerText());
    }
    expect(marks.at(-1)).toBe(`The run finished with ${version}`);
    expect(marks.filter((words) => /^Round \d+ began$/.test(words)).length).toBeGreaterThan(0);
  });
}

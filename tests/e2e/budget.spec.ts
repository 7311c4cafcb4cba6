// What a run may take and will take: caps that hold with many calls at once, going on with higher ones, and forecasts from
// three rollouts beside the truth.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { App } from './pages/app';
import { enter } from './pages/app';
import { goldOf } from './support/chat-server';
import { expect, report, test } from './support/story';

const SPIDER = process.env.SPIDER_DIR;
/** How far a forecast from three rollouts may lie beside the truth. */
const TOLERANCE = 0.2;

/** Dollars for a million tokens. */
const PRICE = { input: 0.4, output: 1.6 };

interface Taken {
  calls: number;
  tokens: number;
  money: number;
  time: number;
}

/** The expectation of the whole run, as the page shows it. */
async function foreseen(app: App): Promise<Taken> {
  const p50 = async (what: keyof Taken) => Number(await app.run.whole(what).getAttribute('data-p50'));
  return { calls: await p50('calls'), tokens: await p50('tokens'), money: await p50('money'), time: await p50('time') };
}

/** Starts with three rollouts, then goes on to the end. Returns what was foreseen and what came. */
async function foresee(app: App): Promise<void> {
  await app.run.preflight.click();
  await app.run.is('paused');
  await expect(app.run.rolloutsDone).toHaveText('3');
  const before = await foreseen(app);
  const began = performance.now();
  await app.run.resume.click();
  await app.run.is('finished', 110_000);
  const time = performance.now() - began;
  const usage = await app.run.usage();
  const truth = { calls: usage.calls, tokens: usage.tokens, money: (usage.input * PRICE.input + usage.output * PRICE.output) / 1e6 };
  for (const what of ['calls', 'tokens', 'money'] as const) {
    const off = before[what] / truth[what] - 1;
    report(`${what}: foreseen ${before[what].toPrecision(4)}, truth ${truth[what].toPrecision(4)}, off by ${(100 * off).toFixed(1)} %`);
    // Nothing is paid for the practice model.
    if (before[what] > 0) expect(Math.abs(off), what).toBeLessThanOrEqual(TOLERANCE);
  }
  report(`time: foreseen ${(before.time / 1000).toFixed(1)} s, took ${(time / 1000).toFixed(1)} s after the three`);
}

test('a cap on calls holds with 32 at once, and a higher one lets the run go on', async ({ app, startChat }) => {
  const chat = await startChat({ latencyMs: 30 });
  await app.home.loadSample();
  await app.open('Data');
  await app.data.split({ method: 'first_n', train: 20, validation: 20, heldOut: 10 });
  await app.open('Prompt');
  await app.prompt.choose('single_shot');
  await app.open('Models');
  await app.models.useEndpoint(chat.url, { atOnce: 32 });
  await app.open('Run');
  await app.run.set({ val_batch_size: 6, gradient_batch_size: 3, beam_width: 2, branch_factor: 1, beam_rounds: 1 });

  await enter(app.run.cap('max_usd'), '1');
  await expect(app.run.note).toContainText('price');
  await expect(app.run.start).toBeDisabled();
  await enter(app.run.cap('max_usd'), '');
  await enter(app.run.cap('max_calls'), '25');
  await app.run.start.click();
  await app.run.is('paused');
  expect(chat.log).toHaveLength(25);
  await expect(app.run.pausedBy).toContainText('cap on calls');

  // Going on with the same cap changes nothing.
  await app.run.resume.click();
  await expect(app.page.getByTestId('feed')).toContainText('The run went on');
  await app.run.is('paused');
  expect(chat.log).toHaveLength(25);

  await enter(app.run.cap('max_calls'), '1000');
  await app.run.changeBudget.click();
  await expect(app.run.used('max_calls')).toContainText('25 of 1,000');
  await app.page.reload();
  await app.open('Run');
  await expect(app.run.used('max_calls')).toContainText('25 of 1,000');
  // The key-less endpoint is still in the settings.
  await app.run.resume.click();
  await app.run.is('finished');
  expect(chat.log, 'nothing is asked twice').toHaveLength(await app.run.allCalls());
});

test('three rollouts of the sample foresee what the run takes', async ({ app }) => {
  await app.home.loadSample();
  await app.open('Run');
  await foresee(app);
});

test("three rollouts on Spider foresee the article's run, in money too", async ({ app, startChat }) => {
  test.skip(!SPIDER, 'SKIPPED: SPIDER_DIR is not set, so nothing is foreseen on real Spider data.');
  const gold = goldOf(JSON.parse(readFileSync(join(SPIDER!, 'dev.json'), 'utf8')));
  const chat = await startChat({ gold, latencyMs: 200 });
  await app.open('Data');
  await app.data.folder.setInputFiles(SPIDER!);
  await expect(app.data.report).toBeVisible({ timeout: 60_000 });
  await app.data.split({ method: 'first_n', train: 50, validation: 50, heldOut: 0 });
  await app.open('Prompt');
  await app.prompt.choose('single_shot');
  await app.open('Models');
  await app.models.useEndpoint(chat.url, { atOnce: 8 });
  await app.models.setPrices(PRICE);
  await app.open('Run');
  await app.run.set({ val_batch_size: 10, gradient_batch_size: 4, beam_width: 2, branch_factor: 2, beam_rounds: 2 });
  await foresee(app);
  expect(chat.log).toHaveLength(308);
});

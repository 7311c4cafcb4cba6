// A killed browser: what was answered is never asked again, and the run ends as if nothing had happened.

import type { App } from './pages/app';
import type { ChatServer } from './support/chat-server';
import { factsOf } from './support/facts';
import { expect, openApp, report, test } from './support/story';

const KILLS = 10;
const AT_ONCE = 4;
const SEARCH = { val_batch_size: 8, gradient_batch_size: 4, beam_width: 2, branch_factor: 2, beam_rounds: 2, 'run-seed': 11 };

/** Sets the sample up to be run against the endpoint. */
async function prepare(app: App, chat: ChatServer): Promise<void> {
  await app.home.loadSample();
  await app.open('Prompt');
  await app.prompt.choose('single_shot');
  await app.open('Models');
  await app.models.useEndpoint(chat.url, { atOnce: AT_ONCE });
  await app.open('Run');
  await app.run.set(SEARCH);
}

/** Goes on with the run that the last browser left, as Home offers it. */
async function resume(app: App): Promise<void> {
  await app.open('Home');
  await app.home.resumeRun.click();
  await app.open('Run');
}

test('a killed run goes on where it was, twice, and sends no answered request again', async ({
  app,
  watch,
  startChat,
  killable: browser,
  baseURL,
}) => {
  const undisturbed = await startChat({ latencyMs: 5 });
  await prepare(app, undisturbed);
  await app.run.start.click();
  await app.run.is('finished', 60_000);
  const figures = await app.run.figures();

  const chat = await startChat({ latencyMs: 20 });
  // The browser that dies tells of the requests that die with it.
  watch.expectFailuresOf(chat.url);
  let killed = await openApp(await browser.start(watch), baseURL);
  await prepare(killed, chat);

  // The first kill: everything that was answered is in the journal, and the rest hangs in the air.
  chat.holdAt(60);
  await killed.run.start.click();
  await expect.poll(() => killed.run.allCalls(), { timeout: 30_000 }).toBe(60);
  await expect.poll(() => chat.unanswered().length).toBeGreaterThan(0);
  await browser.kill();
  const lost = new Set(chat.unanswered());

  // The second kill: in full flight, and before the end also where the machine is busy.
  chat.holdAt(180);
  killed = await openApp(await browser.start(watch), baseURL);
  await resume(killed);
  await expect.poll(() => killed.run.allCalls(), { timeout: 30_000, intervals: [20] }).toBeGreaterThan(100);
  const journaled = await killed.run.allCalls();
  await browser.kill();
  const inFlight = chat.answered().length - journaled + chat.unanswered().length - lost.size;
  chat.stopHolding();

  killed = await openApp(await browser.start(watch), baseURL);
  await resume(killed);
  await killed.run.is('finished', 60_000);
  expect(await killed.run.figures()).toEqual(figures);

  const again = chat.log.length - undisturbed.log.length;
  report(`${chat.log.length} requests instead of ${undisturbed.log.length}; in flight at the kills: ${lost.size} and at most ${inFlight}`);
  const usual = undisturbed.times();
  for (const hash of chat.times().keys()) expect(usual.has(hash), `request ${hash} of the undisturbed run`).toBe(true);
  expect(again).toBeLessThanOrEqual(lost.size + inFlight);
});

test('ten kills cost no answer that was in the journal, and change nothing', async ({ app, watch, startChat, killable: browser, baseURL }) => {
  test.slow();
  const undisturbed = await startChat({ latencyMs: 5 });
  await prepare(app, undisturbed);
  await app.run.start.click();
  await app.run.is('finished', 60_000);
  const figures = await app.run.figures();
  await app.open('Export');
  const facts = factsOf((await app.export.save('run')).text);
  const usual = undisturbed.answered().length;

  const chat = await startChat({ latencyMs: 20 });
  watch.expectFailuresOf(chat.url);
  let page = await openApp(await browser.start(watch), baseURL);
  await prepare(page, chat);
  // An answer counts once the journal holds it, which is when the screen counts it: what has gone out but was not written yet
  // when the browser dies is lost, as for any client, and is asked for again. A call holds its place until its answer is
  // written down, so those are never more than the calls at once. How many they are in all, after each kill:
  const lost = [0];
  // From the first answers to the last ones, counted without those that were lost.
  const goalOf = (kill: number) => lost[kill - 1] + Math.round((usual * (2 * kill - 1)) / (2 * KILLS));
  // At every second kill everything that was answered is written down, and the rest hangs in the air; else it comes in full flight.
  const isCalmAt = (kill: number) => kill % 2 === 0;
  // Told before the run goes on, and at full flight too: a busy machine might be past the goal, or at the run's end, before it kills.
  const holdFor = (kill: number) => chat.holdAt(goalOf(kill) + (isCalmAt(kill) ? 0 : 2 * AT_ONCE));
  holdFor(1);
  await page.run.start.click();
  for (let kill = 1; kill <= KILLS; kill += 1) {
    const [goal, isCalm] = [goalOf(kill), isCalmAt(kill)];
    if (isCalm) {
      await expect.poll(() => page.run.allCalls(), { timeout: 30_000 }).toBe(goal - lost[kill - 1]);
    } else {
      await chat.hasAnswered(goal);
    }
    const counted = await page.run.allCalls();
    await browser.kill();
    chat.stopHolding();

    page = await openApp(await browser.start(watch), baseURL);
    await page.home.openUnfinished.click();
    await expect(page.run.resume).toBeVisible();
    const kept = await page.run.allCalls();
    expect(kept, `counted before kill ${kill}`).toBeGreaterThanOrEqual(counted);
    lost.push(chat.answered().length - kept);
    expect(lost[kill] - lost[kill - 1], `answers lost at kill ${kill}`).toBeLessThanOrEqual(AT_ONCE);
    if (isCalm) expect(lost[kill], `lost at kill ${kill}`).toBe(lost[kill - 1]);
    if (kill < KILLS) holdFor(kill + 1);
    await page.run.resume.click();
  }
  await page.run.is('finished', 60_000);

  report(`${KILLS} kills: ${chat.log.length} requests instead of ${undisturbed.log.length}; answers lost on their way into the journal, by kill: ${lost.slice(1).map((sum, at) => sum - lost[at]).join(', ')}`);
  expect(chat.answered(), 'what was in a journal was not asked again').toHaveLength(usual + lost.at(-1)!);
  expect(await page.run.figures()).toEqual(figures);
  await page.open('Export');
  expect(factsOf((await page.export.save('run')).text)).toEqual(facts);
});

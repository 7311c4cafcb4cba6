// Identical requests at temperature 0 are paid for once: later runs get the same answers from the browser, until they are
// cleared or that is switched off.

import { enter, type App } from './pages/app';
import { MODELS, type ChatServer, type Role } from './support/chat-server';
import { expect, openApp, report, test } from './support/story';

const SEARCH = { val_batch_size: 6, gradient_batch_size: 3, beam_width: 2, branch_factor: 2, beam_rounds: 1, 'run-seed': 5 };
const ROLES = Object.keys(MODELS) as Role[];

/** Sets the sample up to be run against the endpoint, all roles at temperature 0. */
async function prepare(app: App, chat: ChatServer): Promise<void> {
  await app.home.loadSample();
  await app.open('Data');
  await app.data.split({ method: 'first_n', train: 12, validation: 12, heldOut: 8 });
  await app.open('Prompt');
  await app.prompt.choose('single_shot');
  await app.open('Models');
  await app.models.useEndpoint(chat.url);
  for (const role of ROLES) await enter(app.models.field(role, 'temperature'), 0);
  await app.open('Run');
  await app.run.set(SEARCH);
}

/** Runs to the end, and says how many requests that took. */
async function run(app: App, chat: ChatServer): Promise<number> {
  const before = chat.log.length;
  await app.run.start.click();
  await app.run.is('finished');
  return chat.log.length - before;
}

/** From a finished run to the setup of the next one. */
async function again(app: App): Promise<void> {
  await app.run.newRun.click();
  await app.run.set(SEARCH);
}

test('a second run is answered from the browser, also after a reload, until the answers are cleared', async ({ app, startChat }) => {
  const chat = await startChat();
  await prepare(app, chat);
  const paid = await run(app, chat);
  const figures = await app.run.figures();
  expect([...chat.times().values()].every((times) => times === 1), 'no request was sent twice').toBe(true);
  const calls = await app.run.allCalls();
  expect((await app.run.allCached()) + paid).toBe(calls);

  await app.open('Settings');
  await expect(app.settings.cachedAnswers).toHaveText(new RegExp(`^${paid} answers, \\d+\\.\\d kB$`));
  const reloaded = await openApp(app.page);
  await reloaded.open('Run');
  await again(reloaded);
  expect(await run(reloaded, chat)).toBe(0);
  expect(await reloaded.run.figures()).toEqual(figures);
  expect([await reloaded.run.allCalls(), await reloaded.run.allCached()]).toEqual([calls, calls]);
  await expect(reloaded.page.getByTestId('tokens-in-agent')).toHaveText('0');
  report(`${paid} requests for ${calls} calls in the first run, none in the second`);

  await reloaded.open('Settings');
  await reloaded.settings.clearCachedAnswers();
  await expect(reloaded.settings.cachedAnswers).toHaveText('none');
  await reloaded.open('Run');
  await again(reloaded);
  expect(await run(reloaded, chat)).toBe(paid);
  expect(await reloaded.run.figures()).toEqual(figures);
});

test('switched off, every call is made; clearing everything takes the answers too', async ({ app, startChat }) => {
  const chat = await startChat();
  await prepare(app, chat);
  await run(app, chat);
  await app.open('Models');
  await app.models.answerCache.uncheck();
  await app.open('Run');
  await again(app);
  expect(await run(app, chat)).toBe(await app.run.allCalls());
  expect(await app.run.allCached()).toBe(0);

  await app.open('Settings');
  await expect(app.settings.cachedAnswers).toContainText('answers');
  await app.settings.clearEverything();
  await expect(app.settings.cachedAnswers).toHaveText('none');
});

// One run, one tab: a second tab shows the run as it grows, and cannot touch it while the first runs it. A tab in the background
// goes on, and one that runs warns before it is left.

import type { App } from './pages/app';
import type { ChatServer } from './support/chat-server';
import { expect, openApp, test } from './support/story';

const SEARCH = { val_batch_size: 8, gradient_batch_size: 4, beam_width: 2, branch_factor: 2, beam_rounds: 2, 'run-seed': 11 };

async function start(app: App, chat: ChatServer): Promise<void> {
  await app.home.loadSample();
  await app.open('Models');
  await app.models.useEndpoint(chat.url, { atOnce: 4 });
  await app.open('Run');
  await app.run.set(SEARCH);
  await app.run.start.click();
}

test('a second tab shows a run as it grows, and takes it over when the first has stopped it', async ({ app, watch, startChat }) => {
  const chat = await startChat({ latencyMs: 60 });
  // Stop gives up the calls in flight.
  watch.expectFailuresOf(chat.url);
  await start(app, chat);
  await expect.poll(() => app.run.allCalls()).toBeGreaterThan(5);

  const second = await openApp(await app.page.context().newPage());
  await second.open('Run');
  await expect(second.run.elsewhere).toBeVisible();
  await second.run.is('running');
  await expect(second.run.pause).toHaveCount(0);
  await expect(second.run.stop).toHaveCount(0);
  const seen = await second.run.allCalls();
  await expect.poll(() => second.run.allCalls()).toBeGreaterThan(seen);

  await app.run.stop.click();
  await second.run.is('stopped');
  await expect(second.run.elsewhere).toHaveCount(0);
  await second.run.resume.click();
  await second.run.is('running');

  // Now the first tab is the one that looks on.
  await app.run.resume.click();
  await expect(app.notice).toContainText('another tab');
  await expect(app.run.elsewhere).toBeVisible();
  chat.latencyMs = 1;
  await second.run.is('finished');
  await app.run.is('finished');
  expect(await app.run.figures()).toEqual(await second.run.figures());
});

test('a run goes on in a tab whose timers are held back, as those of hidden tabs are', async ({ app, watch, startChat }) => {
  const chat = await startChat();
  watch.expectFailuresOf(chat.url);
  // Waits before another try, and the waits between two looks of the screens.
  chat.fault = ({ number, earlier }) => (number % 8 === 0 && earlier === 0 ? { kind: 'rate-limited', waitMs: 100, told: 'body' } : undefined);
  await app.page.addInitScript(() => {
    const soon = window.setTimeout.bind(window);
    window.setTimeout = ((work: () => void, ms = 0) => soon(work, ms > 0 ? 300_000 : 0)) as typeof window.setTimeout;
  });
  const hidden = await openApp(app.page);
  await start(hidden, chat);
  await hidden.run.is('finished');
  expect(chat.log.filter((call) => call.fault).length).toBeGreaterThan(10);
});

test('a page that runs asks the browser to keep its data, and warns before it is left; one that stands still does not', async ({
  app,
  watch,
  startChat,
}) => {
  const chat = await startChat();
  watch.expectFailuresOf(chat.url);
  await app.page.evaluate(() => {
    const asked = { times: 0 };
    Object.assign(window, { asked });
    navigator.storage.persist = async () => Boolean((asked.times += 1));
  });
  chat.holdAt(5);
  await start(app, chat);
  await expect.poll(() => app.run.allCalls()).toBe(5);
  expect(await app.page.evaluate(() => (window as unknown as { asked: { times: number } }).asked.times)).toBe(1);
  const warning = app.page.waitForEvent('dialog');
  await app.page.close({ runBeforeUnload: true });
  const dialog = await warning;
  expect(dialog.type()).toBe('beforeunload');
  await dialog.dismiss();
  await app.run.is('running');

  await app.run.stop.click();
  await app.run.is('stopped');
  const left = app.page.waitForEvent('close');
  await app.page.close({ runBeforeUnload: true });
  await left;
});

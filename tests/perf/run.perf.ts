// The main thread during a run with 32 calls at once, against an endpoint on this machine that takes them over one
// connection, as providers do.

import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { test, type Page } from '@playwright/test';
import { enter, type App } from '../e2e/pages/app';
import { ChatServer, goldOf } from '../e2e/support/chat-server';
import { openApp, report, sampleGold } from '../e2e/support/story';
import { conditions, seconds, shown, watchFor } from './conditions';
import { tasksDuring, told } from './trace';

const AT_ONCE = 32;
const LATENCY_MS = 200;
const EVENTS = 50_000;

interface Row {
  db_id: string;
  question: string;
  query: string;
}

const SAMPLE: Row[] = JSON.parse(readFileSync('www/sample/dev.json', 'utf8'));
/** The sample's questions again and again, each time with a number. */
const MANY: Row[] = Array.from({ length: 14 }, (_, at) => SAMPLE.map((row) => ({ ...row, question: `${row.question} (${at + 1})` }))).flat();

async function loadMany(app: App): Promise<void> {
  const databases = join('www', 'sample', 'database');
  const files = readdirSync(databases).map((db) => ({
    name: `${db}.sqlite`,
    mimeType: 'application/octet-stream',
    buffer: readFileSync(join(databases, db, `${db}.sqlite`)),
  }));
  const questions = { name: 'dev.json', mimeType: 'application/json', buffer: Buffer.from(JSON.stringify(MANY)) };
  await app.open('Data');
  await app.data.files.setInputFiles([questions, ...files]);
  await app.data.report.waitFor();
  await app.data.split({ method: 'first_n', train: 200, validation: 500, heldOut: 308 });
}

async function useEndpoint(app: App, chat: ChatServer): Promise<void> {
  await app.open('Prompt');
  await app.prompt.choose('single_shot');
  await app.open('Models');
  await app.models.useEndpoint(chat.url, { key: 'any-key', atOnce: AT_ONCE });
}

/** Runs to the end under a trace. Only the server is asked how far it is: a look into the page would be a task of its own. */
async function measure(app: App, chat: ChatServer, screen: 'Run' | 'Results'): Promise<void> {
  await useEndpoint(app, chat);
  await app.open('Run');
  const since = performance.now();
  const tasks = await tasksDuring(app.page, async () => {
    await app.run.start.click();
    if (screen === 'Results') {
      await chat.hasAnswered(50);
      await app.open('Results');
    }
    await quiet(chat);
  });
  const took = performance.now() - since;
  await app.open('Run');
  await app.run.is('finished', 60_000);
  report(`${chat.answered().length} calls, at most ${chat.maxInFlight} at once, answered after ${LATENCY_MS} ms, in ${seconds(took)}, ${screen} on the screen: ${told(tasks)}`);
}

/** Done when nothing was asked for two seconds. */
async function quiet(chat: ChatServer): Promise<void> {
  for (let before = -1; before !== chat.log.length; ) {
    before = chat.log.length;
    await new Promise((resolve) => setTimeout(resolve, 2_000));
  }
}

async function withChat(page: Page, gold: ReadonlyMap<string, string>, work: (app: App, chat: ChatServer) => Promise<void>): Promise<void> {
  const chat = await ChatServer.start({ gold, latencyMs: LATENCY_MS, asProvider: true });
  try {
    let app = await openApp(page);
    // A second visit: requests go by the service worker, as all but the first visit's do.
    await page.evaluate(async () => void (await navigator.serviceWorker.ready));
    app = await openApp(page);
    report(conditions(page));
    await work(app, chat);
  } finally {
    await chat.close();
  }
}

test('a run on the sample', async ({ page }) => {
  await withChat(page, sampleGold(), async (app, chat) => {
    await app.home.loadSample();
    await app.open('Run');
    await app.run.set({ gradient_batch_size: 4, val_batch_size: 16, beam_width: 3, branch_factor: 3, beam_rounds: 3 });
    await measure(app, chat, 'Run');
  });
});

for (const screen of ['Run', 'Results'] as const) {
  test(`a run on 1,008 questions, ${screen} on the screen`, async ({ page }) => {
    await withChat(page, goldOf(MANY), async (app, chat) => {
      await loadMany(app);
      await app.open('Run');
      await app.run.set({ gradient_batch_size: 8, val_batch_size: 100, beam_width: 2, branch_factor: 2, beam_rounds: 2 });
      await measure(app, chat, screen);
    });
  });
}

test('opening and going on with a run of 50,000 events', async ({ page }) => {
  await withChat(page, goldOf(MANY), async (app, chat) => {
    chat.latencyMs = 0;
    await watchFor(page, '[data-testid=run-state] [data-state=stopped]');
    await loadMany(app);
    await useEndpoint(app, chat);
    await app.open('Run');
    await app.run.set({ gradient_batch_size: 8, val_batch_size: 100, beam_width: 4, branch_factor: 4, beam_rounds: 20 });
    const since = performance.now();
    await app.run.start.click();
    await chat.hasAnswered(EVENTS / 2);
    await app.run.stop.click();
    await app.run.is('stopped', 30_000);
    report(`${chat.answered().length} calls in ${seconds(performance.now() - since)}`);
    await page.reload();
    report(`page loaded anew, the run shown after ${seconds(await shown(page))}`);
    await app.open('Models');
    for (const role of ['agent', 'critic', 'editor'] as const) await enter(app.models.field(role, 'key'), 'any-key');
    await app.open('Run');
    const before = chat.log.length;
    let asked = 0;
    const tasks = await tasksDuring(page, async () => {
      const clicked = performance.now();
      await app.run.resume.click();
      while (chat.log.length === before) await new Promise((resolve) => setTimeout(resolve, 5));
      asked = performance.now() - clicked;
    });
    await app.run.stop.click();
    await app.run.is('stopped', 30_000);
    report(`resumed: the first new call came in ${seconds(asked)} after the click; ${told(tasks)}`);
  });
});

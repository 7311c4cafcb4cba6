// Chrome's own model. The browser of the tests has none, so a scripted one stands in its place, in each state that it may have.

import type { Page } from '@playwright/test';
import type { App } from './pages/app';
import { expect, openApp, test } from './support/story';

interface Script {
  state: 'unavailable' | 'downloadable' | 'downloading' | 'available';
  /** The exception with which each question is answered. */
  fails?: string;
  /** Whether a question is answered only when it is given up. */
  hangs?: boolean;
}

declare global {
  interface Window {
    asked: { before: unknown; text: string; ended?: boolean; aborted?: boolean }[];
    goOn: () => void;
  }
}

/** Puts a scripted model in the place of the browser's. */
async function play(page: Page, script: Script): Promise<App> {
  await page.addInitScript((script) => {
    window.asked = [];
    let { state } = script;
    const exception = (name: string) => new DOMException('It was scripted so.', name);
    const model = {
      availability: () => Promise.resolve(state),
      async create(options: { initialPrompts?: unknown; monitor?: (target: EventTarget) => void }) {
        if (state === 'unavailable') throw exception('NotSupportedError');
        if (state !== 'available') {
          const target = new EventTarget();
          options.monitor?.(target);
          for (const loaded of [0, 0.5]) target.dispatchEvent(Object.assign(new Event('downloadprogress'), { loaded }));
          await new Promise<void>((resolve) => (window.goOn = resolve));
          if (script.fails) throw exception(script.fails);
          state = 'available';
        }
        return {
          prompt(text: string, { signal }: { signal: AbortSignal }) {
            const call: (typeof window.asked)[number] = { before: options.initialPrompts, text };
            window.asked.push(call);
            if (script.fails) return Promise.reject(exception(script.fails));
            if (!script.hangs) return Promise.resolve('SELECT 1');
            return new Promise((_, reject) => {
              signal.addEventListener('abort', () => {
                call.aborted = true;
                reject(exception('AbortError'));
              });
            });
          },
          destroy() {
            const call = window.asked.at(-1);
            if (call) call.ended = true;
          },
        };
      },
    };
    Object.defineProperty(window, 'LanguageModel', { value: model, configurable: true });
  }, script);
  const app = await openApp(page);
  await app.open('Models');
  await app.models.field('agent', 'provider').selectOption('built_in');
  return app;
}

test('a browser that has the name alone has no model', async ({ app, watch }) => {
  // The installed Chromium: its LanguageModel says unavailable, and the browser itself says why.
  watch.expect(/^console: Unable to create a text session/);
  await app.open('Models');
  await app.models.field('agent', 'provider').selectOption('built_in');
  await expect(app.local.builtIn).toContainText('Not available here');
  await expect(app.local.fetchBuiltIn).toBeHidden();
  await app.models.field('agent', 'test').click();
  await expect(app.models.field('agent', 'result')).toContainText('No built-in model');
});

test('unavailable: it is said, with what it takes', async ({ page }) => {
  const app = await play(page, { state: 'unavailable' });
  await expect(app.local.builtIn).toContainText('Not available here');
  await expect(app.local.builtIn).toContainText('22 GB of free disk');
});

for (const state of ['downloadable', 'downloading'] as const) {
  test(`${state}: a click lets the browser fetch it, and its progress is shown`, async ({ page }) => {
    const app = await play(page, { state });
    await expect(app.local.builtIn).toContainText(state === 'downloadable' ? 'Not downloaded yet' : 'is downloading it');
    await app.models.field('agent', 'test').click();
    await expect(app.models.field('agent', 'result')).toContainText('not downloaded');
    await app.local.fetchBuiltIn.click();
    await expect(app.local.builtIn).toContainText('50 %');
    await page.evaluate(() => window.goOn());
    await expect(app.local.builtIn).toContainText('Ready');
    await app.models.field('agent', 'test').click();
    await expect(app.models.field('agent', 'result')).toContainText('Answered in');
  });
}

test('a download that fails says so and can be tried again', async ({ page }) => {
  const app = await play(page, { state: 'downloadable', fails: 'NetworkError' });
  await app.local.fetchBuiltIn.click();
  await page.evaluate(() => window.goOn());
  await expect(app.local.builtIn).toContainText('NetworkError');
  await expect(app.local.fetchBuiltIn).toBeVisible();
});

test('available: it answers in a run, and what it cannot do is said', async ({ page }) => {
  const app = await play(page, { state: 'available' });
  await expect(app.local.builtIn).toContainText('Ready');
  await expect(page.getByText('It takes no seed')).toBeVisible();
  await app.models.field('agent', 'temperature').fill('0.5');
  await app.open('Home');
  await app.home.loadSample('replace');
  await app.data.page.getByTestId('nav-models').click();
  await app.models.same.uncheck();
  await app.models.field('agent', 'provider').selectOption('built_in');
  await app.models.field('agent', 'temperature').fill('0.5');
  await app.open('Run');
  await app.run.set({ val_batch_size: 2, gradient_batch_size: 2, beam_width: 1, branch_factor: 1, beam_rounds: 1 });
  await app.run.start.click();
  await app.run.is('finished', 90_000);
  expect(await app.run.calls('agent')).toBeGreaterThan(20);
  await expect(page.getByTestId('tokens-in-agent')).toContainText('not told');
  await expect(app.run.problems).toContainText("the browser's model does not accept a temperature: 0.5 was left out");
  const asked = await page.evaluate(() => window.asked);
  expect(asked.every(({ ended }) => ended), 'each conversation is ended').toBe(true);
  expect(asked[0].before).toEqual([{ role: 'system', content: expect.stringContaining('CREATE TABLE') }]);
});

test('a question that is too long pauses nothing: it stays without an answer', async ({ page }) => {
  const app = await play(page, { state: 'available', fails: 'QuotaExceededError' });
  await app.models.field('agent', 'test').click();
  await expect(app.models.field('agent', 'result')).toContainText('Too long for the model');
});

test('stopping a run gives the question up', async ({ page }) => {
  const app = await play(page, { state: 'available', hangs: true });
  await app.open('Home');
  await app.home.loadSample('replace');
  await app.open('Models');
  await app.models.field('agent', 'provider').selectOption('built_in');
  await app.open('Run');
  await app.run.start.click();
  await expect.poll(() => page.evaluate(() => window.asked.length)).toBe(1);
  await app.run.stop.click();
  await app.run.is('stopped');
  await expect.poll(() => page.evaluate(() => window.asked[0].aborted)).toBe(true);
  expect(await page.evaluate(() => window.asked.length), 'one call at a time').toBe(1);
});

test('a question that is given up in the playground is not said to be billed', async ({ page }) => {
  const app = await play(page, { state: 'available', hangs: true });
  await app.open('Home');
  await app.home.loadSample('replace');
  await app.open('Models');
  await app.models.field('agent', 'provider').selectOption('built_in');
  await page.goto('#/playground');
  await app.playground.ask('How many members are there?');
  await expect.poll(() => page.evaluate(() => window.asked.length)).toBe(1);
  await app.playground.cancel.click();
  await expect(app.playground.failed).toContainText('Nothing more was asked.');
  await expect(app.playground.answer).not.toContainText('billed');
  await expect(app.playground.total).toContainText('1 question: 0 calls');
  await expect(app.playground.total).not.toContainText('billed');
});

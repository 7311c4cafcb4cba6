// A key from OpenRouter without pasting one: the user agrees in a window, which comes back with a code. OpenRouter itself is
// played here: no request leaves this machine.

import { createHash } from 'node:crypto';
import type { BrowserContext, Page } from '@playwright/test';
import type { App } from './pages/app';
import { enter } from './pages/app';
import { expect, test } from './support/story';
import type { Watch } from './support/watch';

const KEY = 'sk-or-v1-canary-0815';
const CORS = { 'access-control-allow-origin': '*', 'access-control-allow-headers': '*' };

/** What OpenRouter was asked. */
interface Asked {
  agreement?: URL;
  exchange?: Record<string, string>;
}

/** Plays openrouter.ai: its page has a link for those who agree and one for those who do not. */
async function playOpenRouter(context: BrowserContext, watch: Watch, status = 200): Promise<Asked> {
  watch.expect(/^elsewhere: https:\/\/openrouter\.ai\//);
  if (status !== 200) watch.expectFailuresOf('https://openrouter.ai');
  const asked: Asked = {};
  await context.route('https://openrouter.ai/auth?**', (route) => {
    asked.agreement = new URL(route.request().url());
    const back = asked.agreement.searchParams.get('callback_url')!;
    const body = `<!doctype html><link rel="icon" href="data:,"><title>OpenRouter</title><a href="${back}&code=c0de">Agree</a> <a href="${back}">Refuse</a>`;
    return route.fulfill({ contentType: 'text/html', body });
  });
  await context.route('https://openrouter.ai/api/v1/auth/keys', (route) => {
    if (route.request().method() === 'OPTIONS') return route.fulfill({ status: 204, headers: CORS });
    asked.exchange = route.request().postDataJSON() as Record<string, string>;
    return route.fulfill({ status, headers: CORS, json: status === 200 ? { key: KEY } : { error: 'Invalid code' } });
  });
  return asked;
}

/** Opens the window and answers in it. */
async function signIn(app: App, answer: 'Agree' | 'Refuse'): Promise<void> {
  const [popup] = await Promise.all([app.page.waitForEvent('popup'), app.models.field('agent', 'sign-in').click()]);
  await answerIn(popup, answer);
}

async function answerIn(popup: Page, answer: string): Promise<void> {
  const closed = popup.waitForEvent('close');
  await popup.getByRole('link', { name: answer }).click();
  await closed;
}

async function chooseOpenRouter(app: App): Promise<void> {
  await app.open('Models');
  await app.models.same.uncheck();
  for (const role of ['agent', 'critic'] as const) await app.models.field(role, 'provider').selectOption('openrouter');
}

test('whoever agrees gets a key with a cap for every role at OpenRouter', async ({ app, watch, page }) => {
  const asked = await playOpenRouter(page.context(), watch);
  await chooseOpenRouter(app);
  await enter(app.models.field('agent', 'sign-in-cap'), '2.5');
  const address = page.url();
  await signIn(app, 'Agree');
  await expect(app.models.field('agent', 'sign-in-note')).toContainText('Signed in');
  await expect(app.models.field('agent', 'key')).toHaveValue(KEY);
  await expect(app.models.field('critic', 'key')).toHaveValue(KEY);
  expect(page.url(), 'the page never left its place').toBe(address);

  const { agreement, exchange } = asked;
  expect(agreement!.searchParams.get('limit')).toBe('2.5');
  expect(agreement!.searchParams.get('code_challenge_method')).toBe('S256');
  const challenge = createHash('sha256').update(exchange!.code_verifier).digest('base64url');
  expect(agreement!.searchParams.get('code_challenge')).toBe(challenge);
  expect(exchange!.code).toBe('c0de');
  expect(await page.content()).not.toContain('canary');
});

test('whoever refuses, or whose code is not taken, is told so and can try again', async ({ app, watch, page }) => {
  await playOpenRouter(page.context(), watch, 403);
  await chooseOpenRouter(app);
  await signIn(app, 'Refuse');
  await expect(app.models.field('agent', 'sign-in-note')).toContainText('not allowed');
  await signIn(app, 'Agree');
  await expect(app.models.field('agent', 'sign-in-note')).toContainText('HTTP 403');
  await expect(app.models.field('agent', 'key')).toHaveValue('');
  await expect(app.models.field('agent', 'sign-in')).toBeEnabled();
});

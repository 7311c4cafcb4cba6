// What a model costs: looked up in a public list when somebody asks for it and not before, unknown where the list does not say
// it, and set right on a run that has begun. OpenRouter's list is played here: no request leaves this machine.

import type { BrowserContext } from '@playwright/test';
import { enter, type App } from './pages/app';
import { MODELS, type Role } from './support/chat-server';
import { expect, test } from './support/story';
import type { Watch } from './support/watch';

const LIST = 'https://openrouter.ai/api/v1/models';
const ROLES = Object.keys(MODELS) as Role[];
/** Dollars for a million tokens. */
const PRICE = { input: 0.4, output: 1.6 };

/** Plays the list; returns the headers of each request for it. `status` answers for it. */
async function playList(context: BrowserContext, watch: Watch, list: { status: number }): Promise<Record<string, string>[]> {
  watch.expect(/^elsewhere: https:\/\/openrouter\.ai\/api\/v1\/models$/);
  watch.expectFailuresOf(LIST);
  const asked: Record<string, string>[] = [];
  await context.route(LIST, async (route) => {
    asked.push(await route.request().allHeaders());
    const pricing = (prompt: string, completion: string) => ({ pricing: { prompt, completion, request: '0' } });
    const data = [
      { id: 'openai/gpt-4.1-mini', name: 'GPT-4.1 Mini', context_length: 1047576, ...pricing('0.0000004', '0.0000016') },
      { id: 'openrouter/auto', name: 'Auto', ...pricing('-1', '-1') },
    ];
    const headers = { 'access-control-allow-origin': '*' };
    await route.fulfill({ status: list.status, headers, json: list.status === 200 ? { data } : { error: { code: list.status, message: 'Busy' } } });
  });
  return asked;
}

test('a price is looked up only when asked for, without a key, and what the list does not say stays unknown', async ({ app, watch }) => {
  const list = { status: 200 };
  const asked = await playList(app.page.context(), watch, list);
  const field = (name: Parameters<typeof app.models.field>[1]) => app.models.field('agent', name);
  const shows = async (input: string, output: string, note: string | RegExp) => {
    await expect(field('price-note')).toContainText(note);
    await expect(field('price-input')).toHaveValue(input);
    await expect(field('price-output')).toHaveValue(output);
  };
  await app.home.loadSample();
  await app.open('Models');
  await app.models.same.check();
  await field('provider').selectOption('openai');
  await field('key').fill('sk-canary-price-list');
  await field('name').fill('gpt-4.1-mini-2025-04-14');
  await app.open('Run');
  await expect(app.run.forecastMoney).toContainText('unknown');
  await app.open('Models');
  expect(asked, 'nobody has asked for a price yet').toHaveLength(0);

  await field('price-look-up').click();
  await shows('0.4', '1.6', 'Check it');
  expect(asked).toHaveLength(1);
  for (const header of ['authorization', 'cookie', 'referer']) expect(asked[0][header], header).toBeUndefined();
  expect(JSON.stringify(asked)).not.toContain('canary');
  await app.open('Run');
  await expect(app.run.forecastMoney).toContainText('$');

  // Another model: its price is not that of the one before, and a list that does not know it sets none.
  await app.open('Models');
  await field('name').fill('gpt-unheard-of');
  await shows('', '', 'Empty: unknown');
  await field('price-look-up').click();
  await shows('', '', 'does not have this model');
  await field('provider').selectOption('openrouter');
  await field('name').fill('openrouter/auto');
  await field('price-look-up').click();
  await shows('', '', 'does not have this model');
  await app.open('Run');
  await expect(app.run.forecastMoney).toContainText('unknown');
  await expect(app.run.forecastMoney).not.toContainText('$0');

  // A list that cannot be had changes nothing, and says why.
  await app.open('Models');
  await enter(field('price-input'), 3);
  list.status = 503;
  await field('price-look-up').click();
  await shows('3', '', '503');
});

/** What the calls on the screen cost at `PRICE`, as the page writes it. */
async function costOf(app: App): Promise<string> {
  const { input, output } = await app.run.usage();
  return `$${((input * PRICE.input + output * PRICE.output) / 1e6).toFixed(4)}`;
}

test('a price that was unknown is set on the paused run, and holds for the calls before and after', async ({ app, startChat }) => {
  const chat = await startChat();
  await app.home.loadSample();
  await app.open('Data');
  await app.data.split({ method: 'first_n', train: 8, validation: 8, heldOut: 0 });
  await app.open('Prompt');
  await app.prompt.choose('single_shot');
  await app.open('Models');
  await app.models.useEndpoint(chat.url);
  await app.open('Run');
  await app.run.set({ val_batch_size: 6, gradient_batch_size: 3, beam_width: 2, branch_factor: 1, beam_rounds: 1 });
  await enter(app.run.cap('max_calls'), '15');
  await app.run.start.click();
  await app.run.is('paused');
  await expect(app.run.spend).toContainText('price unknown');
  await expect(app.page.getByTestId('priced-agent')).toContainText('calls by their tokens');

  // Money cannot be capped while a price is unknown.
  await enter(app.run.cap('max_calls'), '1000');
  await enter(app.run.cap('max_usd'), '1');
  await expect(app.page.getByTestId('budget-note')).toContainText('needs the prices');
  await expect(app.run.changeBudget).toBeDisabled();

  for (const role of ROLES) {
    await enter(app.run.price(role, 'input'), PRICE.input);
    await enter(app.run.price(role, 'output'), PRICE.output);
  }
  await app.run.changePrices.click();
  await expect(app.run.spend).toHaveText(await costOf(app));
  await expect(app.page.getByTestId('feed')).toContainText('The prices were changed');
  await app.run.changeBudget.click();
  await expect(app.run.used('max_usd')).toContainText('of $1.00');

  // It is in the journal: a reload forgets nothing of it.
  await app.page.reload();
  await app.open('Run');
  await expect(app.run.spend).toHaveText(await costOf(app));
  await expect(app.run.price('critic', 'output')).toHaveValue('1.6');
  await app.run.resume.click();
  await app.run.is('finished');
  await expect(app.run.spend).toHaveText(await costOf(app));
});

// Providers with formats of their own, and what a model does not take.

import type { App } from './pages/app';
import { MODELS, percentile, type ChatServer } from './support/chat-server';
import { expect, test } from './support/story';

const KEY = 'canary-0815';
const SEARCH = { val_batch_size: 6, gradient_batch_size: 3, beam_width: 2, branch_factor: 1, beam_rounds: 1, 'run-seed': 3 };

const PROVIDERS = [
  { provider: 'anthropic', format: 'messages', url: (chat: ChatServer) => chat.url },
  { provider: 'gemini', format: 'generate-content', url: (chat: ChatServer) => chat.geminiUrl },
  { provider: 'azure', format: 'chat-completions', url: (chat: ChatServer) => chat.url },
] as const;

async function prepare(app: App, url: string, provider: string): Promise<void> {
  await app.home.loadSample();
  await app.open('Data');
  await app.data.split({ method: 'first_n', train: 12, validation: 12, heldOut: 12 });
  await app.open('Prompt');
  await app.prompt.choose('single_shot');
  await app.open('Models');
  await app.models.useEndpoint(url, { key: KEY, provider });
}

test('choosing a provider fills in its address and takes the key of another one away', async ({ app }) => {
  await app.open('Models');
  const field = (name: 'provider' | 'url' | 'key' | 'name') => app.models.field('agent', name);
  for (const [provider, url] of [
    ['openai', 'https://api.openai.com/v1'],
    ['anthropic', 'https://api.anthropic.com/v1'],
    ['gemini', 'https://generativelanguage.googleapis.com/v1beta'],
    ['openrouter', 'https://openrouter.ai/api/v1'],
    ['ollama', 'http://localhost:11434/v1'],
    ['lmstudio', 'http://localhost:1234/v1'],
  ]) {
    await field('provider').selectOption(provider);
    await expect(field('url')).toHaveValue(url);
    await expect(field('key')).toHaveValue('');
    await expect(field('name')).toHaveValue('');
    await field('key').fill(KEY);
    await field('name').fill('any-model');
  }
  await field('provider').selectOption('open_ai_compatible');
  await expect(field('url')).toHaveValue('http://localhost:1234/v1');
  await expect(field('key')).toHaveValue(KEY);
});

for (const { provider, format, url } of PROVIDERS) {
  test(`a run in the format of ${provider}: cut-off answers are asked for again, and what is left out is said`, async ({
    app,
    watch,
    startChat,
  }) => {
    const chat = await startChat();
    watch.expectFailuresOf(chat.url);
    await prepare(app, url(chat), provider);
    await app.models.field('agent', 'list').click();
    await expect(app.page.locator('#listed-agent option')).toHaveCount(Object.keys(MODELS).length);
    await app.models.field('agent', 'test').click();
    await expect(app.models.field('agent', 'result')).toContainText('Answered in');

    chat.fault = (call) => {
      if (call.temperature !== undefined) return { kind: 'field-refused', field: 'temperature' };
      const isFirst = call.maxTokens === undefined || call.maxTokens === 4096;
      return isFirst && percentile(call.hash) < 20 ? { kind: 'truncated' } : undefined;
    };
    await app.open('Run');
    await app.run.set(SEARCH);
    await app.run.start.click();
    await app.run.is('finished', 90_000);

    expect(chat.log.every((call) => call.format === format)).toBe(true);
    const authorization = new Set(chat.log.map((call) => call.authorization));
    expect([...authorization]).toEqual([KEY]);
    expect(chat.log.some((call) => call.fault?.kind === 'truncated')).toBe(true);
    // Learned once for each model: its calls in flight at that moment are all that was refused.
    const refused = chat.log.filter((call) => call.fault?.kind === 'field-refused');
    expect(new Set(refused.map((call) => call.role))).toEqual(new Set(['critic', 'editor']));
    for (const model of [MODELS.critic, MODELS.editor]) {
      await expect(app.run.problems).toContainText(`${model} does not accept a temperature: 1 was left out`);
    }
  });
}

test('a refused key names the provider and is not shown', async ({ app, watch, startChat }) => {
  const chat = await startChat();
  watch.expectFailuresOf(chat.url);
  chat.fault = () => ({ kind: 'unauthorized' });
  await app.open('Models');
  await app.models.useEndpoint(chat.geminiUrl, { key: KEY, provider: 'gemini' });
  await app.models.field('agent', 'test').click();
  const result = app.models.field('agent', 'result');
  await expect(result).toContainText('Google Gemini answered 401');
  await expect(result).toContainText('AI Studio');
  expect(await app.page.content()).not.toContain(KEY);
});

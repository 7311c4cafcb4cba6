// An endpoint that fails in every way: what fails never becomes a score, and what keeps failing pauses the run with words
// and a remedy.

import type { App } from './pages/app';
import { percentile, type ChatServer, type Fault } from './support/chat-server';
import { expect, report, test } from './support/story';

const SEARCH = { val_batch_size: 6, gradient_batch_size: 3, beam_width: 2, branch_factor: 1, beam_rounds: 1, 'run-seed': 3 };

/** In turn they are the first answers to three tenths of all requests; the second try gets through. */
const PASSING: Fault[] = [
  { kind: 'rate-limited' },
  { kind: 'rate-limited', waitMs: 1000, told: 'header' },
  { kind: 'server-error' },
  { kind: 'web-page' },
  { kind: 'garbage' },
  { kind: 'empty-choices' },
  { kind: 'empty-message' },
  { kind: 'dropped', ms: 500 },
  { kind: 'dropped', ms: 500, halfway: true },
];

async function prepare(app: App, chat: ChatServer, key = ''): Promise<void> {
  await app.home.loadSample();
  await app.open('Data');
  await app.data.split({ method: 'first_n', train: 12, validation: 12, heldOut: 12 });
  await app.open('Prompt');
  await app.prompt.choose('single_shot');
  await app.open('Models');
  await app.models.useEndpoint(chat.url, { key });
  await app.open('Run');
  await app.run.set(SEARCH);
}

async function finish(app: App, chat: ChatServer) {
  await prepare(app, chat);
  await app.run.start.click();
  await app.run.is('finished', 90_000);
  return app.run.figures();
}

test('errors, nonsense and dropped connections change no score', async ({ app, watch, startChat, openElsewhere }) => {
  const sound = await startChat();
  const figures = await finish(app, sound);

  const failing = await startChat();
  watch.expectFailuresOf(failing.url);
  let failed = 0;
  failing.fault = (call) => {
    if (call.earlier > 0 || percentile(`fault ${call.hash}`) >= 30) return undefined;
    failed += 1;
    return PASSING[failed % PASSING.length];
  };
  const again = await openElsewhere();
  expect(await finish(again, failing)).toEqual(figures);
  const faults = failing.log.filter((call) => call.fault).map((call) => call.fault!.kind);
  report(`${faults.length} of ${failing.log.length} requests failed, in ${new Set(faults).size} ways`);
  expect(new Set(faults)).toEqual(new Set(PASSING.map(({ kind }) => kind)));
  expect(failing.answered()).toHaveLength(sound.answered().length);
  await expect(again.run.problems).toContainText('429');
});

test('a call that hangs holds up neither the others nor Stop', async ({ app, watch, startChat }) => {
  const chat = await startChat();
  watch.expectFailuresOf(chat.url);
  chat.fault = (call) => (call.number === 1 ? { kind: 'hang' } : undefined);
  await prepare(app, chat);
  await app.run.start.click();
  await expect.poll(() => app.run.calls('agent'), { timeout: 20_000 }).toBeGreaterThan(11);
  await app.run.is('running');
  await app.run.stop.click();
  await app.run.is('stopped', 10_000);
  chat.fault = () => undefined;
  await app.run.resume.click();
  await app.run.is('finished');
});

test('a key that is refused pauses the run, says so, and a better key lets it go on', async ({ app, watch, startChat }) => {
  const chat = await startChat();
  watch.expectFailuresOf(chat.url);
  chat.fault = (call) => (call.authorization === 'Bearer good-key' ? undefined : { kind: 'unauthorized' });
  await prepare(app, chat, 'bad-key');
  await app.run.start.click();
  await app.run.is('paused', 20_000);
  await expect(app.run.problems).toContainText(/key was not accepted/i);
  await expect(app.run.problems).toContainText(/Enter a valid key/i);
  await expect(app.run.problems).not.toContainText('bad-key');
  expect(chat.answered()).toHaveLength(0);
  expect(await app.run.allCalls()).toBe(0);

  await app.open('Models');
  for (const role of ['agent', 'critic', 'editor'] as const) await app.models.field(role, 'key').fill('good-key');
  await app.open('Run');
  await app.run.resume.click();
  await app.run.is('finished');
});

test('a provider that keeps failing pauses the run, and resuming finishes it', async ({ app, watch, startChat }) => {
  test.slow();
  const chat = await startChat();
  watch.expectFailuresOf(chat.url);
  chat.fault = (call) => (call.role === 'agent' ? { kind: 'server-error' } : undefined);
  await prepare(app, chat);
  await app.run.start.click();
  await app.run.is('paused', 90_000);
  await expect(app.run.problems).toContainText('500');
  await expect(app.run.problems).toContainText(/then resume/i);
  chat.fault = () => undefined;
  await app.run.resume.click();
  await app.run.is('finished');
  expect((await app.run.figures()).seed.total).toBe(12);
});

test('an answer that never makes sense pauses the run instead of being scored', async ({ app, watch, startChat }) => {
  const chat = await startChat();
  watch.expectFailuresOf(chat.url);
  chat.fault = () => ({ kind: 'web-page' });
  await prepare(app, chat);
  await app.run.start.click();
  await app.run.is('paused', 30_000);
  await expect(app.run.problems).toContainText(/not in the format of Chat Completions/i);
  expect(await app.run.allCalls()).toBe(0);
});

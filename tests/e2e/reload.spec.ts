// The page reloaded in mid-run: the run goes on from its journal, asks for nothing again that was answered, and ends as if
// nothing had happened.

import type { App } from './pages/app';
import type { ChatServer } from './support/chat-server';
import { factsOf } from './support/facts';
import { expect, report, test } from './support/story';

const SEARCH = { val_batch_size: 8, gradient_batch_size: 4, beam_width: 2, branch_factor: 2, beam_rounds: 1, 'run-seed': 11 };

async function start(app: App, chat: ChatServer): Promise<void> {
  await app.home.loadSample();
  await app.open('Prompt');
  await app.prompt.choose('single_shot');
  await app.open('Models');
  await app.models.useEndpoint(chat.url, { atOnce: 4 });
  await app.open('Run');
  await app.run.set(SEARCH);
  await app.run.start.click();
}

async function facts(app: App): Promise<string[]> {
  await app.open('Export');
  return factsOf((await app.export.save('run')).text);
}

test('a reload in mid-run costs no answer, and the exported facts are those of an undisturbed run', async ({ app, watch, startChat, openElsewhere }) => {
  const chat = await startChat({ latencyMs: 20 });
  // The calls that die with the page.
  watch.expectFailuresOf(chat.url);
  chat.holdAt(40);
  await start(app, chat);
  await expect.poll(() => app.run.allCalls(), { timeout: 30_000 }).toBe(40);
  await app.page.reload();
  chat.stopHolding();
  await app.open('Home');
  await app.home.resumeRun.click();
  await app.open('Run');
  await app.run.is('finished');
  const figures = await app.run.figures();

  const undisturbed = await startChat();
  const other = await openElsewhere();
  await start(other, undisturbed);
  await other.run.is('finished');
  report(`${chat.answered().length} answers, ${undisturbed.answered().length} in an undisturbed run`);
  expect(await other.run.figures()).toEqual(figures);
  expect(chat.answered()).toHaveLength(undisturbed.answered().length);
  expect(await facts(app)).toEqual(await facts(other));
});

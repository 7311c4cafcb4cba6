// A real model inside the page, without a key and without a network: from a file on the disk to answers in an ordinary run.
// Slow: llama.cpp has one thread here, which reads 8 to 12 tokens a second.

import { readFileSync } from 'node:fs';
import type { App } from './pages/app';
import { enter, numberIn } from './pages/app';
import { smallModel } from './support/gguf';
import { expect, report, test } from './support/story';

const DB = 'lending_library';
/** Answers that are waited for. */
const ANSWERS = 5;
/** Questions that there are: an answer that is cut off is none, and the run goes on to the next question. */
const QUESTIONS = 12;
const SHA256 = 'b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53';
/** Milliseconds in which a generation ends. */
const SOON = 1000;
/** Small models go on and on; this one is told to be short. */
const TEMPLATE = 'Write one short SQLite query. Answer with the query alone.\n\n{table_info}';

const model = smallModel();

/** The sample's questions on one of its databases, so that the model reads its schema once. */
function questions() {
  const rows = JSON.parse(readFileSync('www/sample/dev.json', 'utf8')).filter((row: { db_id: string }) => row.db_id === DB);
  const own = { name: 'dev.json', mimeType: 'application/json', buffer: Buffer.from(JSON.stringify(rows.slice(0, QUESTIONS + 1))) };
  const buffer = readFileSync(`www/sample/database/${DB}/${DB}.sqlite`);
  return [own, { name: `${DB}.sqlite`, mimeType: 'application/octet-stream', buffer }];
}

async function prepare(app: App): Promise<void> {
  await app.open('Data');
  await app.data.files.setInputFiles(questions());
  await expect.poll(() => numberIn(app.data.exampleCount)).toBe(QUESTIONS + 1);
  await app.data.split({ method: 'first_n', train: 1, validation: QUESTIONS, heldOut: 0 });
  await app.open('Prompt');
  await app.prompt.choose('single_shot');
  await enter(app.prompt.template, TEMPLATE);
  await app.open('Models');
  await app.models.same.uncheck();
  await app.models.field('agent', 'provider').selectOption('in_page');
  await app.models.giveUpAfter(600);
  await enter(app.models.field('agent', 'context'), 2048);
  await enter(app.models.field('agent', 'max-tokens'), 128);
  await enter(app.models.field('agent', 'temperature'), 0.3);
}

/** Stops the run, and returns how long llama.cpp went on after the click. */
async function stop(app: App): Promise<number> {
  await app.open('Models');
  await expect(app.local.engine).toContainText('Answering', { timeout: 60_000 });
  await app.open('Run');
  const clicked = Date.now();
  await app.run.stop.click();
  await app.open('Models');
  await expect(app.local.engine).not.toContainText('Answering', { timeout: SOON });
  const took = Date.now() - clicked;
  await app.open('Run');
  await app.run.is('stopped');
  return took;
}

test('a model from a file answers five questions, stops at once, and is there after a reload', async ({ app, page, watch }) => {
  test.skip(model === undefined, 'script/model could not get the model');
  test.setTimeout(1_200_000);
  // What Chromium says where there is no graphics card.
  watch.expect(/^console: No available adapters/);
  await prepare(app);
  await app.local.file.setInputFiles(model!);
  await expect(app.local.added).toContainText(SHA256, { timeout: 60_000 });
  await expect(app.models.field('agent', 'file')).toHaveValue(SHA256);

  const asked: string[] = [];
  page.on('request', (request) => asked.push(new URL(request.url()).pathname));
  await app.open('Run');
  await app.run.set({ val_batch_size: QUESTIONS, gradient_batch_size: 1, beam_width: 1, branch_factor: 1, beam_rounds: 1 });
  await app.run.start.click();
  report(`llama.cpp ended ${await stop(app)} ms after Stop, reading a request`);
  expect(asked.filter((path) => path.includes('wllama')).length, 'the script and the program').toBe(2);

  await app.run.resume.click();
  const began = Date.now();
  await expect.poll(() => app.run.calls('agent'), { timeout: 700_000 }).toBeGreaterThanOrEqual(ANSWERS);
  report(`${await numberIn(app.run.rolloutsDone)} rollouts in ${Math.round((Date.now() - began) / 1000)} s`);
  const took = await stop(app);
  report(`llama.cpp ended ${took} ms after Stop`);

  const { input, output } = await app.run.usage();
  const calls = await app.run.calls('agent');
  report(`${calls} calls answered, ${input} tokens in, ${output} out, ${await app.page.getByTestId('speed').innerText()}`);
  expect(input).toBeGreaterThan(ANSWERS * 300);
  expect(output).toBeGreaterThan(ANSWERS * 5);
  // Nothing is paid, so what it took is told in tokens.
  await expect(app.page.getByTestId('cost')).toHaveText(/^[\d.]+( k)? tokens$/);
  await expect(app.page.getByTestId('time-left')).toContainText(/\d+ (m|s)/);

  await page.reload();
  await app.isReady();
  await app.open('Models');
  await expect(app.models.field('agent', 'file')).toHaveValue(SHA256);
  await app.models.field('agent', 'test').click();
  await expect(app.models.field('agent', 'result')).toContainText('Answered in', { timeout: 120_000 });
  await expect(app.local.engine).toContainText('Loaded on the processor, 1 thread');

  await app.open('Settings');
  await app.local.stored.getByRole('button', { name: /^Delete / }).click();
  await app.page.getByTestId('delete-model-confirm').click();
  await expect(app.local.stored).toBeHidden();
  expect(await app.local.inStorage()).toEqual({});
  await app.open('Run');
  await app.run.resume.click();
  await app.run.is('paused');
  await expect(app.run.problems).toContainText('The model\'s file is not here');
  await expect(app.run.problems).toContainText(SHA256);
});

// The playground: a question to a prompt about a loaded database, outside any run. Its SQL is looked at, changed, run again and
// kept as a labelled example; what failed is no answer, and what everything took is told.

import { readFileSync } from 'node:fs';
import { numberIn } from './pages/app';
import { expect, sampleGold, test } from './support/story';

const OWN = 'How many customers does the workshop have?';
const COUNT = 'SELECT COUNT(*) FROM customer';
const KNOWN = 'How many bicycles are of the brand Corvo?';
const DB = 'bike_workshop';

const withOwn = () => new Map([...sampleGold(), [OWN, COUNT]]);

test('a question of one’s own is asked, its SQL changed and run again, and the pair kept', async ({ app, startChat }) => {
  const chat = await startChat({ gold: withOwn() });
  await app.home.loadSample();
  await app.open('Models');
  await app.models.useEndpoint(chat.url);
  await app.models.setPrices({ input: 1, output: 2 });
  await app.open('Data');
  await app.data.choose(DB);
  await app.page.getByTestId('ask-database').click();
  const play = app.playground;
  await expect(play.database).toHaveValue(DB);
  await expect(play.askButton).toBeDisabled();
  await play.ask(OWN);
  await expect(play.answer).toContainText(OWN);
  await expect(play.messages).toContainText(`Question: ${OWN}`);
  await expect(play.usage).toContainText(/^1 call · .* tokens in, .* out · .*\$0\.\d+/);
  await expect(play.rows).toContainText('1 row');
  expect(chat.log).toHaveLength(1);

  await play.sql.fill('SELECT COUNT(*) FROM customers');
  await expect(play.looked, 'the result on the screen is that of other SQL').toBeHidden();
  await play.run.click();
  await expect(play.sqlFault).toContainText('SQLite says: no such table: customers');
  await play.sql.fill('DELETE FROM customer');
  await play.run.click();
  await expect(play.sqlFault).toContainText('only statements that read are allowed');
  await play.sql.fill(COUNT);
  await play.sql.press('Control+Enter');
  await expect(play.rows).toHaveText('1 row, read only');
  await expect(play.keep).toBeDisabled();
  await play.looked.check();
  await expect(app.page.getByTestId('play-changes')).toContainText('It becomes the last of 73 questions of Sample.');
  await expect(app.page.getByTestId('play-changes')).toContainText('(24 / 24 / 24)');
  await play.keep.click();
  await expect(play.kept).toContainText(/Kept as No\. 73; part of the split: (train|validation|held-out|not used)/);
  await expect(play.kept).toContainText('its gold query is checked and returns rows');
  await expect(play.history).toContainText('kept');
  expect(chat.log, 'nothing was asked again').toHaveLength(1);

  await play.keepCard.getByRole('link', { name: 'See it on Data' }).click();
  await expect.poll(() => numberIn(app.data.exampleCount)).toBe(73);
  await expect(app.data.questions).toContainText(OWN);
  await expect(app.data.goldCheck).toContainText('All 73 gold queries run and return rows');
  await app.page.reload();
  await app.open('Data');
  await expect.poll(() => numberIn(app.data.exampleCount), 'it is stored').toBe(73);
});

test('a kept pair stays when the same files are read again, and can be taken back', async ({ app, startChat }) => {
  const chat = await startChat({ gold: withOwn() });
  const files = [
    { name: 'dev.json', mimeType: 'application/json', buffer: readFileSync('www/sample/dev.json') },
    ...[DB, 'farm_market', 'lending_library'].map((db) => ({
      name: `${db}.sqlite`,
      mimeType: 'application/octet-stream',
      buffer: readFileSync(`www/sample/database/${db}/${db}.sqlite`),
    })),
  ];
  await app.open('Data');
  await app.data.files.setInputFiles(files);
  await expect.poll(() => numberIn(app.data.exampleCount)).toBe(72);
  await app.open('Models');
  await app.models.useEndpoint(chat.url);
  await app.open('Prompt');
  await app.prompt.choose('single_shot');
  await app.page.getByTestId('open-playground').click();
  const play = app.playground;
  await play.database.selectOption(DB);
  await play.ask(OWN);
  await expect(play.usage).toContainText('price not known');
  await play.sql.fill(COUNT);
  await play.run.click();
  await play.looked.check();
  await play.keep.click();
  await expect(play.kept).toBeVisible();
  await app.open('Data');
  await app.data.files.setInputFiles(files);
  await expect.poll(() => numberIn(app.data.exampleCount)).toBe(73);
  await app.page.getByTestId('questions-search').fill('workshop have');
  await expect(app.data.questions).toContainText(OWN);
  const coming = app.page.waitForEvent('download');
  await app.page.getByTestId('save-typed').click();
  const saved = readFileSync(await (await coming).path(), 'utf8');
  expect(JSON.parse(saved)).toEqual({ db_id: DB, question: OWN, query: COUNT });
  await app.page.goto('#/playground');
  await app.page.getByTestId('play-take-back').click();
  await expect(play.keep, 'it may be kept again').toBeEnabled();
  await app.open('Data');
  await expect.poll(() => numberIn(app.data.exampleCount)).toBe(72);
});

test('the practice model answers the sample’s questions, says so, and a run’s prompt can be asked', async ({ app }) => {
  await app.home.loadSample();
  await app.open('Run');
  await app.run.start.click();
  await app.run.is('finished', 110_000);
  await app.open('Results');
  await app.page.goto('#/candidate');
  const version = (await app.heading.innerText()).split(/\s/)[0];
  await app.page.getByTestId('ask-prompt').click();
  const play = app.playground;
  await expect(play.prompt).toHaveValue(version);
  await expect(app.page.getByTestId('play-practice')).toContainText('knows the sample');
  await play.database.selectOption(DB);
  await play.example.selectOption({ label: KNOWN });
  await expect(play.question).toHaveValue(KNOWN);
  await play.askButton.click();
  await expect(play.answer).toContainText(version);
  await expect(play.verdict).toContainText(/Right|Wrong/);
  await expect(play.keepCard).toContainText('It is not kept twice');
  await expect(play.usage).toContainText('$0.00');
  await play.sql.fill("SELECT COUNT(*) FROM bicycle WHERE brand = 'nobody'");
  await expect(play.verdict, 'it was about other SQL').toBeHidden();
  await play.run.click();
  await expect(play.verdict).toContainText('Wrong');

  await play.ask('How many moons has Mars?');
  await expect(play.failed).toContainText('does not know this question');
  await expect(play.failed.getByRole('link', { name: 'Go to Models' })).toBeVisible();
  await expect(app.page.getByTestId('play-practice'), 'it is said once').toBeHidden();
  await expect(play.history.getByRole('listitem')).toHaveCount(2);
  await play.history.getByRole('button', { name: KNOWN }).click();
  await expect(play.sql).toHaveValue("SELECT COUNT(*) FROM bicycle WHERE brand = 'nobody'");
  await app.page.goto('#/playground?prompt=v99');
  await expect(app.page.getByTestId('play-missing')).toContainText('has no v99');
  await expect(play.askButton).toBeDisabled();
});

test('a failing endpoint has words and a remedy, a question can be given up, and both are told in the total', async ({ app, startChat, watch }) => {
  const chat = await startChat({ gold: withOwn() });
  watch.expectFailuresOf(chat.url);
  await app.home.loadSample();
  await app.open('Models');
  await app.models.useEndpoint(chat.url, { key: 'sk-canary-playground' });
  await app.page.goto('#/playground');
  const play = app.playground;
  chat.fault = () => ({ kind: 'unauthorized' });
  await play.ask(OWN);
  await expect(play.failed).toContainText('The key was not accepted');
  await expect(play.failed.getByRole('link', { name: 'Go to Models' })).toBeVisible();
  await expect(app.page.locator('main')).not.toContainText('canary');
  await expect(play.sql).toBeHidden();

  chat.fault = () => ({ kind: 'hang' });
  const before = chat.log.length;
  await play.ask(OWN);
  await expect.poll(() => chat.log.length).toBe(before + 1);
  await expect(play.progress).toContainText('Asking');
  const warning = app.page.waitForEvent('dialog');
  await app.page.close({ runBeforeUnload: true });
  const dialog = await warning;
  expect(dialog.type(), 'whoever leaves pays for the answer in vain').toBe('beforeunload');
  await dialog.dismiss();
  await play.cancel.click();
  await expect(play.failed).toContainText('Cancelled');
  await expect(play.usage).toContainText('1 without an answer that may be billed');
  await expect(play.total).toContainText('2 questions: 0 calls · 1 without an answer that may be billed');
  await expect(play.total).toContainText('price not known');

  chat.fault = () => undefined;
  await play.ask(OWN);
  await expect(play.rows).toContainText('1 row');
  await expect(play.total).toContainText('3 questions: 1 call');
});

test('without data the playground says what it needs, and gets it', async ({ app }) => {
  await app.page.goto('#/playground');
  await expect(app.page.locator('main')).toContainText('No database yet');
  await app.page.getByTestId('play-sample').click();
  await expect(app.playground.example).toContainText('Choose one of 24 questions');
});

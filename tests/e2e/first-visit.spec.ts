// A page with nothing in it: what it says comes first, and that the sample leaves alone what is the user's own.

import { readFileSync } from 'node:fs';
import type { App } from './pages/app';
import { enter, numberIn } from './pages/app';
import { expect, test } from './support/story';

const MINE = 'My own words about {table_info}.';
const DB = 'bike_workshop';

const dialog = (app: App) => app.page.getByRole('dialog', { name: 'Load the sample?' });
const loadFromHere = (app: App) => app.page.getByRole('main').getByRole('button', { name: 'Load the sample' });
const keep = (app: App) => app.page.getByTestId('sample-keep');
const replace = (app: App) => app.page.getByTestId('sample-replace');

test('a typed prompt is asked about before the sample is loaded, and stays', async ({ app }) => {
  await app.open('Prompt');
  await enter(app.prompt.template, MINE);
  await loadFromHere(app).click();
  await expect(dialog(app)).toContainText('You have made the prompt your own');

  // Escape is no: nothing is loaded, and nothing is lost.
  await app.page.keyboard.press('Escape');
  await expect(dialog(app)).toBeHidden();
  await expect(app.step('Data')).toHaveAttribute('data-state', 'empty');
  await expect(app.prompt.template).toHaveValue(MINE);

  await loadFromHere(app).click();
  await keep(app).click();
  await expect(app.step('Data')).toHaveAttribute('data-state', 'ready');
  await expect(app.prompt.template).toHaveValue(MINE);
  // What nobody touched is the sample's: its search is the smallest there is.
  await app.open('Run');
  await expect(app.page.getByTestId('method-apo')).toBeChecked();
  expect(await numberIn(app.page.getByTestId('forecast-rollouts'))).toBe(284);
});

test("the sample's prompt takes the place of a typed one if that is wanted", async ({ app }) => {
  await app.open('Prompt');
  await enter(app.prompt.template, MINE);
  await app.open('Home');
  await app.home.loadSample('replace');
  await app.open('Prompt');
  await expect(app.prompt.template).not.toHaveValue(MINE);
  // It is the sample's own now, which is loaded again without a question.
  await app.open('Home');
  await app.home.loadSample();
  await expect(dialog(app)).toBeHidden();
});

test('data that was chosen is asked about, and stays stored', async ({ app }) => {
  await app.open('Data');
  const rows = [1, 2, 3].map((at) => ({ db_id: DB, question: `Question ${at}?`, query: `SELECT ${at}` }));
  const given = (name: string, buffer: Buffer) => ({ name, mimeType: 'application/octet-stream', buffer });
  await app.data.files.setInputFiles([
    given('mine.json', Buffer.from(JSON.stringify(rows))),
    given(`${DB}.sqlite`, readFileSync(`www/sample/database/${DB}/${DB}.sqlite`)),
  ]);
  await expect(app.data.exampleCount).toHaveText('3');
  await app.open('Home');
  await app.home.startSample.click();
  await expect(dialog(app)).toContainText('take the place of your data, which stays stored');
  await expect(replace(app)).toHaveCount(0);
  await keep(app).click();
  await expect(app.run.start).toBeVisible();
  await app.open('Data');
  await expect(app.data.exampleCount).toHaveText('72');
  await app.page.getByRole('button', { name: 'Open mine' }).click();
  await expect(app.data.exampleCount).toHaveText('3');
});

test('before there is data, Run says so instead of reckoning with none', async ({ app }) => {
  await app.open('Run');
  await expect(app.page.getByTestId('forecast-lacks')).toContainText('Data first');
  await expect(app.page.getByTestId('forecast-rollouts')).toHaveCount(0);
  await expect(app.run.start).toBeDisabled();
  await expect(app.run.start).not.toContainText(/\d/);
  await expect(app.run.note).toContainText('Load data first');
  await loadFromHere(app).click();
  await expect(app.page.getByTestId('forecast-rollouts')).toContainText(/\d/);
  await expect(app.run.start).toBeEnabled();
});

test('screens that need a run lead to the data that a run needs, and then to the run', async ({ app }) => {
  for (const screen of ['results', 'candidate', 'example', 'check']) {
    await app.page.goto(`#/${screen}`);
    await expect(app.page.getByRole('main').getByRole('link', { name: 'Go to Data' })).toBeVisible();
    await expect(app.page.getByRole('main').getByRole('link', { name: 'Export' })).toHaveCount(0);
  }
  await loadFromHere(app).click();
  await app.page.getByRole('main').getByRole('link', { name: 'Go to Run' }).click();
  await expect(app.run.start).toBeEnabled();
});

// Every screen in its main states, one after the other: what script/screenshots takes pictures of, and what the stories of
// `accessibility` look at. A new screen or state is added here, and both have it.

import { readFileSync } from 'node:fs';
import { syntheticRun } from '../../../script/synthetic-run.mjs';

/** An endpoint that refuses every key; the tour itself plays it. */
const REFUSING = 'http://localhost:4321/v1';
/** One that answers every question with the same query; played as well. */
const ANSWERING = 'http://localhost:4322/v1';
/** What the browser says in the console on the way: of that endpoint, and of a model of its own that it does not have. */
export const SAID = [/^(request|console): .*localhost:4321/, /^console: Unable to create a text session/];

/** All screens by their names in the URL. */
const SCREENS = ['home', 'data', 'scores', 'prompt', 'playground', 'models', 'run', 'results', 'candidate', 'check', 'example', 'compare', 'export', 'settings'];
/** Those that say something of their own once there is a run. */
const WITH_RUN = ['home', 'data', 'prompt', 'models', 'run', 'results', 'candidate', 'check', 'export', 'settings'];

/** Draws also what is drawn only when it comes into view, until another page is loaded. */
export function drawAll(page) {
  return page.evaluate(() => {
    const all = new CSSStyleSheet();
    all.replaceSync('.feed li, .card[data-below] { content-visibility: visible; }');
    document.adoptedStyleSheets = [all];
  });
}

/** Waits until what has changed is drawn. */
export function drawn(page) {
  return page.evaluate(() => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve))));
}

/** Goes to a place without leaving the page, so that what is in its memory stays. */
async function go(page, hash) {
  await page.evaluate((hash) => (location.hash = hash), hash);
  await page.getByRole('heading', { level: 1 }).waitFor();
  await drawn(page);
}

const byId = (page, id) => page.getByTestId(id);
const hasState = (page, state) => byId(page, 'run-state').filter({ hasText: new RegExp(`^${state}$`) }).waitFor({ timeout: 120_000 });

async function enter(page, id, value) {
  await byId(page, id).fill(String(value));
  await byId(page, id).blur();
}

function file(name, content) {
  return { name, mimeType: 'application/octet-stream', buffer: Buffer.from(content) };
}

/** The name of each state, given out while the page is in it; it must be left as it was found. */
export async function* tour(page) {
  await page.goto('./');
  yield* nothingLoaded(page);
  yield* prepared(page);
  yield* refused(page);
  yield* finished(page);
  yield* asked(page);
  yield* otherSearches(page);
  yield* compared(page);
  yield* scored(page);
  yield* shared(page);
}

async function* nothingLoaded(page) {
  for (const screen of SCREENS) {
    await go(page, `#/${screen}`);
    yield `empty-${screen}`;
  }
  await go(page, '#/prompt');
  const template = await byId(page, 'prompt-template').inputValue();
  await enter(page, 'prompt-template', 'My own words about {table_info}.');
  await page.getByRole('button', { name: 'Load the sample' }).click();
  await byId(page, 'sample-keep').waitFor();
  yield 'dialog-sample';
  await page.keyboard.press('Escape');
  await enter(page, 'prompt-template', template);
  await page.evaluate(() => (location.hash = '#run=https://example.org/run.jsonl'));
  await byId(page, 'shared-confirm').waitFor();
  yield 'dialog-shared';
  await page.keyboard.press('Escape');
  await go(page, '#/home');
  await byId(page, 'open-run-file').setInputFiles(file('run.jsonl', 'no run at all'));
  await byId(page, 'notice').waitFor();
  yield 'notice';
  await byId(page, 'notice-close').click();
}

/** The sample, before a run; and what can be wrong with it. */
async function* prepared(page) {
  await byId(page, 'start-sample').click();
  await byId(page, 'run-start').waitFor();
  yield 'ready-run';
  for (const method of ['racing', 'protegi']) {
    await byId(page, `method-${method}`).check({ force: true });
    yield `ready-${method}`;
  }
  await byId(page, 'method-apo').check({ force: true });
  const width = await byId(page, 'beam_width').inputValue();
  await enter(page, 'beam_width', 0);
  await enter(page, 'max_calls', 10);
  yield 'faulty-run';
  await enter(page, 'beam_width', width);
  await enter(page, 'max_calls', '');

  await go(page, '#/data');
  await byId(page, 'example-count').waitFor();
  await byId(page, 'gold-check').getByText(/72/).first().waitFor();
  await page.locator('.schema summary').nth(1).click();
  await byId(page, 'sql-run').click();
  await byId(page, 'sql-result').waitFor();
  yield 'checked-data';
  await byId(page, 'sql-text').fill('SELECT nothing FROM nowhere');
  await byId(page, 'sql-run').click();
  await byId(page, 'sql-fault').waitFor();
  await byId(page, 'data-files').setInputFiles(file('questions.json', '[{"db_id": "bike'));
  await byId(page, 'import-error').waitFor();
  const train = await byId(page, 'split-train').inputValue();
  await enter(page, 'split-train', 700);
  await byId(page, 'split-error').waitFor();
  yield 'faulty-data';
  await enter(page, 'split-train', train);

  await go(page, '#/prompt');
  const template = await byId(page, 'prompt-template').inputValue();
  await byId(page, 'try-example').click();
  await byId(page, 'try-result').waitFor();
  yield 'tried-prompt';
  await enter(page, 'prompt-template', 'Answer {question} about {tables}.');
  yield 'faulty-prompt';
  await enter(page, 'prompt-template', template);

  await go(page, '#/models');
  await byId(page, 'models-same').uncheck();
  await byId(page, 'model-agent-provider').selectOption('openrouter');
  await byId(page, 'model-critic-provider').selectOption('in_page');
  await byId(page, 'model-editor-provider').selectOption('built_in');
  yield 'three-models';
}

/** A run that its endpoint brings to a halt. */
async function* refused(page) {
  await page.route(`${REFUSING}/**`, (route) =>
    route.fulfill({
      status: 401,
      headers: { 'Access-Control-Allow-Origin': '*', 'Access-Control-Allow-Headers': '*' },
      json: { error: { message: 'Incorrect API key provided.' } },
    }),
  );
  await byId(page, 'models-same').check();
  await byId(page, 'model-agent-provider').selectOption('open_ai_compatible');
  await enter(page, 'model-agent-url', REFUSING);
  await enter(page, 'model-agent-name', 'any-model');
  await byId(page, 'model-agent-test').click();
  await byId(page, 'model-agent-result').getByText(/key/).first().waitFor();
  yield 'refused-models';
  await go(page, '#/run');
  await byId(page, 'run-start').click();
  await hasState(page, 'paused');
  await byId(page, 'paused-by').waitFor();
  yield 'refused-run';
  await byId(page, 'run-stop').click();
  await hasState(page, 'stopped');
  await go(page, '#/models');
  await byId(page, 'model-agent-provider').selectOption('practice');
}

/** The sample's run, in between and at its end. */
async function* finished(page) {
  await go(page, '#/run?view=setup');
  await byId(page, 'run-start').click();
  await byId(page, 'rollouts-done').filter({ hasText: /[1-9]\d/ }).waitFor();
  await byId(page, 'run-pause').click();
  await hasState(page, 'paused');
  yield 'paused-run';
  await go(page, '#/home');
  yield 'paused-home';
  await go(page, '#/results');
  yield 'paused-results';
  await go(page, '#/run');
  await byId(page, 'run-resume').click();
  await hasState(page, 'finished');
  for (const screen of WITH_RUN) {
    await go(page, `#/${screen}`);
    if (screen === 'export') await byId(page, 'keys-checked').waitFor({ timeout: 30_000 });
    yield screen;
  }
  await go(page, '#/run?node=v1');
  await byId(page, 'panel-diff').waitFor();
  yield 'lineage-panel';
  await page.keyboard.press('Escape');
  for (const table of ['score-table', 'lineage-table']) await byId(page, table).locator('summary').click();
  yield 'run-tables';
  yield* lookedBack(page);
  for (const view of ['table', 'groups', 'prompts']) {
    await go(page, `#/results?view=${view}`);
    yield `results-${view}`;
  }
  await go(page, '#/results?search=nothing%20at%20all');
  yield 'results-none';
  await go(page, '#/candidate?version=v0');
  yield 'candidate-seed';
  await go(page, '#/candidate');
  await byId(page, 'layout-side').click();
  yield 'candidate-side';
  await byId(page, 'layout-unified').click();
  for (const filter of ['wrong', 'right']) {
    await go(page, `#/results?filter=${filter}`);
    await page.locator('tr[data-example] a').first().click();
    await byId(page, 'predicted').waitFor();
    yield `example-${filter}`;
  }
  await go(page, '#/settings');
  await page.getByRole('button', { name: /^Clear everything/ }).first().click();
  await byId(page, 'clear-everything-confirm').waitFor();
  yield 'dialog-clear';
  await page.keyboard.press('Escape');
}

/** Questions outside the run: of the sample, of nobody's, and one's own. */
async function* asked(page) {
  await go(page, '#/candidate');
  await byId(page, 'ask-prompt').click();
  await byId(page, 'play-form').waitFor();
  yield 'playground';
  await byId(page, 'play-example').selectOption({ index: 1 });
  await byId(page, 'play-ask').click();
  await byId(page, 'play-verdict').waitFor();
  yield 'playground-known';
  await byId(page, 'play-question').fill('How many moons has Mars?');
  await byId(page, 'play-ask').click();
  await byId(page, 'play-failed').waitFor();
  yield 'playground-failed';
  await page.route(`${ANSWERING}/**`, (route) =>
    route.fulfill({
      headers: { 'Access-Control-Allow-Origin': '*', 'Access-Control-Allow-Headers': '*' },
      json: {
        choices: [{ index: 0, finish_reason: 'stop', message: { role: 'assistant', content: 'SELECT full_name, town FROM member ORDER BY full_name' } }],
        usage: { prompt_tokens: 812, completion_tokens: 24 },
      },
    }),
  );
  await go(page, '#/models');
  await byId(page, 'model-agent-provider').selectOption('open_ai_compatible');
  await enter(page, 'model-agent-url', ANSWERING);
  await enter(page, 'model-agent-name', 'any-model');
  await go(page, '#/playground?db=lending_library');
  await byId(page, 'play-question').fill('Who are the members of the library, and where do they live?');
  await byId(page, 'play-ask').click();
  await byId(page, 'play-result').waitFor();
  await byId(page, 'play-looked').check();
  await page.evaluate(() => scrollTo(0, 0));
  yield 'playground-keep';
  await go(page, '#/models');
  await byId(page, 'model-agent-provider').selectOption('practice');
}

/** The finished run in the middle of its search, and what opens over every screen. */
async function* lookedBack(page) {
  await go(page, '#/run?at=1');
  const events = Number(await byId(page, 'replay-slider').getAttribute('max'));
  await go(page, `#/run?at=${Math.round(0.6 * events)}`);
  await byId(page, 'replay-told').getByText(/./).waitFor();
  yield 'run-past';
  await go(page, '#/run');
  await byId(page, 'open-palette').click();
  yield 'palette';
  await byId(page, 'palette-input').fill('v');
  yield 'palette-typed';
  await byId(page, 'palette-input').fill('there is no such thing');
  yield 'palette-none';
  await byId(page, 'palette-shortcuts').click();
  await byId(page, 'shortcuts').waitFor();
  yield 'shortcuts';
  await page.keyboard.press('Escape');
}

async function* otherSearches(page) {
  for (const method of ['racing', 'protegi']) {
    await go(page, '#/run?view=setup');
    await byId(page, `method-${method}`).check({ force: true });
    await byId(page, 'run-start').click();
    await hasState(page, 'finished');
    yield `${method}-run`;
  }
}

/** Runs beside each other: those of the tour, which end in different states, and one that is not there. */
async function* compared(page) {
  await go(page, '#/home');
  for (const box of await page.getByRole('checkbox', { name: /^Compare / }).all()) await box.check();
  yield 'home-ticked';
  await byId(page, 'compare-runs').click();
  await byId(page, 'compare-figures').waitFor();
  yield 'compare';
  await byId(page, 'settings-all').click();
  yield 'compare-all';
  await go(page, '#/compare?runs=run-0');
  await byId(page, 'compare-missing').waitFor();
  yield 'compare-missing';
}

/** The sample's own gold queries as predictions, two of them spoilt. */
async function* scored(page) {
  const rows = JSON.parse(readFileSync('www/sample/dev.json', 'utf8'));
  const queries = rows.map((row, at) => (at % 36 === 5 ? "SELECT 'something else'" : row.query.replaceAll(/\s+/g, ' ')));
  await go(page, '#/scores');
  yield 'scores';
  await byId(page, 'predictions-file').setInputFiles(file('predicted.txt', queries.join('\n')));
  await byId(page, 'score-table').waitFor();
  yield 'scored';
  await go(page, '#/scores?row=5');
  yield 'scored-one';
}

/** Somebody else's run, with many prompts. */
async function* shared(page) {
  const lines = [...syntheticRun({ questions: 90, candidates: 14, answers: true })];
  await go(page, '#/home');
  await byId(page, 'open-run-file').setInputFiles(file('run.jsonl', `${lines.join('\n')}\n`));
  await go(page, '#/results');
  await byId(page, 'results-count').getByText(/90 questions/).waitFor();
  for (const hash of ['results', 'results?view=table', 'results?view=groups', 'results?view=prompts', 'run', 'candidate?version=v9', 'export']) {
    await go(page, `#/${hash}`);
    yield `shared-${hash.split('?view=').join('-').split('?')[0]}`;
  }
  await go(page, '#/results?filter=wrong');
  await page.locator('tr[data-example] a').first().click();
  await byId(page, 'predicted').waitFor();
  yield 'shared-example';
  await go(page, '#/home');
  yield 'shared-home';
}

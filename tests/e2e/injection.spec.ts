// Hostile text in every place that comes from outside: table and column names, values, questions, hints, model answers,
// the names of models and runs, file names, imported run files. All of it is shown as text, in the
// page and in the report that leaves it; nothing of it ever runs.

import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';
import { SCREENS, type App, type ScreenName } from './pages/app';
import type { ChatServer } from './support/chat-server';
import { expect, report, test } from './support/story';

const DB = 'hostile';
/** Ways to run a script; each leaves a mark in the page if it does. */
const CORPUS = [
  `<img src=x onerror="window.hit='img'">`,
  `<script>window.hit='script'</script>`,
  `<svg onload="window.hit='svg'">`,
  `"><iframe srcdoc="<script>parent.hit='iframe'</script>">`,
  `<a href="javascript:window.hit='link'">link</a>`,
  `' onfocus='window.hit=1' autofocus='`,
  `</textarea><script>window.hit='textarea'</script>`,
  `<style>body{display:none}</style>`,
  `{{constructor.constructor("window.hit='template'")()}}`,
];
const all = CORPUS.join(' ');

/** A database whose names and values are the corpus. */
async function hostileDatabase(): Promise<Buffer> {
  const load = createRequire(import.meta.url)('sql.js') as () => Promise<{ Database: new () => { run(sql: string): void; export(): Uint8Array } }>;
  const { Database } = await load();
  const database = new Database();
  const name = (text: string) => `"${text.replaceAll('"', '""')}"`;
  const value = (text: string) => `'${text.replaceAll("'", "''")}'`;
  for (const [at, text] of CORPUS.entries()) {
    database.run(`CREATE TABLE ${name(`t${at}${text}`)} (id INTEGER PRIMARY KEY, ${name(text)} TEXT)`);
    database.run(`INSERT INTO ${name(`t${at}${text}`)} VALUES (1, ${value(text)}), (2, ${value(all)})`);
  }
  return Buffer.from(database.export());
}

const ROWS = Array.from({ length: 9 }, (_, at) => ({
  db_id: DB,
  question: `${at} ${CORPUS[at % CORPUS.length]}`,
  evidence: CORPUS[(at + 1) % CORPUS.length],
  query: `SELECT '${CORPUS[at % CORPUS.length].replaceAll("'", "''")}', ${at} FROM sqlite_master`,
}));

const isScreen = (name: string): name is ScreenName => (SCREENS as readonly string[]).includes(name);

async function visit(app: App): Promise<void> {
  const deep = ['#/candidate?candidate=v1', '#/example', '#/playground'];
  for (const name of [...SCREENS, ...deep]) {
    if (isScreen(name)) await app.open(name);
    else await app.page.evaluate((hash) => (location.hash = hash), name);
    await expect(app.heading).toBeVisible();
    // Everything that opens is opened, so that it is drawn.
    for (const summary of await app.page.locator('main summary').all()) await summary.click({ trial: false }).catch(() => {});
    if (name === 'Export') await app.export.lookIntoAll();
    expect(await app.page.evaluate(() => (window as { hit?: unknown }).hit), name).toBeUndefined();
    expect(await app.page.locator('main script, main iframe, main style').count(), name).toBe(0);
  }
}

/** Puts the corpus around every answer, without spoiling it. */
function poison(chat: ChatServer): void {
  chat.around = (answer, role) => (role === 'editor' ? `${answer}\n- ${all.replaceAll(/[{}]/g, '')}` : `${all}\n\n${answer}`);
}

test('nothing that comes from outside is ever run', async ({ app, startChat, openElsewhere }) => {
  const chat = await startChat({ gold: new Map(ROWS.map((row) => [row.question, row.query])) });
  poison(chat);
  await app.open('Data');
  await app.data.files.setInputFiles([
    { name: `${DB}.sqlite`, mimeType: 'application/octet-stream', buffer: await hostileDatabase() },
    { name: `questions<img src=x onerror=hit=1>.json`, mimeType: 'application/json', buffer: Buffer.from(JSON.stringify(ROWS)) },
  ]);
  await expect(app.data.exampleCount).toHaveText(/9/);
  await app.data.split({ method: 'first_n', train: 3, validation: 3, heldOut: 3 });
  await app.open('Prompt');
  await app.prompt.choose('single_shot');
  await app.open('Models');
  await app.models.useEndpoint(chat.url);
  await app.open('Run');
  await app.run.set({ val_batch_size: 3, gradient_batch_size: 2, beam_width: 2, branch_factor: 1, beam_rounds: 1 });
  await app.run.start.click();
  await app.run.is('finished');
  await app.page.goto('#/playground');
  await app.playground.example.selectOption({ index: 1 });
  await app.playground.askButton.click();
  await expect(app.playground.verdict).toBeVisible();
  await visit(app);

  await app.open('Export');
  const { text } = await app.export.save('run');
  expect(text).toContain('onerror');
  // A run file may say anything, also where the page itself would not have written it.
  const rewritten = text.replace(/"name":"[^"]*"/, `"name":${JSON.stringify(all)}`);
  const other = await openElsewhere();
  await other.open('Export');
  await other.export.importRun.setInputFiles({ name: `${all.slice(0, 40)}.jsonl`, mimeType: 'text/plain', buffer: Buffer.from(rewritten) });
  await expect(other.step('Results')).toBeVisible();
  await other.open('Run');
  await other.run.is('finished');
  await visit(other);

  // The report is opened with scripts allowed: what runs none must not depend on that.
  await other.open('Export');
  const saved = await other.export.save('report');
  expect(saved.text).toContain('&lt;script&gt;');
  const read = await other.page.context().newPage();
  await read.goto(pathToFileURL(saved.path).href);
  await expect(read.getByRole('heading', { level: 1 })).toContainText('<script>');
  expect(await read.evaluate(() => (window as { hit?: unknown }).hit)).toBeUndefined();
  expect(await read.locator('script, iframe, img, a, body > style').count()).toBe(0);
  report(`${CORPUS.length} ways to run a script, on ${SCREENS.length + 3} screens, from data, models and a run file: none ran`);
});

// What users give by mistake: the message says what is wrong and what to do, it stands where the mistake is, and
// whatever was there before still works.

import { readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import type { Locator } from '@playwright/test';
import { enter, numberIn } from './pages/app';
import { expect, test } from './support/story';

interface Given {
  name: string;
  mimeType: string;
  buffer: Buffer;
}

const DB = 'bike_workshop';
const ROWS = [
  { db_id: DB, question: 'How many customers are there?', query: 'SELECT COUNT(*) FROM customer' },
  { db_id: DB, question: 'How many parts are there?', query: 'SELECT COUNT(*) FROM part' },
  { db_id: DB, question: 'How many mechanics are there?', query: 'SELECT COUNT(*) FROM mechanic' },
];
const sound = readFileSync(`www/sample/database/${DB}/${DB}.sqlite`);

function file(name: string, content: string | Buffer): Given {
  return { name, mimeType: 'application/octet-stream', buffer: Buffer.from(content) };
}

const questions = (rows: object[]) => file('questions.json', JSON.stringify(rows));
const database = (content: Buffer = sound) => file(`${DB}.sqlite`, content);

/** A database whose header is in order and whose pages are not. */
function damaged(): Buffer {
  const content = Buffer.from(sound);
  content.fill(0x5a, 100);
  return content;
}

async function expectFault(field: Locator, words: RegExp): Promise<void> {
  await expect(field).toHaveAttribute('aria-invalid', 'true');
  await expect(field).toHaveAccessibleDescription(words);
}

/** Files that cannot be used, and what is said about them; no two in a row get the same words. */
const UNUSABLE: [string, Given[], RegExp][] = [
  [
    'questions without gold SQL',
    [questions(ROWS.map(({ db_id, question }) => ({ db_id, question }))), database()],
    /no column for .*call it query/i,
  ],
  ['an unknown db_id', [questions(ROWS.map((row) => ({ ...row, db_id: 'atlantis' }))), database()], /no database called atlantis/i],
  ['a file that is no database', [questions(ROWS), database(Buffer.from('not a database at all'))], /not a SQLite database/i],
  ['a database that is cut off', [questions(ROWS), database(sound.subarray(0, sound.length / 2))], /cut off/i],
  ['an empty file of questions', [file('questions.json', ''), database()], /questions.json: it is empty/i],
  [
    'questions in UTF-16',
    [file('questions.json', Buffer.from(`\ufeff${JSON.stringify(ROWS)}`, 'utf16le')), database()],
    /UTF-16; save it as UTF-8/i,
  ],
  ['an empty database', [questions(ROWS), database(Buffer.alloc(0))], /is empty/i],
  [
    'questions in a Windows encoding',
    [file('questions.csv', Buffer.from(`db_id,question,query\n${DB},Wie viele Räder?,SELECT 1\n`, 'latin1')), database()],
    /line 2 is not UTF-8/i,
  ],
  ['JSON that breaks off', [file('questions.json', '[{"db_id": "bike'), database()], /not valid JSON/i],
  ['no database at all', [questions(ROWS)], /there is no database/i],
];

test('files that cannot be used are refused with the reason, and the data that is there stays', async ({ app }) => {
  await app.home.loadSample();
  await app.open('Data');
  for (const [what, files, words] of UNUSABLE) {
    await test.step(what, async () => {
      await app.data.files.setInputFiles(files);
      await expect.soft(app.data.importError, what).toContainText(words);
      expect(await numberIn(app.data.exampleCount), 'what was loaded before').toBe(72);
    });
  }
  await app.open('Run');
  await app.run.start.click();
  await app.run.is('finished');
});

test('some bad questions among good ones are reported, and the good ones are used', async ({ app }) => {
  await app.open('Data');
  await app.data.files.setInputFiles([questions([...ROWS, { ...ROWS[0], db_id: 'atlantis' }]), database()]);
  await expect.poll(() => numberIn(app.data.exampleCount)).toBe(3);
  await expect(app.data.report).toContainText(/no database called atlantis/i);
});

test('a database with damaged pages is named when it is used, and nothing is scored', async ({ app }) => {
  await app.open('Data');
  await app.data.files.setInputFiles([questions(ROWS), database(damaged())]);
  await expect(app.page.getByRole('main').getByText(/malformed|damaged|cannot be (opened|read)/i).filter({ visible: true }).first()).toBeVisible();
});

test('a split without questions is refused at the split and keeps the run from starting', async ({ app }) => {
  await app.home.loadSample();
  await app.open('Data');
  await enter(app.data.splitValidation, 0);
  await expect(app.data.splitError).toContainText(/validation split has no questions. Give it at least 1/i);
  await enter(app.data.splitValidation, 500);
  await expect(app.data.splitError).toContainText(/the dataset has 72/i);
  await app.open('Run');
  if (await app.run.start.isEnabled()) await app.run.start.click();
  await app.run.is('idle');
  await expect(app.page.getByRole('main').getByText(/the dataset has 72/i).first()).toBeVisible();
  await app.open('Data');
  await enter(app.data.splitValidation, 20);
  await expect(app.data.splitError).toBeHidden();
});

test('a prompt without its placeholder is marked, and cannot be started', async ({ app }) => {
  await app.home.loadSample();
  await app.open('Prompt');
  await app.prompt.template.fill('Write {dialect} for the question. Round to {digits} digits.');
  await expectFault(app.prompt.template, /table_info/);
  await expectFault(app.prompt.template, /digits/);
  await app.open('Run');
  if (await app.run.start.isEnabled()) await app.run.start.click();
  await app.run.is('idle');
  await expect(app.page.getByRole('main').getByText(/table_info/).first()).toBeVisible();
});

test('numbers that cannot be are refused at their fields', async ({ app }) => {
  await app.home.loadSample();
  await app.open('Run');
  await enter(app.run.parameter('beam_width'), 0);
  await expectFault(app.run.parameter('beam_width'), /at least 1/i);
  await enter(app.run.parameter('beam_rounds'), 'many');
  await expectFault(app.run.parameter('beam_rounds'), /whole number/i);
  await enter(app.run.parameter('diversity_temperature'), 9);
  await expectFault(app.run.parameter('diversity_temperature'), /between 0 and 2/i);
  if (await app.run.start.isEnabled()) await app.run.start.click();
  await app.run.is('idle');
  await app.open('Models');
  await enter(app.models.concurrency, 65);
  await expectFault(app.models.concurrency, /between 1 and 64/i);
});

test('a wrong URL is refused as it is typed, and one that nobody answers gets a cause and a remedy', async ({ app, watch }) => {
  await app.open('Models');
  const url = app.models.field('agent', 'url');
  await app.models.field('agent', 'provider').selectOption('open_ai_compatible');
  await enter(url, 'api.example.com');
  await expectFault(url, /starting with https/i);
  await enter(url, 'http://api.example.com/v1');
  await expectFault(url, /unencrypted/i);
  await enter(url, 'https://api.example.com/v1?key=secret');
  await expectFault(url, /key has its own field/i);

  const nobody = `http://127.0.0.1:${await closedPort()}/v1`;
  watch.expectFailuresOf(nobody);
  await enter(url, nobody);
  await enter(app.models.field('agent', 'name'), 'any-model');
  await app.models.field('agent', 'test').click();
  await expect(app.page.getByRole('main').getByText(/cannot be reached/i).first()).toBeVisible();
  await expect(app.page.getByRole('main').getByText(/is not running/i).first()).toBeVisible();
});

test('a run file that is none is refused in words', async ({ app }) => {
  await app.open('Export');
  await app.export.importRun.setInputFiles(file('run.jsonl', 'this is not a run\n'));
  await expect(app.page.getByRole('alert').first()).toBeVisible();
  await app.export.importSettings.setInputFiles(file('settings.json', '[1, 2'));
  await expect(app.page.getByRole('alert').first()).toBeVisible();
  await app.open('Run');
  await app.run.is('idle');
});

/** A port of this machine on which nobody listens. */
async function closedPort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

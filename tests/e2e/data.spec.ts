// Bringing data of one's own: columns that were guessed wrongly, gold queries that are broken, questions typed in, a database
// of several files, and a download of the official size.

import { closeSync, mkdirSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import type { Browser, Page } from '@playwright/test';
import { numberIn } from './pages/app';
import { expect, report, test } from './support/story';

const DB = 'bike_workshop';
const databaseOf = (name: string): Buffer => readFileSync(`www/sample/database/${name}/${name}.sqlite`);

function file(name: string, content: string | Buffer) {
  return { name, mimeType: 'application/octet-stream', buffer: Buffer.from(content) };
}

let folder: string;
test.beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'promptbeam-data-'));
});
test.afterAll(() => rmSync(folder, { recursive: true }));

test('columns that were guessed wrongly are chosen, and the file is read again', async ({ app }) => {
  await app.open('Data');
  const table = 'nr\tfrage\tantwort\nA\tHow many parts?\tSELECT COUNT(*) FROM part\nB\tHow many customers?\tSELECT COUNT(*) FROM customer\n';
  await app.data.files.setInputFiles([file('fragen.tsv', table), file(`${DB}.sqlite`, databaseOf(DB))]);
  await expect(app.data.importError).toContainText('no column for the question');
  await app.data.column('question').selectOption('nr');
  await expect(app.data.importError).toContainText('no column for the question');
  await app.data.column('gold').selectOption('antwort');
  await expect.poll(() => numberIn(app.data.exampleCount)).toBe(2);
  await expect(app.data.questions).toContainText('A');
  await app.data.column('question').selectOption('frage');
  await expect(app.data.questions).toContainText('How many parts?');
  await expect(app.data.goldCheck).toContainText('All 2 gold queries run and return rows');
  await expect(app.page.getByText('Also stored in this browser'), 'what was misread is replaced').toBeHidden();
  await app.open('Settings');
  await expect(app.page.getByTestId('datasets').getByRole('button')).toHaveCount(1);
});

test('broken gold queries are listed with their reason, shown among the questions, and can be left out', async ({ app }) => {
  const rows = [
    ['How many parts?', 'SELECT COUNT(*) FROM part'],
    ['What is gone?', 'SELECT gone FROM part'],
    ['Who is nobody?', 'SELECT * FROM customer WHERE 0'],
    ['How many mechanics?', 'SELECT COUNT(*) FROM mechanic'],
  ];
  const questions = JSON.stringify(rows.map(([question, query]) => ({ db_id: DB, question, query })));
  await app.open('Data');
  await app.data.files.setInputFiles([file('dev.json', questions), file(`${DB}.sqlite`, databaseOf(DB))]);
  await expect(app.data.goldCheck).toContainText('1 gold query fails, 1 returns no rows');
  const failing = app.page.getByTestId('gold-fails');
  await failing.locator('summary').click();
  await expect(failing).toContainText('q0002: fails: no such column: gone.');
  await failing.getByRole('link', { name: 'Show them among the questions' }).click();
  await expect(app.data.questions).toContainText('What is gone?');
  await expect(app.data.questions).not.toContainText('How many parts?');
  await app.page.reload();
  await expect(app.data.goldCheck, 'after a reload').toContainText('1 gold query fails');
  await app.page.getByTestId('gold-leave-out').click();
  await expect.poll(() => numberIn(app.data.exampleCount)).toBe(3);
  await expect(app.data.goldCheck).toContainText('1 gold query returns no rows');
});

test('questions are found by how hard they are, as the data says or by the gold query, and by their ids in the file', async ({ app }) => {
  const rows = [
    ['How many parts?', 'SELECT COUNT(*) FROM part', null],
    ['Which part is dearest?', 'SELECT part_name FROM part WHERE unit_cents > 3 ORDER BY unit_cents DESC LIMIT 1', null],
    ['How many mechanics?', 'SELECT COUNT(*) FROM mechanic', 'challenging'],
    ['Which part is where?', 'SELECT part_name, row_number() OVER (ORDER BY unit_cents) FROM part', null],
  ];
  const questions = JSON.stringify(rows.map(([question, query, difficulty], n) => ({ question_id: 1471 + n, db_id: DB, question, query, difficulty })));
  await app.open('Data');
  await app.data.files.setInputFiles([file('dev.json', questions), file(`${DB}.sqlite`, databaseOf(DB))]);
  const filter = app.page.getByTestId('questions-hardness');
  await expect(filter.locator('option')).toHaveText(['Any hardness', 'easy', 'hard', 'challenging', 'unrated']);
  const shown = app.data.questions.locator('tr').filter({ hasText: '?' });
  await expect(shown.first()).toContainText('easy');
  for (const [level, number] of [['easy', 0], ['hard', 1], ['challenging', 2], ['unrated', 3]] as const) {
    await filter.selectOption(level);
    await expect(shown).toHaveCount(1);
    await expect(shown).toContainText(rows[number]![0]!);
    expect(new URL(app.page.url()).hash + new URL(app.page.url()).search).toContain(`hardness=${level}`);
  }
  await expect(app.data.questions).toContainText('–');
  await filter.selectOption('Any hardness');
  await app.page.getByTestId('questions-search').fill('1472');
  await expect(shown).toHaveCount(1);
  await app.data.questions.getByText('Which part is dearest').click();
  await expect(app.data.questions).toContainText('Its id in the file: 1472');
});

test('gold queries are run on every file of a database', async ({ app }) => {
  const suite = join(folder, 'suite');
  const home = join(suite, 'database', DB);
  mkdirSync(home, { recursive: true });
  writeFileSync(join(home, `${DB}.sqlite`), databaseOf(DB));
  writeFileSync(join(home, `${DB}_2.sqlite`), databaseOf('farm_market'));
  const questions = [{ db_id: DB, question: 'How many parts?', query: 'SELECT COUNT(*) FROM part' }];
  writeFileSync(join(suite, 'dev.json'), JSON.stringify(questions));
  await app.open('Data');
  await app.data.folder.setInputFiles(suite);
  await expect(app.data.report).toContainText("1 in 2 files; an answer must be right on all of a database's");
  await app.page.getByTestId('gold-fails').locator('summary').click();
  await expect(app.data.goldCheck).toContainText(`q0001 on ${DB}/${DB}_2.sqlite: fails: no such table: part.`);
});

test('a lone database gets its questions typed in, and keeps them', async ({ app }) => {
  const lone = [file(`${DB}.sqlite`, databaseOf(DB))];
  await app.open('Data');
  await app.data.files.setInputFiles(lone);
  const form = app.page.getByTestId('typed-form');
  const add = async (question: string, gold: string) => {
    await form.getByLabel('Question').fill(question);
    await form.getByLabel('Gold SQL').fill(gold);
    await form.getByRole('button', { name: 'Add the question' }).click();
  };
  await add('How many parts?', 'SELECT COUNT(*) FROM parts');
  await expect(app.page.getByTestId('typed-fault')).toContainText('The gold query fails: no such table: parts');
  await add('How many parts?', 'SELECT COUNT(*) FROM part');
  await expect.poll(() => numberIn(app.data.exampleCount)).toBe(1);
  await add('How many customers?', 'SELECT COUNT(*) FROM customer');
  await expect.poll(() => numberIn(app.data.exampleCount)).toBe(2);
  await expect(app.data.goldCheck).toContainText('All 2 gold queries run and return rows');
  await app.data.files.setInputFiles(lone);
  await expect(app.data.questions).toContainText('How many customers?');
  await app.data.questions.getByText('How many customers?').click();
  await app.data.questions.getByRole('button', { name: 'Remove this question' }).last().click();
  await expect.poll(() => numberIn(app.data.exampleCount)).toBe(1);
});

/** Writes a zip in the official layout, every file stored: 372 databases, 200 MB. */
function writeLargeZip(path: string): number {
  const out = openSync(path, 'w');
  const directory: Buffer[] = [];
  let at = 0;
  const add = (name: string, content: Buffer, checksum: number) => {
    const fields = Buffer.alloc(26);
    fields.writeUInt16LE(20, 0);
    fields.writeUInt32LE(checksum, 10);
    fields.writeUInt32LE(content.length, 14);
    fields.writeUInt32LE(content.length, 18);
    fields.writeUInt16LE(name.length, 22);
    const entry = Buffer.alloc(46 - 32);
    entry.writeUInt32LE(at, 10);
    directory.push(Buffer.concat([Buffer.from('PK\x01\x02\x14\x00', 'latin1'), fields, entry, Buffer.from(name)]));
    const header = Buffer.concat([Buffer.from('PK\x03\x04', 'latin1'), fields, Buffer.from(name)]);
    at += writeSync(out, header) + writeSync(out, content);
  };
  const db = (number: number) => `db_${String(number).padStart(3, '0')}`;
  const questions = (number: number) => {
    const one = (n: number) => ({ db_id: db(n % 20), question: `Question ${n}?`, query: 'SELECT COUNT(*) FROM part', query_toks: Array(400).fill('token') });
    return Buffer.from(JSON.stringify(Array.from({ length: number }, (_, n) => one(n))));
  };
  for (const [name, number] of [['train_spider', 7000], ['dev', 1034]] as const) {
    const content = questions(number);
    add(`spider_data/${name}.json`, content, crc32(content));
  }
  // Behind its last page a file may have anything: SQLite reads what its header speaks of.
  const padded = Buffer.concat([databaseOf(DB), Buffer.alloc(500_000, 0xa5)]);
  const checksum = crc32(padded);
  for (const [place, number] of [['database', 166], ['test_database', 206]] as const) {
    for (let n = 0; n < number; n++) add(`spider_data/${place}/${db(n)}/${db(n)}.sqlite`, padded, checksum);
  }
  const list = Buffer.concat(directory);
  const end = Buffer.alloc(22);
  end.write('PK\x05\x06', 'latin1');
  end.writeUInt16LE(directory.length, 8);
  end.writeUInt16LE(directory.length, 10);
  end.writeUInt32LE(list.length, 12);
  end.writeUInt32LE(at, 16);
  writeSync(out, list);
  writeSync(out, end);
  closeSync(out);
  return at;
}

/**
 * Megabytes that the page holds, garbage collected before. `used` is what its scripts hold: objects, buffers, and the
 * memory of WebAssembly, which never shrinks and so tells the most that was needed. `resident` is all of its process, with
 * its workers and what the browser itself keeps there.
 */
async function memoryMb(browser: Browser, page: Page): Promise<{ used: number; resident: number }> {
  const session = await page.context().newCDPSession(page);
  await session.send('HeapProfiler.collectGarbage');
  const heap = await session.send('Runtime.getHeapUsage');
  const { result: prototype } = await session.send('Runtime.evaluate', { expression: 'WebAssembly.Memory.prototype' });
  const { objects } = await session.send('Runtime.queryObjects', { prototypeObjectId: prototype.objectId! });
  const { result: wasm } = await session.send('Runtime.callFunctionOn', {
    objectId: objects.objectId!,
    functionDeclaration: 'function () { return this.reduce((sum, memory) => sum + memory.buffer.byteLength, 0); }',
  });
  await session.detach();
  const whole = await browser.newBrowserCDPSession();
  const { processInfo } = await whole.send('SystemInfo.getProcessInfo');
  await whole.detach();
  const resident = (id: number) => Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${id}/status`, 'utf8'))?.[1] ?? 0) / 1024;
  return {
    used: (heap.usedSize + heap.backingStorageSize + wasm.value) / 2 ** 20,
    resident: Math.max(...processInfo.filter(({ type }) => type === 'renderer').map(({ id }) => resident(id))),
  };
}

test('a zip of the official size is listed without being loaded', async ({ app, browser }) => {
  test.skip(process.platform !== 'linux', 'memory is read from /proc');
  const zip = join(folder, 'spider_data.zip');
  expect(writeLargeZip(zip)).toBeGreaterThan(200_000_000);
  await app.open('Data');
  await expect(app.data.files).toBeAttached();
  const before = await memoryMb(browser, app.page);
  const first = app.page.getByTestId('importing').filter({ hasText: /\.sqlite/ });
  const loaded = expect.poll(() => numberIn(app.data.exampleCount), { timeout: 30_000 }).toBe(1034);
  const began = Date.now();
  await app.data.files.setInputFiles(zip);
  await Promise.race([first.waitFor(), loaded]);
  const listed = (Date.now() - began) / 1000;
  const listedWith = await memoryMb(browser, app.page);
  await loaded;
  const all = (Date.now() - began) / 1000;
  const allWith = await memoryMb(browser, app.page);
  const growth = (now: typeof before) => `${(now.used - before.used).toFixed(0)} MB more in use, ${(now.resident - before.resident).toFixed(0)} MB resident`;
  report(
    `a zip of 200 MB with 372 databases: listed in ${listed.toFixed(2)} s with ${growth(listedWith)}, ` +
      `its 20 databases stored after ${all.toFixed(2)} s with ${growth(allWith)}`,
  );
  if (process.env.PERF === '1') {
    expect(listed).toBeLessThan(2);
    expect(listedWith.resident - before.resident).toBeLessThan(50);
  }
  expect(listedWith.used - before.used).toBeLessThan(50);
  await expect(app.data.databaseCount).toHaveText('20');
});

// The SQL console on Data: a query without end is stopped and disturbs nobody, and nothing can be written.

import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { Page, Route } from '@playwright/test';
import { expect, report, test } from './support/story';

const DATABASE = 'farm_market';
const WRITING = [
  'DELETE FROM farm',
  'DROP TABLE farm',
  'CREATE TABLE mine (a)',
  'INSERT INTO farm DEFAULT VALUES RETURNING 1',
  'WITH c AS (SELECT 1) UPDATE farm SET rowid = 1',
  'ALTER TABLE farm RENAME TO mine',
  'VACUUM',
  "ATTACH 'x' AS y",
  'PRAGMA user_version = 7',
  'EXPLAIN PRAGMA query_only = 0',
  'SELECT 1; DELETE FROM farm',
  'SELECT 1 /* ; */ -- ;\n; DROP TABLE farm',
  '/* SELECT */ REPLACE INTO farm SELECT * FROM farm',
];
const ENDLESS = 'WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT COUNT(*) FROM n';

/** Measures, until it is asked for, the longest time between two frames. */
async function watchFrames(page: Page): Promise<() => Promise<number>> {
  const watched = await page.evaluateHandle(() => {
    const seen = { longest: 0, on: true };
    let last = performance.now();
    const frame = () => {
      const now = performance.now();
      seen.longest = Math.max(seen.longest, now - last);
      last = now;
      if (seen.on) requestAnimationFrame(frame);
    };
    requestAnimationFrame(frame);
    return seen;
  });
  return () =>
    watched.evaluate((seen) => {
      seen.on = false;
      return seen.longest;
    });
}

/** The header of a SQLite file. A copy of a database that sql.js hands out has counters of its own there. */
const HEADER_BYTES = 100;

/** Added to sql.js: what a worker has opened can be asked for, with a copy of how it was then. */
const REMEMBER_DATABASES = `
  const load = self.initSqlJs;
  self.opened = [];
  self.initSqlJs = async (config) => {
    const library = await load(config);
    library.Database = class extends library.Database {
      constructor(...given) {
        super(...given);
        self.opened.push({ database: this, atFirst: this.export() });
      }
    };
    return library;
  };`;

async function rememberDatabases(route: Route): Promise<void> {
  const response = await route.fetch();
  await route.fulfill({ response, body: (await response.text()) + REMEMBER_DATABASES });
}

const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');

/** What a worker has open: hashes of its copy when it was opened, of its copy now, and of the latter without the header. */
interface Opened {
  atFirst: string;
  now: string;
  pages: string;
}

async function openedDatabases(page: Page): Promise<Opened[]> {
  const opened = page.workers().map((worker) =>
    worker.evaluate(async (headerBytes) => {
      type Copy = Uint8Array<ArrayBuffer>;
      const { opened = [] } = self as unknown as { opened?: { database: { export(): Copy }; atFirst: Copy }[] };
      const sha256 = async (bytes: Copy) => {
        const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
        return [...digest].map((byte) => byte.toString(16).padStart(2, '0')).join('');
      };
      const hashes = opened.map(async ({ database, atFirst }) => {
        const now = database.export();
        return { atFirst: await sha256(atFirst), now: await sha256(now), pages: await sha256(now.slice(headerBytes)) };
      });
      return Promise.all(hashes);
    }, HEADER_BYTES),
  );
  return (await Promise.all(opened)).flat();
}

test.beforeEach(async ({ app }) => {
  await app.page.context().route('**/sql-wasm-browser.js', rememberDatabases);
  await app.home.loadSample();
  await app.open('Data');
  await expect(app.data.exampleCount).toContainText('72');
  await app.data.choose(DATABASE);
});

test('a query without end is stopped in words, and the page keeps moving', async ({ app }) => {
  await app.data.query('SELECT 40 + 2 AS answer');
  await expect(app.data.queryResult).toContainText('42');
  const longestFrame = await watchFrames(app.page);
  const began = Date.now();
  await app.data.query(ENDLESS);
  await expect(app.data.sql).toHaveAccessibleDescription(/too slow/i, { timeout: 20_000 });
  const seconds = (Date.now() - began) / 1000;
  report(`the endless query was stopped after ${seconds.toFixed(1)} s, longest time between two frames ${(await longestFrame()).toFixed(0)} ms`);
  await app.data.query('SELECT 40 + 2 AS answer');
  await expect(app.data.queryResult).toContainText('42');
});

test('a run goes its way beside a query without end', async ({ app }) => {
  await app.data.query(ENDLESS);
  await app.open('Run');
  const longestFrame = await watchFrames(app.page);
  await app.run.start.click();
  await app.run.is('finished');
  report(`longest time between two frames of a run: ${(await longestFrame()).toFixed(0)} ms`);
  expect((await app.run.figures()).best.total).toBe(24);
});

test('a statement that writes is refused, and the database stays as it is to the byte', async ({ app }) => {
  for (const statement of WRITING) {
    await app.data.query(statement);
    await expect(app.data.sql, statement).toHaveAttribute('aria-invalid', 'true');
    await expect(app.data.sql, statement).toHaveAccessibleDescription(/only (statements that read|one statement)/i);
    await expect(app.data.queryResult).toBeHidden();
  }
  await app.data.query('SELECT 40 + 2 AS answer');
  await expect(app.data.queryResult).toContainText('42');
  await expect(app.data.sql).not.toHaveAttribute('aria-invalid');
  const opened = await openedDatabases(app.page);
  for (const { atFirst, now } of opened) expect(now).toBe(atFirst);
  const file = readFileSync(`www/sample/database/${DATABASE}/${DATABASE}.sqlite`);
  expect(opened.map(({ pages }) => pages)).toContain(sha256(file.subarray(HEADER_BYTES)));
});

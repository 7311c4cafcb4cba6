// Predictions of other systems, scored on one's data without a model.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { numberIn, type App } from './pages/app';
import { expect, report, test } from './support/story';

const SPIDER = process.env.SPIDER_DIR;

interface Row {
  db_id: string;
  query: string;
}

const sample: Row[] = JSON.parse(readFileSync('www/sample/dev.json', 'utf8'));

/** A text file with one query a line, as Spider's evaluator reads it. */
function lines(queries: string[]) {
  return { name: 'predicted.txt', mimeType: 'text/plain', buffer: Buffer.from(queries.join('\n') + '\n') };
}

const oneLine = (query: string) => query.replaceAll(/\s+/g, ' ');

async function openScores(app: App): Promise<void> {
  await app.open('Data');
  await app.page.getByTestId('score-predictions').click();
  await expect(app.scores.file).toBeAttached();
}

test('predictions for the sample are scored by hardness, opened, filtered and saved', async ({ app }) => {
  await app.home.loadSample();
  await openScores(app);
  const queries = sample.map((row) => oneLine(row.query));
  queries[2] = "SELECT 'something else'";
  queries[5] = 'SELECT nothing FROM nowhere';
  await app.scores.file.setInputFiles(lines(queries));
  await expect(app.scores.scored).toContainText('72 predictions');
  expect(await app.scores.share('execution')).toEqual({ correct: 70, total: 72 });

  const wide = app.page.viewportSize();
  await app.page.setViewportSize({ width: 390, height: 844 });
  const overall = app.page.getByTestId('score-execution');
  await overall.scrollIntoViewIfNeeded();
  await expect(overall, 'a phone shows the overall figure without scrolling sideways').toBeInViewport({ ratio: 1 });
  expect(await app.scores.table.evaluate((table) => table.scrollWidth - (table.parentElement?.clientWidth ?? 0))).toBeLessThanOrEqual(0);
  if (wide) await app.page.setViewportSize(wide);

  await app.scores.verdict.selectOption('wrong');
  await expect(app.scores.rows.getByRole('link')).toHaveCount(2);
  await app.scores.rows.getByRole('link').last().click();
  await expect(app.scores.difference).toContainText('Wrong');
  await expect(app.page.getByTestId('predicted')).toContainText('nowhere');
  await app.page.getByTestId('back-to-scores').click();
  await expect(app.scores.rows.getByRole('link'), 'the filter is kept').toHaveCount(2);

  const coming = app.page.waitForEvent('download');
  await app.page.getByTestId('export-scores').click();
  const saved = readFileSync(await (await coming).path(), 'utf8');
  expect(saved).toContain('something else');
  expect(saved.split('\n')[0]).toContain('execution');
});

test('a file that does not fit the questions is refused with both numbers', async ({ app }) => {
  await app.home.loadSample();
  await openScores(app);
  await app.scores.file.setInputFiles(lines(['SELECT 1', 'SELECT 2']));
  await expect(app.scores.error).toContainText('2 predictions');
  await expect(app.scores.error).toContainText('72 questions');
});

test("a published system's predictions get the reference evaluator's verdicts", async ({ app }) => {
  test.skip(!SPIDER, 'SKIPPED: SPIDER_DIR is not set, so nothing is tried on real Spider data.');
  const system = join(SPIDER!, 'predictions', 'dail_sql_gpt4');
  await app.open('Data');
  await app.data.folder.setInputFiles(SPIDER!);
  await expect.poll(() => numberIn(app.data.exampleCount), { timeout: 60_000 }).toBe(1034);
  await openScores(app);
  await app.scores.file.setInputFiles(`${system}.txt`);
  await expect(app.scores.scored).toBeVisible({ timeout: 110_000 });
  report(await app.scores.scored.innerText());

  const records = (name: string) =>
    readFileSync(`${system}.${name}.jsonl`, 'utf8').trim().split('\n').map((line) => JSON.parse(line));
  const right = records('verdicts').filter((record) => record.expected_default === 1).length;
  expect(await app.scores.share('execution')).toEqual({ correct: right, total: 1034 });
  const exact = records('exact').filter((record) => record.exact_match === 1).length;
  expect(await app.scores.share('exact')).toEqual({ correct: exact, total: 1034 });
});

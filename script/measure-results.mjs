// Measures the Results screen on a large run in Chromium: opening the run's file and opening the stored run again, then
// scrolling its matrix and its table down and sideways. Prints the longest task of the main thread and the longest gap between two
// frames of each scrolling.
//
//   node script/measure-results.mjs [FOLDER]      the built page; dist unless told

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium } from '@playwright/test';
import { args, executablePath } from '../tests/e2e/support/chromium.mjs';
import { serve } from './serve.mjs';
import { syntheticRun } from './synthetic-run.mjs';

const scratch = mkdtempSync(join(tmpdir(), 'promptbeam-measure-'));
const server = await serve(process.argv[2] ?? 'dist');
const browser = await chromium.launch({ executablePath, args });
const page = await (await browser.newContext({ baseURL: server.url, viewport: { width: 1440, height: 900 } })).newPage();

function file(name, options) {
  const path = join(scratch, name);
  const lines = [...syntheticRun(options)];
  writeFileSync(path, lines.join('\n') + '\n');
  console.log(`${name}: ${lines.length} events, ${(readFileSync(path).length / 1e6).toFixed(1)} MB`);
  return path;
}

const seconds = (since) => `${((performance.now() - since) / 1000).toFixed(2)} s`;

/** Opens a run's file on Home, then the page anew, which shows the stored run. */
async function open(path, name) {
  await page.evaluate(() => (location.hash = '#/home'));
  const input = page.getByTestId('open-run-file');
  let since = performance.now();
  await input.setInputFiles(path);
  await page.evaluate(() => (location.hash = '#/results'));
  await page.getByText(name).first().waitFor({ timeout: 120_000 });
  await page.getByTestId('results-table').locator('a.cell').first().waitFor();
  console.log(`  file opened and stored, results shown: ${seconds(since)}`);
  since = performance.now();
  await page.reload();
  await page.getByTestId('results-table').locator('a.cell').first().waitFor({ timeout: 120_000 });
  console.log(`  page reloaded, stored run shown again: ${seconds(since)}`);
}

/** Stores the run's entries one by one, as a run has them that was made in this browser, and opens the page anew. */
async function reopenAsMadeHere() {
  await page.evaluate(async () => {
    const done = (request) => new Promise((resolve, reject) => ((request.onsuccess = () => resolve(request.result)), (request.onerror = reject)));
    const database = await done(indexedDB.open('promptbeam'));
    const store = database.transaction('journal', 'readwrite').objectStore('journal');
    const keys = await done(store.getAllKeys());
    const records = await done(store.getAll());
    for (const [at, [run, first]] of keys.entries()) {
      await done(store.delete([run, first]));
      const lines = records[at].split('\n');
      const adding = lines.map((line, i) => done(store.add(line, [run, first + i])));
      await Promise.all(adding);
    }
    database.close();
  });
  const since = performance.now();
  await page.reload();
  await page.getByTestId('results-table').locator('a.cell').first().waitFor({ timeout: 120_000 });
  console.log(`  the same, stored entry by entry: ${seconds(since)}`);
}

/** Scrolls the table by so many pixels with the compositor's own gesture, under a trace. */
async function scroll(what, testid, { x = 0, y = 0 }) {
  const table = page.getByTestId(testid);
  await table.waitFor();
  const box = await table.evaluate((table) => {
    const scroller = table.closest('[data-windowed]');
    scroller.scrollTo(0, 0);
    scroller.scrollIntoView({ block: 'center' });
    const { left, top, width, height } = scroller.getBoundingClientRect();
    return { x: left + width / 2, y: top + height / 2 };
  });
  await page.waitForTimeout(500);
  const session = await page.context().newCDPSession(page);
  await browser.startTracing(page, { categories: ['toplevel', 'devtools.timeline'] });
  await page.evaluate(() => {
    window.gaps = [];
    let last = performance.now();
    const frame = (now) => {
      window.gaps.push(now - last);
      last = now;
      window.frames = requestAnimationFrame(frame);
    };
    window.frames = requestAnimationFrame(frame);
  });
  const gesture = { x: box.x, y: box.y, xDistance: -x, yDistance: -y, speed: 3000, gestureSourceType: 'mouse' };
  await session.send('Input.synthesizeScrollGesture', gesture);
  const gaps = await page.evaluate(() => {
    cancelAnimationFrame(window.frames);
    return window.gaps.slice(1);
  });
  const trace = JSON.parse((await browser.stopTracing()).toString());
  await session.detach();
  const main = trace.traceEvents.find((event) => event.name === 'thread_name' && event.args.name === 'CrRendererMain');
  const mains = new Set(
    trace.traceEvents.filter((e) => e.name === 'thread_name' && e.args.name === 'CrRendererMain').map((e) => `${e.pid}/${e.tid}`),
  );
  const tasks = trace.traceEvents.filter((e) => /RunTask$/.test(e.name) && mains.has(`${e.pid}/${e.tid}`) && e.dur > 0);
  const longest = Math.max(0, ...tasks.map((event) => event.dur / 1000));
  const over = tasks.filter((event) => event.dur > 50_000).length;
  gaps.sort((a, b) => a - b);
  const at = (share) => gaps[Math.min(gaps.length - 1, Math.floor(share * gaps.length))]?.toFixed(1);
  if (!main) console.log('  the trace names no main thread');
  console.log(
    `  ${what}: ${gaps.length} frames, gap median ${at(0.5)} ms, 99 % ${at(0.99)} ms, longest ${at(1)} ms; longest task ${longest.toFixed(1)} ms, ${over} over 50 ms`,
  );
}

/** How many elements the table has at most, whatever the run's size. */
async function elements(testid) {
  return page.getByTestId(testid).evaluate((table) => table.getElementsByTagName('*').length);
}

try {
  await page.goto('./');
  console.log(`${cpus().length} cores, load ${loadavg()[0].toFixed(1)}, Chromium ${browser.version()}`);
  const long = file('50,000 events', { questions: 1000, candidates: 25, answers: true });
  await open(long, '1000 questions by 25 prompts');
  await reopenAsMadeHere();
  const wide = file('1,000 × 40', { questions: 1000, candidates: 40 });
  await open(wide, '1000 questions by 40 prompts');
  await scroll('matrix, down 12,000 px', 'results-table', { y: 12_000 });
  await scroll('matrix, sideways 2,000 px', 'results-table', { x: 2_000 });
  console.log(`  elements in the matrix: ${await elements('results-table')}`);
  await page.evaluate(() => (location.hash = '#/results?view=table'));
  await scroll('table of two, down 12,000 px', 'results-cells', { y: 12_000 });
  await page.evaluate(() => (location.hash = '#/results?view=table&columns=all'));
  await scroll('table of 40, down 6,000 px', 'results-cells', { y: 6_000 });
  await scroll('table of 40, sideways 6,000 px', 'results-cells', { x: 6_000 });
  console.log(`  elements in the table: ${await elements('results-cells')}`);
} finally {
  await browser.close();
  await server.close();
  rmSync(scratch, { recursive: true, force: true });
}

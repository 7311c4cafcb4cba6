// A large run: opening its file, opening the stored run again and going on with it (50,000 events), and scrolling its
// results (1,000 questions by 40 prompts).

import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test as base, type Browser, type Page } from '@playwright/test';
import { syntheticRun } from '../../script/synthetic-run.mjs';
import { openApp, report } from '../e2e/support/story';
import { conditions, range, shown, watchFor } from './conditions';
import { tasksDuring, told } from './trace';

const test = base.extend<{ scratch: string }>({
  // eslint-disable-next-line no-empty-pattern
  scratch: async ({}, use) => {
    const scratch = mkdtempSync(join(tmpdir(), 'promptbeam-perf-'));
    await use(scratch);
    rmSync(scratch, { recursive: true });
  },
});

function runFile(folder: string, name: string, options: { questions: number; candidates: number; answers?: boolean }): string {
  const path = join(folder, name);
  const lines = [...syntheticRun(options)];
  writeFileSync(path, `${lines.join('\n')}\n`);
  report(`${name}: ${lines.length} events, ${(statSync(path).size / 1e6).toFixed(1)} MB`);
  return path;
}

const VISITS = 5;
/** Done when the results are there. */
const RESULTS = '[data-testid=results-table] a.cell';

async function openFile(page: Page, path: string): Promise<number> {
  await page.getByTestId('open-run-file').setInputFiles(path);
  return shown(page);
}

async function reopened(page: Page): Promise<number> {
  await page.reload();
  return shown(page);
}

/** A page with a profile of its own that has all its files: nobody chooses a file while it still fetches them. */
async function newPage(browser: Browser, baseURL?: string): Promise<Page> {
  const context = await browser.newContext({ baseURL, viewport: { width: 1440, height: 900 } });
  const page = await context.newPage();
  await watchFor(page, RESULTS);
  await openApp(page);
  await page.evaluate(async () => void (await navigator.serviceWorker.ready));
  return page;
}

test('a journal of 50,000 events', async ({ browser, baseURL, scratch }) => {
  const path = runFile(scratch, '50000.jsonl', { questions: 1000, candidates: 25, answers: true });
  const opened: number[] = [];
  for (let visit = 0; visit < VISITS; visit += 1) {
    const page = await newPage(browser, baseURL);
    if (visit === 0) report(conditions(page));
    opened.push(await openFile(page, path));
    await page.context().close();
  }
  report(`file opened, stored and shown ${VISITS} times, each with a new profile, after ${range(opened)}`);
  const page = await newPage(browser, baseURL);
  const importing = await tasksDuring(page, async () => void (await openFile(page, path)));
  report(`that under a trace: ${told(importing)}`);
  const again: number[] = [];
  for (let visit = 0; visit < VISITS; visit += 1) again.push(await reopened(page));
  report(`stored run shown again ${VISITS} times, page and all, after ${range(again)}`);
  const reopening = await tasksDuring(page, async () => void (await reopened(page)));
  report(`that under a trace: ${told(reopening)}`);
  await page.context().close();
});

/** Scrolls a table by so many pixels with the compositor's own gesture, under a trace. */
async function scroll(page: Page, what: string, testid: string, { x = 0, y = 0 }): Promise<void> {
  const table = page.getByTestId(testid);
  await table.waitFor();
  const box = await table.evaluate((table) => {
    const scroller = table.closest('[data-windowed]') as HTMLElement;
    scroller.scrollTo(0, 0);
    scroller.scrollIntoView({ block: 'center' });
    const { left, top, width, height } = scroller.getBoundingClientRect();
    return { x: left + width / 2, y: top + height / 2 };
  });
  await page.waitForTimeout(500);
  const session = await page.context().newCDPSession(page);
  let gaps: number[] = [];
  const tasks = await tasksDuring(page, async () => {
    await page.evaluate(() => {
      const seen = ((window as any).gaps = [] as number[]);
      let last = performance.now();
      const frame = (now: number) => {
        seen.push(now - last);
        last = now;
        (window as any).frames_ = requestAnimationFrame(frame);
      };
      (window as any).frames_ = requestAnimationFrame(frame);
    });
    await session.send('Input.synthesizeScrollGesture', { x: box.x, y: box.y, xDistance: -x, yDistance: -y, speed: 3000, gestureSourceType: 'mouse' });
    gaps = await page.evaluate(() => {
      cancelAnimationFrame((window as any).frames_);
      return (window as any).gaps.slice(1);
    });
  });
  await session.detach();
  gaps.sort((a, b) => a - b);
  const at = (share: number) => gaps[Math.min(gaps.length - 1, Math.floor(share * gaps.length))]?.toFixed(1);
  const elements = await table.evaluate((table) => table.getElementsByTagName('*').length);
  report(`${what}, ${elements} elements: ${gaps.length} frames, gap median ${at(0.5)} ms, 99 % ${at(0.99)} ms, longest ${at(1)} ms; ${told(tasks)}`);
}

test('1,000 questions by 40 prompts', async ({ page, scratch }) => {
  const path = runFile(scratch, '1000x40.jsonl', { questions: 1000, candidates: 40 });
  await watchFor(page, RESULTS);
  await openApp(page);
  report(conditions(page));
  await openFile(page, path);
  await scroll(page, 'matrix, down 12,000 px', 'results-table', { y: 12_000 });
  await scroll(page, 'matrix, sideways 2,000 px', 'results-table', { x: 2_000 });
  await page.evaluate(() => (location.hash = '#/results?view=table'));
  await scroll(page, 'table of two, down 12,000 px', 'results-cells', { y: 12_000 });
  await page.evaluate(() => (location.hash = '#/results?view=table&columns=all'));
  await scroll(page, 'table of 40, down 6,000 px', 'results-cells', { y: 6_000 });
  await scroll(page, 'table of 40, sideways 6,000 px', 'results-cells', { x: 6_000 });
});

// Files that travel: every export, the report from a disk, a run there and back, and a run that comes as a link.

import { readFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import type { Browser } from '@playwright/test';
import { numberIn, type App } from './pages/app';
import { EXPORTS, PIECES, TRAINING } from './pages/export';
import { FileHost } from './support/file-host';
import { expect, report, test } from './support/story';

async function finishSample(app: App): Promise<void> {
  await app.home.loadSample();
  await app.open('Run');
  await app.run.start.click();
  await app.run.is('finished', 110_000);
}

/** Opens a file of the disk in a browser without a network and without scripts, and returns what it asked for besides. */
async function openFromDisk(browser: Browser, path: string) {
  const context = await browser.newContext({ javaScriptEnabled: false, offline: true });
  const page = await context.newPage();
  const faults: string[] = [];
  page.on('request', (request) => {
    if (!request.isNavigationRequest()) faults.push(request.url());
  });
  page.on('console', (message) => faults.push(message.text()));
  await page.goto(pathToFileURL(path).href);
  return { page, faults };
}

test('every file of a run is made, searched for keys, looked into and saved, alone and in one zip', async ({ app }) => {
  await finishSample(app);
  const rollouts = await numberIn(app.run.rolloutsDone);
  await app.open('Export');
  await expect(app.export.keysChecked).toContainText(`${EXPORTS.length} files`);
  await app.export.lookIntoAll();
  const sizes: string[] = [];
  for (const name of EXPORTS) {
    const { text } = await app.export.save(name);
    if (name !== 'preferences') expect(text.length, name).toBeGreaterThan(100);
    sizes.push(`${name} ${text.length}`);
    const lines = text.trim().split('\n');
    if ((TRAINING as readonly string[]).includes(name)) for (const line of lines.filter(Boolean)) JSON.parse(line);
    if (name === 'rollouts') expect(lines.length).toBe(rollouts);
    if (name === 'tasks') expect(lines.length).toBe(72);
    if ((PIECES as readonly string[]).includes(name)) expect(text).toContain('table_info(connection)');
  }
  report(`characters of each file: ${sizes.join(', ')}`);
  for (const [name, number] of [['all', EXPORTS.length], ['training-data', TRAINING.length]] as const) {
    const bytes = readFileSync((await app.export.save(name)).path);
    expect(bytes.subarray(0, 4).toString('latin1')).toBe('PK\x03\x04');
    // The number of files stands in the record at the end.
    expect(bytes.readUInt16LE(bytes.length - 22 + 10)).toBe(number);
    report(`${name}: ${number} files in ${bytes.length} bytes`);
  }
});

test('no button moves from under the pointer while the files are made', async ({ app }) => {
  await finishSample(app);
  for (const size of [{ width: 1440, height: 900 }, { width: 1024, height: 768 }, { width: 390, height: 844 }]) {
    await app.page.setViewportSize(size);
    await app.open('Run');
    const places = await app.page.evaluateHandle(() => {
      const places = new Set<number>();
      const look = () => {
        const button = document.querySelector('[data-testid="export-settings"]');
        if (button) places.add(Math.round(button.getBoundingClientRect().top + scrollY));
        requestAnimationFrame(look);
      };
      look();
      return places;
    });
    await app.open('Export');
    await expect(app.export.keysChecked).toBeVisible();
    await app.page.evaluate(() => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve))));
    expect(await places.evaluate((places) => [...places]), `places at ${size.width} pixels`).toHaveLength(1);
  }
});

test('buttons of files stay open while the files of a run that has just ended are made', async ({ app, startChat }) => {
  const chat = await startChat({ latencyMs: 60 });
  await app.home.loadSample();
  await app.open('Models');
  await app.models.useEndpoint(chat.url, { atOnce: 4 });
  await app.open('Run');
  await app.run.set({ val_batch_size: 8, gradient_batch_size: 4, beam_width: 2, branch_factor: 2, beam_rounds: 1 });
  await app.run.start.click();
  await app.open('Export');
  await expect(app.export.keysChecked).toBeVisible();
  const state = app.page.getByRole('banner');
  await expect(state).toContainText('left');
  const closed = await app.page.evaluateHandle(() => {
    const buttons = [...document.querySelectorAll<HTMLButtonElement>('button[data-testid^="export-"]:enabled')];
    const closed = { times: buttons.length === 0 ? 1 : 0 };
    const watch = new MutationObserver(() => (closed.times += buttons.filter((button) => button.disabled || !button.isConnected).length));
    watch.observe(document.body, { subtree: true, childList: true, attributes: true, attributeFilter: ['disabled'] });
    return closed;
  });
  await expect(state).toContainText('Finished', { timeout: 60_000 });
  await expect(app.export.keysChecked).toContainText('files');
  expect(await closed.evaluate(({ times }) => times)).toBe(0);
});

test('the report opens from a disk, without a network and without scripts, and nothing is missing', async ({ app, browser }, { outputDir }) => {
  await finishSample(app);
  const { best, version, prompt } = await app.run.figures();
  await app.open('Export');
  const saved = await app.export.save('report');
  const { page, faults } = await openFromDisk(browser, saved.path);
  const body = page.locator('body');
  for (const words of ['Verdict', 'What changed', 'Round by round', 'What it took', 'Kinds of failure', 'Held-out questions', `${best.correct}/${best.total}`, version]) {
    await expect(body).toContainText(words);
  }
  const prompts = await page.locator('pre.prompt').allInnerTexts();
  expect(prompts.map((text) => text.trim())).toContain(prompt.trim());
  const chart = await page.locator('.chart svg').first().boundingBox();
  expect(chart?.width).toBeGreaterThan(400);
  expect(await page.locator('.chart circle.full').count()).toBeGreaterThan(1);
  expect(await page.locator('.questions tbody tr').count()).toBe(48);
  for (const width of [1440, 390]) {
    await page.setViewportSize({ width, height: 900 });
    const overflow = await page.locator('main').evaluate((main) => main.scrollWidth - main.clientWidth);
    expect(overflow, `at ${width}`).toBeLessThanOrEqual(0);
    await page.screenshot({ path: `${outputDir}/report-${width}.png`, fullPage: true });
  }
  const pdf = await page.pdf({ format: 'A4' });
  expect(pdf.length).toBeGreaterThan(10_000);
  expect(faults).toEqual([]);
  report(`report.html: ${saved.text.length} characters, ${pdf.length} bytes as PDF, nothing asked for`);
  await page.context().close();
});

test('a run that was imported leaves again byte for byte the same, and is read-only', async ({ app, openElsewhere }) => {
  await finishSample(app);
  await app.open('Export');
  const first = await app.export.save('run');
  const other = await openElsewhere();
  await other.home.openRunFile.setInputFiles(first.path);
  await expect(other.step('Results')).toHaveAttribute('aria-current', 'page');
  await expect(other.page.getByTestId('read-only')).toBeVisible();
  await expect(other.notice).toBeHidden();
  await other.page.reload();
  await other.open('Export');
  const again = await other.export.save('run');
  expect(readFileSync(again.path).equals(readFileSync(first.path))).toBe(true);
  expect(again.name).toBe(first.name);
  report(`${first.text.length} characters, identical`);

  // A page that knows less says so.
  const newer = first.text.replace('"type":"round_started"', '"type":"round_started","mood":"good"');
  expect(newer).not.toBe(first.text);
  await other.export.importRun.setInputFiles({ name: 'newer.jsonl', mimeType: 'text/plain', buffer: Buffer.from(newer) });
  await expect(other.notice).toContainText('newer version');
});

test("somebody else's paused run is left as it is until it is taken over, and then goes on", async ({ app, openElsewhere }) => {
  await app.home.loadSample();
  await app.open('Run');
  await app.page.getByTestId('run-preflight').click();
  await app.run.is('paused');
  await app.open('Export');
  const paused = await app.export.save('run');

  const other = await openElsewhere();
  await other.home.loadSample();
  await other.open('Home');
  await other.home.openRunFile.setInputFiles(paused.path);
  await expect(other.page.getByTestId('read-only')).toBeVisible();
  await other.open('Run');
  await other.run.is('paused');
  await expect(other.run.resume).toBeHidden();
  await expect(other.run.stop).toBeHidden();
  await other.open('Home');
  await expect(other.home.resumeRun).toBeHidden();
  // Opening another run on top of it does not touch it either.
  await other.home.openRunFile.setInputFiles(paused.path);
  await other.open('Export');
  expect((await other.export.save('run')).text).toBe(paused.text);

  await other.open('Run');
  await other.page.getByTestId('take-over').click();
  await expect(other.page.getByTestId('read-only')).toBeHidden();
  await other.run.resume.click();
  await other.run.is('finished', 110_000);
});

test('a link to a run asks before it fetches, sends nothing along, and says what went wrong', async ({ app, openElsewhere, watch }) => {
  await finishSample(app);
  const figures = await app.run.figures();
  await app.open('Export');
  const run = await app.export.save('run');
  const host = await FileHost.start(run.text);
  try {
    const other = await openElsewhere();
    const dialog = other.page.getByRole('dialog');
    const follow = async (address: string) => {
      await other.page.evaluate((hash) => (location.hash = hash), `#run=${address}`);
    };
    const confirm = other.page.getByTestId('shared-confirm');

    await follow(`${host.url}/run.jsonl`);
    await expect(dialog).toContainText(host.name);
    expect(host.asked).toEqual([]);
    await other.page.keyboard.press('Escape');
    await expect(dialog).toBeHidden();
    expect(host.asked).toEqual([]);
    await other.page.reload();
    await expect(other.heading).toBeVisible();
    await expect(dialog).toBeHidden();

    await follow(encodeURIComponent(`${host.url}/run.jsonl`));
    await confirm.click();
    await expect(other.step('Results')).toHaveAttribute('aria-current', 'page');
    await expect(other.page.getByTestId('read-only')).toBeVisible();
    expect(host.asked).toEqual([{ path: '/run.jsonl', cookie: undefined, referer: undefined, authorization: undefined }]);
    await other.open('Run');
    expect(await other.run.figures()).toEqual(figures);
    await other.open('Export');
    expect((await other.export.save('run')).text).toBe(run.text);

    watch.expectFailuresOf(host.url);
    for (const [path, words] of [
      ['gone.jsonl', 'no file at this address (404)'],
      ['private.jsonl', '(403)'],
      ['closed.jsonl', 'CORS'],
      ['moved.jsonl', 'another address'],
      ['huge.jsonl', 'larger than 256 MB'],
      ['binary.jsonl', 'not a text file'],
      ['page.html', 'not an entry of a run'],
      ['half.jsonl', 'not an entry of a run'],
    ]) {
      await follow(`${host.url}/${path}`);
      await confirm.click();
      await expect(other.notice).toContainText(words);
      await other.page.getByTestId('notice-close').click();
    }
    for (const [address, words] of [
      ['http://example.com/run.jsonl', 'not encrypted'],
      ['https://a:b@example.com/run.jsonl', 'name or password'],
      ['javascript:alert(1)', 'names no address'],
    ]) {
      await follow(address);
      await expect(other.notice).toContainText(words);
      await expect(dialog).toBeHidden();
      await other.page.getByTestId('notice-close').click();
    }
    // What was there before is there still.
    await other.open('Run');
    expect(await other.run.figures()).toEqual(figures);
  } finally {
    await host.close();
  }
});

test('the guides open beside the page, in a tab of their own', async ({ app, context }) => {
  for (const [screen, guide] of [['Data', 'Use your own database'], ['Data', 'Use Spider or BIRD'], ['Models', 'Use a model on your own machine'], ['Export', 'Share a run, a prompt or its data'], ['Results', 'Read results honestly']] as const) {
    await app.open(screen);
    const opening = context.waitForEvent('page');
    await app.page.getByRole('navigation', { name: 'Guides' }).getByRole('link', { name: guide }).click();
    const opened = await opening;
    await expect(opened.getByRole('heading', { level: 1 })).toHaveText(guide);
    await opened.close();
  }
});

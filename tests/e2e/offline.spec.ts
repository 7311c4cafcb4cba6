// The page without a network: it opens after the first visit, what it keeps is one whole build and nothing else, and a newer
// build is said and taken over whole.

import { appendFileSync, cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { writeServiceWorker } from '../../script/offline.mjs';
import { serve } from '../../script/serve.mjs';
import { App } from './pages/app';
import { expect, openApp, report, test as base } from './support/story';

/** A host of the page that is the story's own: it can be closed, and what it serves be replaced by another build. */
class Host {
  private constructor(
    readonly folder: string,
    readonly url: string,
    readonly close: () => Promise<unknown>,
  ) {}

  static async start(): Promise<Host> {
    const folder = mkdtempSync(join(tmpdir(), 'promptbeam-host-'));
    cpSync(process.env.PROMPTBEAM_DIST ?? 'dist', folder, { recursive: true });
    const { url, close } = await serve(folder, { base: '/tools/beam/' });
    return new Host(folder, url, close);
  }

  /** Another build: three of its files say so. */
  publish(name: string): void {
    const page = join(this.folder, 'index.html');
    writeFileSync(page, readFileSync(page, 'utf8').replace(/(<meta name="description" content=")[^"]*/, `$1${name}`));
    appendFileSync(join(this.folder, 'timer_worker.js'), `\n// ${name}`);
    appendFileSync(join(this.folder, 'sample', 'README.md'), `\n${name}`);
    writeServiceWorker(this.folder);
  }
}

const test = base.extend<{ host: Host }>({
  // eslint-disable-next-line no-empty-pattern
  host: async ({}, use) => {
    const host = await Host.start();
    await use(host);
    await host.close();
    rmSync(host.folder, { recursive: true });
  },
});

/** Waits until the page's files are kept. */
async function isKept(app: App): Promise<void> {
  await app.open('Settings');
  await expect(app.page.getByTestId('offline-state')).toContainText('stored too and opens without a network', { timeout: 60_000 });
}

/** The last words of the three files, as the page gets them. */
function buildOf(page: Page): Promise<string[]> {
  return page.evaluate(async () => {
    const lastOf = async (path: string) => (await (await fetch(path)).text()).trim().split('\n').at(-1)!.replace('// ', '');
    const shown = document.querySelector<HTMLMetaElement>('meta[name=description]')!.content;
    return [shown, await lastOf('timer_worker.js'), await lastOf('sample/README.md')];
  });
}

/** Everything that is kept, as addresses. */
function kept(page: Page): Promise<string[]> {
  return page.evaluate(async () => {
    const names = await caches.keys();
    const all = await Promise.all(names.map(async (name) => (await caches.open(name)).keys()));
    return all.flat().map((request) => request.url);
  });
}

test('after the first visit the page opens without a network, under any path, and the sample runs to its end', async ({ page, host }) => {
  await isKept(await openApp(page, host.url));
  await host.close();
  const since = Date.now();
  await page.goto('about:blank');
  const app = await openApp(page, host.url);
  report(`opened without a network in ${Date.now() - since} ms`);
  await app.home.loadSample();
  await app.open('Run');
  await app.run.start.click();
  await app.run.is('finished', 110_000);
  await page.goto(`${host.url}guides/sharing.html`);
  await expect(page.getByRole('heading', { level: 1 })).toHaveText(/Share/);
  await page.goto(`${host.url}#/results`);
  await expect(page.getByTestId('results-table')).toBeVisible();
});

test('the page is kept without what runs models in it, until that was used, and without any answer of a model', async ({ page, host, startChat }) => {
  await isKept(await openApp(page, host.url));
  const files = await kept(page);
  expect(files.filter((url) => !url.startsWith(host.url))).toEqual([]);
  expect(files.filter((url) => /wllama|in_page_model/.test(url))).toEqual([]);
  await page.reload();
  const app = new App(page);
  await app.open('Home');
  const chat = await startChat();
  await app.home.loadSample();
  await app.open('Models');
  await app.models.useEndpoint(chat.url);
  await app.open('Run');
  await app.run.start.click();
  await app.run.is('finished', 110_000);
  expect(chat.answered().length).toBeGreaterThan(0);
  expect((await kept(page)).sort()).toEqual(files.sort());
  await page.evaluate(async () => void (await (await fetch('wllama/index.js')).text()));
  await expect.poll(() => kept(page)).toContain(`${host.url}wllama/index.js`);
  report(`${files.length} files are kept from the first visit`);
});

test('a newer build is said, and used whole once no other tab needs the older one', async ({ page, context, host }) => {
  host.publish('first');
  await isKept(await openApp(page, host.url));
  const first = ['first', 'first', 'first'];
  const news = page.getByTestId('new-version');
  await page.reload();
  expect(await buildOf(page)).toEqual(first);
  await expect(news).toBeHidden();

  host.publish('second');
  const second = ['second', 'second', 'second'];
  await page.reload();
  await expect(news).toBeVisible({ timeout: 60_000 });
  expect(await buildOf(page), 'the older build goes on whole').toEqual(first);
  const other = await openApp(await context.newPage(), host.url);
  expect(await buildOf(other.page), 'in a new tab too').toEqual(first);
  await page.getByTestId('use-new-version').click();
  await expect(page.getByTestId('notice')).toContainText('open in 1 other tab');
  expect(await buildOf(page)).toEqual(first);
  await other.page.close();
  const loaded = page.waitForEvent('load');
  await page.getByTestId('use-new-version').click();
  await loaded;
  await new App(page).isReady();
  expect(await buildOf(page)).toEqual(second);
  await expect(news).toBeHidden();

  // Without a click: at the next visit after all tabs were closed.
  host.publish('third');
  await page.reload();
  await expect(news).toBeVisible({ timeout: 60_000 });
  await page.close();
  const next = await openApp(await context.newPage(), host.url);
  expect(await buildOf(next.page)).toEqual(['third', 'third', 'third']);
  await expect.poll(async () => (await next.page.evaluate(() => caches.keys())).length, 'older builds are gone').toBe(1);
});

test('a host in the middle of being replaced is not kept', async ({ page, host, watch }) => {
  host.publish('first');
  await isKept(await openApp(page, host.url));
  await page.reload();
  await new App(page).isReady();
  host.publish('second');
  // One file of the older build is still there.
  writeFileSync(join(host.folder, 'sample', 'README.md'), 'first');
  watch.expect(/integrity|Failed to fetch/);
  const end = await page.evaluate(async () => {
    const registration = (await navigator.serviceWorker.getRegistration())!;
    await registration.update();
    const installing = registration.installing;
    if (!installing) return 'nothing installing';
    return new Promise<string>((resolve) => installing.addEventListener('statechange', () => resolve(installing.state)));
  });
  expect(end).toBe('redundant');
  await expect(page.getByTestId('new-version')).toBeHidden();
  await page.reload();
  expect(await buildOf(page)).toEqual(['first', 'first', 'first']);
});

test('a browser finds nothing that keeps the page from being installed', async ({ page, context, host }) => {
  await isKept(await openApp(page, host.url));
  const session = await context.newCDPSession(page);
  const { errors, url } = await session.send('Page.getAppManifest');
  expect(url).toBe(`${host.url}manifest.webmanifest`);
  expect(errors).toEqual([]);
  // Only a window that is not private can install, and this one is.
  const { installabilityErrors } = await session.send('Page.getInstallabilityErrors');
  expect(installabilityErrors.map(({ errorId }) => errorId).filter((id) => id !== 'in-incognito')).toEqual([]);
});

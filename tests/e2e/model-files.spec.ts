// Getting a model's file: what cannot be used says why and leaves nothing behind; a download shows its size first, pauses, goes
// on after a reload, and is compared with the hash that was named. No real model is needed for that.

import { createHash } from 'node:crypto';
import { closeSync, ftruncateSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { App } from './pages/app';
import { FileServer } from './support/file-server';
import { madeUp } from './support/gguf';
import { expect, test } from './support/story';

const MB = 1024 * 1024;
const sha256 = (content: Buffer): string => createHash('sha256').update(content).digest('hex');
const file = (name: string, buffer: Buffer) => ({ name, mimeType: 'application/octet-stream', buffer });

async function choose(app: App): Promise<void> {
  await app.open('Models');
  await app.models.field('agent', 'provider').selectOption('in_page');
}

test('a file that cannot be used says why, and nothing of it is kept', async ({ app, page }) => {
  await choose(app);
  const whole = madeUp(2 * MB);
  const large = { 'toy.block_count': 80, 'toy.embedding_length': 8192, 'toy.attention.head_count': 64 };
  for (const [name, content, words] of [
    ['notes.gguf', Buffer.from('These are notes.'), 'notes.gguf cannot be used: it is not a GGUF file'],
    ['cut.gguf', whole.subarray(0, MB), 'cut.gguf is cut off: it should have 2.1 MB and has 1.0 MB'],
    ['large.gguf', madeUp(MB, large), 'large.gguf needs about 11.1'],
    ['part.gguf', madeUp(MB, { 'split.count': 3 }), 'one of 3 files that belong together'],
  ] as const) {
    await app.local.file.setInputFiles(file(name, content));
    await expect(app.local.error).toContainText(words);
    await app.local.error.getByRole('button', { name: 'Close' }).click();
  }
  // Two gigabytes and a half, of which the disk has a page.
  const folder = mkdtempSync(join(tmpdir(), 'promptbeam-model-'));
  try {
    const path = join(folder, 'huge.gguf');
    const handle = openSync(path, 'w');
    writeSync(handle, madeUp(4096));
    ftruncateSync(handle, 2.5 * 1024 * MB);
    closeSync(handle);
    await app.local.file.setInputFiles(path);
    await expect(app.local.error).toContainText('huge.gguf is too large for a page');
  } finally {
    rmSync(folder, { recursive: true });
  }
  expect(await app.local.inStorage()).toEqual({});
  await expect(page.getByTestId('model-agent-file').locator('option')).toHaveCount(1);
});

test('a full disk is said in the middle and before, and nothing stays half-stored', async ({ app, page, context, baseURL }) => {
  await choose(app);
  const devtools = await context.newCDPSession(page);
  const quota = (quotaSize?: number) =>
    devtools.send('Storage.overrideQuotaForOrigin', { origin: new URL(baseURL!).origin, quotaSize });
  // Chromium tells of more room than there is, so that this shows in the middle.
  await quota(8 * MB);
  await app.local.file.setInputFiles(file('toy.gguf', madeUp(20 * MB)));
  await expect(app.local.error).toContainText('There is no room for toy.gguf: it takes 21.0 MB. Delete');
  expect(await app.local.inStorage()).toEqual({});
  await quota();
  await page.evaluate(() => {
    const { estimate } = navigator.storage;
    navigator.storage.estimate = () => Promise.resolve({ usage: 0, quota: 8e6 });
    Object.assign(window, { tellTheTruth: () => (navigator.storage.estimate = estimate) });
  });
  await app.local.file.setInputFiles(file('toy.gguf', madeUp(20 * MB)));
  await expect(app.local.error).toContainText('it takes 21.0 MB, and the browser has 8.0 MB left');
  expect(await app.local.inStorage()).toEqual({});
  await page.evaluate('tellTheTruth()');
  await app.local.file.setInputFiles(file('toy.gguf', madeUp(20 * MB)));
  await expect(app.local.added).toContainText('toy.gguf is here, 21.0 MB');
});

test('a download says its size, pauses, goes on after a reload, and is compared with its hash', async ({ app, page, watch }) => {
  const host = await FileServer.start(madeUp(12 * MB));
  watch.expectFailuresOf(host.url);
  try {
    await choose(app);
    await app.local.ask(host.url, sha256(host.content));
    await expect(app.local.offer).toContainText('toy.gguf, 12.6 MB');
    expect(host.asked).toEqual(['HEAD']);
    host.slowness = 60;
    await app.page.getByTestId('model-fetch').click();
    await expect(app.local.adding).toContainText(/[1-9]\.\d MB of 12\.6 MB/);
    await app.page.getByTestId('model-pause').click();
    await expect(app.local.partials).toContainText('of 12.6 MB are here');

    await page.reload();
    await app.isReady();
    await app.open('Models');
    await expect(app.local.partials).toContainText('of 12.6 MB are here');
    host.slowness = 0;
    await app.page.getByTestId('model-resume').click();
    await expect(app.local.added).toContainText(sha256(host.content));
    expect(host.asked.at(-1)).toMatch(/^GET bytes=[1-9]\d+-$/);
    await expect(app.models.field('agent', 'file')).toHaveValue(sha256(host.content));
    await expect(app.local.partials).toBeHidden();
  } finally {
    await host.close();
  }
});

test('another file than the one that was named is refused, and so is a page instead of a file', async ({ app, watch }) => {
  const host = await FileServer.start(madeUp(MB));
  const page = await FileServer.start(Buffer.from('<!doctype html><title>Sign in</title>'));
  host.ranges = false;
  watch.expectFailuresOf(host.url);
  watch.expectFailuresOf(page.url);
  try {
    await choose(app);
    await app.local.ask(host.url, '0'.repeat(64));
    await app.page.getByTestId('model-fetch').click();
    await expect(app.local.error).toContainText(`its SHA-256 is ${sha256(host.content)}`);
    await app.local.ask(page.url);
    await app.page.getByTestId('model-fetch').click();
    await expect(app.local.error).toContainText('it is not a GGUF file');
    await app.local.ask(host.url.replace('toy', 'none'));
    await expect(app.local.error).toContainText('answered 404');
    await app.local.ask('ftp://127.0.0.1/toy.gguf');
    await expect(app.local.error).toContainText('starting with https://');
    expect(await app.local.inStorage()).toEqual({});
  } finally {
    await host.close();
    await page.close();
  }
});

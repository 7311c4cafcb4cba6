// A file that the page hands out, as the browser saves it.

import { mkdtempSync, readdirSync, renameSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, type Page } from '@playwright/test';

/** Makes the page hand out a file; tells its name and where it is now, under that name: by the ending a browser tells what it is. */
export async function saved(page: Page, act: () => Promise<void>, timeout: number): Promise<{ name: string; path: string }> {
  const folder = mkdtempSync(join(tmpdir(), 'promptbeam-saved-'));
  if (page.context().browser()?.browserType().name() === 'firefox') return savedByFirefox(folder, act, timeout);
  const coming = page.waitForEvent('download', { timeout });
  await act();
  const download = await coming;
  const name = download.suggestedFilename();
  const path = join(folder, name);
  await download.saveAs(path);
  return { name, path };
}

/** Of a file that a page made itself, WebDriver BiDi tells nothing that Playwright takes up: it is looked for where Firefox puts it. */
async function savedByFirefox(folder: string, act: () => Promise<void>, timeout: number): Promise<{ name: string; path: string }> {
  const downloads = process.env.PROMPTBEAM_DOWNLOADS!;
  const before = readdirSync(downloads);
  const added = () => readdirSync(downloads).filter((name) => !before.includes(name));
  await act();
  const isWhole = () => added().length === 1 && !added()[0].endsWith('.part') && statSync(join(downloads, added()[0])).size > 0;
  await expect.poll(isWhole, { timeout }).toBe(true);
  const [name] = added();
  const path = join(folder, name);
  renameSync(join(downloads, name), path);
  return { name, path };
}

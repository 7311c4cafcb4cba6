// Pictures of every screen in its main states, for looking at and for the README, each at 1440, 1024 and 390 pixels, light
// and dark.
//
//   node script/screenshots.mjs FOLDER [PATTERN]    only the states that the pattern matches

import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { chromium } from '@playwright/test';
import { args, executablePath } from '../tests/e2e/support/chromium.mjs';
import { drawAll, drawn, tour } from '../tests/e2e/support/tour.mjs';
import { serve } from './serve.mjs';

const WIDTHS = [
  { width: 1440, height: 900 },
  { width: 1024, height: 768 },
  { width: 390, height: 844 },
];

const [folder, pattern = ''] = process.argv.slice(2);
const wanted = new RegExp(pattern);
mkdirSync(folder, { recursive: true });
const server = await serve(process.env.PROMPTBEAM_DIST ?? 'dist');
const browser = await chromium.launch({ executablePath, args });
const page = await (await browser.newContext({ baseURL: server.url, viewport: WIDTHS[0] })).newPage();

async function shoot(name) {
  // Nothing is to look hovered, and a picture of the whole page is to have all of it.
  await page.mouse.move(0, 0);
  await drawAll(page);
  await page.evaluate(() => scrollTo(0, 0));
  for (const viewport of WIDTHS) {
    for (const colorScheme of ['light', 'dark']) {
      await page.setViewportSize(viewport);
      // Without motion, so that no picture is taken halfway from one theme to the other.
      await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
      await drawn(page);
      await page.screenshot({ path: join(folder, `${name}-${viewport.width}-${colorScheme}.png`), fullPage: true });
    }
  }
  await page.setViewportSize(WIDTHS[0]);
  console.log(name);
}

try {
  for await (const name of tour(page)) if (wanted.test(name)) await shoot(name);
} finally {
  await browser.close();
  await server.close();
}

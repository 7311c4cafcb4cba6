// Draws www/icons/app.svg into the sizes that the manifest names, after the drawing was changed:
//
//   node script/icons.mjs
//
// A maskable icon is cut by the system, to a circle in the worst case: its background reaches the edges, its drawing is smaller.

import { readFileSync } from 'node:fs';
import { chromium } from '@playwright/test';
import { args, executablePath } from '../tests/e2e/support/chromium.mjs';

const FOLDER = 'www/icons';
const drawing = readFileSync(`${FOLDER}/app.svg`, 'utf8');
const square = drawing.replace('rx="112"', 'rx="0"').replace('translate(76 76) scale(18)', 'translate(116 116) scale(14)');

const browser = await chromium.launch({ executablePath, args });
for (const [name, size, svg] of [
  ['app-192', 192, drawing],
  ['app-512', 512, drawing],
  ['app-maskable-512', 512, square],
]) {
  const page = await browser.newPage({ viewport: { width: size, height: size } });
  await page.setContent(`<style>body { margin: 0 } svg { display: block; width: ${size}px; height: ${size}px }</style>${svg}`);
  await page.screenshot({ path: `${FOLDER}/${name}.png`, omitBackground: true });
}
await browser.close();

// Every screen in its main states (`support/tour.mjs`), for people who need more than a mouse and good eyes: axe's rules in
// both themes, a focus that is seen wherever it goes, and the page at twice its size.

import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { AxeResults, NodeResult, RunOptions } from 'axe-core';
import type { Page } from '@playwright/test';
import { focus } from './support/focus';
import { losses } from './support/layout';
import { expect, report, test } from './support/story';
import { SAID, drawn, tour } from './support/tour.mjs';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const GRAVE = ['serious', 'critical'];
const TOUR_MS = 400_000;

/** What axe finds on the page as it is: what is grave, and how often it could not tell a contrast. */
async function axe(page: Page, options: RunOptions = {}): Promise<{ grave: string[]; unsure: string[] }> {
  // Given to the browser, not to the page: its content security policy takes no script from elsewhere.
  if (!(await page.evaluate(() => 'axe' in window))) await page.evaluate(AXE);
  const results = await page.evaluate((options) => {
    const { axe } = window as unknown as { axe: { run(options: unknown): Promise<AxeResults> } };
    return axe.run(options);
  }, options as Record<string, unknown>);
  const words = ({ target, failureSummary }: NodeResult) => `${target.join(' ')}: ${failureSummary?.replaceAll(/\s+/g, ' ')}`;
  const grave = results.violations.filter(({ impact }) => GRAVE.includes(impact ?? ''));
  return {
    grave: grave.flatMap(({ id, nodes }) => nodes.map((node) => `${id} ${words(node)}`)),
    unsure: results.incomplete.filter(({ id }) => id === 'color-contrast').flatMap(({ nodes }) => nodes.map(words)),
  };
}

test('axe finds nothing serious or critical on any screen, in either theme', async ({ page, watch }) => {
  test.setTimeout(TOUR_MS);
  SAID.forEach((fault) => watch.expect(fault));
  await page.emulateMedia({ colorScheme: 'light', reducedMotion: 'reduce' });
  let states = 0;
  for await (const name of tour(page)) {
    states += 1;
    expect.soft((await axe(page)).grave, name).toEqual([]);
    // The other theme has other colours, and nothing else.
    await page.emulateMedia({ colorScheme: 'dark' });
    await drawn(page);
    expect.soft((await axe(page, { runOnly: ['color-contrast'] })).grave, `${name}, dark`).toEqual([]);
    await page.emulateMedia({ colorScheme: 'light' });
  }
  report(`${states} states of the screens`);
});

test('the Tab key goes through every screen, and the focus is always seen', async ({ page, watch }) => {
  test.setTimeout(TOUR_MS);
  SAID.forEach((fault) => watch.expect(fault));
  let stops = 0;
  for await (const name of tour(page)) {
    // The rail is the same everywhere, and a long table has a stop for each of its links: its first ones tell.
    await page.evaluate(() => document.querySelector<HTMLElement>(document.querySelector('dialog[open]') ? 'dialog[open] button' : 'main')?.focus());
    for (let tabs = 0; tabs < 80; tabs += 1) {
      await page.keyboard.press('Tab');
      const stop = await focus(page);
      if (stop.isStart) break;
      stops += 1;
      expect.soft(stop.fault, `${name}: ${stop.name}`).toBeUndefined();
    }
  }
  report(`${stops} stops`);
});

test.describe('at 200 %', () => {
  // A window of 1440 by 900 pixels, zoomed.
  test.use({ viewport: { width: 720, height: 450 }, deviceScaleFactor: 2 });

  test('nothing is cut off, covered, or beside the page', async ({ page, watch }) => {
    test.setTimeout(TOUR_MS);
    SAID.forEach((fault) => watch.expect(fault));
    for await (const name of tour(page)) expect.soft(await losses(page), name).toEqual([]);
  });
});

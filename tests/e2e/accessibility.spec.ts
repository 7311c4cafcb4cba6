// Every screen in its main states (`support/tour.mjs`), for people who need more than a mouse and good eyes: axe's rules in
// both themes, a focus that is seen wherever it goes, and the page at twice its size.

import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { AxeResults, NodeResult, RunOptions } from 'axe-core';
import type { Page } from '@playwright/test';
import { focus } from './support/focus';
import { losses } from './support/layout';
import { expect, report, test } from './support/story';
import { SAID, drawAll, drawn, tour } from './support/tour.mjs';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const GRAVE = ['serious', 'critical'];
const TOUR_MS = 400_000;
/** Of words to what lies behind them. axe itself cannot tell it where a mark is drawn beside them, or a field lies above them. */
const LEAST_CONTRAST = 4.5;

/** What is grave of what axe finds on the page as it is; and what has too little contrast of the texts of which it could not tell. */
async function faults(page: Page, options: RunOptions = {}): Promise<{ grave: string[]; measured: number }> {
  // Given to the browser, not to the page: its content security policy takes no script from elsewhere.
  if (!(await page.evaluate(() => 'axe' in window))) await page.evaluate(AXE);
  const results = await page.evaluate((options) => {
    const { axe } = window as unknown as { axe: { run(options: unknown): Promise<AxeResults> } };
    return axe.run(options);
  }, options as Record<string, unknown>);
  const words = ({ target, failureSummary }: NodeResult) => `${target.join(' ')}: ${failureSummary?.replaceAll(/\s+/g, ' ')}`;
  const grave = results.violations.filter(({ impact }) => GRAVE.includes(impact ?? ''));
  const unsure = results.incomplete.filter(({ id }) => id === 'color-contrast').flatMap(({ nodes }) => nodes.map(({ target }) => String(target[0])));
  const contrasts = await contrastsOf(page, unsure);
  const faint = contrasts.filter(({ contrast }) => contrast < LEAST_CONTRAST).map(({ element, contrast }) => `contrast ${contrast.toFixed(2)}: ${element}`);
  return { grave: [...grave.flatMap(({ id, nodes }) => nodes.map((node) => `${id} ${words(node)}`)), ...faint], measured: contrasts.length };
}

/** The contrast of each element's words to what lies behind them by the colours of the elements around; those without a colour of their own show none. */
function contrastsOf(page: Page, selectors: string[]): Promise<{ element: string; contrast: number }[]> {
  return page.evaluate((selectors) => {
    const elements = selectors.map((selector) => document.querySelector(selector)).filter((element) => element !== null);
    const seen = elements.filter((element) => getComputedStyle(element).fontSize !== '1px' && colour(getComputedStyle(element).color)[3] > 0);
    return seen.map((element) => {
      const behind = background(element);
      const [light, dark] = [luminance(over(colour(getComputedStyle(element).color), behind)), luminance(behind)].sort((a, b) => b - a);
      return { element: element.outerHTML.slice(0, 120), contrast: (light + 0.05) / (dark + 0.05) };
    });

    /** Red, green and blue from 0 to 255, and how much it covers. */
    function colour(css: string): [number, number, number, number] {
      const numbers = css.match(/[\d.]+(e-?\d+)?/g)!.map(Number);
      const [red, green, blue] = css.startsWith('color(') ? numbers.slice(0, 3).map((part) => part * 255) : numbers;
      return [red, green, blue, numbers[3] ?? 1];
    }

    function over([red, green, blue, covers]: number[], [r, g, b]: number[]): [number, number, number, number] {
      const mixed = (upper: number, lower: number) => upper * covers + lower * (1 - covers);
      return [mixed(red, r), mixed(green, g), mixed(blue, b), 1];
    }

    function background(element: Element): [number, number, number, number] {
      const own = colour(getComputedStyle(element).backgroundColor);
      if (own[3] === 1) return own;
      return over(own, element.parentElement ? background(element.parentElement) : [255, 255, 255, 1]);
    }

    function luminance(colour: number[]): number {
      const [red, green, blue] = colour.map((part) => (part / 255 <= 0.03928 ? part / 255 / 12.92 : ((part / 255 + 0.055) / 1.055) ** 2.4));
      return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
    }
  }, selectors);
}

test('axe finds nothing serious or critical on any screen, and all words have contrast, in either theme', async ({ page, watch }) => {
  test.setTimeout(TOUR_MS);
  SAID.forEach((fault) => watch.expect(fault));
  await page.emulateMedia({ colorScheme: 'light', reducedMotion: 'reduce' });
  let [states, measured] = [0, 0];
  const look = async (name: string, options?: RunOptions) => {
    const found = await faults(page, options);
    expect.soft(found.grave, name).toEqual([]);
    measured += found.measured;
  };
  for await (const name of tour(page)) {
    states += 1;
    await drawAll(page);
    await look(name);
    // The other theme has other colours, and nothing else.
    await page.emulateMedia({ colorScheme: 'dark' });
    await drawn(page);
    await look(`${name}, dark`, { runOnly: ['color-contrast'] });
    await page.emulateMedia({ colorScheme: 'light' });
  }
  report(`${states} states of the screens; of ${measured} texts axe left the contrast to be measured here`);
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
    for await (const name of tour(page)) {
      await drawAll(page);
      expect.soft(await losses(page), name).toEqual([]);
    }
  });
});

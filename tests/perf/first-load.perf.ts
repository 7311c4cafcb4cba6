// How long a first visit waits: until something is painted, until Home's buttons act, and when the service worker has
// everything. Each time with a new profile, against the small server on this machine.

import { test } from '@playwright/test';
import { report } from '../e2e/support/story';
import { conditions, range } from './conditions';

const VISITS = 7;

test('the first load', async ({ browser, baseURL }) => {
  const visits: { painted: number; acts: number; bytes: number }[] = [];
  for (let visit = 0; visit < VISITS; visit += 1) {
    const context = await browser.newContext({ baseURL });
    const page = await context.newPage();
    // A button acts from the moment that it is there: the page is made by the program that also listens to it.
    await page.addInitScript(() => {
      const found = () => {
        if (!document.querySelector('[data-testid=start-sample]')) return;
        (window as any).acts ??= performance.now();
        watcher.disconnect();
      };
      const watcher = new MutationObserver(found);
      watcher.observe(document, { childList: true, subtree: true });
    });
    await page.goto('./');
    await page.getByTestId('start-sample').waitFor();
    const times = await page.evaluate(() => ({
      painted: performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? NaN,
      acts: (window as any).acts as number,
      bytes: performance.getEntriesByType('resource').reduce((sum, entry) => sum + (entry as PerformanceResourceTiming).encodedBodySize, 0),
    }));
    visits.push(times);
    if (visit === 0) report(conditions(page));
    await context.close();
  }
  const of = (which: 'painted' | 'acts') => visits.map((visit) => visit[which]);
  report(`${VISITS} first visits, ${(visits[0].bytes / 1e6).toFixed(2)} MB uncompressed: first paint ${range(of('painted'))}, Home's buttons act after ${range(of('acts'))}`);
});

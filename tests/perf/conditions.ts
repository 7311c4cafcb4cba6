// Under what conditions something was measured.

import { cpus, loadavg } from 'node:os';
import type { Page } from '@playwright/test';

export function conditions(page: Page): string {
  return `${cpus().length} cores, load ${loadavg()[0].toFixed(1)}, Chromium ${page.context().browser()?.version()}`;
}

export function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(2)} s`;
}

/** The middle one. */
export function median(numbers: number[]): number {
  return [...numbers].sort((a, b) => a - b)[Math.floor(numbers.length / 2)];
}

/** The middle one, the least and the most, in seconds. */
export function range(times: number[]): string {
  return `${seconds(median(times))} (${seconds(Math.min(...times))} to ${seconds(Math.max(...times))})`;
}

/**
 * From here on each load of the page notes when something is on the screen that `selector` finds, and when a file was
 * chosen before that: to ask the page again and again would cost it time. See `shown`.
 */
export async function watchFor(page: Page, selector: string): Promise<void> {
  await page.addInitScript((selector) => {
    const times: Times = ((window as any).times = {});
    const note = () => {
      if (times.shown || !document.querySelector(selector)) return;
      watcher.disconnect();
      // The frame that shows it is drawn after this one's callbacks.
      requestAnimationFrame(() => setTimeout(() => (times.shown = performance.now())));
    };
    const watcher = new MutationObserver(note);
    watcher.observe(document, { childList: true, subtree: true, attributes: true });
    document.addEventListener('change', () => (times.chosen = performance.now()), { capture: true });
  }, selector);
}

interface Times {
  chosen?: number;
  shown?: number;
}

/** Milliseconds until it was on the screen: since a file was chosen, or else since the load began. */
export async function shown(page: Page): Promise<number> {
  await page.waitForFunction(() => (window as any).times.shown, undefined, { timeout: 120_000 });
  const times: Times = await page.evaluate(() => (window as any).times);
  return (times.shown ?? NaN) - (times.chosen ?? 0);
}

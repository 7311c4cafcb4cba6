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

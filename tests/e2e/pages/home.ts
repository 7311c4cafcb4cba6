// Home: the three starts and the runs there are.

import type { Locator, Page } from '@playwright/test';

export class HomeScreen {
  readonly startSample: Locator;
  readonly openRunFile: Locator;
  readonly resumeRun: Locator;

  constructor(page: Page) {
    this.startSample = page.getByTestId('start-sample');
    this.openRunFile = page.getByTestId('open-run-file');
    this.resumeRun = page.getByTestId('resume-run');
  }
}

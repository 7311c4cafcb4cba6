// Home: the three starts and the runs there are.

import { expect, type Locator, type Page } from '@playwright/test';

export class HomeScreen {
  readonly startSample: Locator;
  readonly openRunFile: Locator;
  readonly resumeRun: Locator;
  /** Only looks at the run that was left. */
  readonly openUnfinished: Locator;

  constructor(private readonly page: Page) {
    this.startSample = page.getByTestId('start-sample');
    this.openRunFile = page.getByTestId('open-run-file');
    this.resumeRun = page.getByTestId('resume-run');
    this.openUnfinished = page.getByTestId('open-unfinished');
  }

  /** Loads the sample, and waits until it has led on to Run. Where settings are the user's own, says what is to become of them. */
  async loadSample(mine?: 'keep' | 'replace'): Promise<void> {
    await this.startSample.click();
    if (mine !== undefined) await this.page.getByTestId(`sample-${mine}`).click();
    await expect(this.page.getByTestId('nav-run')).toHaveAttribute('aria-current', 'page');
  }
}

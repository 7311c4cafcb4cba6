// Runs beside each other, and the way there from Home.

import { type Locator, type Page } from '@playwright/test';

export class CompareScreen {
  /** On Home: goes to the comparison of what is ticked. */
  readonly go: Locator;
  readonly figures: Locator;
  readonly caveats: Locator;
  readonly missing: Locator;
  readonly settings: Locator;
  readonly all: Locator;
  readonly different: Locator;

  constructor(readonly page: Page) {
    this.go = page.getByTestId('compare-runs');
    this.figures = page.getByTestId('compare-figures');
    this.caveats = page.getByTestId('compare-caveats');
    this.missing = page.getByTestId('compare-missing');
    this.settings = page.getByTestId('compare-settings');
    this.all = page.getByTestId('settings-all');
    this.different = page.getByTestId('settings-different');
  }

  /** The boxes of the runs on Home, in the order of the list: newest first. */
  get boxes(): Locator {
    return this.page.getByTestId('recent-runs').getByRole('checkbox', { name: /^Compare / });
  }

  /** A figure of a run, by its letter. */
  figure(letter: string, slug: string): Locator {
    return this.page.getByTestId(`fact-${letter}-${slug}`);
  }

  /** What two best prompts came to on the same questions. */
  pair(first: string, second: string): Locator {
    return this.page.getByTestId(`pair-${first}-${second}`);
  }

  /** Rows of settings, without the heads of their groups. */
  get rows(): Locator {
    return this.settings.locator('tbody tr:not([data-group])');
  }
}

// Scores: a file of predictions, its table, and every prediction.

import { expect, type Locator, type Page } from '@playwright/test';

export class ScoresScreen {
  readonly file: Locator;
  readonly error: Locator;
  readonly scored: Locator;
  readonly table: Locator;
  readonly rows: Locator;
  readonly verdict: Locator;
  readonly search: Locator;
  readonly difference: Locator;

  constructor(readonly page: Page) {
    this.file = page.getByTestId('predictions-file');
    this.error = page.getByTestId('predictions-error');
    this.scored = page.getByTestId('scored');
    this.table = page.getByTestId('score-table');
    this.rows = page.getByTestId('scores-rows');
    this.verdict = page.getByTestId('scores-verdict');
    this.search = page.getByTestId('scores-search');
    this.difference = page.getByTestId('difference');
  }

  /** The overall figures of execution or exact match. */
  async share(name: 'execution' | 'exact'): Promise<{ correct: number; total: number }> {
    const cell = this.page.getByTestId(`score-${name}`);
    await expect(cell).toBeVisible();
    const number = async (attribute: string) => Number(await cell.getAttribute(attribute));
    return { correct: await number('data-correct'), total: await number('data-total') };
  }
}

// Results, and what it leads to: the list of questions in its views, one rollout, one prompt.

import { expect, type Locator, type Page } from '@playwright/test';

export type ResultsView = 'matrix' | 'table' | 'groups' | 'prompts';

export class ResultsScreen {
  readonly matrix: Locator;
  readonly cells: Locator;
  readonly search: Locator;
  readonly order: Locator;
  readonly allColumns: Locator;
  readonly count: Locator;
  readonly only: Locator;
  readonly showAll: Locator;

  constructor(readonly page: Page) {
    this.matrix = page.getByTestId('results-table');
    this.cells = page.getByTestId('results-cells');
    this.search = page.getByTestId('results-search');
    this.order = page.getByTestId('results-order');
    this.allColumns = page.getByTestId('all-columns');
    this.count = page.getByTestId('results-count');
    this.only = page.getByTestId('only');
    this.showAll = page.getByTestId('show-all-questions');
  }

  async show(view: ResultsView): Promise<void> {
    await this.page.getByTestId(`view-${view}`).click();
    await expect(this.page.getByTestId(`view-${view}`)).toHaveAttribute('aria-current', 'true');
  }

  filter(name: string): Locator {
    return this.page.getByTestId(`filter-${name}`);
  }

  /** The number beside a filter. */
  async counted(name: string): Promise<number> {
    return Number((await this.filter(name).locator('.count').innerText()).replace(/\D/g, ''));
  }

  /** The ids of the questions that are in the page, in the order of the list. */
  async questions(): Promise<string[]> {
    const rows = this.page.locator('tr[data-example]');
    return rows.evaluateAll((rows) => rows.map((row) => row.getAttribute('data-example')!));
  }

  /** The link at a place of the matrix or the table: lines from 0, headings among them, `null` for the heads; column 0 is the question. */
  linkAt(grid: Locator, line: number | null, column: number): Locator {
    return grid.locator(`tr[aria-rowindex="${line === null ? 1 : line + 2}"] a[data-at="${column}"]`);
  }

  group(by: 'database' | 'hardness' | 'failure'): Locator {
    return this.page.getByTestId(`groups-${by}`);
  }
}

export class ExampleScreen {
  readonly previous: Locator;
  readonly next: Locator;
  readonly back: Locator;
  readonly predicted: Locator;
  readonly gold: Locator;
  readonly asWritten: Locator;
  readonly usage: Locator;
  readonly messages: Locator;
  readonly question: Locator;

  constructor(readonly page: Page) {
    this.previous = page.getByTestId('previous');
    this.next = page.getByTestId('next');
    this.back = page.getByTestId('back-to-results');
    this.predicted = page.getByTestId('predicted');
    this.gold = page.getByTestId('gold');
    this.asWritten = page.getByTestId('sql-as-written');
    this.usage = page.getByTestId('rollout-usage');
    this.messages = page.getByTestId('messages');
    this.question = page.locator('.crumbs > :last-child');
  }
}

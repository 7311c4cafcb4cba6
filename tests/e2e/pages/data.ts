// Data: what was loaded, how it is split, and the SQL console.

import { expect, type Locator, type Page } from '@playwright/test';
import { enter } from './app';

export interface Split {
  method: 'first_n' | 'stratified';
  train: number;
  validation: number;
  heldOut: number;
}

export class DataScreen {
  readonly files: Locator;
  readonly folder: Locator;
  readonly report: Locator;
  /** Why nothing was loaded. */
  readonly importError: Locator;
  readonly exampleCount: Locator;
  readonly databaseCount: Locator;
  readonly splitMethod: Locator;
  readonly splitTrain: Locator;
  readonly splitValidation: Locator;
  readonly splitHeldOut: Locator;
  readonly splitSeed: Locator;
  readonly splitError: Locator;
  readonly sql: Locator;
  readonly queryRun: Locator;
  readonly queryResult: Locator;
  /** What running every gold query once has shown. */
  readonly goldCheck: Locator;
  readonly questions: Locator;

  constructor(readonly page: Page) {
    this.files = page.getByTestId('data-files');
    this.folder = page.getByTestId('data-folder');
    this.report = page.getByTestId('import-report');
    this.importError = page.getByTestId('import-error');
    this.exampleCount = page.getByTestId('example-count');
    this.databaseCount = page.getByTestId('database-count');
    this.splitMethod = page.getByTestId('split-method');
    this.splitTrain = page.getByTestId('split-train');
    this.splitValidation = page.getByTestId('split-validation');
    this.splitHeldOut = page.getByTestId('split-heldout');
    this.splitSeed = page.getByTestId('split-seed');
    this.splitError = page.getByTestId('split-error');
    this.sql = page.getByTestId('sql-text');
    this.queryRun = page.getByTestId('sql-run');
    this.queryResult = page.getByTestId('sql-result');
    this.goldCheck = page.getByTestId('gold-check');
    this.questions = page.getByTestId('questions');
  }

  /** The choice of the column for a role: question, gold, database, hint or hardness. */
  column(role: string): Locator {
    return this.page.getByTestId(`column-${role}`);
  }

  /** Turns to one of the databases: its tables, and the console on it. */
  async choose(database: string): Promise<void> {
    const tab = this.page.getByRole('navigation', { name: 'Database' }).getByRole('link', { name: new RegExp(`^${database}`) });
    await tab.click();
    await expect(tab).toHaveAttribute('aria-current', 'true');
  }

  /** Sends a query from the console; what comes of it shows later. */
  async query(sql: string): Promise<void> {
    // The console's own proposal comes when the schema is read.
    await expect(this.sql).not.toHaveValue('');
    await this.sql.fill(sql);
    await this.queryRun.click();
  }

  async split({ method, train, validation, heldOut }: Split): Promise<void> {
    await this.splitMethod.selectOption(method);
    await enter(this.splitTrain, train);
    await enter(this.splitValidation, validation);
    await enter(this.splitHeldOut, heldOut);
    await expect(this.splitHeldOut).toHaveValue(String(heldOut));
  }
}

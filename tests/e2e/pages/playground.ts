// Playground: a question to a prompt, outside any run, its SQL and what becomes of it.

import type { Locator, Page } from '@playwright/test';

export class PlaygroundScreen {
  readonly prompt: Locator;
  readonly database: Locator;
  readonly question: Locator;
  /** The choice of a question of the data. */
  readonly example: Locator;
  readonly askButton: Locator;
  readonly cancel: Locator;
  readonly progress: Locator;
  readonly answer: Locator;
  /** Why there is no SQL. */
  readonly failed: Locator;
  readonly messages: Locator;
  readonly usage: Locator;
  readonly sql: Locator;
  readonly run: Locator;
  readonly rows: Locator;
  readonly result: Locator;
  readonly sqlFault: Locator;
  /** How the result compares with that of the data's gold query. */
  readonly verdict: Locator;
  readonly looked: Locator;
  readonly keep: Locator;
  readonly keepCard: Locator;
  readonly kept: Locator;
  readonly history: Locator;
  readonly total: Locator;

  constructor(readonly page: Page) {
    this.prompt = page.getByTestId('play-prompt');
    this.database = page.getByTestId('play-database');
    this.question = page.getByTestId('play-question');
    this.example = page.getByTestId('play-example');
    this.askButton = page.getByTestId('play-ask');
    this.cancel = page.getByTestId('play-cancel');
    this.progress = page.getByTestId('play-progress');
    this.answer = page.getByTestId('play-answer');
    this.failed = page.getByTestId('play-failed');
    this.messages = page.getByTestId('play-messages');
    this.usage = page.getByTestId('play-usage');
    this.sql = page.getByTestId('play-sql');
    this.run = page.getByTestId('play-run');
    this.rows = page.getByTestId('play-rows');
    this.result = page.getByTestId('play-result');
    this.sqlFault = page.getByTestId('play-sql-fault');
    this.verdict = page.getByTestId('play-verdict');
    this.looked = page.getByTestId('play-looked');
    this.keep = page.getByTestId('play-keep');
    this.keepCard = page.getByTestId('play-keep-card');
    this.kept = page.getByTestId('play-kept');
    this.history = page.getByTestId('play-history');
    this.total = page.getByTestId('play-total');
  }

  async ask(question: string): Promise<void> {
    await this.question.fill(question);
    await this.askButton.click();
  }
}

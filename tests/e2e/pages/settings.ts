// Settings: what is stored here, and clearing it.

import { expect, type Locator, type Page } from '@playwright/test';

export class SettingsScreen {
  readonly cachedAnswers: Locator;

  constructor(readonly page: Page) {
    this.cachedAnswers = page.getByTestId('cached-answers');
  }

  /** Clears the cached answers, by way of the dialog that asks first. */
  async clearCachedAnswers(): Promise<void> {
    await this.page.getByTestId('clear-cached').click();
    await this.page.getByTestId('clear-cached-confirm').click();
    await expect(this.page.getByRole('dialog')).toBeHidden();
  }

  /** Clears everything, by way of the dialog that asks first. */
  async clearEverything(): Promise<void> {
    const clear = { name: /^Clear everything/ };
    await this.page.getByRole('button', clear).click();
    const dialog = this.page.getByRole('dialog');
    await dialog.getByRole('button', clear).click();
    await expect(dialog).toBeHidden();
  }
}

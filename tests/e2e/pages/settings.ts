// Settings: what is stored here, and clearing it.

import { expect, type Page } from '@playwright/test';

export class SettingsScreen {
  constructor(readonly page: Page) {}

  /** Clears everything, by way of the dialog that asks first. */
  async clearEverything(): Promise<void> {
    const clear = { name: /^Clear everything/ };
    await this.page.getByRole('button', clear).click();
    const dialog = this.page.getByRole('dialog');
    await dialog.getByRole('button', clear).click();
    await expect(dialog).toBeHidden();
  }
}

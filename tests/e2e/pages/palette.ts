// What opens over every screen: the palette and the list of shortcuts.

import type { Locator, Page } from '@playwright/test';

export class Palette {
  readonly button: Locator;
  readonly dialog: Locator;
  readonly input: Locator;
  readonly options: Locator;
  readonly chosen: Locator;
  readonly toShortcuts: Locator;
  readonly shortcutsButton: Locator;
  readonly shortcuts: Locator;
  /** Whether single letters are shortcuts. */
  readonly singles: Locator;

  constructor(readonly page: Page) {
    this.button = page.getByTestId('open-palette');
    this.dialog = page.getByTestId('palette');
    this.input = page.getByTestId('palette-input');
    this.options = this.dialog.getByRole('option');
    this.chosen = this.dialog.getByRole('option', { selected: true });
    this.toShortcuts = page.getByTestId('palette-shortcuts');
    this.shortcutsButton = page.getByTestId('open-shortcuts');
    this.shortcuts = page.getByTestId('shortcuts');
    this.singles = page.getByTestId('shortcuts-singles');
  }

  option(words: string | RegExp): Locator {
    return this.options.filter({ hasText: words });
  }

  /** Opens it by key, types, and takes what is found first. */
  async take(typed: string): Promise<void> {
    await this.page.keyboard.press('Control+k');
    await this.input.fill(typed);
    await this.page.keyboard.press('Enter');
  }
}

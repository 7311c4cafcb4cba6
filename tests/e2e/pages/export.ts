// Export: the files that a run leaves as.

import { readFileSync } from 'node:fs';
import { expect, type Locator, type Page } from '@playwright/test';
import { saved } from '../support/saving';

export const TRAINING = ['tasks', 'rollouts', 'sft', 'preferences', 'triplets'] as const;
export const PIECES = ['langgraph', 'dspy', 'openai', 'agent-lightning'] as const;
export const EXPORTS = ['prompt-md', 'prompt-json', ...PIECES, 'report', 'results-csv', 'run', ...TRAINING, 'settings'] as const;
/** Several files in one. */
export const ZIPS = ['all', 'training-data'] as const;
/** Those of the winner are there only where the verdict keeps it back. */
export type ExportName = (typeof EXPORTS)[number] | (typeof ZIPS)[number] | 'winner-md' | 'winner-json';

export interface Saved {
  name: string;
  path: string;
  text: string;
}

/** A second and a little, in milliseconds. */
const SECOND = 1_200;

export class ExportScreen {
  readonly importRun: Locator;
  readonly importSettings: Locator;
  /** Whether a key is in any file; there once all have been made and searched. */
  readonly keysChecked: Locator;
  /** Which file the preview shows. */
  readonly previewFile: Locator;
  readonly preview: Locator;

  /** When files were saved lately. */
  private saved: number[] = [];

  constructor(readonly page: Page) {
    this.importRun = page.getByTestId('import-run');
    this.importSettings = page.getByTestId('import-settings');
    this.keysChecked = page.getByTestId('keys-checked');
    this.previewFile = page.getByTestId('preview-file');
    this.preview = page.getByTestId('export-preview');
  }

  /** Turns the preview to each file in turn, as soon as all are made. */
  async lookIntoAll(): Promise<void> {
    await expect(this.keysChecked).toBeVisible();
    for (const name of await this.previewFile.locator('option').evaluateAll((all) => all.map((option) => (option as HTMLOptionElement).value))) {
      await this.previewFile.selectOption(name);
      await expect(this.preview.getByText('as it will be saved')).toBeVisible();
    }
  }

  /** Waits where nobody's hand would be as quick: Chromium drops the eleventh download of a second without a word. */
  private async unhurried(): Promise<void> {
    const now = Date.now();
    this.saved = this.saved.filter((at) => now - at < SECOND);
    if (this.saved.length >= 9) await this.page.waitForTimeout(SECOND - (now - this.saved[0]));
    this.saved.push(Date.now());
  }

  /** Saves one file and reads it. */
  async save(name: ExportName): Promise<Saved> {
    await this.unhurried();
    // All files are made before the screen offers the last of them, which takes a busy machine its time.
    const timeout = 30_000;
    const { name: file, path } = await saved(this.page, () => this.page.getByTestId(`export-${name}`).click({ timeout }), timeout);
    return { name: file, path, text: readFileSync(path, 'utf8') };
  }
}

// Export: the files that a run leaves as.

import { readFileSync } from 'node:fs';
import type { Locator, Page } from '@playwright/test';

export const EXPORTS = ['prompt-md', 'prompt-json', 'results-csv', 'run', 'settings'] as const;
/** Those of the winner are there only where the verdict keeps it back. */
export type ExportName = (typeof EXPORTS)[number] | 'winner-md' | 'winner-json';

export interface Saved {
  name: string;
  path: string;
  text: string;
}

export class ExportScreen {
  readonly importRun: Locator;
  readonly importSettings: Locator;

  constructor(readonly page: Page) {
    this.importRun = page.getByTestId('import-run');
    this.importSettings = page.getByTestId('import-settings');
  }

  /** Saves one file and reads it. */
  async save(name: ExportName): Promise<Saved> {
    const coming = this.page.waitForEvent('download');
    await this.page.getByTestId(`export-${name}`).click();
    const download = await coming;
    const path = await download.path();
    return { name: download.suggestedFilename(), path, text: readFileSync(path, 'utf8') };
  }
}

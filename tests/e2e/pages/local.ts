// Models in this browser: their files, what llama.cpp does, and the browser's own model.

import type { Locator, Page } from '@playwright/test';

export class LocalModels {
  readonly file: Locator;
  readonly error: Locator;
  readonly added: Locator;
  readonly adding: Locator;
  readonly offer: Locator;
  readonly partials: Locator;
  /** What llama.cpp does at the moment. */
  readonly engine: Locator;
  readonly stored: Locator;
  readonly builtIn: Locator;
  readonly fetchBuiltIn: Locator;

  constructor(readonly page: Page) {
    this.file = page.getByTestId('gguf-files');
    this.error = page.getByTestId('model-error');
    this.added = page.getByTestId('model-added');
    this.adding = page.getByTestId('model-adding');
    this.offer = page.getByTestId('model-offer');
    this.partials = page.getByTestId('model-partials');
    this.engine = page.getByTestId('engine');
    this.stored = page.getByTestId('stored-models');
    this.builtIn = page.getByTestId('built-in');
    this.fetchBuiltIn = page.getByTestId('built-in-fetch');
  }

  /** Asks for the size of the file at an address. */
  async ask(url: string, sha256 = ''): Promise<void> {
    await this.page.getByTestId('model-url').fill(url);
    await this.page.getByTestId('model-sha256').fill(sha256);
    await this.page.getByTestId('model-ask').click();
  }

  /** Everything in the browser's file storage below the folder of models: paths with sizes. */
  async inStorage(): Promise<Record<string, number>> {
    return this.page.evaluate(async () => {
      const found: Record<string, number> = {};
      const walk = async (folder: FileSystemDirectoryHandle, path: string): Promise<void> => {
        // The types of the browser's own iterators are newer than those of the tests.
        const entries = (folder as unknown as { entries(): AsyncIterable<[string, FileSystemHandle]> }).entries();
        for await (const [name, handle] of entries) {
          if (handle.kind === 'directory') await walk(handle as FileSystemDirectoryHandle, `${path}${name}/`);
          else found[`${path}${name}`] = (await (handle as FileSystemFileHandle).getFile()).size;
        }
      };
      await walk(await navigator.storage.getDirectory(), '');
      return found;
    });
  }
}

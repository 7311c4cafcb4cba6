// Models: where each role's answers come from.

import type { Locator, Page } from '@playwright/test';
import { MODELS, type Role } from '../support/chat-server';
import { enter } from './app';

type Field = 'provider' | 'url' | 'key' | 'name' | 'list' | 'temperature' | 'file' | 'context' | 'max-tokens' | 'test' | 'result' | 'price-input' | 'price-output' | 'price-look-up' | 'price-note' | 'sign-in' | 'sign-in-cap' | 'sign-in-note';

export class ModelsScreen {
  readonly same: Locator;
  readonly concurrency: Locator;
  readonly answerCache: Locator;

  constructor(readonly page: Page) {
    this.same = page.getByTestId('models-same');
    this.concurrency = page.getByTestId('concurrency');
    this.answerCache = page.getByTestId('answer-cache');
  }

  field(role: Role, field: Field): Locator {
    return this.page.getByTestId(`model-${role}-${field}`);
  }

  /** Sets the seconds after which a call is given up. */
  async giveUpAfter(seconds: number): Promise<void> {
    await enter(this.page.getByTestId('call-timeout'), seconds);
  }

  /** Lets all three roles answer from the endpoint at `url`, each by its own model name, in the provider's format. */
  async useEndpoint(url: string, { key = '', atOnce = 8, provider = 'open_ai_compatible' } = {}): Promise<void> {
    await this.same.uncheck();
    for (const role of Object.keys(MODELS) as Role[]) {
      await this.field(role, 'provider').selectOption(provider);
      await enter(this.field(role, 'url'), url);
      await enter(this.field(role, 'name'), MODELS[role]);
      if (key) await enter(this.field(role, 'key'), key);
    }
    await enter(this.concurrency, atOnce);
  }

  /** Dollars for a million tokens, the same for all roles. */
  async setPrices(price: { input: number; output: number }): Promise<void> {
    for (const role of Object.keys(MODELS) as Role[]) {
      await enter(this.field(role, 'price-input'), price.input);
      await enter(this.field(role, 'price-output'), price.output);
    }
  }
}

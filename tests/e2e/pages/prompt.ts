// Prompt: the agent and the template that is optimized.

import type { Locator, Page } from '@playwright/test';

export class PromptScreen {
  readonly agentKind: Locator;
  readonly agentMaxTurns: Locator;
  readonly template: Locator;
  /** The template filled in for a question. */
  readonly preview: Locator;
  readonly try: Locator;
  readonly tried: Locator;
  /** That what was tried is not what is here now. */
  readonly old: Locator;

  constructor(page: Page) {
    this.agentKind = page.getByTestId('agent-kind');
    this.agentMaxTurns = page.getByTestId('agent-max-turns');
    this.template = page.getByTestId('prompt-template');
    this.preview = page.getByTestId('prompt-preview');
    this.try = page.getByTestId('try-example');
    this.tried = page.getByTestId('try-result');
    this.old = page.getByTestId('try-old');
  }

  async choose(kind: 'self_correcting' | 'single_shot'): Promise<void> {
    await this.agentKind.selectOption(kind);
  }
}

// Prompt: the agent and the template that is optimized.

import type { Locator, Page } from '@playwright/test';

export class PromptScreen {
  readonly agentKind: Locator;
  readonly agentMaxTurns: Locator;
  readonly template: Locator;

  constructor(page: Page) {
    this.agentKind = page.getByTestId('agent-kind');
    this.agentMaxTurns = page.getByTestId('agent-max-turns');
    this.template = page.getByTestId('prompt-template');
  }

  async choose(kind: 'self_correcting' | 'single_shot'): Promise<void> {
    await this.agentKind.selectOption(kind);
  }
}

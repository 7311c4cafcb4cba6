// Check: a prompt of the run beside the original, with another model or on other questions.

import type { Locator, Page } from '@playwright/test';
import { enter } from './app';

export class CheckScreen {
  /** On Candidate, and on the verdict's card. */
  readonly open: Locator;
  readonly data: Locator;
  readonly questions: Locator;
  readonly modelNote: Locator;
  readonly rollouts: Locator;
  readonly calls: Locator;
  readonly start: Locator;
  readonly note: Locator;

  constructor(readonly page: Page) {
    this.open = page.getByTestId('check-prompt').first();
    this.data = page.getByTestId('check-data');
    this.questions = page.getByTestId('check-questions');
    this.modelNote = page.getByTestId('check-model-note');
    this.rollouts = page.getByTestId('check-rollouts');
    this.calls = page.getByTestId('check-calls');
    this.start = page.getByTestId('check-start');
    this.note = page.getByTestId('check-note');
  }

  /** The run's own model, or the agent's on Models. */
  async ask(model: 'run' | 'draft'): Promise<void> {
    // The radio is there for keyboards and readers; the mouse takes its words.
    await this.page.getByTestId(`check-model-${model}`).check({ force: true });
  }

  async askSoMany(questions: number): Promise<void> {
    await enter(this.questions, questions);
  }
}

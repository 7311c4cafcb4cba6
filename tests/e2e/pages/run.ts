// Run: the search's settings, its controls, and what it has come to.

import { expect, type Locator, type Page } from '@playwright/test';
import { enter, numberIn } from './app';
import type { Role } from '../support/chat-server';

export type RunState = 'idle' | 'running' | 'paused' | 'stopped' | 'finished';

/** Parameters of the search, by the names that its inputs have. */
export interface Search {
  gradient_batch_size?: number;
  val_batch_size?: number;
  beam_width?: number;
  branch_factor?: number;
  beam_rounds?: number;
  'run-seed'?: number;
}

export interface Count {
  correct: number;
  total: number;
}

/** What a finished run says of itself. */
export interface Figures {
  seed: Count;
  best: Count;
  version: string;
  prompt: string;
}

export class RunScreen {
  readonly start: Locator;
  readonly preflight: Locator;
  readonly note: Locator;
  readonly pausedBy: Locator;
  readonly changeBudget: Locator;
  readonly changePrices: Locator;
  readonly spend: Locator;
  readonly forecastMoney: Locator;
  readonly pause: Locator;
  readonly resume: Locator;
  readonly stop: Locator;
  readonly newRun: Locator;
  readonly elsewhere: Locator;
  readonly state: Locator;
  readonly rolloutsDone: Locator;
  readonly forecast: Locator;
  readonly problems: Locator;
  readonly seedScore: Locator;
  readonly bestScore: Locator;
  readonly bestVersion: Locator;
  readonly bestPrompt: Locator;
  readonly heldOutSeed: Locator;
  readonly heldOutBest: Locator;
  readonly verdict: Locator;
  readonly decisions: Locator;

  constructor(readonly page: Page) {
    this.start = page.getByTestId('run-start');
    this.preflight = page.getByTestId('run-preflight');
    this.note = page.getByTestId('start-note');
    this.pausedBy = page.getByTestId('paused-by');
    this.changeBudget = page.getByTestId('change-budget');
    this.changePrices = page.getByTestId('change-prices');
    this.spend = page.getByTestId('spend');
    this.forecastMoney = page.getByTestId('forecast-money');
    this.pause = page.getByTestId('run-pause');
    this.resume = page.getByTestId('run-resume');
    this.stop = page.getByTestId('run-stop');
    this.newRun = page.getByTestId('new-run');
    this.elsewhere = page.getByTestId('run-elsewhere');
    this.state = page.getByTestId('run-state');
    this.rolloutsDone = page.getByTestId('rollouts-done');
    this.forecast = page.getByTestId('forecast');
    this.problems = page.getByTestId('problems');
    this.seedScore = page.getByTestId('seed-score');
    this.bestScore = page.getByTestId('best-score');
    this.bestVersion = page.getByTestId('best-version');
    this.bestPrompt = page.getByTestId('best-prompt');
    this.heldOutSeed = page.getByTestId('heldout-seed-score');
    this.heldOutBest = page.getByTestId('heldout-best-score');
    this.verdict = page.getByTestId('verdict');
    this.decisions = page.getByTestId('decisions');
  }

  /** Chooses the search by its name. */
  async searchBy(method: 'apo' | 'racing' | 'protegi'): Promise<void> {
    await this.page.getByTestId(`method-${method}`).check({ force: true });
  }

  parameter(name: string): Locator {
    return this.page.getByTestId(name);
  }

  /** The field of a cap: `max_calls`, `max_tokens` or `max_usd`. */
  cap(name: string): Locator {
    return this.page.getByTestId(name);
  }

  /** A side of the price of a role's model, on a run that stands still. */
  price(role: Role, side: 'input' | 'output'): Locator {
    return this.page.getByTestId(`run-price-${side}-${role}`);
  }

  /** How much of a cap is used. */
  used(name: string): Locator {
    return this.page.getByTestId(`used-${name}`);
  }

  /** What the whole run is expected to take. */
  whole(what: string): Locator {
    return this.page.getByTestId(`whole-${what}`);
  }

  /** Calls and tokens of all roles together, exactly. */
  async usage(): Promise<{ calls: number; input: number; output: number; tokens: number }> {
    const value = async (testid: string) => Number(await this.page.getByTestId(testid).getAttribute('data-value'));
    const sum = async (what: string) => (await value(`${what}-agent`)) + (await value(`${what}-critic`)) + (await value(`${what}-editor`));
    const [calls, input, output] = [await this.allCalls(), await sum('tokens-in'), await sum('tokens-out')];
    return { calls, input, output, tokens: input + output };
  }

  /** Fills in the search's settings; those of APO choose it first. */
  async set(search: Search): Promise<void> {
    if ('beam_rounds' in search || 'beam_width' in search) await this.searchBy('apo');
    for (const [name, value] of Object.entries(search)) await enter(this.parameter(name), value);
  }

  async is(state: RunState, timeout = 60_000): Promise<void> {
    await expect(this.state).toHaveText(state, { timeout });
  }

  async calls(role: Role): Promise<number> {
    return numberIn(this.page.getByTestId(`calls-${role}`));
  }

  async allCalls(): Promise<number> {
    return (await this.calls('agent')) + (await this.calls('critic')) + (await this.calls('editor'));
  }

  /** Calls that the cache answered. */
  async allCached(): Promise<number> {
    let cached = 0;
    for (const role of ['agent', 'critic', 'editor']) {
      const told = this.page.getByTestId(`cached-${role}`);
      if (await told.isVisible()) cached += await numberIn(told);
    }
    return cached;
  }

  async figures(): Promise<Figures> {
    return {
      seed: await count(this.seedScore),
      best: await count(this.bestScore),
      version: (await this.bestVersion.innerText()).trim(),
      prompt: (await this.bestPrompt.textContent()) ?? '',
    };
  }
}

/** The counts behind a score. */
export async function count(score: Locator): Promise<Count> {
  const correct = await score.getAttribute('data-correct');
  const total = await score.getAttribute('data-total');
  return { correct: Number(correct), total: Number(total) };
}

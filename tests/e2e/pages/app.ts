// The page as a user finds it: the rail with its steps, and the screens.

import { expect, type Locator, type Page } from '@playwright/test';
import { CheckScreen } from './check';
import { DataScreen } from './data';
import { ScoresScreen } from './scores';
import { ExportScreen } from './export';
import { HomeScreen } from './home';
import { LocalModels } from './local';
import { ModelsScreen } from './models';
import { PlaygroundScreen } from './playground';
import { PromptScreen } from './prompt';
import { RunScreen } from './run';
import { SettingsScreen } from './settings';

export const SCREENS = ['Home', 'Data', 'Prompt', 'Models', 'Run', 'Results', 'Export', 'Settings'] as const;
export type ScreenName = (typeof SCREENS)[number];

export class App {
  readonly home: HomeScreen;
  readonly data: DataScreen;
  readonly scores: ScoresScreen;
  readonly prompt: PromptScreen;
  readonly playground: PlaygroundScreen;
  readonly models: ModelsScreen;
  readonly local: LocalModels;
  readonly run: RunScreen;
  readonly check: CheckScreen;
  readonly export: ExportScreen;
  readonly settings: SettingsScreen;

  constructor(readonly page: Page) {
    this.home = new HomeScreen(page);
    this.data = new DataScreen(page);
    this.scores = new ScoresScreen(page);
    this.prompt = new PromptScreen(page);
    this.playground = new PlaygroundScreen(page);
    this.models = new ModelsScreen(page);
    this.local = new LocalModels(page);
    this.run = new RunScreen(page);
    this.check = new CheckScreen(page);
    this.export = new ExportScreen(page);
    this.settings = new SettingsScreen(page);
  }

  get heading(): Locator {
    return this.page.getByRole('heading', { level: 1 });
  }

  /** What the last action could not do, in words. */
  get notice(): Locator {
    return this.page.getByTestId('notice');
  }

  step(name: ScreenName): Locator {
    return this.page.getByRole('navigation', { name: 'Steps' }).getByRole('link', { name: new RegExp(`^${name}\\b`) });
  }

  async isReady(): Promise<void> {
    await expect(this.heading).toBeVisible();
  }

  /** Goes to a screen by the rail. */
  async open(name: ScreenName): Promise<void> {
    await this.step(name).click();
    await expect(this.step(name)).toHaveAttribute('aria-current', 'page');
    await expect(this.heading).toBeVisible();
  }
}

/** Types into a field and leaves it, as a user does. */
export async function enter(field: Locator, value: string | number): Promise<void> {
  await field.fill(String(value));
  await field.blur();
}

/** The first whole number in an element's text; `1,304` is one. */
export async function numberIn(element: Locator): Promise<number> {
  const digits = /\d[\d,]*/.exec(await element.innerText())?.[0];
  if (digits === undefined) throw new Error(`There is no number in: ${await element.innerText()}`);
  return Number(digits.replaceAll(',', ''));
}

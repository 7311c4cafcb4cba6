// The run as it was at any event: the strip that steers it, and what the run would have ended with had it stopped earlier.

import { expect, type Locator, type Page } from '@playwright/test';

export class Replay {
  readonly open: Locator;
  readonly leave: Locator;
  readonly strip: Locator;
  readonly event: Locator;
  readonly when: Locator;
  /** What happened at the event. */
  readonly told: Locator;
  readonly slider: Locator;
  readonly play: Locator;
  readonly back: Locator;
  readonly on: Locator;
  readonly markBack: Locator;
  readonly markOn: Locator;
  /** The table of the run at a part of its calls. */
  readonly stopped: Locator;

  constructor(readonly page: Page) {
    this.open = page.getByTestId('replay-open');
    this.leave = page.getByTestId('replay-leave');
    this.strip = page.getByTestId('replay');
    this.event = page.getByTestId('replay-event');
    this.when = page.getByTestId('replay-when');
    this.told = page.getByTestId('replay-told');
    this.slider = page.getByTestId('replay-slider');
    this.play = page.getByTestId('replay-play');
    this.back = page.getByTestId('replay-back');
    this.on = page.getByTestId('replay-on');
    this.markBack = page.getByTestId('replay-mark-back');
    this.markOn = page.getByTestId('replay-mark-on');
    this.stopped = page.getByTestId('stopped-table');
  }

  /** Goes to an event by its address. */
  async goTo(at: number): Promise<void> {
    await this.page.evaluate((at) => (location.hash = `#/run?at=${at}`), at);
    await this.isAt(at);
  }

  async isAt(at: number): Promise<void> {
    await expect(this.event).toHaveText(new RegExp(`^As it was at event ${at.toLocaleString('en-US')} of `));
  }

  /** The number of events. */
  async events(): Promise<number> {
    return Number(await this.slider.getAttribute('max'));
  }

  /** The event that is shown. */
  async at(): Promise<number> {
    return Number(await this.slider.inputValue());
  }
}

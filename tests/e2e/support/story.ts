// What every story starts from: the page with its screens, endpoints on this machine, and a watch over the console and
// the network that fails the story at its end.

import { readFileSync } from 'node:fs';
import { expect, test as base, type BrowserContext, type Page } from '@playwright/test';
import { App } from '../pages/app';
import { KillableBrowser } from './browser';
import { ChatServer, goldOf } from './chat-server';
import { Watch } from './watch';

export { expect };

interface Fixtures {
  watch: Watch;
  app: App;
  /** Starts an endpoint that knows the sample's gold queries, or those that are given. */
  startChat: (options?: { gold?: ReadonlyMap<string, string>; latencyMs?: number; asProvider?: boolean }) => Promise<ChatServer>;
  /** Opens the page for somebody else: another profile, the same watch. */
  openElsewhere: () => Promise<App>;
  killable: KillableBrowser;
}

export const test = base.extend<Fixtures>({
  watch: [
    async ({ context }, use) => {
      const watch = new Watch();
      watch.follow(context);
      await use(watch);
      expect(watch.unexpected(), 'faults in the console or the network').toEqual([]);
    },
    { auto: true },
  ],
  app: async ({ page }, use) => {
    await use(await openApp(page));
  },
  // Playwright wants a pattern as its first argument, also where no other fixture is needed.
  // eslint-disable-next-line no-empty-pattern
  startChat: async ({}, use) => {
    const servers: ChatServer[] = [];
    await use(async (options = {}) => {
      const chat = await ChatServer.start({ gold: sampleGold(), ...options });
      servers.push(chat);
      return chat;
    });
    await Promise.all(servers.map((server) => server.close()));
  },
  openElsewhere: async ({ browser, watch, baseURL, viewport }, use) => {
    const contexts: BrowserContext[] = [];
    await use(async () => {
      const context = await browser.newContext({ baseURL, viewport });
      contexts.push(context);
      watch.follow(context);
      return openApp(await context.newPage());
    });
    await Promise.all(contexts.map((context) => context.close()));
  },
  // eslint-disable-next-line no-empty-pattern
  killable: async ({}, use) => {
    const killable = new KillableBrowser();
    await use(killable);
    await killable.dispose();
  },
});

/** The page, opened and ready to be used. */
export async function openApp(page: Page, url = './'): Promise<App> {
  await page.goto(url);
  const app = new App(page);
  await app.isReady();
  return app;
}

/** Question to gold query of the built-in sample. */
export function sampleGold(): Map<string, string> {
  return goldOf(JSON.parse(readFileSync('www/sample/dev.json', 'utf8')));
}

/** A line of the test's output: a measured figure. */
export function report(figure: string): void {
  console.log(`  measured: ${figure}`);
}

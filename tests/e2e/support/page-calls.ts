// The page's calls as the page itself sees them: when each was begun, and when its answer was known. The server cannot tell a
// request that was sent too early from one that was on its way.

import type { Page } from '@playwright/test';

/** One fetch of the page that had a body; times are those of the page's clock, in milliseconds since 1970. */
export interface PageCall {
  begun: number;
  /** When the answer's text had arrived. */
  arrived?: number;
  /** A task later: whatever the page does on account of the answer is done. */
  known?: number;
  status?: number;
  text?: string;
}

declare global {
  interface Window {
    callsOfPage: PageCall[];
  }
}

/** Writes the calls of `page` down from now on. */
export async function writeDownCalls(page: Page): Promise<void> {
  await page.evaluate(() => {
    const calls: PageCall[] = (window.callsOfPage = []);
    const fetch = window.fetch.bind(window);
    window.fetch = async (input, init) => {
      if (!(input instanceof Request) || input.method !== 'POST') return fetch(input, init);
      const call: PageCall = { begun: Date.now() };
      calls.push(call);
      const response = await fetch(input, init);
      const read = response.text.bind(response);
      response.text = async () => {
        const text = await read();
        Object.assign(call, { arrived: Date.now(), status: response.status, text });
        setTimeout(() => (call.known = Date.now()), 0);
        return text;
      };
      return response;
    };
  });
}

/** What has been written down. */
export function callsOf(page: Page): Promise<PageCall[]> {
  return page.evaluate(() => window.callsOfPage);
}

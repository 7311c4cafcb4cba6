// The installed Chromium and its switches, for playwright.config.ts, for stories that start a browser of their own, and for
// script/screenshots.

import { existsSync } from 'node:fs';

const DEBIAN_CHROMIUM = '/usr/bin/chromium';

/** The program, or undefined for the one that Playwright brings. */
export const executablePath = process.env.CHROMIUM ?? (existsSync(DEBIAN_CHROMIUM) ? DEBIAN_CHROMIUM : undefined);

/** A name that means this machine to these browsers alone, and looks to the page like a provider on the internet. */
export const PROVIDER_HOST = 'provider.test';

export const args = [
  '--headless=new',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  // No other host than this machine can be reached, whatever the page tries.
  `--host-resolver-rules=MAP ${PROVIDER_HOST} 127.0.0.1, MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost`,
];

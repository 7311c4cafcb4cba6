// A browser with a profile of its own, which a story can kill without warning and start again: what a crash, a closed
// lid or an impatient user does to a run.

import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium, type Browser, type Page } from '@playwright/test';
import { args, executablePath } from './chromium.mjs';
import type { Watch } from './watch';

export class KillableBrowser {
  private readonly profile = mkdtempSync(join(tmpdir(), 'promptbeam-profile-'));
  private process?: ChildProcess;
  private browser?: Browser;

  /** Starts the browser on its profile and returns its page. */
  async start(watch: Watch): Promise<Page> {
    const portFile = join(this.profile, 'DevToolsActivePort');
    rmSync(portFile, { force: true });
    const switches = [...args, `--user-data-dir=${this.profile}`, '--remote-debugging-port=0', '--window-size=1440,1000', 'about:blank'];
    // A process group of its own, so that a kill takes all of its processes and no others.
    this.process = spawn(executablePath ?? chromium.executablePath(), switches, { detached: true, stdio: 'ignore' });
    this.browser = await chromium.connectOverCDP(`http://127.0.0.1:${await port(portFile)}`);
    const [context] = this.browser.contexts();
    watch.follow(context);
    return context.pages()[0] ?? (await context.newPage());
  }

  /** Ends all of the browser's processes at once; nothing in the page gets to know of it. */
  async kill(): Promise<void> {
    const running = this.process;
    if (running?.pid === undefined) return;
    this.process = undefined;
    const ended = new Promise((resolve) => running.once('exit', resolve));
    process.kill(-running.pid, 'SIGKILL');
    await ended;
    await this.browser?.close().catch(() => undefined);
  }

  async dispose(): Promise<void> {
    await this.kill();
    rmSync(this.profile, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
  }
}

/** The port that the browser has chosen, once it has written it down. */
async function port(file: string): Promise<number> {
  for (let tries = 0; tries < 200; tries += 1) {
    const written = existsSync(file) ? Number(readFileSync(file, 'utf8').split('\n')[0]) : 0;
    if (written > 0) return written;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error('The browser did not start.');
}

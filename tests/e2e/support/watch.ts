// What no story may see: an error in the console, an exception, a request that fails, or one to another machine.

import type { BrowserContext } from '@playwright/test';
import { PROVIDER_HOST } from './chromium.mjs';

const HERE = ['127.0.0.1', 'localhost', PROVIDER_HOST];

/** What went wrong in a browser, and everything that its consoles said. */
export class Watch {
  readonly faults: string[] = [];
  readonly console: string[] = [];
  private readonly expected: RegExp[] = [];

  /** Faults of this kind are part of the story. */
  expect(fault: RegExp): void {
    this.expected.push(fault);
  }

  /** Calls to the endpoint at `url` may fail: the browser itself writes a line for each. */
  expectFailuresOf(url: string): void {
    const host = new URL(url).host.replaceAll('.', '\\.');
    this.expect(new RegExp(`^(request|console): .*${host}`));
  }

  unexpected(): string[] {
    return this.faults.filter((fault) => !this.expected.some((expected) => expected.test(fault)));
  }

  follow(context: BrowserContext): void {
    context.on('console', (message) => {
      const line = `${message.text()} (${message.location().url})`;
      this.console.push(line);
      if (message.type() === 'error' || message.type() === 'warning') this.faults.push(`console: ${line}`);
    });
    context.on('weberror', (error) => this.faults.push(`exception: ${error.error().stack ?? error.error().message}`));
    context.on('request', (request) => {
      const { protocol, hostname } = new URL(request.url());
      if (protocol.startsWith('http') && !HERE.includes(hostname)) this.faults.push(`elsewhere: ${request.url()}`);
    });
    context.on('requestfailed', (request) => {
      this.faults.push(`request: ${request.url()} ${request.failure()?.errorText ?? ''}`);
    });
    context.on('response', (response) => {
      if (response.status() >= 400) this.faults.push(`request: ${response.url()} ${response.status()}`);
    });
  }
}

// A host of files on this machine: what a link to a run may lead to, good and bad. It keeps what it was asked.

import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Asked {
  path: string;
  cookie?: string;
  referer?: string;
  authorization?: string;
}

type Answer = (response: ServerResponse) => void;

export class FileHost {
  readonly asked: Asked[] = [];
  private readonly server: Server;

  private constructor(answers: ReadonlyMap<string, Answer>) {
    this.server = createServer((request: IncomingMessage, response: ServerResponse) => {
      const { cookie, referer, authorization } = request.headers;
      this.asked.push({ path: request.url ?? '', cookie, referer, authorization });
      const answer = answers.get(request.url ?? '');
      if (answer) answer(response);
      else response.writeHead(404, OPEN).end('There is no such file.');
    });
  }

  /** Serves `run` in the ways that the paths name. */
  static async start(run: string): Promise<FileHost> {
    const host = new FileHost(
      new Map<string, Answer>([
        ['/run.jsonl', (response) => response.writeHead(200, OPEN).end(run)],
        ['/closed.jsonl', (response) => response.writeHead(200).end(run)],
        ['/page.html', (response) => response.writeHead(200, OPEN).end('<!doctype html><p>Sign in</p>')],
        ['/private.jsonl', (response) => response.writeHead(403, OPEN).end('No.')],
        ['/moved.jsonl', (response) => response.writeHead(302, { ...OPEN, Location: '/run.jsonl' }).end()],
        ['/huge.jsonl', (response) => response.writeHead(200, { ...OPEN, 'Content-Length': 300 << 20 }).write('{')],
        ['/binary.jsonl', (response) => response.writeHead(200, OPEN).end(Buffer.from([0xff, 0xfe, 0x00, 0x80]))],
        ['/half.jsonl', (response) => response.writeHead(200, OPEN).end(run.slice(0, run.length / 2))],
      ]),
    );
    await new Promise<void>((resolve) => host.server.listen(0, '127.0.0.1', resolve));
    return host;
  }

  get name(): string {
    return `127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  get url(): string {
    return `http://${this.name}`;
  }

  async close(): Promise<void> {
    const closed = new Promise((resolve) => this.server.close(resolve));
    this.server.closeAllConnections();
    await closed;
  }
}

const OPEN = { 'Access-Control-Allow-Origin': '*', 'Content-Type': 'text/plain' };

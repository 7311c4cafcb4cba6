// A host of one large file, as models are fetched from: with CORS and ranges, or without, and as slow as a story needs.

import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

const CHUNK = 256 * 1024;

export class FileServer {
  /** What was asked: method, and range if there was one. */
  readonly asked: string[] = [];
  /** Milliseconds between two chunks. */
  slowness = 0;
  /** Whether it knows ranges. */
  ranges = true;
  private readonly server: Server;

  private constructor(readonly content: Buffer) {
    this.server = createServer((request, response) => void this.answer(request, response));
  }

  static async start(content: Buffer): Promise<FileServer> {
    const host = new FileServer(content);
    await new Promise<void>((resolve) => host.server.listen(0, '127.0.0.1', resolve));
    return host;
  }

  /** The file's address. */
  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}/models/toy.gguf?download=true`;
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const cors = {
      'Access-Control-Allow-Origin': '*',
      'Access-Control-Allow-Headers': '*',
      'Access-Control-Expose-Headers': 'Content-Range, ETag',
    };
    if (request.method === 'OPTIONS') return void response.writeHead(204, cors).end();
    if (!request.url?.startsWith('/models/toy.gguf')) return void response.writeHead(404, cors).end();
    const range = this.ranges ? /^bytes=(\d+)-(\d*)$/.exec(request.headers.range ?? '') : null;
    this.asked.push([request.method, request.headers.range].filter(Boolean).join(' '));
    const whole = this.content.length;
    const start = Number(range?.[1] ?? 0);
    const end = range?.[2] ? Number(range[2]) + 1 : whole;
    response.writeHead(range ? 206 : 200, {
      ...cors,
      'Content-Length': end - start,
      ETag: '"one"',
      ...(range && { 'Content-Range': `bytes ${start}-${end - 1}/${whole}` }),
    });
    if (request.method === 'HEAD') return void response.end();
    for (let at = start; at < end && !response.destroyed; at += CHUNK) {
      response.write(this.content.subarray(at, Math.min(at + CHUNK, end)));
      if (this.slowness > 0) await new Promise((resolve) => setTimeout(resolve, this.slowness));
    }
    response.end();
  }
}

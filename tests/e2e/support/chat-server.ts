// A model's endpoint on this machine: speaks all three wire formats, knows the gold queries of the data that a story
// uses, and fails on request. Every answer depends on the request's messages alone, never on order or time, so two runs
// with the same seed get the same answers however their calls interleave.

import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createSecureServer } from 'node:http2';
import type { AddressInfo, Socket } from 'node:net';
import { PROVIDER_HOST } from './chromium.mjs';
import { ALLOWED_HEADERS, KEY_HEADERS, answer, formatAt, models, read, refusal, type Asked, type Message } from './formats';
import { selfSigned } from './tls';

/** The model names by which the server knows the roles; the stories set them on Models. */
export const MODELS = { agent: 'agent-model', critic: 'critic-model', editor: 'editor-model' } as const;
export type Role = keyof typeof MODELS;

/** Of 100 questions, how many the seed prompt gets right, and how many more each line that the editor has added gains. */
const SEED_PERCENT = 60;
const PERCENT_PER_RULE = 8;
/** The query that answers a question wrongly. */
const WRONG = "SELECT 'I do not know'";
/** What the editor's lines begin with: the agent counts them. */
const RULE = '- Check before you answer';

/** How Node calls it that a request ended before its body did. */
const GONE = ['ECONNRESET', 'ERR_STREAM_PREMATURE_CLOSE'];

/** What the server does instead of answering. */
export type Fault =
  /** 429: the wait that it asks for stands in a header that the page sees, in one that CORS hides from it, or in the body. */
  | { kind: 'rate-limited'; waitMs?: number; told?: 'header' | 'hidden' | 'body' }
  /** 500 unless told; as the format's error, as a proxy's web page, or as an error under status 200. */
  | { kind: 'server-error'; status?: 500 | 502 | 503 | 529; told?: 'error' | 'page' | 'within-200' }
  | { kind: 'web-page' }
  | { kind: 'garbage' }
  | { kind: 'empty-choices' }
  | { kind: 'empty-message' }
  /** Nothing for `ms`, then the connection ends; half of the answer is sent before if `halfway`. */
  | { kind: 'dropped'; ms: number; halfway?: boolean }
  /** Nothing until the server closes or the browser gives up. */
  | { kind: 'hang' }
  /** Repeats the key that it got, as some providers do. */
  | { kind: 'unauthorized' }
  /** The same for a request that it does not like. */
  | { kind: 'bad-request' }
  | { kind: 'unknown-model' }
  /** The model takes no such field; its refusal names it in words alone. */
  | { kind: 'field-refused'; field: 'temperature' }
  /** The answer ends at the token limit. */
  | { kind: 'truncated' }
  /** Sends the request on to another address, with its method and body. */
  | { kind: 'redirect'; to: string };

/** One request for a completion, as the server saw it. */
export interface LoggedCall {
  number: number;
  role: Role | 'unknown';
  /** The first characters of the body's SHA-256. */
  hash: string;
  /** The same of what is said in it: equal for all formats and limits. */
  subject: string;
  /** How often this very body had come before. */
  earlier: number;
  /** What came in the header for keys. */
  authorization: string;
  /** The headers for keys that came. */
  keyHeaders: string[];
  format: Asked['format'];
  temperature?: number;
  maxTokens?: number;
  fault?: Fault;
  /** Milliseconds of `performance.now()`. */
  arrivedAt: number;
  /** When the whole answer had gone out; absent while in flight or if it never went. */
  answeredAt?: number;
}

interface Options {
  /** Question to gold query. */
  gold: ReadonlyMap<string, string>;
  latencyMs?: number;
  /** HTTP/2 over TLS under a name that stands for a provider's: a browser then has all its calls in flight at once. */
  asProvider?: boolean;
}

/** Question to gold query, from a questions file's rows. */
export function goldOf(rows: readonly { question: string; query: string }[]): Map<string, string> {
  return new Map(rows.map((row) => [row.question, row.query]));
}

export class ChatServer {
  readonly log: LoggedCall[] = [];
  maxInFlight = 0;
  preflights = 0;
  latencyMs: number;
  /** Decides on a fault for each call; no fault by default. */
  fault: (call: LoggedCall) => Fault | undefined = () => undefined;
  /** What else an answer says; nothing by default. */
  around: (answer: string, role: LoggedCall['role']) => string = (answer) => answer;

  private readonly received: string[] = [];
  private inFlight = 0;
  private readonly asProvider: boolean;
  private readonly gold: ReadonlyMap<string, string>;
  private readonly seen = new Map<string, number>();
  private readonly sockets = new Set<Socket>();
  private readonly server: Server;
  /** Once this many completions are out, or on their way, requests are taken but not answered. */
  private held = Infinity;
  private onTheirWay = 0;

  private constructor({ gold, latencyMs = 0, asProvider = false }: Options) {
    this.gold = gold;
    this.latencyMs = latencyMs;
    this.asProvider = asProvider;
    const listen = (request: IncomingMessage, response: ServerResponse) => void this.handle(request, response);
    // Node's HTTP/2 requests and responses have the interface of the older ones, and types of their own.
    this.server = asProvider ? (createSecureServer(selfSigned(PROVIDER_HOST), listen as never) as never) : createServer(listen);
    this.server.keepAliveTimeout = 60_000;
    this.server.on('connection', (socket) => {
      this.sockets.add(socket);
      socket.on('close', () => this.sockets.delete(socket));
    });
  }

  static async start(options: Options): Promise<ChatServer> {
    const chat = new ChatServer(options);
    await new Promise<void>((resolve) => chat.server.listen(0, '127.0.0.1', resolve));
    return chat;
  }

  /** The base URL for the page, for Chat Completions and Messages. */
  get url(): string {
    return `${this.origin}/v1`;
  }

  /** The base URL for generateContent. */
  get geminiUrl(): string {
    return `${this.origin}/v1beta`;
  }

  private get origin(): string {
    const { port } = this.server.address() as AddressInfo;
    return this.asProvider ? `https://${PROVIDER_HOST}:${port}` : `http://127.0.0.1:${port}`;
  }

  async close(): Promise<void> {
    const closed = new Promise((resolve) => this.server.close(resolve));
    for (const socket of this.sockets) socket.destroy();
    await closed;
  }

  /** Calls that were answered to the end with a completion. */
  answered(role?: Role): LoggedCall[] {
    const done = this.log.filter((call) => call.answeredAt !== undefined && call.fault === undefined);
    return role ? done.filter((call) => call.role === role) : done;
  }

  /** Calls that came in and have not been answered. */
  unanswered(): LoggedCall[] {
    return this.log.filter((call) => call.answeredAt === undefined);
  }

  /** How often each body came in. */
  times(): Map<string, number> {
    const times = new Map<string, number>();
    for (const call of this.log) times.set(call.hash, (times.get(call.hash) ?? 0) + 1);
    return times;
  }

  /** Whether a request held `secret` anywhere but in its headers for keys. */
  saw(secret: string): boolean {
    return this.received.some((part) => part.includes(secret));
  }

  /** Milliseconds from the first request to the last answer. */
  span(): number {
    const ends = this.log.map((call) => call.answeredAt ?? call.arrivedAt);
    return Math.max(...ends) - Math.min(...this.log.map((call) => call.arrivedAt));
  }

  /** Once `total` completions have gone out since the server started, takes requests without answering them. */
  holdAt(total: number): void {
    this.held = total;
  }

  /** Done as soon as so many completions have gone out. */
  async hasAnswered(count: number): Promise<void> {
    while (this.answered().length < count) await new Promise<void>((resolve) => this.server.once('answered', resolve));
  }

  /** Answers again; what was held stays without an answer. */
  stopHolding(): void {
    this.held = Infinity;
  }

  private async handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    response.setHeader('Access-Control-Allow-Origin', '*');
    const keyless = Object.entries(request.headers).filter(([name]) => !(KEY_HEADERS as readonly string[]).includes(name));
    this.received.push(`${request.url} ${JSON.stringify(keyless)}`);
    if (request.method === 'OPTIONS') {
      this.preflights += 1;
      response.writeHead(204, {
        'Access-Control-Allow-Methods': 'GET, POST',
        'Access-Control-Allow-Headers': ALLOWED_HEADERS,
        'Access-Control-Max-Age': '7200',
      });
      return void response.end();
    }
    const path = request.url ?? '';
    const listed = request.method === 'GET' ? models(path, Object.values(MODELS)) : undefined;
    if (listed) return json(response, 200, listed);
    const format = formatAt(path);
    if (request.method !== 'POST' || !format) {
      return json(response, 404, { error: { message: 'There is nothing at this path.' } });
    }
    const body = await text(request);
    if (body === undefined) return;
    this.received.push(body);
    const asked = read(format, path, body);
    const call = this.note(request, body, asked);
    this.inFlight += 1;
    this.maxInFlight = Math.max(this.maxInFlight, this.inFlight);
    response.on('close', () => (this.inFlight -= 1));
    const fault = this.fault(call);
    if (fault) {
      call.fault = fault;
      await delay(this.latencyMs);
      return this.fail(fault, call, asked, response);
    }
    if (this.answered().length + this.onTheirWay >= this.held) return;
    // Counted from when it is decided on, so that not one more goes out than was asked for, until it is out or its caller is gone.
    this.onTheirWay += 1;
    let isOver = false;
    const over = () => {
      if (!isOver) this.onTheirWay -= 1;
      isOver = true;
    };
    response.on('finish', () => {
      over();
      call.answeredAt = performance.now();
      this.server.emit('answered');
    });
    response.on('close', over);
    await delay(this.latencyMs);
    const said = this.answer(call, asked.messages);
    if (said === undefined) return json(response, 404, refusal(format, 404, 'unknown-model', 'No such model.'));
    json(response, 200, answer(format, this.around(said, call.role), body.length));
  }

  private note(request: IncomingMessage, body: string, asked: Asked): LoggedCall {
    const [hash, subject] = [digest(body), digest(JSON.stringify(asked.messages))];
    const earlier = this.seen.get(hash) ?? 0;
    this.seen.set(hash, earlier + 1);
    const { format, model, temperature, maxTokens } = asked;
    const role: LoggedCall['role'] = (Object.keys(MODELS) as Role[]).find((role) => MODELS[role] === model) ?? 'unknown';
    const keyHeaders = KEY_HEADERS.filter((name) => request.headers[name] !== undefined);
    const authorization = request.headers[keyHeaders[0]] ?? '';
    const call: LoggedCall = {
      number: this.log.length + 1,
      role,
      hash,
      subject,
      earlier,
      authorization: String(authorization),
      keyHeaders,
      format,
      temperature,
      maxTokens,
      arrivedAt: performance.now(),
    };
    this.log.push(call);
    return call;
  }

  private answer(call: LoggedCall, messages: Message[]): string | undefined {
    switch (call.role) {
      case 'agent':
        return this.write(messages);
      case 'critic':
        return `- Name the columns that are asked for, and no others.\n- Look at the rows of sample ${call.subject}.`;
      case 'editor':
        // In words of its own: lines that differ in one word are next to the same, and the page tells them so.
        return `${templateIn(messages)}\n${RULE} (${call.subject.match(/.{1,4}/g)?.join(' ')}).`;
      default:
        return undefined;
    }
  }

  private write(messages: Message[]): string {
    const last = messages.at(-1)?.content ?? '';
    const question = /^Question: ([^]*)$/.exec(last)?.[1].split('\nHint: ')[0];
    // Without a question it is the self-correcting agent's check.
    if (question === undefined) return 'It does what was asked. THE QUERY IS CORRECT.';
    const gold = this.gold.get(question);
    if (gold === undefined) throw new Error(`The story gave no gold query for: ${question}`);
    const rules = messages[0].content.split(RULE).length - 1;
    const right = percentile(question) < SEED_PERCENT + PERCENT_PER_RULE * rules;
    return `\`\`\`sql\n${right ? gold : WRONG}\n\`\`\``;
  }

  private async fail(fault: Fault, call: LoggedCall, asked: Asked, response: ServerResponse): Promise<void> {
    response.on('finish', () => (call.answeredAt = performance.now()));
    const refuse = (status: number, kind: Parameters<typeof refusal>[2], message: string) =>
      json(response, status, refusal(asked.format, status, kind, message));
    switch (fault.kind) {
      case 'rate-limited': {
        if (fault.told === 'header' || fault.told === 'hidden') response.setHeader('Retry-After', String((fault.waitMs ?? 0) / 1000));
        // Anthropic shows a page all of its headers.
        const shown = asked.format === 'messages' ? '*' : 'Retry-After';
        if (fault.told === 'header') response.setHeader('Access-Control-Expose-Headers', shown);
        const wait = fault.told === 'body' ? fault.waitMs : undefined;
        return json(response, 429, refusal(asked.format, 429, 'rate-limited', `Call ${call.number} is one too many.`, wait));
      }
      case 'server-error': {
        const { status = 500, told = 'error' } = fault;
        if (told === 'page') return page(response, status, '<!doctype html><title>Bad gateway</title><p>The host did not answer.');
        const kind = status === 500 ? 'failing' : 'overloaded';
        return json(response, told === 'error' ? status : 200, refusal(asked.format, status, kind, 'Something broke.'));
      }
      case 'web-page':
        return page(response, 200, '<!doctype html><title>Sign in</title><p>Please sign in to the network.');
      case 'garbage':
        response.writeHead(200, { 'Content-Type': 'application/json' });
        return void response.end('{"choices": [{"mess');
      case 'empty-choices':
        return json(response, 200, { choices: [] });
      case 'empty-message':
        return json(response, 200, { choices: [{ index: 0 }] });
      case 'dropped':
        if (fault.halfway) {
          response.writeHead(200, { 'Content-Type': 'application/json', 'Content-Length': '1000' });
          response.write('{"choices": [');
        }
        await delay(fault.ms);
        return void response.destroy();
      case 'hang':
        return;
      case 'unauthorized':
        return refuse(401, 'bad-key', `Incorrect API key provided: ${call.authorization}.`);
      case 'bad-request':
        return refuse(400, 'bad-request', `With ${call.authorization} this cannot be processed.`);
      case 'unknown-model':
        return refuse(404, 'unknown-model', 'No such model.');
      case 'field-refused':
        return refuse(400, 'bad-request', `\`${fault.field}\` is not supported with this model.`);
      case 'redirect':
        response.writeHead(307, { Location: fault.to });
        return void response.end();
      case 'truncated':
        return json(response, 200, answer(asked.format, 'SELECT', 100, true));
    }
  }
}

/** A number from 0 to 99 that depends on `text` alone. */
export function percentile(text: string): number {
  return createHash('sha256').update(text).digest().readUInt32BE(0) % 100;
}

/** The template that the page's request to the editor carries. */
function templateIn(messages: Message[]): string {
  const content = messages.at(-1)?.content ?? '';
  const template = /^# Prompt template\n\n([^]*)\n\n# Critique\n\n/.exec(content)?.[1];
  if (template === undefined) throw new Error(`There is no template in the editor's request: ${content.slice(0, 200)}`);
  return template;
}

function json(response: ServerResponse, status: number, value: object): void {
  const body = Buffer.from(JSON.stringify(value));
  response.writeHead(status, { 'Content-Type': 'application/json', 'Content-Length': body.length });
  response.end(body);
}

function page(response: ServerResponse, status: number, html: string): void {
  response.writeHead(status, { 'Content-Type': 'text/html' });
  response.end(html);
}

function digest(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 16);
}

/** Nothing if its caller, a browser that was killed or a run that was stopped, went away in the middle of it. */
async function text(request: IncomingMessage): Promise<string | undefined> {
  const parts: Buffer[] = [];
  try {
    for await (const part of request) parts.push(part as Buffer);
  } catch (error) {
    if (GONE.includes((error as NodeJS.ErrnoException).code ?? '')) return undefined;
    throw error;
  }
  return Buffer.concat(parts).toString('utf8');
}

function delay(ms: number): Promise<void> {
  return ms > 0 ? new Promise((resolve) => setTimeout(resolve, ms)) : Promise.resolve();
}

// The three wire formats as a server speaks them: what was asked, an answer, a refusal.

export type Format = 'chat-completions' | 'messages' | 'generate-content';

export interface Message {
  role: string;
  content: string;
}

export interface Asked {
  format: Format;
  model: string;
  messages: Message[];
  temperature?: number;
  /** The limit on the answer's tokens, under the name that each format has for it. */
  maxTokens?: number;
}

/** The headers in which a key comes. */
export const KEY_HEADERS = ['authorization', 'api-key', 'x-api-key', 'x-goog-api-key'] as const;

/** Every header that a page may send. */
export const ALLOWED_HEADERS = [
  ...KEY_HEADERS,
  'content-type',
  'anthropic-version',
  'anthropic-dangerous-direct-browser-access',
].join(', ');

/** The format in which a completion is asked for at `path`. */
export function formatAt(path: string): Format | undefined {
  if (path === '/v1/chat/completions') return 'chat-completions';
  if (path === '/v1/messages') return 'messages';
  return /^\/v1beta\/models\/[^/]+:generateContent$/.test(path) ? 'generate-content' : undefined;
}

/** What a body asks for. */
export function read(format: Format, path: string, body: string): Asked {
  const sent = JSON.parse(body);
  if (format !== 'generate-content') {
    const system: Message[] = sent.system === undefined ? [] : [{ role: 'system', content: sent.system }];
    const { model, temperature } = sent;
    const maxTokens = sent.max_completion_tokens ?? sent.max_tokens;
    return { format, model, messages: [...system, ...sent.messages], temperature, maxTokens };
  }
  const { temperature, maxOutputTokens: maxTokens } = sent.generationConfig;
  const contents = [{ ...sent.systemInstruction, role: 'system' }, ...sent.contents].filter(({ parts }) => parts);
  const messages = contents.map(({ role, parts }) => ({
    role: role === 'model' ? 'assistant' : role,
    content: (parts as { text: string }[]).map(({ text }) => text).join(''),
  }));
  const model = decodeURIComponent(/models\/(.+):generateContent$/.exec(path)?.[1] ?? '');
  return { format, model, messages, temperature, maxTokens };
}

/** A whole answer, or with `cutOff` one that ends at the token limit. */
export function answer(format: Format, content: string, sent: number, cutOff = false): object {
  const [input, output] = [Math.ceil(sent / 4), Math.ceil(content.length / 4)];
  switch (format) {
    case 'chat-completions':
      return {
        id: 'chatcmpl-e2e',
        object: 'chat.completion',
        choices: [{ index: 0, message: { role: 'assistant', content }, finish_reason: cutOff ? 'length' : 'stop' }],
        usage: { prompt_tokens: input, completion_tokens: output },
      };
    case 'messages':
      return {
        id: 'msg_e2e',
        type: 'message',
        role: 'assistant',
        content: [{ type: 'thinking', thinking: 'Hm.' }, { type: 'text', text: content }],
        stop_reason: cutOff ? 'max_tokens' : 'end_turn',
        usage: { input_tokens: input, output_tokens: output },
      };
    case 'generate-content':
      return {
        candidates: [
          {
            content: { role: 'model', parts: [{ text: 'Hm.', thought: true }, { text: content }] },
            finishReason: cutOff ? 'MAX_TOKENS' : 'STOP',
          },
        ],
        usageMetadata: { promptTokenCount: input, candidatesTokenCount: output },
      };
  }
}

/** The names that each format has for a refusal: Chat Completions, Messages, generateContent. */
const CODES = {
  'rate-limited': ['rate_limit_exceeded', 'rate_limit_error', 'RESOURCE_EXHAUSTED'],
  overloaded: ['server_error', 'overloaded_error', 'UNAVAILABLE'],
  failing: ['server_error', 'api_error', 'INTERNAL'],
  'bad-key': ['invalid_api_key', 'authentication_error', 'UNAUTHENTICATED'],
  'unknown-model': ['model_not_found', 'not_found_error', 'NOT_FOUND'],
  'bad-request': ['invalid_request_error', 'invalid_request_error', 'INVALID_ARGUMENT'],
} as const;

/** A refusal, which may say after how many milliseconds to ask again; Google's comes in a list, as through some gateways. */
export function refusal(format: Format, status: number, kind: keyof typeof CODES, message: string, waitMs?: number): object {
  const [openai, anthropic, google] = CODES[kind];
  const worded = waitMs === undefined ? message : `${message} Please try again in ${waitMs / 1000}s.`;
  switch (format) {
    case 'chat-completions':
      return { error: { message: worded, code: openai } };
    case 'messages':
      return { type: 'error', error: { type: anthropic, message: worded }, request_id: 'req_e2e' };
    case 'generate-content': {
      const retry = { '@type': 'type.googleapis.com/google.rpc.RetryInfo', retryDelay: `${(waitMs ?? 0) / 1000}s` };
      return [{ error: { code: status, status: google, message, details: waitMs === undefined ? [] : [retry] } }];
    }
  }
}

/** The list of models, in the format that is spoken at `path`; undefined if it is no path of a list. */
export function models(path: string, names: readonly string[]): object | undefined {
  const [place] = path.split('?');
  if (place === '/v1/models') return { data: names.map((id) => ({ id })) };
  if (place !== '/v1beta/models') return undefined;
  const listed = names.map((name) => ({ name: `models/${name}`, supportedGenerationMethods: ['generateContent'] }));
  return { models: [...listed, { name: 'models/embedding', supportedGenerationMethods: ['embedContent'] }] };
}

// A provider on a bad day: of every hundred requests 30 are too many, 10 meet a failing server, 5 get nonsense, 5 nothing at
// all, 2 an answer that is cut off, and 3 an error under status 200. Which request meets what is drawn from the seed, the
// request's body and how often it has come before, so every run meets the same faults in whatever order it asks, and ends.

import { createHash } from 'node:crypto';
import type { Fault, LoggedCall } from './chat-server';

/** Faults that one body meets at most. */
const MOST = 3;
/** Of those, how many may cost a whole time limit or be nonsense: the page takes three of each. */
const MOST_HARD = 2;

const TOO_MANY: Fault[] = [
  { kind: 'rate-limited', waitMs: 300, told: 'header' },
  { kind: 'rate-limited', waitMs: 300, told: 'hidden' },
  { kind: 'rate-limited', waitMs: 200, told: 'body' },
  { kind: 'rate-limited' },
];
const FAILING: Fault[] = [
  { kind: 'server-error' },
  { kind: 'server-error', status: 502, told: 'page' },
  { kind: 'server-error', status: 503 },
  { kind: 'server-error', status: 529 },
];
const NONSENSE: Fault[] = [{ kind: 'web-page' }, { kind: 'garbage' }, { kind: 'empty-choices' }];
const WITHIN_200: Fault[] = [
  { kind: 'server-error', status: 503, told: 'within-200' },
  { kind: 'server-error', told: 'within-200' },
];

/** Each kind with its share of all requests in hundredths. */
const SHARES: readonly (readonly [number, readonly Fault[]])[] = [
  [30, TOO_MANY],
  [10, FAILING],
  [5, NONSENSE],
  [5, [{ kind: 'hang' }]],
  [2, [{ kind: 'truncated' }]],
  [3, WITHIN_200],
];

/** The faults of `seed`, for `ChatServer.fault`. */
export function faultMix(seed: number): (call: LoggedCall) => Fault | undefined {
  return (call) => {
    if (call.earlier >= MOST) return undefined;
    const before = Array.from({ length: call.earlier }, (_, time) => drawn(seed, call, time));
    const fault = drawn(seed, call, call.earlier);
    return isHard(fault) && before.filter(isHard).length >= MOST_HARD ? undefined : fault;
  };
}

function drawn(seed: number, call: LoggedCall, time: number): Fault | undefined {
  const digest = createHash('sha256').update(`${seed} ${call.hash} ${time}`).digest();
  let hundredth = (100 * digest.readUInt32BE(0)) / 2 ** 32;
  for (const [share, faults] of SHARES) {
    if (hundredth < share) {
      const fault = faults[digest.readUInt32BE(4) % faults.length];
      // With more room the answer fits, and whoever has been through that has had enough.
      return hasMoreRoom(call) && (isHard(fault) || fault.kind === 'truncated' || time > 0) ? undefined : fault;
    }
    hundredth -= share;
  }
  return undefined;
}

function isHard(fault?: Fault): boolean {
  return fault !== undefined && ['hang', ...NONSENSE.map(({ kind }) => kind)].includes(fault.kind);
}

/** Whether the page asks for more tokens than it does at first; Anthropic must always be told a limit. */
function hasMoreRoom({ format, maxTokens }: LoggedCall): boolean {
  return maxTokens !== undefined && !(format === 'messages' && maxTokens === 4096);
}

// A provider on a bad day, in each wire format: half of all requests fail, in every way there is, and the run comes to the same
// prompt by the same verdicts as against a sound one, without a storm of requests.

import type { App } from './pages/app';
import type { ChatServer, Fault, LoggedCall } from './support/chat-server';
import { factsOf, outcomesOf } from './support/facts';
import { faultMix } from './support/fault-mix';
import { callsOf, writeDownCalls, type PageCall } from './support/page-calls';
import { expect, report, test } from './support/story';

const SEARCH = { val_batch_size: 12, gradient_batch_size: 3, beam_width: 2, branch_factor: 1, beam_rounds: 1, 'run-seed': 3 };
const AT_ONCE = 32;
const CALL_TIMEOUT_S = 1.5;
const LATENCY_MS = 100;
const SEED = 2026;

const FORMATS = [
  { format: 'chat-completions', provider: 'open_ai_compatible', url: (chat: ChatServer) => chat.url },
  { format: 'messages', provider: 'anthropic', url: (chat: ChatServer) => chat.url },
  { format: 'generate-content', provider: 'gemini', url: (chat: ChatServer) => chat.geminiUrl },
] as const;

// The provider's certificate is its own.
test.use({ ignoreHTTPSErrors: true });

/** A whole run on the sample; returns what the screen and the exported journal say. */
async function run(app: App, url: string, provider: string) {
  await app.home.loadSample();
  await app.open('Data');
  await app.data.split({ method: 'first_n', train: 6, validation: 36, heldOut: 0 });
  await app.open('Prompt');
  await app.prompt.choose('single_shot');
  await app.open('Models');
  await app.models.useEndpoint(url, { key: 'any-key', provider, atOnce: AT_ONCE });
  await app.models.giveUpAfter(CALL_TIMEOUT_S);
  await app.open('Run');
  await app.run.set(SEARCH);
  await app.run.start.click();
  await expect(app.run.state, 'the run ends by itself').toHaveText(/^(finished|paused)$/, { timeout: 100_000 });
  if ((await app.run.state.innerText()) === 'paused') throw new Error(`It paused: ${await app.run.problems.innerText()}`);
  const figures = await app.run.figures();
  await app.open('Export');
  return { figures, journal: (await app.export.save('run')).text };
}

for (const { format, provider, url } of FORMATS) {
  test(`a bad day in the format of ${format} changes nothing and brings no storm`, async ({ app, watch, startChat, openElsewhere }) => {
    const sound = await startChat();
    const wanted = await run(app, sound.url, 'open_ai_compatible');
    expect(Object.keys(outcomesOf(wanted.journal))).toEqual(['judged']);
    expect(wanted.figures.best.correct, 'the search finds something').toBeGreaterThan(wanted.figures.seed.correct);

    const failing = await startChat({ asProvider: true, latencyMs: LATENCY_MS });
    watch.expectFailuresOf(failing.url);
    failing.fault = faultMix(SEED);
    const before = performance.now();
    const again = await openElsewhere();
    await writeDownCalls(again.page);
    const got = await run(again, url(failing), provider);

    report(`the run took ${((performance.now() - before) / 1000).toFixed(1)} s with its preparations`);
    expect(got.figures).toEqual(wanted.figures);
    expect(factsOf(got.journal)).toEqual(factsOf(wanted.journal));
    expect(failing.log.every((call) => call.format === format)).toBe(true);
    expect(failing.answered(), 'no answer was asked for twice').toHaveLength(sound.answered().length);
    expect(failing.maxInFlight).toBeLessThanOrEqual(AT_ONCE);
    reportFaults(failing);
    reportStorms(failing.log);
    expect(early(await callsOf(again.page), failing.log), 'calls begun before the time that a known refusal asked for').toEqual([]);
  });
}

/** Calls that the page began after it knew of a refusal and before the end of the wait that this had asked for. */
function early(calls: PageCall[], log: LoggedCall[]): object[] {
  const waits = calls.flatMap(({ status, text, arrived, known }) => {
    const number = status === 429 ? /Call (\d+) is/.exec(text!)![1] : undefined;
    const wait = number && waitTold(log[Number(number) - 1].fault);
    return wait ? [{ known: known!, until: arrived! + wait }] : [];
  });
  expect(waits.length, 'refusals that said when to come back').toBeGreaterThan(5);
  const late = calls.filter((call) => waits.some(({ known, until }) => known < call.begun && call.begun < until));
  report(`${waits.length} refusals said when to come back; calls begun before that: ${late.length}`);
  return late;
}

function reportFaults({ log, maxInFlight }: ChatServer): void {
  const count = new Map<Fault['kind'], number>();
  for (const { fault } of log) if (fault) count.set(fault.kind, (count.get(fault.kind) ?? 0) + 1);
  const kinds = [...count].map(([kind, times]) => `${times} ${kind}`).join(', ');
  report(`${log.length} requests, of which ${log.filter((call) => call.fault).length} failed: ${kinds}; at most ${maxInFlight} in flight`);
}

/** Prints how many requests a second came around the refusals, as a mean over them; after those with a wait it is fewer. */
function reportStorms(log: LoggedCall[]): void {
  const between = (from: number, to: number) => log.filter(({ arrivedAt }) => arrivedAt > from && arrivedAt <= to).length;
  const refused = log.filter((call) => call.fault?.kind === 'rate-limited');
  for (const told of [true, false]) {
    const some = refused.filter(({ fault }) => waitTold(fault) !== undefined === told);
    const rate = (from: number, to: number) => {
      const counts = some.map(({ answeredAt }) => between(answeredAt! + 1000 * from, answeredAt! + 1000 * to));
      return counts.reduce((sum, count) => sum + count, 0) / counts.length / (to - from);
    };
    const quarters = [-1, -0.75, -0.5, -0.25, 0, 0.25, 0.5, 0.75].map((from) => rate(from, from + 0.25).toFixed(1));
    const kind = `${some.length} refusals that ${told ? 'said' : 'did not say'} when to come back`;
    report(`requests per second, in quarters of a second before | after ${kind}: ${quarters.slice(0, 4).join(' ')} | ${quarters.slice(4).join(' ')}`);
    if (told) expect(rate(0, 1), `requests in the second after ${kind}`).toBeLessThan(rate(-1, 0));
  }
}

/** The wait in milliseconds that a refusal asks for where the page can see it. */
function waitTold(fault?: Fault): number | undefined {
  return fault?.kind === 'rate-limited' && (fault.told === 'header' || fault.told === 'body') ? fault.waitMs : undefined;
}

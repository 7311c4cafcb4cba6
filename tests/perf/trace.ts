// What the main thread does while something happens: its tasks from Chromium's trace, the long ones with what they were
// spent on. A task's own processor time says what it would take on a machine that does nothing else. PROFILE=1 samples scripts as well and names their functions, which slows them; a build that keeps the names of its
// functions is needed for those of WebAssembly.

import { writeFileSync } from 'node:fs';
import type { Page } from '@playwright/test';

const IS_PROFILED = process.env.PROFILE === '1';
const LONG_MS = 50;

interface TraceEvent {
  name: string;
  ph: string;
  pid: number;
  tid: number;
  ts: number;
  dur?: number;
  tdur?: number;
  id?: string;
  args: Record<string, any>;
}

export interface Task {
  ms: number;
  /** Milliseconds of the processor, of those. */
  cpu: number;
  /** Milliseconds after the trace began. */
  at: number;
  /** Milliseconds by what was done: the outermost events within the task. */
  spent: Map<string, number>;
  /** Milliseconds by function, where scripts were sampled. */
  functions: Map<string, number>;
}

/** The page's main-thread tasks while `work` was done, longest first. */
export async function tasksDuring(page: Page, work: () => Promise<void>): Promise<Task[]> {
  const browser = page.context().browser();
  if (!browser) throw new Error('The page has no browser of its own.');
  const categories = ['toplevel', 'devtools.timeline', 'v8'];
  if (IS_PROFILED) categories.push('disabled-by-default-v8.cpu_profiler');
  await browser.startTracing(page, { categories });
  try {
    await work();
  } finally {
    await page.evaluate(() => new Promise((resolve) => requestAnimationFrame(resolve)));
  }
  const text = (await browser.stopTracing()).toString();
  if (process.env.TRACE_FILE) writeFileSync(process.env.TRACE_FILE, text);
  return tasksOf(JSON.parse(text).traceEvents);
}

/** In words: how many tasks, the longest, and each that is over 50 ms. */
export function told(tasks: Task[]): string {
  const long = tasks.filter((task) => task.ms > LONG_MS);
  const total = tasks.reduce((sum, task) => sum + task.ms, 0);
  const cpu = tasks.map((task) => task.cpu).sort((a, b) => b - a);
  const of = (spent: Map<string, number>, number: number) => {
    const most = [...spent].sort((a, b) => b[1] - a[1]).slice(0, number);
    return most.map(([what, ms]) => `${what} ${ms.toFixed(0)}`).join(', ');
  };
  const lines = long.slice(0, 12).map((task) => `    ${task.ms.toFixed(0)} ms (processor ${task.cpu.toFixed(0)}) at ${(task.at / 1000).toFixed(2)} s: ${of(task.spent, 5)}`);
  const sampled = new Map<string, number>();
  for (const task of long) for (const [name, ms] of task.functions) sampled.set(name, (sampled.get(name) ?? 0) + ms);
  const profile = sampled.size > 0 ? [`    in the long ones, by function: ${of(sampled, 40)}`] : [];
  const most = `the most processor time ${(cpu[0] ?? 0).toFixed(1)} ms, ${cpu.filter((ms) => ms > LONG_MS).length} over ${LONG_MS} ms`;
  const head = `longest task ${(tasks[0]?.ms ?? 0).toFixed(1)} ms, ${long.length} over ${LONG_MS} ms; ${most}; main thread busy ${(total / 1000).toFixed(2)} s`;
  return [head, ...lines, ...profile].join('\n');
}

function tasksOf(events: TraceEvent[]): Task[] {
  const named = events.filter((event) => event.name === 'thread_name' && event.args.name === 'CrRendererMain');
  const all = named.map(({ pid, tid }) => {
    const own = events.filter((event) => event.pid === pid && event.tid === tid && event.ph === 'X' && (event.dur ?? 0) > 0);
    return { pid, tid, own };
  });
  // The browser may have other renderers at hand; the page's is the one that has most to do.
  const weight = (own: TraceEvent[]) => own.reduce((sum, event) => sum + (event.dur ?? 0), 0);
  const main = all.sort((a, b) => weight(b.own) - weight(a.own))[0];
  if (!main) throw new Error('The trace names no main thread.');
  const own = main.own.sort((a, b) => a.ts - b.ts || (b.dur ?? 0) - (a.dur ?? 0));
  const begun = own[0]?.ts ?? 0;
  const tasks: (Task & { ts: number; end: number })[] = [];
  let end = 0;
  let innerEnd = 0;
  for (const event of own) {
    const until = event.ts + (event.dur ?? 0);
    if (/RunTask$/.test(event.name) && event.ts >= end) {
      tasks.push({ ms: (event.dur ?? 0) / 1000, cpu: (event.tdur ?? 0) / 1000, at: (event.ts - begun) / 1000, ts: event.ts, end: until, spent: new Map(), functions: new Map() });
      end = until;
      innerEnd = 0;
    } else if (event.ts < end && event.ts >= innerEnd && !/RunTask|ThreadController|SequenceManager/.test(event.name)) {
      const { spent } = tasks[tasks.length - 1];
      spent.set(event.name, (spent.get(event.name) ?? 0) + (event.dur ?? 0) / 1000);
      innerEnd = until;
    }
  }
  if (IS_PROFILED) sample(events, main, tasks);
  return tasks.sort((a, b) => b.ms - a.ms);
}

/** Adds the samples of the thread's profile to the tasks that they fall into. */
function sample(events: TraceEvent[], main: { pid: number; tid: number }, tasks: (Task & { ts: number; end: number })[]): void {
  const profile = events.find((event) => event.name === 'Profile' && event.pid === main.pid && event.tid === main.tid);
  if (!profile) return;
  const names = new Map<number, string>();
  let now = profile.args.data.startTime;
  let task = 0;
  const inOrder = [...tasks].sort((a, b) => a.ts - b.ts);
  for (const { args } of events.filter((event) => event.name === 'ProfileChunk' && event.pid === main.pid && event.id === profile.id)) {
    const { cpuProfile, timeDeltas = [] } = args.data;
    for (const { id, callFrame } of cpuProfile?.nodes ?? []) names.set(id, callFrame.functionName || '(anonymous)');
    (cpuProfile?.samples ?? []).forEach((node: number, at: number) => {
      now += timeDeltas[at];
      while (task < inOrder.length && inOrder[task].end < now) task += 1;
      const within = inOrder[task];
      if (!within || within.ts > now) return;
      const name = names.get(node) ?? '?';
      within.functions.set(name, (within.functions.get(name) ?? 0) + timeDeltas[at] / 1000);
    });
  }
}

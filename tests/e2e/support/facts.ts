// What a run has come to, as its journal tells it: every answer, verdict, score and decision, without when, in which order,
// at what price and after how many tries.

interface Entry {
  type: string;
  [field: string]: unknown;
}

/** Facts of a session: how it went, not what came of it. */
const OF_SESSION = ['run_started', 'run_resumed', 'run_paused', 'run_stopped', 'problem_raised', 'call_lost', 'budget_changed', 'prices_changed'];

/** An exported run, line by line. */
export function entriesOf(exported: string): Entry[] {
  return exported.trimEnd().split('\n').map((line) => JSON.parse(line) as Entry);
}

/** The facts of an exported run, in an order that does not depend on how its calls interleaved. */
export function factsOf(exported: string): string[] {
  const facts = entriesOf(exported).filter(({ type }) => !OF_SESSION.includes(type));
  return facts.map((entry) => JSON.stringify(withoutCircumstances(entry))).sort();
}

function withoutCircumstances({ seq: _seq, at: _at, attempts: _attempts, elapsed_ms: _elapsed, ...fact }: Entry): Entry {
  if (fact.type !== 'model_answered') return fact;
  const { text } = fact.answer as { text: string };
  return { ...fact, answer: text };
}

/** The outcomes of an exported run's rollouts, by kind. */
export function outcomesOf(exported: string): Record<string, number> {
  const outcomes: Record<string, number> = {};
  for (const { type, outcome } of entriesOf(exported)) {
    if (type !== 'rollout_finished') continue;
    const { kind } = outcome as { kind: string };
    outcomes[kind] = (outcomes[kind] ?? 0) + 1;
  }
  return outcomes;
}

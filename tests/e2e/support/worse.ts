// A run file whose winner lost: the same run, as if the held-out questions had gone against it.

interface Entry {
  type: string;
  best?: number;
  purpose?: string;
  version?: number;
  outcome?: Record<string, unknown>;
  score?: { correct: number; planned: number; mean: number };
  rewards?: number[];
}

/** The run of `file` (a line for each entry) with each held-out question right for the seed and wrong for the winner. */
export function lost(file: string): string {
  const entries = file
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Entry);
  const best = entries.find((entry) => entry.type === 'run_finished')?.best;
  for (const entry of entries.filter((entry) => entry.purpose === 'held_out')) {
    const isRight = entry.version !== best;
    if (entry.outcome) {
      entry.outcome = { ...entry.outcome, reward: isRight ? 1 : 0, diagnosis: isRight ? undefined : 'values_differ', difference: undefined };
    }
    if (entry.score) {
      const correct = isRight ? entry.score.planned : 0;
      entry.score = { ...entry.score, correct, mean: correct / entry.score.planned };
      entry.rewards = entry.rewards?.map(() => (isRight ? 1 : 0));
    }
  }
  return entries.map((entry) => `${JSON.stringify(entry)}\n`).join('');
}

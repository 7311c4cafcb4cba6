// A run's journal of any size, for measuring: made up, but in the page's own format and with rollouts as long as real ones.
// Every candidate answers every validation question once; what a question and a candidate come to is drawn from both.
//
//   node script/synthetic-run.mjs QUESTIONS CANDIDATES [--answers] > run.jsonl
//
// With --answers the models' answers are in it too, as in a run that was made: twice as many events.

import { fileURLToPath } from 'node:url';

const DATABASES = ['concert_singer', 'pets_1', 'world_1', 'car_1', 'flight_2', 'employee_hire_evaluation', 'museum_visit', 'battle_death'];
const LEVELS = ['easy', 'medium', 'hard', 'extra'];
const FAILURES = ['too_few_rows', 'too_many_columns', 'values_differ', 'no_such_column', 'order_only', 'number_rounding'];

const ROUNDS = 3;
const BEAM = 4;

/** A number from 0 to 1 that hangs on both arguments alone. */
function drawn(question, candidate) {
  let state = (question * 2654435761 + candidate * 40503 + 12345) >>> 0;
  for (let i = 0; i < 3; i += 1) {
    state ^= state << 13;
    state >>>= 0;
    state ^= state >>> 17;
    state ^= state << 5;
    state >>>= 0;
  }
  return state / 4294967296;
}

const gold = (at) =>
  `SELECT T1.name, count(*) FROM singer AS T1 JOIN concert AS T2 ON T1.singer_id = T2.singer_id WHERE T2.year >= ${2000 + (at % 20)} GROUP BY T1.name ORDER BY count(*) DESC`;

function result(at, rows) {
  const row = (i) => [`Singer ${(at * 7 + i) % 113}`, 12 - i, 4.5 * i];
  return { columns: ['name', 'count(*)', 'share'], rows: Array.from({ length: rows }, (_, i) => row(i)), total_rows: rows };
}

function outcome(question, candidate, candidates) {
  const chance = drawn(question, candidate);
  const hard = drawn(question, 977);
  if (chance > 0.995) return { kind: 'no_answer', reason: 'truncated' };
  const isRight = hard < 0.5 ? chance < 0.97 : chance < 0.25 + (0.5 * candidate) / candidates;
  if (isRight) return { kind: 'judged', reward: 1.0, predicted: { rows: result(question, 6) } };
  const diagnosis = FAILURES[Math.floor(chance * 997) % FAILURES.length];
  const difference = 'The gold result has 6 rows, the predicted one 5. A missing row: (Singer 7, 9, 13.5).';
  const predicted =
    diagnosis === 'no_such_column'
      ? { failed: { kind: 'sqlite', message: 'no such column: T2.singer' } }
      : { rows: result(question + 1, 5) };
  return { kind: 'judged', reward: 0.0, diagnosis, difference, predicted, gold: result(question, 6) };
}

/** Whole fractions with their point, as the page writes them: then a line is the same when it is written again. */
function asWritten(json) {
  const whole = json.replaceAll(/"(at|reward|mean|score|previous|elapsed_ms)":(-?\d+)(?=[,}])/g, '"$1":$2.0');
  return whole.replace(/"(rewards|scores)":\[[^\]]*\]/, (numbers) => numbers.replaceAll(/(?<=[[,])\d(?=[,\]])/g, '$&.0'));
}

/** The journal as lines, each without its line break. */
export function* syntheticRun({ questions, candidates, answers = false }) {
  let seq = 0;
  const begun = 1_790_000_000_000;
  const line = (event) => asWritten(JSON.stringify({ seq, at: begun + 25 * seq++, ...event }));
  const id = (at) => `q${String(at + 1).padStart(4, '0')}`;
  const all = Array.from({ length: questions }, (_, at) => at);
  const examples = all.map((at) => ({
    id: id(at),
    db: DATABASES[at % DATABASES.length],
    question: `What is the name of each singer with the number of concerts since ${2000 + (at % 20)}, the most first? (${at + 1})`,
    gold: gold(at),
    hardness: LEVELS[at % 7 % LEVELS.length],
  }));
  const schemas = DATABASES.map((db) => ({ db, table_info: 'CREATE TABLE singer (singer_id int, name text);\n'.repeat(40) }));
  const splits = { train: ['t0001'], validation: all.map(id), held_out: [] };
  yield line({
    type: 'run_started',
    journal_version: 2,
    name: `${questions} questions by ${candidates} prompts, made up`,
    dataset: 'made up',
    config: { apo: { beam_rounds: ROUNDS, beam_width: BEAM } },
    splits,
    examples: [...examples, { ...examples[0], id: 't0001' }],
    schemas,
  });
  let rules = '';
  let begunRounds = 0;
  let contenders = [];
  let improved = false;
  function* ended() {
    if (begunRounds === 0) return;
    const candidates = contenders.map((contender) => contender.version);
    contenders = contenders.toSorted((a, b) => b.mean - a.mean).slice(0, BEAM);
    const [beam, scores] = [contenders.map((contender) => contender.version), contenders.map((contender) => contender.mean)];
    yield line({ type: 'beam_selected', round: begunRounds, candidates, beam, scores });
    const score = best.correct / questions;
    if (!improved) yield line({ type: 'best_kept', round: begunRounds, version: best.version, score, previous: score, previous_version: best.version });
    improved = false;
  }
  let best = { version: 0, correct: -1 };
  for (let version = 0; version < candidates; version += 1) {
    const round = version === 0 ? 0 : 1 + Math.floor(((version - 1) * ROUNDS) / candidates);
    const place = { round, slot: 0, branch: version };
    if (round > begunRounds) {
      yield* ended();
      begunRounds = round;
      yield line({ type: 'round_started', round, parents: contenders.map((contender) => contender.version) });
    }
    if (version > 0) {
      const critique = `Question ${version}: the query counts rows where names are asked for. Say that.`;
      yield line({ type: 'critique_written', place, parent: best.version, template: 0, shown: ['t0001'], critique });
      rules += `\n${version}. Return exactly the columns that are asked for, in their order (${version}).`;
    }
    const origin = version === 0 ? { kind: 'seed' } : { kind: 'edit', parent: best.version, place };
    const template = `You write SQL for {dialect}.\n{table_info}\nRules:${rules}`;
    yield line({ type: 'candidate_proposed', candidate: { version, template, origin } });
    const score = { mean: 0, planned: questions, correct: 0, finished: questions, no_answer: 0 };
    const rewards = [];
    for (const at of all) {
      const step = `r${String(round).padStart(2, '0')}/full/v${version}/${id(at)}`;
      const query = gold(at + (drawn(at, version) > 0.5 ? 1 : 0));
      const answer = `The concerts are joined to their singers, and each singer's are counted.\n\`\`\`sql\n${query}\n\`\`\``;
      if (answers) {
        const usage = { input: 912 + (at % 50), output: 64 };
        const told = { text: answer, usage };
        yield line({ type: 'model_answered', step: `${step}/write1`, role: 'agent', answer: told, attempts: 1, elapsed_ms: 812.5, asked_chars: 3600 });
      }
      const what = outcome(at, version, candidates);
      score.correct += what.reward === 1 ? 1 : 0;
      score.no_answer += what.kind === 'no_answer' ? 1 : 0;
      rewards.push(what.reward ?? null);
      const turns = [{ answer, query }];
      yield line({ type: 'rollout_finished', step, version, example: id(at), purpose: 'validation', outcome: what, turns });
    }
    score.mean = score.correct / questions;
    contenders.push({ version, mean: score.mean });
    yield line({ type: 'candidate_scored', round, version, purpose: 'validation', examples: all.map(id), rewards, score });
    if (score.correct > best.correct) {
      if (version > 0) {
        improved = true;
        yield line({ type: 'best_updated', round, version, score: score.mean, previous: null, previous_version: best.version });
      }
      best = { version, correct: score.correct };
    }
  }
  yield* ended();
  yield line({ type: 'run_finished', best: best.version });
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const [questions, candidates] = process.argv.slice(2, 4).map(Number);
  if (!(questions > 0 && candidates > 0)) {
    console.error('usage: node script/synthetic-run.mjs QUESTIONS CANDIDATES [--answers] > run.jsonl');
    process.exit(2);
  }
  for (const text of syntheticRun({ questions, candidates, answers: process.argv.includes('--answers') })) console.log(text);
}

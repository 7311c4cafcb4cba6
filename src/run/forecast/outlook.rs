//! What a run will have taken when it is over: what it took so far, and what is left at what its parts were measured to take.
//! Until something was measured there is only what texts and settings tell: input tokens, and the bounds of the calls.

use std::collections::HashMap;

use super::{Measured, Plan, Series, calls_per_rollout, measured::Work, text_input};
use crate::domain::{
    budget::Price,
    chat::ModelRole,
    config::RunConfig,
    dataset::{Example, Splits},
    endpoint::{Reach, reach},
    id::{DbId, ExampleId},
    provider::Provider,
    rollout::Purpose,
    search::Method,
    usage::Usage,
};

/// Connections that a browser opens to one HTTP/1.1 host, as servers on one's own machine are.
pub const CONNECTIONS: usize = 6;
/// Rollouts after which a run's own pace says more than its parts.
const PACED: u32 = 30;
/// Milliseconds of a call below which a run's time is not that of its calls.
const TELLING_MS: f64 = 50.0;
/// Tokens of a critique before one was written.
const CRITIQUE: f64 = 300.0;
/// How much longer than its parent an edited prompt is reckoned to be.
const GROWTH: f64 = 1.3;

/// The middle of what is expected, and what is exceeded once in ten times.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Span {
    pub p50: f64,
    pub p90: f64,
}

impl Span {
    fn exactly(value: f64) -> Self {
        Self { p50: value, p90: value }
    }

    fn plus(self, other: Self) -> Self {
        Self { p50: self.p50 + other.p50, p90: self.p90 + other.p90 }
    }
}

/// What a run will have taken.
#[derive(Clone, Debug, PartialEq)]
pub struct Outlook {
    pub agent_calls: Span,
    /// Calls of the critic.
    pub expansions: f64,
    /// Calls of the editor.
    pub edits: f64,
    pub input_tokens: Span,
    pub output_tokens: Option<Span>,
    /// US dollars; absent while a price is unknown or no answer was measured.
    pub usd: Option<Span>,
    /// Milliseconds, pauses apart.
    pub ms: Option<Span>,
    /// Milliseconds of `ms` that are still to come.
    pub rest_ms: Option<Span>,
    /// Finished rollouts that it rests on; 0: on texts alone.
    pub measured: u32,
    /// Tokens a second of a model inside the page, which decide how long it takes; absent if there is none, or nothing was
    /// measured.
    pub tokens_per_second: Option<f64>,
}

impl Outlook {
    /// Calls of all models.
    pub fn calls(&self) -> Span {
        self.agent_calls.plus(Span::exactly(self.expansions + self.edits))
    }

    /// Tokens in and out, once answers were measured.
    pub fn tokens(&self) -> Option<Span> {
        Some(self.input_tokens.plus(self.output_tokens?))
    }
}

/// The questions of a run by what asking them takes: characters of the agent's first request.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Workload {
    chars: HashMap<ExampleId, f64>,
    train: f64,
    validation: f64,
    held_out: f64,
}

impl Workload {
    /// The workload of `examples` in their `splits`; `schema` tells the characters of a database's description.
    pub fn new(
        config: &RunConfig,
        splits: &Splits,
        examples: &[Example],
        schema: impl Fn(&DbId) -> Option<usize>,
    ) -> Self {
        let prompt = config.agent.write.as_str().chars().count();
        let of = |example: &Example| {
            let evidence = example.evidence.as_ref().map_or(0, |evidence| evidence.chars().count());
            let schema = schema(&example.db).unwrap_or(0);
            (prompt + schema + example.question.chars().count() + evidence) as f64
        };
        let chars: HashMap<_, _> = examples.iter().map(|example| (example.id.clone(), of(example))).collect();
        let mean = |ids: &[ExampleId]| {
            let sum: f64 = ids.iter().filter_map(|id| chars.get(id)).sum();
            sum / ids.len().max(1) as f64
        };
        let (train, validation, held_out) = (mean(&splits.train), mean(&splits.validation), mean(&splits.held_out));
        Self { chars, train, validation, held_out }
    }

    /// Characters of a question's first request with the seed prompt.
    pub fn chars(&self, example: &ExampleId) -> f64 {
        self.chars.get(example).copied().unwrap_or(0.0)
    }
}

/// What is done of a plan.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Done {
    pub train: usize,
    pub batch: usize,
    pub validation: usize,
    pub held_out: usize,
    pub critiques: usize,
    pub edits: usize,
}

impl Done {
    /// One more rollout.
    pub fn rolled_out(&mut self, purpose: Purpose) {
        *match purpose {
            Purpose::Train => &mut self.train,
            Purpose::Batch => &mut self.batch,
            Purpose::Validation => &mut self.validation,
            Purpose::HeldOut => &mut self.held_out,
        } += 1;
    }
}

/// A run as far as it is, for its outlook.
#[derive(Clone, Copy, Debug)]
pub struct Course<'a> {
    pub config: &'a RunConfig,
    pub plan: &'a Plan,
    pub workload: &'a Workload,
    pub done: Done,
    pub measured: &'a Measured,
    /// Of each role, in the order of `ModelRole::ALL`.
    pub usage: [Usage; 3],
    pub active_ms: f64,
}

/// What is left of a run.
struct Rest {
    rollouts: f64,
    /// Characters of the first requests of those rollouts.
    chars: f64,
    critiques: f64,
    edits: f64,
}

impl Course<'_> {
    /// The whole of the run.
    pub fn outlook(&self) -> Outlook {
        let rest = self.rest();
        let [agent, critic, editor] = self.usage;
        let work = &self.measured.rollouts;
        let calls = self.rest_calls(work, &rest);
        let (rollout_in, critic_in, editor_in) = self.rest_input(work, &rest);
        let taken = |usage: Usage| Span::exactly(usage.input_tokens as f64);
        let input_tokens = [taken(agent), taken(critic), taken(editor)].into_iter().fold(Span::default(), Span::plus);
        let input_tokens = input_tokens.plus(rollout_in).plus(critic_in).plus(editor_in);
        let output = self.rest_output(work, &rest);
        let output_tokens = output.map(|(rollouts, critiques, edits)| {
            let taken = (agent.output_tokens + critic.output_tokens + editor.output_tokens) as f64;
            Span::exactly(taken).plus(rollouts).plus(critiques).plus(edits)
        });
        let inputs = [rollout_in, critic_in, editor_in];
        let usd = self.usd(inputs, output.map(|(rollouts, critiques, edits)| [rollouts, critiques, edits]), &rest);
        let rest_ms = self.rest_ms(work, calls, &rest);
        Outlook {
            agent_calls: Span::exactly(agent.calls as f64).plus(calls),
            expansions: self.plan.expansions as f64,
            edits: self.plan.edits as f64,
            input_tokens,
            output_tokens,
            usd,
            ms: rest_ms.map(|rest| Span::exactly(self.active_ms).plus(rest)),
            rest_ms,
            measured: work.calls.len(),
            tokens_per_second: self.tokens_per_second(),
        }
    }

    fn rest(&self) -> Rest {
        let (plan, done, load) = (self.plan, self.done, self.workload);
        let left = |planned: usize, done: usize| planned.saturating_sub(done) as f64;
        let train = left(plan.train, done.train);
        let validation = left(plan.incumbents + plan.children + plan.seed + plan.leaders, done.batch + done.validation);
        let held_out = left(plan.held_out, done.held_out);
        Rest {
            rollouts: train + validation + held_out,
            chars: train * load.train + validation * load.validation + held_out * load.held_out,
            critiques: left(plan.expansions, done.critiques),
            edits: left(plan.edits, done.edits),
        }
    }

    fn rest_calls(&self, work: &Work, rest: &Rest) -> Span {
        let bounds = calls_per_rollout(&self.config.agent);
        match work.calls.mean() {
            Some(mean) => {
                let p50 = rest.rollouts * mean;
                let most = rest.rollouts * *bounds.end() as f64;
                let p90 = (p50 + work.calls.above(rest.rollouts).unwrap_or(0.0)).min(most.max(p50));
                Span { p50, p90: p90 + self.plan.spare as f64 * mean }
            }
            None => {
                let most = rest.rollouts + self.plan.spare as f64;
                Span { p50: rest.rollouts * *bounds.start() as f64, p90: most * *bounds.end() as f64 }
            }
        }
    }

    /// Tokens in, still to come: of rollouts, critiques and edits.
    fn rest_input(&self, work: &Work, rest: &Rest) -> (Span, Span, Span) {
        let per_char = work.input.mean().unwrap_or_else(|| {
            let first = self.workload.validation.max(1.0);
            text_input(self.config, first) / first
        });
        let mean_chars = rest.chars / rest.rollouts.max(1.0);
        let p50 = rest.chars * per_char;
        let rollouts = Span { p50, p90: p50 + work.input.above(rest.rollouts).unwrap_or(0.0) * mean_chars };
        let prompt = self.config.agent.seed().as_str().chars().count() as f64 / self.chars_per_token();
        let shown = match self.config.method {
            Method::Racing => (self.config.racing.failures + self.config.racing.guards) as f64,
            Method::Protegi => self.config.protegi.errors_per_critique as f64,
            _ => self.config.apo.gradient_batch_size as f64,
        };
        let answer = work.output.mean().unwrap_or(0.0);
        let critique = shown * (self.workload.train * per_char + answer) + prompt;
        let critiques = pieces(&self.measured.critiques.input, rest.critiques, critique);
        let edits = pieces(&self.measured.edits.input, rest.edits, prompt + CRITIQUE);
        (rollouts, critiques, edits)
    }

    /// Tokens out, still to come, once answers were measured.
    fn rest_output(&self, work: &Work, rest: &Rest) -> Option<(Span, Span, Span)> {
        let mean = work.output.mean()?;
        let p50 = rest.rollouts * mean;
        let rollouts = Span { p50, p90: p50 + work.output.above(rest.rollouts).unwrap_or(0.0) };
        let prompt = self.config.agent.seed().as_str().chars().count() as f64 / self.chars_per_token();
        let critiques = pieces(&self.measured.critiques.output, rest.critiques, CRITIQUE);
        let edits = pieces(&self.measured.edits.output, rest.edits, GROWTH * prompt);
        Some((rollouts, critiques, edits))
    }

    /// Each role's dollars so far and to come; nothing if any of them is unknown.
    fn usd(&self, inputs: [Span; 3], outputs: Option<[Span; 3]>, rest: &Rest) -> Option<Span> {
        let works = [&self.measured.rollouts, &self.measured.critiques, &self.measured.edits];
        let numbers = [rest.rollouts, rest.critiques, rest.edits];
        let mut sum = Span::default();
        for (at, role) in ModelRole::ALL.into_iter().enumerate() {
            let (price, usage) = (self.config.models.of(role).cost(), self.usage[at]);
            // What a lost call was billed at is mostly unknown; that makes no price unknown.
            if usage.unpriced_calls > usage.lost_calls {
                return None;
            }
            let rest = if price == Price::FREE || numbers[at] == 0.0 {
                Span::default()
            } else if let Some(bill) = works[at].billed.mean() {
                let p50 = numbers[at] * bill;
                Span { p50, p90: p50 + works[at].billed.above(numbers[at]).unwrap_or(0.0) }
            } else {
                let output = outputs?[at];
                Span { p50: price.of(inputs[at].p50, output.p50)?, p90: price.of(inputs[at].p90, output.p90)? }
            };
            sum = sum.plus(Span::exactly(usage.usd)).plus(rest);
        }
        Some(sum)
    }

    /// Milliseconds still to come: what is left of the calls, side by side as far as limits let them, but at least what must come
    /// one after the other. Where calls take next to nothing, time goes elsewhere, and only the run's own pace tells it.
    fn rest_ms(&self, work: &Work, calls: Span, rest: &Rest) -> Option<Span> {
        if rest.rollouts + rest.critiques + rest.edits == 0.0 {
            return Some(Span::default());
        }
        let (busy, per_rollout) = (work.busy_ms.mean()?, work.calls.mean()?);
        let call = busy / per_rollout.max(1.0);
        let [critique, edit] = self.expansion_ms(call);
        let rounds = match self.config.method {
            Method::Racing => rest.critiques,
            _ => f64::from(self.config.rounds()) * rest.critiques / self.plan.expansions.max(1) as f64,
        };
        let chain = rounds * (2.0 * busy + critique + edit) + busy;
        if work.calls.len() >= PACED && self.active_ms > 0.0 {
            let pace = self.active_ms / f64::from(work.calls.len());
            let slower = calls.p90 / calls.p50.max(1.0);
            let p50 = (rest.rollouts * pace).max(chain);
            return Some(Span { p50, p90: p50 * slower });
        }
        if call < TELLING_MS {
            return None;
        }
        let expansions = [(ModelRole::Critic, rest.critiques * critique), (ModelRole::Editor, rest.edits * edit)];
        let time = |calls: f64| {
            let work = [(ModelRole::Agent, calls * call), expansions[0], expansions[1]];
            let sum = |is_alone: bool| -> f64 {
                work.iter().filter(|(role, _)| self.is_alone(*role) == is_alone).map(|(_, ms)| ms).sum()
            };
            (sum(false) / self.at_once()).max(sum(true)).max(chain)
        };
        Some(Span { p50: time(calls.p50), p90: time(calls.p90) })
    }

    /// Milliseconds of a critique and of an edit. Before there was one, a model that is known to take its time by tokens takes it
    /// for those that are reckoned with, if it is the agent's; any other is taken to answer as fast as the agent's.
    fn expansion_ms(&self, call: f64) -> [f64; 2] {
        let one = Rest { rollouts: 0.0, chars: 0.0, critiques: 1.0, edits: 1.0 };
        let (work, models) = (&self.measured.rollouts, &self.config.models);
        let (_, critique_in, edit_in) = self.rest_input(work, &one);
        let outputs = self.rest_output(work, &one).unwrap_or_default();
        let reckoned = |role, tokens: f64| {
            let is_agents = models.of(role).is_same_file(&models.agent);
            let pace = self.measured.tokens_per_second(ModelRole::Agent).filter(|_| is_agents);
            pace.map_or(call, |pace| 1000.0 * tokens / pace)
        };
        let critique = self.measured.critiques.busy_ms.mean();
        let edit = self.measured.edits.busy_ms.mean();
        [
            critique.unwrap_or_else(|| reckoned(ModelRole::Critic, critique_in.p50 + outputs.1.p50)),
            edit.unwrap_or_else(|| reckoned(ModelRole::Editor, edit_in.p50 + outputs.2.p50)),
        ]
    }

    /// Of the first role whose model runs inside the page.
    fn tokens_per_second(&self) -> Option<f64> {
        let in_page = |role: &ModelRole| self.config.models.of(*role).provider == Provider::InPage;
        ModelRole::ALL.into_iter().filter(in_page).find_map(|role| self.measured.tokens_per_second(role))
    }

    /// Whether a role's model answers one call at a time: it is in this browser.
    fn is_alone(&self, role: ModelRole) -> bool {
        matches!(self.config.models.of(role).provider, Provider::InPage | Provider::BuiltIn)
    }

    /// Calls that run side by side.
    fn at_once(&self) -> f64 {
        let here = reach(&self.config.models.agent.url) == Reach::ThisMachine;
        let limit = self.config.concurrency;
        (if here { limit.min(CONNECTIONS) } else { limit }) as f64
    }

    fn chars_per_token(&self) -> f64 {
        self.measured.chars_per_token().unwrap_or(super::CHARS_PER_TOKEN)
    }
}

/// So many further pieces: as those before, or `first` each while there were none.
fn pieces(before: &Series, number: f64, first: f64) -> Span {
    let p50 = number * before.mean().unwrap_or(first);
    Span { p50, p90: p50 + before.above(number).unwrap_or(0.0) }
}

#[cfg(test)]
#[path = "tests.rs"]
mod tests;

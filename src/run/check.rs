//! A check: one prompt of a run and the prompt that the run began with, scored side by side on questions that the search never
//! saw, with another model or on another dataset. It is a run of its own, without a search: everything else is the same.

use std::collections::HashSet;

use super::{
    context::{Context, Halt},
    forecast::Plan,
    optimize::{StartError, check_held_out, schemas},
};
use crate::{
    apo::world::World,
    domain::{
        candidate::{Candidate, Origin},
        config::{ModelConfig, ModelsConfig, RunConfig},
        dataset::{Dataset, Example, SplitError, SplitMethod, SplitPlan, Splits},
        event::{Check, Event, JOURNAL_VERSION, RunStarted},
        id::Version,
        rng::SplitMix64,
    },
    ports::sql::SqlEngine,
};

/// The version that the checked prompt has in the check.
pub const CHECKED: Version = Version(1);

/// The questions of `dataset` that the search of `origin` did not see: neither in training nor in validation, under whatever id.
pub fn unseen<'a>(origin: &RunStarted, dataset: &'a Dataset) -> Vec<&'a Example> {
    let searched: HashSet<_> = origin.splits.train.iter().chain(&origin.splits.validation).collect();
    let seen: HashSet<(&str, &str)> =
        origin.examples.iter().filter(|example| searched.contains(&example.id)).map(same).collect();
    dataset.examples.iter().filter(|example| !seen.contains(&same(example))).collect()
}

/// How many of the questions already gave the held-out verdict of `origin`: asked again with its own model they repeat it.
pub fn repeated(origin: &RunStarted, questions: &[Example]) -> usize {
    let held_out: HashSet<_> = origin.splits.held_out.iter().collect();
    let known: HashSet<(&str, &str)> =
        origin.examples.iter().filter(|example| held_out.contains(&example.id)).map(same).collect();
    questions.iter().filter(|example| known.contains(&same(example))).count()
}

/// What makes two questions the same one.
fn same(example: &Example) -> (&str, &str) {
    (example.db.as_str(), example.question.trim())
}

/// `number` of the questions, drawn with `seed`, in the order in which they stand; all of them if there are no more.
pub fn draw(questions: &[&Example], number: usize, seed: u64) -> Vec<Example> {
    let mut order: Vec<usize> = (0..questions.len()).collect();
    SplitMix64::labelled(seed, "check").shuffle(&mut order);
    order.truncate(number);
    order.sort_unstable();
    order.into_iter().map(|at| questions[at].clone()).collect()
}

/// The settings of a check: the agent and the limits of the run that the prompt comes from, `model` to be asked, and the rest as
/// the next run would have it. Critic and editor have nothing to do.
pub fn settings(origin: &RunStarted, model: &ModelConfig, draft: &RunConfig, dataset: &Dataset) -> RunConfig {
    let models = ModelsConfig { agent: model.clone(), critic: model.clone(), editor: model.clone() };
    let mut judge = origin.config.judge;
    judge.comparison = dataset.comparison;
    RunConfig { agent: origin.config.agent.clone(), limits: origin.config.limits, models, judge, ..draft.clone() }
}

/// Everything that a check of `prompt` starts with: `number` questions of `dataset` that the search of `origin` never saw.
pub async fn prepare(
    name: String,
    origin: &RunStarted,
    prompt: Check,
    dataset: &Dataset,
    mut config: RunConfig,
    number: usize,
    sql: &dyn SqlEngine,
) -> Result<RunStarted, StartError> {
    let unseen = unseen(origin, dataset);
    if unseen.is_empty() || number == 0 {
        return Err(SplitError::NoExamples.into());
    }
    let examples = draw(&unseen, number, config.seed);
    config.split =
        SplitPlan { method: SplitMethod::FirstN, train: 0, validation: 0, held_out: examples.len(), seed: config.seed };
    let faults = config.validate();
    if !faults.is_empty() {
        return Err(StartError::Settings { faults });
    }
    let held_out = examples.iter().map(|example| example.id.clone()).collect();
    let schemas = schemas(&examples, sql).await?;
    Ok(RunStarted {
        journal_version: JOURNAL_VERSION,
        name,
        dataset: dataset.name.clone(),
        config,
        splits: Splits { held_out, ..Splits::default() },
        examples,
        schemas,
        check: Some(prompt),
    })
}

/// The rollouts of a check on so many questions.
pub fn plan(questions: usize) -> Plan {
    Plan { held_out: 2 * questions, ..Plan::default() }
}

/// Scores both prompts and ends the run with the checked one.
pub(super) async fn run(context: &Context, prompt: &Check) -> Result<(), Halt> {
    let (template, origin) = (context.started.config.agent.seed().clone(), Origin::Seed);
    let seed = Candidate { version: Version::SEED, template, origin };
    let (template, origin) = (prompt.template.clone(), Origin::Checked { version: prompt.version });
    let checked = Candidate { version: CHECKED, template, origin };
    context.record(Event::CandidateProposed { candidate: seed }).await?;
    context.record(Event::CandidateProposed { candidate: checked.clone() }).await?;
    check_held_out(context, &checked.into()).await?;
    context.record(Event::RunFinished { best: CHECKED }).await
}

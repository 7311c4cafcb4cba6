//! A whole run: search, held-out check, and the words in the journal around them. Starting, going on after a pause and
//! going on after a reload are the same: the function runs again over the journal.

use std::{collections::HashSet, rc::Rc};

use futures::future::join;
use thiserror::Error;

use super::{
    check,
    context::{Context, Halt, held_out_batch},
    control::Wish,
};
use crate::{
    apo::{self, Task, edit::Rules, protegi, racing, sampler::SeededSampler, world::World},
    domain::{
        candidate::{Candidate, Origin},
        config::{ConfigFault, RunConfig},
        dataset::{Dataset, Example, SplitError, split},
        event::{CandidateScored, Event, JOURNAL_VERSION, RunStarted, SchemaText},
        id::{ExampleId, Version},
        rollout::{Outcome, Purpose},
        score::{Denominator, Score},
        search::Method,
    },
    ports::sql::{SqlEngine, SqlError},
    text2sql::schema::table_info,
};

/// How a run ended for now.
#[derive(Clone, Debug, PartialEq)]
pub enum Ending {
    Finished,
    /// Can be taken up again.
    Paused,
    /// Ended by the user; can be taken up again as well.
    Stopped,
    /// The journal could not be written (and neither could the pause).
    Storage(crate::ports::store::StoreError),
}

/// Why a run cannot start.
#[derive(Clone, Debug, PartialEq, Error)]
pub enum StartError {
    /// Settings to be mended, by field.
    #[error("{} settings need attention", faults.len())]
    Settings { faults: Vec<ConfigFault> },
    #[error(transparent)]
    Split(#[from] SplitError),
    /// A database cannot be read.
    #[error(transparent)]
    Sql(#[from] SqlError),
}

/// Everything that a run starts with: settings checked, questions split, schemas read.
pub async fn prepare(
    name: String,
    dataset: &Dataset,
    config: RunConfig,
    sql: &dyn SqlEngine,
) -> Result<RunStarted, StartError> {
    let faults = config.validate();
    if !faults.is_empty() {
        return Err(StartError::Settings { faults });
    }
    let splits = split(&dataset.examples, &config.split)?;
    let in_splits: HashSet<&ExampleId> =
        [&splits.train, &splits.validation, &splits.held_out].into_iter().flatten().collect();
    let of_split = |example: &&Example| in_splits.contains(&example.id);
    let examples: Vec<Example> = dataset.examples.iter().filter(of_split).cloned().collect();
    let schemas = schemas(&examples, sql).await?;
    let (journal_version, dataset) = (JOURNAL_VERSION, dataset.name.clone());
    Ok(RunStarted { journal_version, name, dataset, config, splits, examples, schemas, check: None })
}

/// What the agent is told about each database of `examples`.
pub(super) async fn schemas(examples: &[Example], sql: &dyn SqlEngine) -> Result<Vec<SchemaText>, SqlError> {
    let mut dbs: Vec<_> = examples.iter().map(|example| example.db.clone()).collect();
    dbs.sort();
    dbs.dedup();
    let mut schemas = Vec::with_capacity(dbs.len());
    for db in dbs {
        let table_info = table_info(&sql.describe(&db).await?);
        schemas.push(SchemaText { db, table_info });
    }
    Ok(schemas)
}

/// Runs, or goes on with, the run that `context` is about, until it ends, pauses or is stopped.
pub async fn optimize(context: &Context) -> Ending {
    let halt = match context.control.unless(Wish::Stop, search_and_check(context)).await {
        Some(Ok(())) => return Ending::Finished,
        Some(Err(halt)) => halt,
        None => Halt::Paused,
    };
    // A stop may also reach the run as a pause that nothing was in flight for.
    let stopped = context.control.wish() == Wish::Stop;
    let (ending, last) =
        if stopped { (Ending::Stopped, Event::RunStopped) } else { (Ending::Paused, Event::RunPaused) };
    match halt {
        Halt::Storage(error) => Ending::Storage(error),
        Halt::Paused => match context.journal.settle(last).await {
            Ok(()) => ending,
            Err(error) => Ending::Storage(error),
        },
    }
}

async fn search_and_check(context: &Context) -> Result<(), Halt> {
    let started = &context.started;
    let first =
        if context.journal.is_empty() { Event::RunStarted(Rc::new(started.clone())) } else { Event::RunResumed };
    context.record(first).await?;
    if let Some(prompt) = &started.check {
        return check::run(context, prompt).await;
    }
    let best = search(context).await?;
    if !started.splits.held_out.is_empty() {
        check_held_out(context, &best).await?;
    }
    context.record(Event::RunFinished { best: best.version }).await
}

/// The search that the settings name; its best candidate on validation.
async fn search(context: &Context) -> Result<Rc<Candidate>, Halt> {
    let RunStarted { config, splits, examples, .. } = &context.started;
    let seed = config.agent.seed();
    let in_training: HashSet<&ExampleId> = splits.train.iter().collect();
    let training = examples.iter().filter(|example| in_training.contains(&example.id)).collect();
    let rules = Rules { longest: config.longest_prompt(), training, ..Rules::new(seed) };
    Ok(match config.method {
        Method::Apo => {
            let (repair, reproduce) = (config.apo.repair_edits, config.apo.reproduce_v0_3_0);
            let sampler = SeededSampler::new(config.seed, &config.apo, splits);
            let rules = Rules { repair, reproduce, ..rules };
            let task = Task { config: &config.apo, seed: seed.clone(), rules, splits };
            apo::run(context, &sampler, task).await?.candidate
        }
        Method::Racing => {
            let rules = Rules { repair: config.racing.repair_edits, ..rules };
            let task = racing::Task { config: &config.racing, seed: seed.clone(), rules, splits, chance: config.seed };
            racing::run(context, task).await?
        }
        Method::Protegi => {
            let rules = Rules { repair: config.protegi.repair_edits, ..rules };
            let task =
                protegi::Task { config: &config.protegi, seed: seed.clone(), rules, splits, chance: config.seed };
            protegi::run(context, task).await?
        }
    })
}

/// Seed and best on questions that the search never saw.
pub(super) async fn check_held_out(context: &Context, best: &Rc<Candidate>) -> Result<(), Halt> {
    let template = context.started.config.agent.seed().clone();
    let seed = Candidate { version: Version::SEED, template, origin: Origin::Seed };
    let score_best = async { if best.version == Version::SEED { Ok(()) } else { score_held_out(context, best).await } };
    let (seed, best) = join(score_held_out(context, &seed), score_best).await;
    seed.and(best)
}

async fn score_held_out(context: &Context, candidate: &Candidate) -> Result<(), Halt> {
    let examples = &context.started.splits.held_out;
    let rollouts = context.roll_out(held_out_batch(candidate, examples)).await?;
    let outcomes: Vec<&Outcome> = rollouts.iter().map(|rollout| &rollout.outcome).collect();
    let scored = CandidateScored {
        round: context.started.config.rounds() + 1,
        version: candidate.version,
        purpose: Purpose::HeldOut,
        place: None,
        examples: examples.clone(),
        rewards: outcomes.iter().map(|outcome| outcome.reward()).collect(),
        score: Score::of(outcomes.iter().copied(), Denominator::Planned),
    };
    context.record(Event::CandidateScored(Box::new(scored))).await
}

//! "Try on one example": one rollout of the draft's agent on one question, outside any run and kept nowhere.

use std::rc::Rc;

use leptos::prelude::*;

use super::AppState;
use crate::{
    apo::world::{Batch, Urgency, World},
    browser::page_origin,
    domain::{
        candidate::{Candidate, Origin},
        dataset::Splits,
        event::{Event, JOURNAL_VERSION, RunStarted, SchemaText},
        id::{ExampleId, RunId, StepId, Version},
        problem::{Effect, Problem},
        rollout::{Purpose, Rollout},
    },
    ports::{sql::SqlEngine, store::MemoryStore},
    run::{
        context::Context,
        control::RunControl,
        journal::Journal,
        remedy::{self, Contact},
    },
    text2sql::{
        agent::{Agent, Call},
        schema::table_info,
    },
};

/// What a try gave.
#[derive(Clone, Debug, PartialEq)]
pub struct Tried {
    pub rollout: Rollout,
    /// Every call with its messages.
    pub calls: Vec<Call>,
    pub elapsed_ms: f64,
}

impl AppState {
    /// Whether a try is under way.
    pub(super) fn is_trying(self) -> bool {
        Rc::strong_count(&self.inner().trying) > 1
    }

    /// Rolls the draft's agent out on one question. The error is in words, with what to do.
    pub async fn try_example(self, id: ExampleId) -> Result<Tried, String> {
        let (dataset, sql) = self.current().ok_or("Load a dataset first.")?;
        let example = dataset.example(&id).ok_or("This question is no longer there.")?.clone();
        let config = untrack(|| self.effective_config());
        if let Some(fault) = config.validate().into_iter().find(|fault| fault.field == "prompt") {
            return Err(fault.words);
        }
        let models = self.models(&config).await.map_err(|error| {
            let remedy = remedy::of_chat(&error, Contact::default());
            format!("{} {}", remedy.words, remedy.remedy)
        })?;
        let table_info = table_info(&sql.describe(&example.db).await.map_err(|error| error.to_string())?);
        let schemas = vec![SchemaText { db: example.db.clone(), table_info: table_info.clone() }];
        let template = config.agent.seed().clone();
        let agent_model = config.models.agent.clone();
        let agent_config = config.agent.clone();
        let started = RunStarted {
            journal_version: JOURNAL_VERSION,
            name: String::new(),
            dataset: String::new(),
            config,
            splits: Splits::default(),
            examples: vec![example.clone()],
            schemas,
            check: None,
        };
        let (clock, problem) = (self.clock(), Rc::new(std::cell::RefCell::new(None)));
        let seen = Rc::clone(&problem);
        let listener = Rc::new(move |entry: &crate::domain::event::Entry| {
            if let Event::ProblemRaised { problem, effect: Effect::Paused, .. } = &entry.event {
                *seen.borrow_mut() = Some(problem.clone());
            }
        });
        let (run, store) = (RunId::from("try"), Rc::new(MemoryStore::default()));
        let journal = Rc::new(Journal::new(run, &[], store, Rc::clone(&clock), listener));
        let engine: Rc<dyn SqlEngine> = sql;
        let context = Context::new(started, models, engine, Rc::clone(&clock), journal, RunControl::default());
        let candidate = Candidate { version: Version::SEED, template, origin: Origin::Seed };
        let examples = [id];
        let batch = Batch {
            step: StepId::from("try"),
            candidate: &candidate,
            examples: &examples,
            purpose: Purpose::Train,
            urgency: Urgency::Now,
        };
        let start = clock.now();
        let _trying = Rc::clone(&self.inner().trying);
        match context.roll_out(batch).await {
            Ok(rollouts) => {
                let rollout = rollouts.into_iter().next().ok_or("Nothing came back.")?;
                let agent = Agent { config: &agent_config, example: &example, table_info: &table_info };
                let calls = agent.calls(&rollout.turns);
                Ok(Tried { rollout, calls, elapsed_ms: clock.now() - start })
            }
            Err(_) => Err(problem.take().map_or_else(
                || "The try was interrupted.".to_owned(),
                |problem: Problem| {
                    let remedy = remedy::of(&problem, Contact::of(&agent_model, &page_origin()));
                    format!("{}. {} {}", remedy.title, remedy.words, remedy.remedy)
                },
            )),
        }
    }
}

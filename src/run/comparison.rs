//! Runs beside each other: what each came to and took, in which settings they differ, and their best prompts on the held-out
//! questions that are the same ones.

mod facts;
mod pairs;
mod settings;

use std::collections::HashMap;

use crate::{
    domain::{
        chat::ModelRole,
        config::RunConfig,
        dataset::Example,
        event::RunStarted,
        id::{ExampleId, Version},
        rollout::Purpose,
    },
    ports::store::RunState,
    run::view::RunView,
};

pub use self::{
    facts::Fact,
    pairs::{Pair, pair},
    settings::{Row, Setting, settings},
};

/// Runs that are compared at most.
pub const MOST: usize = 8;

/// What makes a question the same one in two runs: database, words and gold query, and the how many-th of its kind it is.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(in crate::run::comparison) struct Question {
    db: String,
    words: String,
    gold: String,
    nth: usize,
}

/// A run as it is compared. It holds what is shown and no rollouts: many large runs fit beside each other.
#[derive(Clone, Debug, PartialEq)]
pub struct Side {
    pub name: String,
    pub state: RunState,
    /// The search in words, or what is checked.
    pub search: String,
    /// The best prompt; of a check, the one that was checked.
    pub best: Version,
    /// In the same order for every run.
    pub facts: Vec<Fact>,
    config: RunConfig,
    /// The questions of each split.
    questions: [Vec<Question>; 3],
    dataset: String,
    /// Whether the best has each held-out question right, as far as it was asked; `None` without an answer.
    held_out: HashMap<Question, Option<bool>>,
}

impl Side {
    /// A run as its journal tells it; `None` before it began.
    pub fn of(view: &RunView) -> Option<Self> {
        let started = view.started.as_ref()?;
        let splits = [&started.splits.train, &started.splits.validation, &started.splits.held_out];
        let examples: HashMap<&ExampleId, &Example> =
            started.examples.iter().map(|example| (&example.id, example)).collect();
        let questions = splits.map(|ids| questions(ids.iter().filter_map(|id| examples.get(id).copied())));
        let outcomes = view.outcomes(view.best, Purpose::HeldOut);
        let asked = started.splits.held_out.iter().filter(|id| examples.contains_key(id)).zip(&questions[2]);
        let held_out = asked
            .filter_map(|(id, question)| {
                let outcome = &outcomes.get(id)?.outcome;
                Some((question.clone(), outcome.reward().map(|_| outcome.is_right())))
            })
            .collect();
        Some(Self {
            name: started.name.clone(),
            state: view.state,
            search: match &started.check {
                Some(check) => format!("Check of {}", check.version),
                None => started.config.method.name().to_owned(),
            },
            best: view.best,
            facts: facts::facts(view, started),
            config: RunConfig { budget: view.budget, ..started.config.clone() },
            questions,
            dataset: started.dataset.clone(),
            held_out,
        })
    }

    /// Whether its search and judgement are made up: the practice model answers in some role.
    fn is_simulated(&self) -> bool {
        ModelRole::ALL.into_iter().any(|role| self.config.models.of(role).provider.is_simulated())
    }
}

fn questions<'a>(examples: impl Iterator<Item = &'a Example>) -> Vec<Question> {
    let mut seen: HashMap<(&str, &str, &str), usize> = HashMap::new();
    examples
        .map(|example| {
            let same = (example.db.as_str(), example.question.trim(), example.gold.trim());
            let nth = seen.entry(same).or_default();
            *nth += 1;
            Question { db: same.0.into(), words: same.1.into(), gold: same.2.into(), nth: *nth }
        })
        .collect()
}

/// A run's letter on the screen: A, B, C …
pub fn letter(at: usize) -> char {
    char::from(b'A' + (at % 26) as u8)
}

/// What keeps the figures of runs from being compared as they stand; empty where nothing does.
pub fn caveats(sides: &[&Side]) -> Vec<String> {
    let differs =
        |part: fn(&RunConfig, &RunConfig) -> bool| sides.windows(2).any(|pair| part(&pair[0].config, &pair[1].config));
    let mut told = Vec::new();
    let unfinished: Vec<String> = sides
        .iter()
        .enumerate()
        .filter(|(_, side)| side.state != RunState::Finished)
        .map(|(at, side)| format!("{} is {}", letter(at), side.state.name()))
        .collect();
    if !unfinished.is_empty() {
        told.push(format!("{}: its figures are those so far.", unfinished.join(", ")));
    }
    if sides.windows(2).any(|pair| pair[0].questions[2] != pair[1].questions[2]) {
        told.push("The held-out questions differ, so the held-out scores of all of them do not compare: the paired counts below do.".into());
    }
    if sides.windows(2).any(|pair| pair[0].questions[1] != pair[1].questions[1]) {
        told.push("The validation questions differ, so validation scores do not compare.".into());
    }
    if differs(|a, b| !a.models.agent.is_same_model(&b.models.agent)) {
        told.push("The agents' models differ: what is compared is prompt and model together.".into());
    }
    if differs(|a, b| a.judge != b.judge || a.limits != b.limits) {
        told.push("Answers were judged by different rules: see the settings.".into());
    }
    if sides.iter().any(|side| side.is_simulated()) {
        told.push("A simulated model answered in some of them: its scores say nothing about a real one.".into());
    }
    if sides.len() > 2 {
        told.push("Whichever of several runs looks best on these questions was also lucky on them: its lead is an overestimate.".into());
    }
    told
}

/// The data and the sizes of the splits, as the settings list them.
fn split_sizes(started: &RunStarted) -> String {
    let splits = &started.splits;
    format!("{} train, {} validation, {} held-out", splits.train.len(), splits.validation.len(), splits.held_out.len())
}

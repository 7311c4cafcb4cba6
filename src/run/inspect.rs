//! One rollout with everything behind it: each call's messages, its answer, and what it took.

use std::rc::Rc;

use crate::{
    domain::{
        agent::AgentNode,
        budget::Price,
        chat::ModelRole,
        dataset::Example,
        event::ModelAnswered,
        id::StepId,
        rollout::{Purpose, Rollout, Turn},
        usage::Usage,
    },
    run::view::{CritiqueView, RunView},
    text2sql::agent::{Agent, Call},
};

/// A rollout's call with what it took.
#[derive(Clone, Debug, PartialEq)]
pub struct InspectedCall {
    pub call: Call,
    /// Absent in a journal that was written before answers were kept by their steps.
    pub answered: Option<Rc<ModelAnswered>>,
    /// Of this call alone.
    pub usage: Usage,
}

/// A call of which no more is known than what was said.
impl From<Call> for InspectedCall {
    fn from(call: Call) -> Self {
        Self { call, answered: None, usage: Usage::default() }
    }
}

/// A rollout with its question and its calls.
#[derive(Clone, Debug, PartialEq)]
pub struct Inspected {
    pub rollout: Rc<Rollout>,
    pub example: Example,
    pub calls: Vec<InspectedCall>,
}

impl Inspected {
    /// The rollout of a step; `None` if the run has none, or lacks its question.
    pub fn of(view: &RunView, step: &StepId) -> Option<Self> {
        let (rollout, started) = (view.rollout(step)?, view.started.as_ref()?);
        let example = started.examples.iter().find(|example| example.id == rollout.example)?;
        let template = &view.candidate(rollout.version)?.candidate.template;
        let config = started.config.agent.with_optimized(template);
        let schema = started.schemas.iter().find(|schema| schema.db == example.db);
        let table_info = schema.map_or("", |schema| schema.table_info.as_str());
        let price = started.config.models.of(ModelRole::Agent).cost();
        let agent = Agent { config: &config, example, table_info };
        let calls = inspected(&agent, &rollout.turns, step, price, |step| view.answer(step).cloned());
        Some(Self { rollout: Rc::clone(rollout), example: example.clone(), calls })
    }

    /// What all calls took together.
    pub fn usage(&self) -> Usage {
        let mut total = Usage::default();
        self.calls.iter().for_each(|call| total += call.usage);
        total
    }
}

/// The calls behind an agent's turns at `step`, each with what it took; `answered` knows the answer of a call's step.
pub(super) fn inspected(
    agent: &Agent<'_>,
    turns: &[Turn],
    step: &StepId,
    price: Price,
    answered: impl Fn(&StepId) -> Option<Rc<ModelAnswered>>,
) -> Vec<InspectedCall> {
    let mut turn = 0;
    let inspected = agent.calls(turns).into_iter().map(|call| {
        turn += usize::from(call.node != AgentNode::Check);
        let answered = answered(&step.child(format_args!("{}{turn}", call.node.name())));
        let usage = answered.as_deref().map_or_else(Usage::default, |answered| usage_of(answered, price));
        InspectedCall { call, answered, usage }
    });
    inspected.collect()
}

/// What an answered call took of a model with that price.
pub(super) fn usage_of(answered: &ModelAnswered, price: Price) -> Usage {
    match answered.answer.from_cache {
        true => Usage::of_cached_call(),
        false => Usage::of_call(answered.answer.usage, price, answered.elapsed_ms),
    }
}

/// The training rollouts that a critique was written on, in the order in which the critic saw them.
pub fn evidence<'a>(view: &'a RunView, critique: &CritiqueView) -> Vec<&'a Rc<Rollout>> {
    let place = critique.place;
    let branch = format!("r{:02}/p{}/b{}/", place.round, place.slot, place.branch);
    let mut rollouts: Vec<&Rc<Rollout>> = view
        .rollouts_of(critique.parent)
        .filter(|rollout| rollout.purpose == Purpose::Train && rollout.step.as_str().starts_with(&branch))
        .collect();
    let seen = |rollout: &&Rc<Rollout>| critique.shown.iter().position(|id| *id == rollout.example);
    rollouts.retain(|rollout| seen(rollout).is_some());
    rollouts.sort_by_key(seen);
    rollouts
}

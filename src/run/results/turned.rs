//! What one prompt fixed and broke against another, question by question.

use std::collections::HashMap;

use super::{SplitChoice, Turn, rows};
use crate::{
    domain::{
        dataset::Example,
        id::{ExampleId, StepId, Version},
    },
    run::{verdict::Paired, view::RunView},
};

/// A question whose verdict changed.
#[derive(Clone, Debug, PartialEq)]
pub struct Turned {
    pub turn: Turn,
    pub example: ExampleId,
    pub question: String,
    /// The second prompt's rollout.
    pub step: StepId,
    /// Why the one that is not right is not: the first prompt's reason for a fixed question, the second's for a broken one.
    pub why: &'static str,
}

/// The questions of a split that `after` fixed and broke against `before`, in the order of the split, and all counts.
pub fn turned(view: &RunView, split: SplitChoice, before: Version, after: Version) -> (Vec<Turned>, Paired) {
    let examples: &[Example] = view.started.as_ref().map_or(&[], |started| &started.examples);
    let questions: HashMap<_, _> = examples.iter().map(|example| (&example.id, &example.question)).collect();
    let (mut turned, mut paired) = (Vec::new(), Paired::default());
    for row in rows(view, split, &[before, after]) {
        let (Some(first), Some(second)) = (row.cells[0], row.cells[1]) else { continue };
        match (first.is_right(), second.is_right()) {
            (Some(true), Some(true)) => paired.both_right += 1,
            (Some(false), Some(false)) => paired.both_wrong += 1,
            (Some(false), Some(true)) => paired.fixed += 1,
            (Some(true), Some(false)) => paired.broken += 1,
            _ => paired.missing += 1,
        }
        let Some(turn) = row.turn(0, 1) else { continue };
        let wrong = if turn == Turn::Fixed { first } else { second };
        turned.push(Turned {
            turn,
            question: questions.get(&row.example).map(|text| (*text).clone()).unwrap_or_default(),
            step: view.rollouts[second.rollout].step.clone(),
            why: wrong.why().unwrap_or_default(),
            example: row.example,
        });
    }
    (turned, paired)
}

//! From one rollout to others: the questions before and after it in the list, and the same question by other prompts.

use super::{Listing, Query, SplitChoice};
use crate::{
    domain::{
        id::{StepId, Version},
        rollout::Rollout,
    },
    run::view::{Mark, RunView},
};

/// Where a rollout stands in the list that it was opened from.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Around {
    pub previous: Option<StepId>,
    pub next: Option<StepId>,
    /// From 0.
    pub at: usize,
    /// 0 if it is not in the list.
    pub number: usize,
}

/// The same question by a prompt.
#[derive(Clone, Debug, PartialEq)]
pub struct Sibling {
    pub version: Version,
    pub step: StepId,
    pub mark: Mark,
    /// Whether it is the one that the others are siblings of.
    pub is_this: bool,
}

/// The rollout's neighbours among the same prompt's rollouts, in the order of the list of `query` on the rollout's split.
pub fn neighbours(view: &RunView, step: &StepId, query: Query) -> Around {
    let Some(rollout) = view.rollout(step) else { return Around::default() };
    let split = SplitChoice::of(rollout.purpose);
    let listing = Listing::of(view, &Query { split, ..query });
    let listed = listing.questions().filter_map(|listed| {
        let example = &listed.row.example;
        // The very rollout that is shown, though the list would show a newer one of the same question.
        if *example == rollout.example {
            return Some((true, step));
        }
        let cell = view.board.cell(split, rollout.version, view.board.place(example)?)?;
        Some((false, &view.rollouts[cell.rollout].step))
    });
    let listed: Vec<(bool, &StepId)> = listed.collect();
    let Some(at) = listed.iter().position(|(is_this, _)| *is_this) else { return Around::default() };
    Around {
        previous: at.checked_sub(1).map(|before| listed[before].1.clone()),
        next: listed.get(at + 1).map(|(_, step)| (*step).clone()),
        at,
        number: listed.len(),
    }
}

/// Each prompt's rollout of the same question on the same split.
pub fn siblings(view: &RunView, step: &StepId) -> Vec<Sibling> {
    let Some(rollout) = view.rollout(step) else { return Vec::new() };
    let split = SplitChoice::of(rollout.purpose);
    let Some(place) = view.board.place(&rollout.example) else { return Vec::new() };
    let of = |version: Version| -> Option<Sibling> {
        let counting: &Rollout = match version == rollout.version {
            true => rollout,
            false => &view.rollouts[view.board.cell(split, version, place)?.rollout],
        };
        let (step, mark) = (counting.step.clone(), Mark::from(&counting.outcome));
        Some(Sibling { version, step, mark, is_this: version == rollout.version })
    };
    view.board.versions(split).filter_map(of).collect()
}

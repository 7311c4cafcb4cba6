//! From one rollout to others: the questions before and after it, and the same question by other prompts.

use std::collections::HashMap;

use crate::{
    domain::{
        id::{StepId, Version},
        rollout::Purpose,
    },
    run::{
        results::{Filter, SplitChoice, matches, rows},
        view::{Mark, RunView},
    },
    ui::{links, route::Location},
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

/// The rollout's neighbours among the same prompt's rollouts on the same split, along the filter and search of `location`.
pub fn neighbours(run: &RunView, step: &StepId, location: &Location) -> Around {
    let (Some(rollout), Some(started)) = (run.rollout(step), &run.started) else { return Around::default() };
    let version = |key: &str, otherwise| links::version(location.get(key)).unwrap_or(otherwise);
    let versions = [version("against", Version::SEED), version("candidate", run.best), rollout.version];
    let filter = Filter::of_slug(location.get("filter").unwrap_or_default());
    let search = location.get("search").unwrap_or_default();
    let examples: HashMap<_, _> = started.examples.iter().map(|example| (&example.id, example)).collect();
    let admitted = |filter: Filter| -> Vec<(bool, StepId)> {
        rows(run, SplitChoice::of(rollout.purpose), &versions)
            .into_iter()
            .filter(|row| filter.admits(row, 0, 1))
            .filter(|row| examples.get(&row.example).is_some_and(|example| matches(example, search)))
            .filter_map(|row| {
                let is_this = row.example == rollout.example;
                // The very rollout that is shown, though the table would show a newer one of the same question.
                let step =
                    if is_this { Some(step.clone()) } else { row.cells[2].as_ref().map(|cell| cell.step.clone()) };
                Some((is_this, step?))
            })
            .collect()
    };
    let listed = admitted(filter);
    let Some(at) = listed.iter().position(|(is_this, _)| *is_this) else { return Around::default() };
    Around {
        previous: at.checked_sub(1).map(|before| listed[before].1.clone()),
        next: listed.get(at + 1).map(|(_, step)| step.clone()),
        at,
        number: listed.len(),
    }
}

/// Each prompt's rollout of the same question on the same split: all of it before a batch, the newest of equals.
pub fn siblings(run: &RunView, step: &StepId) -> Vec<(Version, StepId, Mark, bool)> {
    let Some(rollout) = run.rollout(step) else { return Vec::new() };
    let split = SplitChoice::of(rollout.purpose);
    let mut found: Vec<(Version, &crate::domain::rollout::Rollout)> = Vec::new();
    let same = run.rollouts.iter().filter(|r| r.example == rollout.example && SplitChoice::of(r.purpose) == split);
    for other in same {
        match found.iter_mut().find(|(version, _)| *version == other.version) {
            None => found.push((other.version, other)),
            Some((_, known)) => {
                let keeps = known.step == *step || (other.purpose == Purpose::Batch && known.purpose != Purpose::Batch);
                if !keeps || other.step == *step {
                    *known = other;
                }
            }
        }
    }
    found.sort_by_key(|(version, _)| *version);
    found
        .into_iter()
        .map(|(version, other)| (version, other.step.clone(), Mark::from(&other.outcome), other.step == *step))
        .collect()
}

//! ProTeGi on the stepper and on the cards: its own numbers of rounds and children, and evaluations that a bandit spreads.

use std::collections::HashMap;

use super::{BatchCard, Progress, Step, batch_versions, changed_lines, led, step};
use crate::{
    domain::{
        event::{CandidateScored, RunStarted},
        id::Version,
        rollout::Purpose,
    },
    run::{
        format::count,
        racing_words::search_end_words,
        results::SplitChoice,
        view::{CandidateView, Mark, RoundView, RunView},
    },
};

/// The rounds, also those that are still to come.
pub(super) fn steps(view: &RunView, started: &RunStarted) -> Vec<Step> {
    let config = &started.config.protegi;
    let waiting = |number: u32| {
        let parents = if number == 1 { 1 } else { config.beam_width };
        format!("up to {}", count(parents * config.max_children, "new prompt"))
    };
    let of_round = |number: u32| {
        let name = format!("Round {number}");
        match (view.rounds.iter().find(|round| round.round == number), view.search_end) {
            (Some(RoundView { leader: Some((version, is_best)), .. }), _) => {
                step(&name, led(view, number, *version, *is_best), Progress::Done)
            }
            (_, Some(reason)) => step(&name, format!("not needed: {}", search_end_words(reason)), Progress::Done),
            (Some(round), None) => step(&name, doing(view, round), Progress::Running),
            (None, None) => step(&name, waiting(number), Progress::Waiting),
        }
    };
    (1..=config.rounds).map(of_round).collect()
}

/// What a round is at: new prompts, then their evaluation, then its first on all of validation.
fn doing(view: &RunView, round: &RoundView) -> String {
    let done = |kind: &str| {
        let prefix = format!("r{:02}/{kind}/", round.round);
        view.rollouts.iter().filter(|rollout| rollout.step.as_str().starts_with(&prefix)).count()
    };
    match (round.beam.first(), done("batch")) {
        (Some(first), _) => format!("checking {first} on all of validation, {} done", done("full")),
        (None, 0) => format!("critiques and edits, {} so far", count(round.critiques.len(), "critique")),
        (None, evaluations) => {
            format!("{} over {}", count(evaluations, "evaluation"), count(batch_versions(view, round).len(), "prompt"))
        }
    }
}

/// The prompts of the newest round, in the order of its ranking once there is one.
pub(super) fn cards(view: &RunView) -> Vec<BatchCard> {
    let Some(round) = view.rounds.last() else { return Vec::new() };
    let mut cards: Vec<BatchCard> =
        batch_versions(view, round).into_iter().filter_map(|version| card(view, round, version)).collect();
    let size = cards.iter().map(|card| card.marks.len()).max().unwrap_or_default();
    cards.iter_mut().for_each(|card| card.size = size);
    let rank: HashMap<Version, usize> =
        round.contenders.iter().enumerate().map(|(at, contender)| (contender.version, at)).collect();
    cards.sort_by_key(|card| (!card.is_best, rank.get(&card.version).copied().unwrap_or(usize::MAX)));
    cards
}

fn card(view: &RunView, round: &RoundView, version: Version) -> Option<BatchCard> {
    let known = view.candidate(version)?;
    let scored = known.scores.iter().find(|scored| scored.round == round.round && scored.purpose == Purpose::Batch);
    let marks = match scored {
        Some(scored) => marks_of(view, known, scored),
        None => {
            let step = format!("r{:02}/batch/{version}/", round.round);
            let answered = view.rollouts_of(version).filter(|rollout| rollout.step.as_str().starts_with(&step));
            answered.map(|rollout| Mark::from(&rollout.outcome)).collect()
        }
    };
    Some(BatchCard {
        version,
        parent: known.candidate.parent(),
        changed: changed_lines(view, version).into_iter().next(),
        is_best: version == view.best,
        in_beam: known.in_beam,
        marks,
        size: 0,
        score: scored.map(|scored| scored.score),
    })
}

/// The answers that a score is made of; some are from earlier rounds, for nothing is asked twice.
fn marks_of(view: &RunView, known: &CandidateView, scored: &CandidateScored) -> Vec<Mark> {
    let version = known.candidate.version;
    let cell = |place| view.board.cell(SplitChoice::Validation, version, place);
    let places = scored.examples.iter().filter_map(|example| view.board.place(example));
    places.filter_map(cell).map(|cell| cell.mark).collect()
}

//! Paired racing on the stepper and on the cards: rounds as they come, and the challengers of the newest one.

use super::{BatchCard, Progress, Step, changed_lines, step};
use crate::{
    domain::{
        event::RunStarted,
        id::Version,
        racing::{Confirmation, Fate, RoundEnding},
        rollout::Rollout,
    },
    run::{
        format::count,
        racing_words::search_end_words,
        view::{Mark, RoundView, RunView},
    },
};

/// The rounds so far, and what may follow.
pub(super) fn steps(view: &RunView, started: &RunStarted) -> Vec<Step> {
    let racing = &started.config.racing;
    let mut steps: Vec<Step> = view
        .rounds
        .iter()
        .map(|round| {
            let name = format!("Round {}", round.round);
            match round.racing.ending {
                Some(ending) => step(&name, ended(ending), Progress::Done),
                // A search may end in the middle of its first round, when the seed turns out to be right everywhere.
                None if view.search_end.is_some() => step(&name, "not needed".into(), Progress::Done),
                None => step(&name, doing(view, round), Progress::Running),
            }
        })
        .collect();
    let left = racing.rounds as usize - view.rounds.len().min(racing.rounds as usize);
    match view.search_end {
        Some(reason) => {
            if let Some(last) = steps.last_mut() {
                last.note.push_str(&format!("; {}", search_end_words(reason)));
            }
            steps.extend(second_look(view));
        }
        None if left > 0 => {
            let note = format!("until {} bring nothing better", count(racing.patience as usize, "round"));
            steps.push(step(&format!("Up to {} more", count(left, "round")), note, Progress::Waiting));
        }
        None => {}
    }
    steps
}

/// The winner beside the seed once more; nothing if the seed won.
fn second_look(view: &RunView) -> Option<Step> {
    match view.confirmation {
        Some(Confirmation { winner, fixed, broken, validation, .. }) => {
            let (fixed, broken) = (fixed + validation.fixed, broken + validation.broken);
            Some(step("Second look", format!("{winner} beside the seed, +{fixed} −{broken}"), Progress::Done))
        }
        None if view.best == Version::SEED => None,
        None => Some(step("Second look", format!("{} beside the seed", view.best), Progress::Running)),
    }
}

fn ended(ending: RoundEnding) -> String {
    match ending {
        RoundEnding::Replaced { by, fixed, broken } => format!("{by} is best, +{fixed} −{broken}"),
        RoundEnding::Shorter { by, .. } => format!("{by} is as good and shorter"),
        RoundEnding::Kept { against, fixed, broken } => format!("{against} is not better, +{fixed} −{broken}"),
        RoundEnding::AllDropped => "all challengers fell behind".into(),
        RoundEnding::NoChildren => "no edit could be used".into(),
        RoundEnding::NoFailures => "no failure to learn from".into(),
    }
}

/// What a round is at: rollouts for evidence, then critiques and edits, then the race.
fn doing(view: &RunView, round: &RoundView) -> String {
    let in_round = |kind: &str| {
        let prefix = format!("r{:02}/{kind}/", round.round);
        view.rollouts.iter().filter(|rollout| rollout.step.as_str().starts_with(&prefix)).count()
    };
    let edited = round.children.len() + round.rejected.len();
    if round.racing.evidence.is_none() {
        return format!("looking for failures, {}", count(in_round("train"), "rollout"));
    }
    if round.racing.briefs.is_empty() || edited < round.racing.briefs.len() {
        return "critiques and edits".into();
    }
    match round.racing.cuts.last() {
        None => format!("{} racing", count(round.children.len(), "challenger")),
        Some(cut) => {
            let left = cut.standings.iter().filter(|standing| standing.fate == Fate::Kept).count();
            format!(
                "{left} of {} left after {}",
                count(round.children.len(), "challenger"),
                count(cut.questions, "question")
            )
        }
    }
}

/// The best prompt and the challengers of the newest round, those who came furthest first.
pub(super) fn cards(view: &RunView, started: &RunStarted) -> Vec<BatchCard> {
    let Some(round) = view.rounds.last() else { return Vec::new() };
    let best = round.racing.cuts.first().map_or(view.best, |cut| cut.incumbent);
    let mut cards: Vec<BatchCard> =
        [best].iter().chain(&round.children).filter_map(|version| card(view, started, *version)).collect();
    cards[1.min(round.children.len())..].sort_by_key(|card| std::cmp::Reverse(card.marks.len()));
    cards.sort_by_key(|card| !card.is_best);
    cards
}

fn card(view: &RunView, started: &RunStarted, version: Version) -> Option<BatchCard> {
    let candidate = view.candidate(version)?;
    let is_of = |rollout: &&std::rc::Rc<Rollout>| {
        rollout.version == version && started.splits.validation.contains(&rollout.example)
    };
    let mut rollouts: Vec<&std::rc::Rc<Rollout>> = view.rollouts.iter().filter(is_of).collect();
    let scored = candidate.scores.iter().rev().find(|scored| scored.place.is_none());
    if let Some(scored) = scored {
        rollouts.sort_by_key(|rollout| scored.examples.iter().position(|id| *id == rollout.example));
    }
    Some(BatchCard {
        version,
        parent: candidate.candidate.parent(),
        changed: changed_lines(view, version).into_iter().next(),
        is_best: version == view.best,
        in_beam: candidate.in_beam,
        marks: rollouts.iter().map(|rollout| Mark::from(&rollout.outcome)).collect(),
        size: started.splits.validation.len(),
        score: scored.map(|scored| scored.score),
    })
}

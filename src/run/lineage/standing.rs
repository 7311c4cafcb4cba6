//! Why a prompt stands where it stands, in a sentence with the counts that decided it.

use super::{NodeKey, NodeState, descent, so_far, state};
use crate::{
    domain::{
        id::Version,
        racing::{Fate, RoundEnding, Standing},
        rollout::Purpose,
        search::Method,
    },
    ports::store::RunState,
    run::{
        format::{count, score_words},
        protegi_words::{contender_words, sentence_case},
        racing_words::confirmation_words,
        view::{CandidateView, RoundView, RunView},
    },
};

/// The newest cut of a race in which a challenger was, with its questions.
pub(super) fn last_cut(round: &RoundView, version: Version) -> Option<(usize, Standing)> {
    round.racing.cuts.iter().rev().find_map(|cut| {
        let standing = cut.standings.iter().find(|standing| standing.version == version)?;
        Some((cut.questions, *standing))
    })
}

/// How a node stands, and why; empty for one that the run does not have.
pub fn standing_words(view: &RunView, key: NodeKey) -> String {
    match key {
        NodeKey::Edit(place) => {
            let rejected = view.rounds.iter().flat_map(|round| &round.rejected).find(|edit| edit.place == place);
            rejected.map(|edit| format!("Rejected: {}.", edit.reason.words())).unwrap_or_default()
        }
        NodeKey::Prompt(version) => view.candidate(version).map(|known| of_prompt(view, known)).unwrap_or_default(),
    }
}

fn of_prompt(view: &RunView, known: &CandidateView) -> String {
    let version = known.candidate.version;
    match state(view, known) {
        NodeState::Best => best(view, version),
        NodeState::Kept => kept(view, known),
        NodeState::Scoring => match so_far(view, version) {
            (_, 0) => "Waits to be scored.".into(),
            (right, asked) => format!("Being scored: {right} of {} right so far.", count(asked, "answer")),
        },
        NodeState::Dropped | NodeState::Rejected => dropped(view, known),
    }
}

fn best(view: &RunView, version: Version) -> String {
    let is_over = view.state == RunState::Finished;
    let so_far = if is_over { "Best" } else { "Best so far" };
    let score = view.best_score().map(|score| format!(", {} on all of validation", score_words(&score)));
    let score = score.unwrap_or_default();
    let second_look = view.confirmation.map(|told| format!(" Second look: {}.", confirmation_words(told)));
    let since = view.rounds.iter().find(|round| round.leader == Some((version, true)));
    let since = match (since, version) {
        (Some(round), _) => format!(" since round {}", round.round),
        (None, Version::SEED) if is_over => ": no prompt was better".into(),
        _ => String::new(),
    };
    format!("{so_far}{since}{score}.{}", second_look.unwrap_or_default())
}

fn kept(view: &RunView, known: &CandidateView) -> String {
    let version = known.candidate.version;
    let round = view.rounds.iter().rev().find(|round| round.beam.contains(&version));
    let Some(round) = round else { return "In the beam that the search begins with.".into() };
    let score = known.score_in_round(round.round, Purpose::Batch);
    let score = score.map(|score| format!(", {} on its batch", score_words(&score))).unwrap_or_default();
    format!("Kept in the beam of round {}{score}.", round.round)
}

fn dropped(view: &RunView, known: &CandidateView) -> String {
    let version = known.candidate.version;
    let method = view.started.as_ref().map(|started| started.config.method).unwrap_or_default();
    if let Some(second_look) = view.confirmation.filter(|told| told.winner == version && !told.holds()) {
        return format!("Dropped at the second look: {}.", confirmation_words(second_look));
    }
    if let Some(words) = succeeded(view, version) {
        return words;
    }
    let decided = match method {
        Method::Racing => raced(view, version),
        Method::Protegi => spread(view, version),
        Method::Apo => beaten(view, known),
    };
    decided.unwrap_or_else(|| match view.state {
        RunState::Running => "Dropped.".into(),
        _ => "The run ended before it was scored.".into(),
    })
}

/// A prompt that was the best for a while.
fn succeeded(view: &RunView, version: Version) -> Option<String> {
    let was_best = |round: &&RoundView| matches!(round.leader, Some((_, true)));
    let next = match version {
        Version::SEED => view.rounds.iter().find(was_best)?,
        _ => {
            let own = view.rounds.iter().position(|round| round.leader == Some((version, true)))?;
            view.rounds[own + 1..].iter().find(was_best)?
        }
    };
    let (by, _) = next.leader?;
    let line = if descent(view, view.best).contains(&version) { ", and is on the way to the best" } else { "" };
    Some(format!("Was the best until round {}, when {by} replaced it{line}.", next.round))
}

fn raced(view: &RunView, version: Version) -> Option<String> {
    let round = view.rounds.iter().find(|round| round.children.contains(&version))?;
    if let Some(RoundEnding::Kept { against, fixed, broken }) = round.racing.ending
        && against == version
    {
        return Some(format!("Dropped: not better on all of validation, {fixed} fixed and {broken} broken."));
    }
    let (questions, Standing { fixed, broken, fate, .. }) = last_cut(round, version)?;
    let why = match fate {
        Fate::Behind => "behind",
        Fate::Outrun => "others were ahead",
        Fate::Kept => return None,
    };
    Some(format!("Dropped after {}: {why}, {fixed} fixed and {broken} broken.", count(questions, "question")))
}

fn spread(view: &RunView, version: Version) -> Option<String> {
    let round = view.rounds.iter().rev().find(|round| round.contenders.iter().any(|one| one.version == version))?;
    let contender = round.contenders.iter().find(|one| one.version == version)?;
    let of = count(round.contenders.len(), "prompt");
    let told = sentence_case(&contender_words(contender));
    Some(format!("Not among the {} kept of {of} in round {}: {told}.", round.beam.len(), round.round))
}

fn beaten(view: &RunView, known: &CandidateView) -> Option<String> {
    let scored = known.scores.iter().rev().find(|scored| scored.purpose == Purpose::Batch)?;
    let round = view.rounds.iter().find(|round| round.round == scored.round)?;
    let score = score_words(&scored.score);
    Some(format!("Not among the {} kept in round {}: {score} on its batch.", round.beam.len(), round.round))
}

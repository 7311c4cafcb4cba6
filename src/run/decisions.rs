//! What a search decided, round by round and in words, and the edits that it did not use.

use super::{
    protegi_words::contender_words,
    racing_words::{confirmation_words, cut_words, ending_words, evidence_words, parent_words, search_end_words},
    view::{RejectionView, RoundView, RunView},
};
use crate::domain::{id::Version, search::Method};

/// A round's decisions, in the order in which they were made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RoundDecisions {
    pub round: u32,
    /// What it came to; absent while it is under way.
    pub ending: Option<String>,
    pub lines: Vec<String>,
}

/// An edit that was not used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RejectedEdit {
    pub round: u32,
    pub parent: Version,
    /// What is wrong with it, as the end of a sentence.
    pub reason: String,
    /// The edit as the editor wrote it; empty where there was none.
    pub text: String,
    /// The editor was told and asked once more.
    pub was_repaired: bool,
}

/// The decisions of paired racing or of ProTeGi so far; none for APO, whose rounds the beam and the table tell.
pub fn decisions(view: &RunView) -> Vec<RoundDecisions> {
    let method = view.started.as_ref().map(|started| started.config.method);
    match method {
        Some(Method::Racing) => view.rounds.iter().map(of_racing).collect(),
        Some(Method::Protegi) => view.rounds.iter().map(of_protegi).collect(),
        Some(Method::Apo) | None => Vec::new(),
    }
}

/// Why the search made no further round, once it has ended for a reason of its own.
pub fn search_ending(view: &RunView) -> Option<String> {
    let second_look = view.confirmation.map(confirmation_words);
    let told = view.search_end.map(search_end_words).into_iter().chain(second_look);
    Some(told.collect::<Vec<_>>().join("; ")).filter(|told| !told.is_empty())
}

fn of_racing(round: &RoundView) -> RoundDecisions {
    let racing = &round.racing;
    let parent = round.parents.first().zip(racing.parent.as_ref()).map(|(parent, why)| parent_words(*parent, why));
    let cuts = racing.cuts.iter().map(|cut| cut_words(cut.questions, &cut.standings));
    let lines = parent.into_iter().chain(racing.evidence.as_ref().map(evidence_words)).chain(cuts).collect();
    RoundDecisions { round: round.round, ending: racing.ending.map(ending_words), lines }
}

fn of_protegi(round: &RoundView) -> RoundDecisions {
    let kept: Vec<String> = round.beam.iter().map(Version::to_string).collect();
    let ending = (!kept.is_empty()).then(|| format!("kept {}", kept.join(", ")));
    let lines = round.contenders.iter().map(contender_words).collect();
    RoundDecisions { round: round.round, ending, lines }
}

/// The edits that were not used, the newest first.
pub fn rejected_edits(view: &RunView) -> Vec<RejectedEdit> {
    let edit = |round: u32, known: &RejectionView, was_repaired| RejectedEdit {
        round,
        parent: known.parent,
        reason: known.reason.words(),
        text: known.text.clone(),
        was_repaired,
    };
    view.rounds
        .iter()
        .rev()
        .flat_map(|round| {
            let rejected = round.rejected.iter().map(move |known| edit(round.round, known, false));
            rejected.chain(round.repaired.iter().map(move |known| edit(round.round, known, true)))
        })
        .collect()
}

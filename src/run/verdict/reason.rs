//! Why a search ended with the prompt that it began with: derived from its journal, so that "nothing better" is not all it says.

use crate::{
    domain::{
        candidate::Rejection,
        id::Version,
        rollout::{Outcome, Purpose},
    },
    ports::store::RunState,
    run::{
        format::count,
        results::{SplitChoice, rows},
        verdict::Paired,
        view::RunView,
    },
};

/// A seed that is wrong on fewer than 1 in so many questions has no room to gain.
const CEILING: usize = 20;

/// Why nothing better was found; the first of these that holds.
#[derive(Clone, Debug, PartialEq)]
pub enum WhyNot {
    /// The seed is right on nearly all of validation.
    Ceiling { wrong: usize, of: usize },
    /// All rollouts on training questions were right: critics saw no failure.
    NoFailures { shown: usize },
    /// No edit became a prompt; with the commonest reason and how often it was given.
    EditsRejected { edits: usize, reason: Rejection, times: usize },
    /// Some prompt was ahead of the seed on validation questions, but not by enough to stay ahead.
    WithinNoise { prompts: usize, furthest: Version, paired: Paired },
    /// No prompt was ahead of the seed anywhere.
    NoneAhead { prompts: usize, rejected: usize },
}

/// Why a finished search ended with its seed; `None` for any other run.
pub fn why_not_better(view: &RunView) -> Option<WhyNot> {
    if view.state != RunState::Finished || view.best != Version::SEED || view.is_check() {
        return None;
    }
    if let Some(score) = view.seed_score() {
        let (judged, wrong) = (score.planned - score.missing(), score.planned - score.missing() - score.correct);
        if judged > 0 && wrong * CEILING < judged {
            return Some(WhyNot::Ceiling { wrong, of: judged });
        }
    }
    let train = || view.rollouts.iter().filter(|rollout| rollout.purpose == Purpose::Train);
    let judged = train().filter(|rollout| matches!(rollout.outcome, Outcome::Judged(_))).count();
    if judged > 0 && train().all(|rollout| rollout.outcome.is_right()) {
        return Some(WhyNot::NoFailures { shown: judged });
    }
    let rejected: Vec<&Rejection> =
        view.rounds.iter().flat_map(|round| &round.rejected).map(|rejected| &rejected.reason).collect();
    let prompts = view.candidates.len().saturating_sub(1);
    if prompts == 0 {
        let (reason, times) = commonest(&rejected)?;
        return Some(WhyNot::EditsRejected { edits: rejected.len(), reason, times });
    }
    let furthest = view
        .candidates
        .iter()
        .map(|candidate| candidate.candidate.version)
        .filter(|version| *version != Version::SEED)
        .map(|version| (version, on_validation(view, version)))
        .filter(|(_, paired)| paired.fixed > paired.broken)
        // Of equals the older.
        .rev()
        .max_by_key(|(_, paired)| paired.fixed - paired.broken);
    Some(match furthest {
        Some((furthest, paired)) => WhyNot::WithinNoise { prompts, furthest, paired },
        None => WhyNot::NoneAhead { prompts, rejected: rejected.len() },
    })
}

/// The kind of rejection that came up most, with its first case.
fn commonest(rejected: &[&Rejection]) -> Option<(Rejection, usize)> {
    let times = |reason: &Rejection| {
        let kind = std::mem::discriminant(reason);
        rejected.iter().filter(|other| std::mem::discriminant(**other) == kind).count()
    };
    rejected.iter().rev().max_by_key(|reason| times(reason)).map(|reason| ((*reason).clone(), times(reason)))
}

/// Seed against `version` on the validation questions that both were asked.
fn on_validation(view: &RunView, version: Version) -> Paired {
    let mut paired = Paired::default();
    for row in rows(view, SplitChoice::Validation, &[Version::SEED, version]) {
        if let [Some(first), Some(second)] = &row.cells[..] {
            paired.count(first.is_right(), second.is_right());
        }
    }
    paired
}

impl WhyNot {
    /// The reason in a sentence or two, with what may help.
    pub fn words(&self) -> String {
        match self {
            WhyNot::Ceiling { wrong, of } => format!(
                "Ceiling reached: the seed is wrong on {wrong} of {} in validation, which leaves next to nothing to gain. \
                 Search on harder questions.",
                count(*of, "question")
            ),
            WhyNot::NoFailures { shown } => format!(
                "No failures to learn from: all {} on training questions were right. Train on questions that the seed \
                 fails.",
                count(*shown, "rollout")
            ),
            WhyNot::EditsRejected { edits, reason, times } => format!(
                "Edits rejected: none of {} could be used; {times} of them: {}. Try a stronger editor.",
                count(*edits, "edit"),
                reason.words()
            ),
            WhyNot::WithinNoise { prompts, furthest, paired } => format!(
                "Gains within noise: of {} {furthest} was furthest ahead, with {} fixed and {} broken of the {} in \
                 validation that both answered, and did not stay ahead. More validation questions tell such gains from luck.",
                count(*prompts, "new prompt"),
                paired.fixed,
                paired.broken,
                count(paired.judged(), "question")
            ),
            WhyNot::NoneAhead { prompts, rejected } => {
                let more = if *rejected > 0 {
                    format!(" ({} more rejected)", count(*rejected, "edit"))
                } else {
                    String::new()
                };
                format!(
                    "No edit helped: none of {}{more} was ahead of the seed on validation questions. Try a stronger critic \
                     and editor, or more rounds.",
                    count(*prompts, "new prompt")
                )
            }
        }
    }
}

//! What a run would have ended with, had it been stopped at a part of its model calls: what its later calls were worth.

use super::{
    format::{count, points, thousands},
    view::RunView,
};
use crate::{
    domain::{id::Version, rollout::Purpose, score::Score},
    ports::store::RunState,
};

/// The parts of a run's calls that are looked at, in per cent.
const PARTS: [u64; 4] = [30, 50, 70, 100];

/// A run as it would have ended after a part of its calls.
#[derive(Clone, Debug, PartialEq)]
pub struct Stop {
    /// Per cent of the run's calls; 100 is the run as it is.
    pub percent: u64,
    /// Answered model calls up to there.
    pub calls: u64,
    /// The best prompt then.
    pub best: Version,
    /// Its score on all of validation, by which it was the best; absent before the seed was scored.
    pub validation: Option<Score>,
    /// Its score on the held-out questions, where the run asked it them at its end.
    pub held_out: Option<Score>,
}

impl Stop {
    /// How it compares with the run as it is: `the same prompt`, or the difference on validation.
    pub fn beside(&self, end: &Stop) -> String {
        let share = |score: &Score| score.correct as f64 / score.planned.max(1) as f64;
        match (self.validation, end.validation) {
            _ if self.percent == end.percent => "–".into(),
            _ if self.best == end.best && self.validation == end.validation => "the same prompt".into(),
            (Some(then), Some(now)) => points(share(&then) - share(&now)),
            _ => "not scored yet".into(),
        }
    }
}

/// The run stopped at 30, 50 and 70 % of its calls, and as it is; none for a run that goes on, checks a prompt or made no call.
pub fn stops(view: &RunView) -> Vec<Stop> {
    let total = view.usage.total().calls;
    let stands_still = matches!(view.state, RunState::Finished | RunState::Paused | RunState::Stopped);
    if !stands_still || view.is_check() || total == 0 {
        return Vec::new();
    }
    let stop = |percent: u64| {
        let calls = total * percent / 100;
        let lead = view.lead_at(calls)?;
        let held_out = view.candidate(lead.best)?.score(Purpose::HeldOut);
        Some(Stop { percent, calls, best: lead.best, validation: lead.score, held_out })
    };
    PARTS.into_iter().filter_map(stop).collect()
}

/// From which call on the run's best prompt was its best, as a sentence; `None` where there are no stops.
pub fn since_words(view: &RunView) -> Option<String> {
    stops(view).last()?;
    let total = view.usage.total().calls;
    let is_seed = |version: Version| version == Version::SEED;
    let last = view.leads.last()?;
    if view.leads.iter().all(|lead| is_seed(lead.best)) {
        return Some("No prompt was better than the seed at any time.".into());
    }
    if is_seed(last.best) {
        let before = view.leads.iter().rev().find(|lead| !is_seed(lead.best))?;
        return Some(format!(
            "{} led until its second look beside the seed, where it did not hold: the seed is kept.",
            before.best
        ));
    }
    // Of the same prompt's leads in a row the first counts: it may have been scored anew.
    let since = view.leads.iter().rev().take_while(|lead| lead.best == last.best).last()?;
    let rest = total.saturating_sub(since.at_call);
    let is_over = view.state == RunState::Finished;
    let brought = if is_over { "checked it and found nothing better" } else { "found nothing better so far" };
    Some(format!(
        "{} was the best from call {} of {} on; the {} after that {brought}.",
        last.best,
        thousands(since.at_call),
        thousands(total),
        count(rest as usize, "call"),
    ))
}

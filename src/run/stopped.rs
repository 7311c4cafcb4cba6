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
        return Some("No prompt scored better than the seed on all of validation.".into());
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
    let brought = if is_over { "checked it or found nothing better" } else { "found nothing better so far" };
    Some(format!(
        "{} was the best from call {} of {} on; the {} after that {brought}.",
        last.best,
        thousands(since.at_call),
        thousands(total),
        count(rest as usize, "call"),
    ))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        domain::{
            candidate::{Candidate, Origin},
            prompt::PromptTemplate,
        },
        run::view::{CandidateView, Lead, RoleUsage},
    };

    /// A finished run of 200 calls in which these led, each from a call on.
    fn view(leads: &[(u64, u32, usize)]) -> RunView {
        let mut usage = RoleUsage::default();
        usage.agent.calls = 200;
        let candidate = |version: u32| CandidateView {
            candidate: Candidate {
                version: Version(version),
                template: PromptTemplate(String::new()),
                origin: Origin::Seed,
            },
            critique: None,
            scores: vec![],
            in_beam: false,
        };
        let lead = |&(at_call, version, correct): &(u64, u32, usize)| Lead {
            at_call,
            best: Version(version),
            score: Some(Score { mean: 0.0, planned: 50, correct, finished: 50, no_answer: 0 }),
        };
        let mut view = RunView::default();
        view.state = RunState::Finished;
        view.usage = usage;
        view.candidates = (0..4).map(candidate).collect();
        view.leads = leads.iter().map(lead).collect();
        view
    }

    #[test]
    fn each_part_of_the_calls_has_who_led_then_and_how_it_stands_beside_the_end() {
        let all = stops(&view(&[(0, 0, 30), (80, 1, 35), (150, 3, 41)]));
        let told: Vec<_> = all.iter().map(|stop| (stop.calls, stop.best.0, stop.beside(&all[3]))).collect();
        let expected = [
            (60, 0, "−22.0 points".to_owned()),
            (100, 1, "−12.0 points".into()),
            (140, 1, "−12.0 points".into()),
            (200, 3, "–".into()),
        ];
        assert_eq!(told, expected);
        let early = stops(&view(&[(0, 0, 30), (50, 3, 41)]));
        assert_eq!(early[0].beside(&early[3]), "the same prompt");
    }

    #[test]
    fn the_sentence_says_since_when_the_best_led_or_why_the_seed_is_kept() {
        let since = |leads: &[(u64, u32, usize)]| since_words(&view(leads)).unwrap();
        assert_eq!(
            since(&[(0, 0, 30), (80, 1, 35), (150, 3, 41)]),
            "v3 was the best from call 150 of 200 on; the 50 calls after that checked it or found nothing better."
        );
        assert_eq!(since(&[(40, 0, 30)]), "No prompt scored better than the seed on all of validation.");
        assert_eq!(
            since(&[(40, 0, 30), (90, 2, 34), (180, 0, 30)]),
            "v2 led until its second look beside the seed, where it did not hold: the seed is kept."
        );
        assert_eq!(since_words(&RunView::default()), None);
    }
}

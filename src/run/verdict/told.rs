//! A run's verdict in words, in one place for the screens, the exports and the report: what was found, what it means, what would
//! settle it, and which prompt to keep.

use serde::Serialize;

use super::{Interval, Paired, Verdict, mcnemar, questions_for, why_not_better};
use crate::{
    domain::{id::Version, rollout::Purpose, score::Score},
    ports::store::RunState,
    run::{
        format::{chances, count, gain_interval, p_value},
        view::RunView,
    },
};

/// A verdict as it is told. Its texts hold no markup.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Told {
    /// `better`, `not_proven`, `worse`, `unchanged`, or `not_checked` where no questions were held out.
    pub verdict: &'static str,
    /// The verdict in a few words: `Better, p = .031`.
    pub headline: String,
    /// What was counted, what it means, what to do next; a sentence or two each.
    pub sentences: Vec<String>,
    /// The prompt to use: the original after "worse", else the best.
    pub keep: Version,
    /// The numbers behind it, where there are any.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub evidence: Option<Evidence>,
}

/// What a verdict rests on: two prompts on the same held-out questions.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Evidence {
    pub best: Version,
    pub original_score: Score,
    pub best_score: Score,
    pub paired: Paired,
    /// Of the exact two-sided McNemar test.
    pub p: f64,
    /// Gain of the best over the original as a share of the pairs.
    pub gain: f64,
    /// The gains that the test does not refute at the 5 % level; absent where the prompts never differ.
    pub interval: Option<Interval>,
}

impl Evidence {
    /// The numbers of two prompts that were both scored on the held-out questions.
    pub fn new(best: Version, original_score: Score, best_score: Score, paired: Paired) -> Self {
        let p = mcnemar(paired.fixed, paired.broken);
        Self { best, original_score, best_score, paired, p, gain: paired.gain(), interval: paired.interval() }
    }

    /// The interval in words, where there is one: `+0.8 to +22.9 points, by the same exact test`.
    pub fn interval_words(&self) -> Option<String> {
        let interval = self.interval?;
        Some(format!("{} points, by the same exact test", gain_interval(interval.low, interval.high)))
    }
}

/// The verdict of a run as far as it has one: `None` while there is none to come to.
pub fn told(view: &RunView) -> Option<Told> {
    let score = |version| view.candidate(version).and_then(|candidate| candidate.score(Purpose::HeldOut));
    let keep = view.recommended();
    let reason = why_not_better(view).map(|why| why.words());
    if let Some((paired, verdict)) = view.held_out() {
        let evidence = Evidence::new(view.best, score(Version::SEED)?, score(view.best)?, paired);
        return Some(Told::new(verdict, evidence, keep, reason));
    }
    (view.state == RunState::Finished).then(|| Told {
        verdict: "not_checked",
        headline: "No held-out questions".into(),
        sentences: std::iter::once(
            "The run's scores were measured on the questions that chose the winner, so luck is in them. Keep some \
             questions apart on Data for a verdict."
                .to_owned(),
        )
        .chain(reason)
        .collect(),
        keep,
        evidence: None,
    })
}

/// A verdict in a few words.
pub fn headline(verdict: Verdict) -> String {
    match verdict {
        Verdict::Better { p } => format!("Better, {}", p_value(p)),
        Verdict::NotProven { p } => format!("Not proven, {}", p_value(p)),
        Verdict::Worse { p } => format!("Worse, {}: keep the original", p_value(p)),
        Verdict::Unchanged => "No better prompt found".into(),
    }
}

impl Told {
    /// `verdict` on `evidence`; `reason` says why nothing better was found.
    pub fn new(verdict: Verdict, evidence: Evidence, keep: Version, reason: Option<String>) -> Self {
        let name = match verdict {
            Verdict::Better { .. } => "better",
            Verdict::NotProven { .. } => "not_proven",
            Verdict::Worse { .. } => "worse",
            Verdict::Unchanged => "unchanged",
        };
        let meaning = match verdict {
            Verdict::Better { p } => vec![format!("Two equal prompts would differ this much in {}.", chances(p))],
            Verdict::NotProven { p } => {
                vec![
                    format!(
                        "Two equal prompts would differ at least this much in {}: too often to call it a gain.",
                        chances(p)
                    ),
                    settling(&evidence),
                ]
            }
            Verdict::Worse { p } => vec![
                format!("Two equal prompts would differ this much in {}.", chances(p)),
                format!("On questions like these keep the original. {} can still be taken, by choice.", evidence.best),
            ],
            Verdict::Unchanged => {
                vec![reason.unwrap_or_else(|| "The run ended with the prompt that it began with.".into())]
            }
        };
        let mut sentences = vec![counted(verdict, &evidence)];
        sentences.extend(meaning);
        Self { verdict: name, headline: headline(verdict), sentences, keep, evidence: Some(evidence) }
    }

    /// All sentences as one paragraph.
    pub fn paragraph(&self) -> String {
        self.sentences.join(" ")
    }
}

fn counted(verdict: Verdict, evidence: &Evidence) -> String {
    let (seed, best, asked) = (evidence.original_score, evidence.best_score, evidence.original_score.planned);
    if verdict == Verdict::Unchanged {
        return format!("The original is right on {} of {asked} held-out questions.", seed.correct);
    }
    let paired = evidence.paired;
    format!(
        "{} is right on {} of {} held-out questions, the original on {}: {} fixed, {} broken. The search never saw them.",
        evidence.best, best.correct, asked, seed.correct, paired.fixed, paired.broken
    )
}

/// What would settle a verdict that is not proven.
fn settling(evidence: &Evidence) -> String {
    let paired = evidence.paired;
    if paired.discordant() == 0 {
        return "No held-out question tells the two apart: choose the shorter one, or check on other questions.".into();
    }
    if paired.fixed <= paired.broken {
        return "It did not fix more than it broke, so more questions are unlikely to prove a gain.".into();
    }
    let judged = paired.judged() as f64;
    let needed = questions_for(evidence.gain, paired.discordant() as f64 / judged);
    format!(
        "If this is the true gain, {} would prove it in 8 of 10 checks. They must be new: questions that were already \
         looked at settle nothing.",
        count(needed, "held-out question")
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(fixed: usize, broken: usize) -> Told {
        let paired = Paired { both_right: 20, fixed, broken, both_wrong: 10, missing: 0 };
        let planned = 30 + fixed + broken;
        let score = |correct| Score { mean: 0.0, planned, correct, finished: planned, no_answer: 0 };
        let evidence = Evidence::new(Version(3), score(20 + broken), score(20 + fixed), paired);
        let verdict = paired.verdict();
        let keep = if matches!(verdict, Verdict::Worse { .. }) { Version::SEED } else { Version(3) };
        Told::new(verdict, evidence, keep, None)
    }

    #[test]
    fn each_verdict_says_what_was_counted_and_what_it_means() {
        let better = of(8, 1);
        assert_eq!((better.verdict, better.headline.as_str()), ("better", "Better, p = .039"));
        assert_eq!(
            better.paragraph(),
            "v3 is right on 28 of 39 held-out questions, the original on 21: 8 fixed, 1 broken. The search never saw them. \
             Two equal prompts would differ this much in 39 of 1,000 tries."
        );
        assert_eq!(better.evidence.unwrap().interval_words().unwrap(), "+0.8 to +22.9 points, by the same exact test");
        let worse = of(0, 6);
        assert_eq!((worse.verdict, worse.headline.as_str()), ("worse", "Worse, p = .031: keep the original"));
        assert!(worse.paragraph().contains("keep the original. v3 can still be taken"));
    }

    #[test]
    fn what_is_not_proven_says_what_would_settle_it() {
        let ahead = of(9, 2);
        assert_eq!(ahead.headline, "Not proven, p = .065");
        // 7 of 41 points at 11 of 41 that differ.
        assert!(
            ahead.paragraph().contains(&format!("{} held-out questions would", questions_for(7.0 / 41.0, 11.0 / 41.0)))
        );
        assert!(of(2, 3).paragraph().ends_with("unlikely to prove a gain."));
        assert!(of(0, 0).paragraph().contains("tells the two apart"));
        assert_eq!(of(0, 0).evidence.unwrap().interval_words(), None);
    }
}

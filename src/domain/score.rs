//! A candidate's score on a set of questions, with its counts.
//! The sum runs from left to right in batch order and is divided once: another order changes decisions in recorded runs.

use serde::{Deserialize, Serialize};

use super::rollout::Outcome;

/// What the mean is divided by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Denominator {
    /// Every question of the batch: one that did not finish counts as missing.
    Planned,
    /// Only rollouts that finished, as Agent Lightning v0.3.0 does.
    Finished,
}

/// A mean reward with the counts behind it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Score {
    /// Mean reward; what decisions compare.
    pub mean: f64,
    /// Questions that were asked.
    pub planned: usize,
    /// Rollouts with reward 1.
    pub correct: usize,
    /// Rollouts that finished, with or without an answer.
    pub finished: usize,
    /// Rollouts that finished without an answer (counted neither right nor wrong on the screens).
    pub no_answer: usize,
}

impl Score {
    /// The score of `outcomes`, in batch order.
    pub fn of<'a>(outcomes: impl IntoIterator<Item = &'a Outcome>, denominator: Denominator) -> Self {
        let mut score = Score::default();
        let mut sum = 0.0;
        for outcome in outcomes {
            score.planned += 1;
            score.finished += usize::from(outcome.is_finished());
            score.correct += usize::from(outcome.is_right());
            score.no_answer += usize::from(matches!(outcome, Outcome::NoAnswer { .. }));
            sum += outcome.reward().unwrap_or(0.0);
        }
        let divisor = match denominator {
            Denominator::Planned => score.planned,
            Denominator::Finished => score.finished,
        };
        score.mean = sum / divisor.max(1) as f64;
        score
    }

    /// Questions without a reward: no answer, or not finished.
    pub fn missing(&self) -> usize {
        self.no_answer + self.planned - self.finished
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::rollout::{Execution, Judgement, NoAnswer};
    use crate::domain::sql::ResultTable;

    fn judged(reward: f64) -> Outcome {
        Outcome::Judged(Judgement {
            reward,
            diagnosis: None,
            difference: String::new(),
            predicted: Execution::Rows(ResultTable::default()),
            gold: None,
        })
    }

    #[test]
    fn an_unfinished_rollout_counts_as_missing_unless_the_original_is_reproduced() {
        let outcomes = [judged(1.0), judged(0.0), Outcome::Unfinished, Outcome::NoAnswer { reason: NoAnswer::Refused }];
        let ours = Score::of(&outcomes, Denominator::Planned);
        assert_eq!((ours.mean, ours.correct, ours.finished, ours.planned, ours.missing()), (0.25, 1, 3, 4, 2));
        assert_eq!(Score::of(&outcomes, Denominator::Finished).mean, 1.0 / 3.0);
    }

    #[test]
    fn nothing_asked_scores_zero_instead_of_dividing_by_it() {
        assert_eq!(Score::of([], Denominator::Planned).mean, 0.0);
    }
}

//! How a rollout ended, in one mark.

use crate::domain::rollout::Outcome;

/// A rollout's outcome as a mark.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Mark {
    Right,
    Wrong,
    NoAnswer,
    Unfinished,
}

impl Mark {
    /// The mark in words.
    pub fn words(self) -> &'static str {
        match self {
            Mark::Right => "right",
            Mark::Wrong => "wrong",
            Mark::NoAnswer => "no answer",
            Mark::Unfinished => "not done in time",
        }
    }
}

impl From<&Outcome> for Mark {
    fn from(outcome: &Outcome) -> Self {
        match outcome {
            outcome if outcome.is_right() => Mark::Right,
            Outcome::Judged(_) => Mark::Wrong,
            Outcome::NoAnswer { .. } => Mark::NoAnswer,
            Outcome::Unfinished => Mark::Unfinished,
        }
    }
}

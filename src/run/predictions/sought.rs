//! Finding predictions among those of a file: by verdict, by hardness, by words.

use super::{Group, ScoredPrediction, Verdict};
use crate::domain::dataset::Example;

/// What one looks for; what is absent may be anything.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Sought {
    pub verdict: Option<Verdict>,
    pub group: Option<Group>,
    /// Part of the question, of either query or of the database's name, whatever its case.
    pub words: String,
}

impl Sought {
    /// The places of what fits among `scored`, in order. `examples` stand in the same order.
    pub fn among(&self, scored: &[ScoredPrediction], examples: &[Example]) -> Vec<usize> {
        let words = self.words.to_lowercase();
        let holds = |text: &str| text.to_lowercase().contains(&words);
        let fits = |(one, example): &(&ScoredPrediction, &Example)| {
            self.verdict.is_none_or(|verdict| verdict == Verdict::of(one))
                && self.group.is_none_or(|group| group == one.group())
                && (words.is_empty()
                    || [&*one.sql, &*example.question, &*example.gold, example.db.as_str()].into_iter().any(holds))
        };
        let pairs = scored.iter().zip(examples).enumerate();
        pairs.filter(|(_, pair)| fits(pair)).map(|(at, _)| at).collect()
    }
}

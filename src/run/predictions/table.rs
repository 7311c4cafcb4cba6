//! The table that Spider's evaluator prints: for each level of hardness and for all, how many questions there are, how many
//! predictions are right by execution and by exact match, and the partial scores of the ten components.

use super::ScoredPrediction;
use crate::text2sql::{
    exact_match::{Component, PartialMatch},
    hardness::Hardness,
};

/// A column of the table.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Group {
    Rated(Hardness),
    /// Questions whose gold query is not in Spider's dialect.
    Unrated,
    All,
}

impl Group {
    /// As Spider writes it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Rated(hardness) => hardness.name(),
            Self::Unrated => "unrated",
            Self::All => "all",
        }
    }

    /// The group of that name.
    pub fn named(name: &str) -> Option<Self> {
        let all = Hardness::ALL.map(Self::Rated).into_iter().chain([Self::Unrated, Self::All]);
        all.into_iter().find(|group| group.name() == name)
    }
}

/// Easy to extra, the unrated if there are any, and all.
#[derive(Clone, Debug, PartialEq)]
pub struct ScoreTable {
    pub groups: Vec<GroupScore>,
}

/// The scores of one group.
#[derive(Clone, Debug, PartialEq)]
pub struct GroupScore {
    pub group: Group,
    /// Questions.
    pub count: usize,
    /// Of those that could be judged.
    pub execution: Share,
    /// Of those that are rated.
    pub exact: Share,
    partial: [PartialScore; 10],
}

/// So many of so many.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Share {
    pub right: usize,
    pub of: usize,
}

/// The mean scores of a component, 0 to 1.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct PartialScore {
    /// Over predictions that have the component.
    pub accuracy: f64,
    /// Over gold queries that have the component.
    pub recall: f64,
    /// Their harmonic mean; 1 where both are 0, as in the reference.
    pub f1: f64,
}

impl Share {
    fn of(verdicts: impl Iterator<Item = bool>) -> Self {
        verdicts.fold(Self::default(), |share, is_right| Self {
            right: share.right + usize::from(is_right),
            of: share.of + 1,
        })
    }

    /// 0 to 1; absent where nothing was judged.
    pub fn value(self) -> Option<f64> {
        (self.of > 0).then(|| self.right as f64 / self.of as f64)
    }
}

impl GroupScore {
    /// The mean scores of a component.
    pub fn partial(&self, component: Component) -> PartialScore {
        self.partial[component as usize]
    }

    fn of(group: Group, scored: &[&ScoredPrediction]) -> Self {
        let partial = Component::ALL.map(|component| {
            let parts = scored.iter().filter_map(|one| one.exact.as_ref().ok());
            PartialScore::of(parts.map(|exact| exact.result.partial(component)))
        });
        Self {
            group,
            count: scored.len(),
            execution: Share::of(scored.iter().filter_map(|one| one.is_right())),
            exact: Share::of(scored.iter().filter_map(|one| one.is_exact())),
            partial,
        }
    }
}

impl PartialScore {
    fn of(parts: impl Iterator<Item = PartialMatch>) -> Self {
        let (mut in_predicted, mut in_gold) = (Share::default(), Share::default());
        for part in parts {
            for (share, is_present) in [(&mut in_predicted, part.in_predicted), (&mut in_gold, part.in_gold)] {
                share.of += usize::from(is_present);
                share.right += usize::from(is_present && part.is_match);
            }
        }
        let (accuracy, recall) = (in_predicted.value().unwrap_or(0.0), in_gold.value().unwrap_or(0.0));
        let f1 = if accuracy + recall == 0.0 { 1.0 } else { 2.0 * accuracy * recall / (accuracy + recall) };
        Self { accuracy, recall, f1 }
    }
}

impl ScoreTable {
    /// The table of all predictions of a file.
    pub fn of(scored: &[ScoredPrediction]) -> Self {
        let group = |group: Group| {
            let belongs = |one: &&ScoredPrediction| match group {
                Group::Rated(level) => one.hardness() == Some(level),
                Group::Unrated => one.hardness().is_none(),
                Group::All => true,
            };
            GroupScore::of(group, &scored.iter().filter(belongs).collect::<Vec<_>>())
        };
        let groups = Hardness::ALL.into_iter().map(Group::Rated).chain([Group::Unrated, Group::All]).map(group);
        Self { groups: groups.filter(|score| score.group != Group::Unrated || score.count > 0).collect() }
    }

    /// The scores of one group; absent for `Unrated` where there are none.
    pub fn group(&self, group: Group) -> Option<&GroupScore> {
        self.groups.iter().find(|score| score.group == group)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn accuracy_is_over_predictions_and_recall_over_gold_queries_that_have_the_component() {
        let part = |is_match, in_gold, in_predicted| PartialMatch { is_match, in_gold, in_predicted };
        let score = |parts: &[PartialMatch]| PartialScore::of(parts.iter().copied());
        let (same, missed, invented) = (part(true, true, true), part(false, true, false), part(false, false, true));
        let neither = part(true, false, false);
        assert_eq!(score(&[same, neither]), PartialScore { accuracy: 1.0, recall: 1.0, f1: 1.0 });
        let two_thirds = 2.0 / 3.0;
        assert_eq!(score(&[same, missed, neither]), PartialScore { accuracy: 1.0, recall: 0.5, f1: two_thirds });
        assert_eq!(score(&[same, invented]), PartialScore { accuracy: 0.5, recall: 1.0, f1: two_thirds });
        // The reference's quirk: nothing is right, and that prints as 1.
        assert_eq!(score(&[missed, invented]), PartialScore { accuracy: 0.0, recall: 0.0, f1: 1.0 });
        assert_eq!(score(&[neither]), PartialScore { accuracy: 0.0, recall: 0.0, f1: 1.0 });
    }
}

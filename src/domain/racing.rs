//! Paired racing in words: its settings, and the facts that its decisions leave in the journal.
//! The loop itself is `apo::racing`.

use serde::{Deserialize, Serialize};

use super::{
    config::ConfigFault,
    id::{ExampleId, Version},
    rollout::Diagnosis,
};

/// Parameters of paired racing.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct RacingConfig {
    /// Rounds at most; patience mostly ends a search before.
    pub rounds: u32,
    /// Rounds in a row without a new best prompt after which the search ends.
    pub patience: u32,
    /// Training questions that are rolled out at a time, until there are failures to learn from.
    pub traces: usize,
    /// Failures that the critic is shown at most.
    pub failures: usize,
    /// Right answers that the critic is shown, as what must go on working.
    pub guards: usize,
    /// Children attempted a round, each from a critique of its own where the critic found as many causes.
    pub children: usize,
    /// Tell the editor of a fault in its edit and ask once more.
    pub repair_edits: bool,
}

impl Default for RacingConfig {
    fn default() -> Self {
        Self { rounds: 5, patience: 4, traces: 8, failures: 5, guards: 3, children: 4, repair_edits: true }
    }
}

impl RacingConfig {
    /// Everything that keeps a run with these settings from starting.
    pub fn faults(&self) -> Vec<ConfigFault> {
        let fields = [
            ("racing.rounds", self.rounds as usize, 1, 1000),
            ("racing.patience", self.patience as usize, 1, 1000),
            ("racing.traces", self.traces, 1, 1000),
            ("racing.failures", self.failures, 1, 20),
            ("racing.guards", self.guards, 0, 20),
            ("racing.children", self.children, 1, 20),
        ];
        let beyond = fields.into_iter().filter(|(_, value, least, most)| !(*least..=*most).contains(value));
        beyond
            .map(|(field, _, least, most)| ConfigFault {
                field: field.into(),
                words: format!("Must be between {least} and {most}."),
            })
            .collect()
    }
}

/// Why a candidate became the parent of a round.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum ParentChoice {
    /// It is the best so far.
    Best,
    /// It was drawn from those that are right where others are wrong (the per-question Pareto front), each with as many
    /// chances as questions on which nothing is better.
    Front { members: Vec<Version>, questions: usize },
}

/// What the editor is to do with a critique.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EditFamily {
    /// One change, everything else as it is.
    Local,
    /// All critiques at once, in new words and order.
    Rewrite,
    /// The critique taken in, and the prompt made shorter.
    Shorten,
}

impl EditFamily {
    /// The family as a short phrase.
    pub fn words(self) -> &'static str {
        match self {
            EditFamily::Local => "local edit",
            EditFamily::Rewrite => "rewrite",
            EditFamily::Shorten => "shorter version",
        }
    }
}

/// What one editor call is given; the child's branch is its position among the round's briefs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Brief {
    pub family: EditFamily,
    /// Positions among the round's critiques.
    pub critiques: Vec<usize>,
}

impl Brief {
    /// Its critiques as a list.
    pub fn points(&self, critiques: &[String]) -> String {
        let points = self.critiques.iter().filter_map(|at| critiques.get(*at));
        points.map(|critique| format!("- {critique}")).collect::<Vec<_>>().join("\n")
    }
}

/// What the critic was shown.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Evidence {
    /// Wrong answers with their kind, one kind after the other.
    pub failures: Vec<(ExampleId, Option<Diagnosis>)>,
    /// Right answers.
    pub guards: Vec<ExampleId>,
    /// Training questions of which the parent's answer was known from an earlier round.
    pub reused: usize,
    /// Training questions that were asked for it.
    pub asked: usize,
}

impl Evidence {
    /// All of its questions.
    pub fn shown(&self) -> Vec<ExampleId> {
        self.failures.iter().map(|(id, _)| id).chain(&self.guards).cloned().collect()
    }
}

/// A challenger against the best so far, question by question.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Standing {
    pub version: Version,
    /// Wrong before, right now.
    pub fixed: usize,
    /// Right before, wrong now.
    pub broken: usize,
    pub fate: Fate,
}

impl Standing {
    /// Questions gained less questions lost.
    pub fn delta(&self) -> i64 {
        self.fixed as i64 - self.broken as i64
    }
}

/// What a cut of the race did to a challenger.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Fate {
    Kept,
    /// It lost more than it gained.
    Behind,
    /// Others stood better, and only so many go on.
    Outrun,
}

/// How a round ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum RoundEnding {
    /// The challenger was better on all of validation.
    Replaced { by: Version, fixed: usize, broken: usize },
    /// It was as good and is shorter.
    Shorter { by: Version, fixed: usize, broken: usize },
    /// It was not better enough.
    Kept { against: Version, fixed: usize, broken: usize },
    /// No challenger reached the end of the race.
    AllDropped,
    /// No edit became a candidate.
    NoChildren,
    /// The parent failed on no training question: nothing to learn from.
    NoFailures,
}

impl RoundEnding {
    /// Whether the round brought a new best prompt.
    pub fn is_progress(&self) -> bool {
        matches!(self, RoundEnding::Replaced { .. } | RoundEnding::Shorter { .. })
    }
}

/// One prompt beside another on the same questions.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Lead {
    pub questions: usize,
    /// Wrong with the other, right with this one.
    pub fixed: usize,
    /// Right with the other, wrong with this one.
    pub broken: usize,
}

impl Lead {
    /// What was right with the other and with this one, question by question.
    pub fn of(other: &[bool], this: &[bool]) -> Self {
        let pairs = || other.iter().zip(this);
        Self {
            questions: pairs().count(),
            fixed: pairs().filter(|(other, this)| !**other && **this).count(),
            broken: pairs().filter(|(other, this)| **other && !**this).count(),
        }
    }
}

/// The winner of all rounds against the seed on training questions, whose answers decided nothing before, and on validation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Confirmation {
    pub winner: Version,
    /// Of training, as are the next two.
    pub questions: usize,
    pub fixed: usize,
    pub broken: usize,
    /// Not counted in older journals.
    #[serde(default)]
    pub validation: Lead,
    /// Questions that the winner must be ahead by on both together; else the seed is kept.
    pub needed: usize,
}

impl Confirmation {
    /// Whether the winner stays.
    pub fn holds(&self) -> bool {
        self.fixed + self.validation.fixed >= self.broken + self.validation.broken + self.needed
    }
}

/// Why a search ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum SearchEnd {
    /// All rounds were made.
    Rounds { rounds: u32 },
    /// So many rounds in a row brought no better prompt.
    Patience { rounds: u32 },
    /// The best prompt is right on every validation question.
    Solved,
    /// The best prompt failed on no training question.
    NothingToLearn,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn impossible_settings_are_named_by_their_fields() {
        assert!(RacingConfig::default().faults().is_empty());
        let config = RacingConfig { rounds: 0, children: 21, guards: 0, ..RacingConfig::default() };
        let fields: Vec<_> = config.faults().into_iter().map(|fault| fault.field).collect();
        assert_eq!(fields, ["racing.rounds", "racing.children"]);
    }
}

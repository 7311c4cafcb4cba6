//! A split's questions by database, by hardness and by the way they failed, counted for each candidate.

use std::collections::BTreeMap;

use super::{SplitChoice, rows};
use crate::{
    domain::{
        dataset::Example,
        id::{ExampleId, Version},
    },
    run::view::{Mark, RunView},
};

/// What questions are grouped by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Grouping {
    Database,
    Hardness,
    /// Why a rollout is not right; a question may be in several.
    Failure,
}

/// A group with its counts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Group {
    /// As `Only` names it.
    pub name: String,
    /// For each candidate that was asked for.
    pub tallies: Vec<Tally>,
}

/// A candidate's rollouts on a group. Of a failure's group only `failed` is counted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    pub right: usize,
    /// Right or wrong.
    pub judged: usize,
    /// Without an answer, or not done in time.
    pub missing: usize,
    /// Failed in the group's way.
    pub failed: usize,
}

impl Grouping {
    pub const ALL: [Grouping; 3] = [Grouping::Database, Grouping::Hardness, Grouping::Failure];

    /// The name in a URL.
    pub fn slug(self) -> &'static str {
        match self {
            Grouping::Database => "database",
            Grouping::Hardness => "hardness",
            Grouping::Failure => "failure",
        }
    }

    /// The name over a table.
    pub fn words(self) -> &'static str {
        match self {
            Grouping::Database => "Database",
            Grouping::Hardness => "Hardness",
            Grouping::Failure => "Kind of failure",
        }
    }
}

impl Tally {
    /// Takes one more rollout in.
    pub fn take(&mut self, mark: Mark) {
        match mark {
            Mark::Right => {
                self.right += 1;
                self.judged += 1;
            }
            Mark::Wrong => self.judged += 1,
            Mark::NoAnswer | Mark::Unfinished => self.missing += 1,
        }
    }
}

/// How hard a question is, as the data says.
pub fn hardness(example: &Example) -> &str {
    example.hardness.as_deref().unwrap_or("not known")
}

/// A hardness's place in the order of Spider's levels; others come after them.
pub fn hardness_rank(name: &str) -> usize {
    const LEVELS: [&str; 7] = ["easy", "simple", "medium", "moderate", "hard", "challenging", "extra"];
    LEVELS.iter().position(|level| name.starts_with(level)).unwrap_or(LEVELS.len())
}

/// The groups of a split's questions. Databases by name, hardness from easy to hard, failures by how often they come.
pub fn groups(view: &RunView, split: SplitChoice, versions: &[Version], by: Grouping) -> Vec<Group> {
    let examples: &[Example] = view.started.as_ref().map_or(&[], |started| &started.examples);
    let by_id: std::collections::HashMap<&ExampleId, &Example> =
        examples.iter().map(|example| (&example.id, example)).collect();
    let mut found: BTreeMap<String, Vec<Tally>> = BTreeMap::new();
    let none = || vec![Tally::default(); versions.len()];
    for row in rows(view, split, versions) {
        let Some(example) = by_id.get(&row.example) else { continue };
        let name = match by {
            Grouping::Database => example.db.as_str(),
            Grouping::Hardness => hardness(example),
            Grouping::Failure => {
                for (at, cell) in row.cells.iter().enumerate() {
                    if let Some(why) = cell.and_then(|cell| cell.why()) {
                        found.entry(why.to_owned()).or_insert_with(none)[at].failed += 1;
                    }
                }
                continue;
            }
        };
        let tallies = found.entry(name.to_owned()).or_insert_with(none);
        for (tally, cell) in tallies.iter_mut().zip(&row.cells) {
            if let Some(cell) = cell {
                tally.take(cell.mark);
            }
        }
    }
    let mut groups: Vec<Group> = found.into_iter().map(|(name, tallies)| Group { name, tallies }).collect();
    match by {
        Grouping::Database => {}
        Grouping::Hardness => groups.sort_by_key(|group| hardness_rank(&group.name)),
        Grouping::Failure => {
            let often = |group: &Group| group.tallies.iter().map(|tally| tally.failed).sum::<usize>();
            groups.sort_by_key(|group| std::cmp::Reverse(often(group)));
        }
    }
    groups
}

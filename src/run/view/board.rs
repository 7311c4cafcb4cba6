//! Which rollout counts for each question and prompt. Kept while the journal is folded, so that no screen looks through
//! all rollouts: 1,000 questions by 40 prompts are read off as they are shown.

use std::collections::HashMap;

use crate::{
    domain::{
        dataset::Splits,
        id::{ExampleId, Version},
        rollout::{Purpose, Rollout},
    },
    run::results::{Cell, SplitChoice},
};

/// Rollouts by split, prompt and question.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Board {
    /// A question's place in its split; no question is in two.
    places: HashMap<ExampleId, usize>,
    /// By split, version and place.
    counting: [Vec<Vec<Option<Counting>>>; 3],
    /// Positions of all rollouts of a version, oldest first.
    of_version: Vec<Vec<usize>>,
}

/// The rollout that counts, with what it was made for.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Counting {
    cell: Cell,
    purpose: Purpose,
}

impl Board {
    /// An empty board for the questions of `splits`.
    pub fn new(splits: &Splits) -> Self {
        let lists = [&splits.train, &splits.validation, &splits.held_out];
        let places = lists.into_iter().flat_map(|ids| ids.iter().enumerate());
        Self { places: places.map(|(place, id)| (id.clone(), place)).collect(), ..Self::default() }
    }

    /// Takes in the rollout that stands at `position`. On validation one on all of it counts before one of a round's batch;
    /// among equals the newest counts.
    pub fn take(&mut self, rollout: &Rollout, position: usize) {
        let version = rollout.version.0 as usize;
        at_least(&mut self.of_version, version).push(position);
        let Some(place) = self.places.get(&rollout.example).copied() else { return };
        let row = at_least(&mut self.counting[SplitChoice::of(rollout.purpose) as usize], version);
        if row.len() <= place {
            row.resize(place + 1, None);
        }
        let known = &mut row[place];
        let gives_way = known.is_none_or(|known| known.purpose == Purpose::Batch);
        if rollout.purpose != Purpose::Batch || gives_way {
            *known = Some(Counting { cell: Cell::of(rollout, position), purpose: rollout.purpose });
        }
    }

    /// The cell of a question, by its place in its split.
    pub fn cell(&self, split: SplitChoice, version: Version, place: usize) -> Option<Cell> {
        let row = self.counting[split as usize].get(version.0 as usize)?;
        row.get(place).copied().flatten().map(|counting| counting.cell)
    }

    /// A question's place in its split.
    pub fn place(&self, example: &ExampleId) -> Option<usize> {
        self.places.get(example).copied()
    }

    /// The versions with a rollout on a split, in order.
    pub fn versions(&self, split: SplitChoice) -> impl Iterator<Item = Version> + '_ {
        let rows = self.counting[split as usize].iter().enumerate();
        rows.filter(|(_, row)| !row.is_empty()).map(|(version, _)| Version(version as u32))
    }

    /// Positions of all rollouts of a version, oldest first.
    pub fn of_version(&self, version: Version) -> &[usize] {
        self.of_version.get(version.0 as usize).map_or(&[], |positions| positions)
    }
}

fn at_least<T: Default + Clone>(list: &mut Vec<T>, at: usize) -> &mut T {
    if list.len() <= at {
        list.resize(at + 1, T::default());
    }
    &mut list[at]
}

//! How hard the questions of a dataset are: in the data's own words where it has some, else on Spider's levels, which are told from
//! the gold query and the tables of its database. What is not in Spider's dialect has no level.

use std::collections::{HashMap, HashSet};

use crate::{
    domain::{
        dataset::{Dataset, Example},
        id::{DbId, ExampleId},
    },
    ports::{clock::Clock, sql::SqlEngine},
    run::predictions::Group,
    text2sql::{
        dialect::{Tables, parse},
        hardness::{Hardness, hardness},
    },
};

/// Milliseconds after which others get a turn.
const SLICE_MS: f64 = 10.0;

/// The levels that were told from gold queries.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Ratings {
    levels: HashMap<ExampleId, Hardness>,
}

impl Ratings {
    /// How hard a question is, in a word; absent where nothing says so.
    pub fn of<'a>(&self, example: &'a Example) -> Option<&'a str> {
        let told = || self.levels.get(&example.id).map(|level| level.name());
        example.hardness.as_deref().or_else(told)
    }

    /// The same with a word for those that have none: `unrated`.
    pub fn name_of<'a>(&self, example: &'a Example) -> &'a str {
        self.of(example).unwrap_or(Group::Unrated.name())
    }

    /// The names that occur among `examples`: Spider's, the easiest first, then others as they come, `unrated` at the end.
    pub fn names(&self, examples: &[Example]) -> Vec<String> {
        let place = |name: &str| match Group::named(name) {
            Some(Group::Rated(level)) => level as usize,
            Some(Group::Unrated) => usize::MAX,
            _ => Hardness::ALL.len(),
        };
        let mut seen = HashSet::new();
        let names = examples.iter().map(|example| self.name_of(example)).filter(|name| seen.insert(*name));
        let mut names: Vec<String> = names.map(str::to_owned).collect();
        names.sort_by_key(|name| place(name));
        names
    }
}

/// Rates the questions that the data says nothing about. Each database is read once, after `turn` was waited for: what is
/// more urgent goes first. One that cannot be read leaves its questions unrated. Others get a turn every 10 ms.
pub async fn rate(dataset: &Dataset, sql: &dyn SqlEngine, clock: &dyn Clock, turn: impl AsyncFn()) -> Ratings {
    let mut by_db: Vec<(&DbId, Vec<&Example>)> = Vec::new();
    let mut places = HashMap::new();
    for example in dataset.examples.iter().filter(|example| example.hardness.is_none()) {
        let place = *places.entry(&example.db).or_insert(by_db.len());
        if place == by_db.len() {
            by_db.push((&example.db, Vec::new()));
        }
        by_db[place].1.push(example);
    }
    let mut ratings = Ratings::default();
    for (db, examples) in by_db {
        turn().await;
        let Ok(schema) = sql.describe(db).await else { continue };
        let mut began = clock.now();
        let tables = Tables::of(&schema);
        for example in examples {
            if let Ok(gold) = parse(&example.gold, &tables) {
                ratings.levels.insert(example.id.clone(), hardness(&gold));
            }
            if clock.now() - began > SLICE_MS {
                clock.sleep(0.0).await;
                began = clock.now();
            }
        }
    }
    ratings
}

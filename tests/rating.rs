//! How hard a dataset's questions are, told from gold queries and a real SQLite's tables.
#![cfg(not(target_arch = "wasm32"))]

#[path = "support/native_sqlite.rs"]
mod native_sqlite;

use std::{cell::Cell, path::PathBuf};

use futures::{FutureExt, future::LocalBoxFuture};
use native_sqlite::NativeSql;
use promptbeam::{
    domain::dataset::{Dataset, Example},
    ports::clock::{Clock, ManualClock},
    run::rating::{Ratings, rate},
};

const DB: &str = "bike_workshop";
const GOLD: [(&str, Option<&str>, &str); 6] = [
    (DB, None, "SELECT part_name FROM part WHERE unit_cents > 3 ORDER BY unit_cents LIMIT 1"),
    (DB, None, "SELECT COUNT(*) FROM part"),
    (DB, Some("challenging"), "SELECT COUNT(*) FROM part"),
    (DB, Some("easy"), "not even SQL"),
    (DB, None, "SELECT part_name, row_number() OVER (ORDER BY unit_cents) FROM part"),
    ("no_such_database", None, "SELECT COUNT(*) FROM part"),
];

fn dataset() -> Dataset {
    let example = |(number, (db, hardness, gold)): (usize, &(&str, Option<&str>, &str))| Example {
        id: format!("q{number}").into(),
        db: (*db).into(),
        question: String::new(),
        evidence: None,
        gold: (*gold).to_owned(),
        hardness: hardness.map(str::to_owned),
        file_id: None,
    };
    Dataset { examples: GOLD.iter().enumerate().map(example).collect(), ..Dataset::default() }
}

fn sql() -> NativeSql {
    NativeSql::over(PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("www/sample/database"))
}

fn rated(dataset: &Dataset) -> Ratings {
    let clock = ManualClock::default();
    clock.run(rate(dataset, &sql(), &clock, async || {})).expect("nothing else is waited for")
}

#[test]
fn the_datas_own_word_counts_then_spiders_level_and_what_has_neither_is_unrated() {
    let dataset = dataset();
    let ratings = rated(&dataset);
    let found: Vec<_> = dataset.examples.iter().map(|example| ratings.of(example)).collect();
    assert_eq!(found, [Some("hard"), Some("easy"), Some("challenging"), Some("easy"), None, None]);
    assert_eq!(ratings.names(&dataset.examples), ["easy", "hard", "challenging", "unrated"]);
}

#[test]
fn before_anything_is_known_what_the_data_says_is_shown() {
    let dataset = dataset();
    assert_eq!(Ratings::default().names(&dataset.examples), ["easy", "challenging", "unrated"]);
    assert_eq!(Ratings::default().name_of(&dataset.examples[0]), "unrated");
}

/// A clock on which every look costs a millisecond, and that counts the waits.
#[derive(Default)]
struct Slow {
    now: Cell<f64>,
    waits: Cell<usize>,
}

impl Clock for Slow {
    fn now(&self) -> f64 {
        self.now.replace(self.now.get() + 1.0)
    }

    fn sleep(&self, _: f64) -> LocalBoxFuture<'static, ()> {
        self.waits.set(self.waits.get() + 1);
        async {}.boxed_local()
    }
}

#[test]
fn others_get_their_turn_while_many_questions_are_rated_and_before_each_database() {
    let mut dataset = dataset();
    let one = dataset.examples[1].clone();
    dataset.examples.extend((0..100).map(|number| Example { id: format!("more{number}").into(), ..one.clone() }));
    let (clock, turns) = (Slow::default(), Cell::new(0));
    let turn = async || turns.set(turns.get() + 1);
    let ratings = rate(&dataset, &sql(), &clock, turn).now_or_never().expect("nothing is waited for");
    assert_eq!(ratings.of(&dataset.examples[105]), Some("easy"));
    assert_eq!(turns.get(), 2);
    assert!((5..=20).contains(&clock.waits.get()), "{}", clock.waits.get());
}

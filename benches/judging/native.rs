//! How fast verdicts come natively: Spider's dev set, gold against gold. `SPIDER_DIR=<folder> cargo bench --bench judging`.
//! Time runs from before the first database is opened until the last verdict, and of several rounds the best counts, since
//! others may use the machine too; the reference's speed is on one core.
#![expect(clippy::disallowed_methods, reason = "a benchmark reads the clock")]

#[path = "../../tests/support/native_sqlite.rs"]
mod native_sqlite;

use std::{
    collections::HashMap,
    env, fs,
    path::{Path, PathBuf},
    sync::atomic::{AtomicUsize, Ordering},
    thread,
    time::Instant,
};

use native_sqlite::{NativeConnection, database_file};
use promptbeam::{
    domain::{
        id::DbId,
        sql::{JudgeOptions, QueryLimits},
    },
    text2sql::{judge::judge, kept_results::KeptResults},
};
use serde::Deserialize;

/// Pairs per second of the reference evaluator, with and without `wta_1`, whose queries scan and sort half a million rows.
const REFERENCE: [f64; 2] = [104.0, 275.0];

/// Of so many, the best round is printed. Where every statement is run, one round takes long enough.
const ROUNDS: usize = 5;

#[derive(Deserialize)]
struct Question {
    db_id: String,
    query: String,
}

/// Whether a statement that comes again is run again. The page's workers keep results.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Results {
    Kept,
    RunAgain,
}

/// Prints pairs per second, one line a way of doing it.
pub fn main() {
    let Ok(spider) = env::var("SPIDER_DIR").map(PathBuf::from) else {
        println!("NOT MEASURED: set SPIDER_DIR to the folder with Spider's dev set.");
        return;
    };
    let text = fs::read_to_string(spider.join("dev.json")).expect("the dev set's questions");
    let questions: Vec<Question> = serde_json::from_str(&text).expect("Spider's list of questions");
    let cores = thread::available_parallelism().map_or(1, usize::from);
    println!(
        "gold against gold, DISTINCT ignored, pairs per second; {cores} cores; results kept: best of {ROUNDS} rounds"
    );
    for (wta_1, reference) in [true, false].into_iter().zip(REFERENCE) {
        let pairs: Vec<&Question> = questions.iter().filter(|question| wta_1 || question.db_id != "wta_1").collect();
        let which = if wta_1 { "all" } else { "without wta_1" };
        println!("{which}: {} pairs, reference {reference:.0}", pairs.len());
        for (results, rounds) in [(Results::RunAgain, 1), (Results::Kept, ROUNDS)] {
            for threads in [1, cores] {
                let round = |_| seconds(&spider.join("database"), &pairs, results, threads);
                let seconds = (0..rounds).map(round).fold(f64::INFINITY, f64::min);
                let speed = pairs.len() as f64 / seconds;
                let times = speed / reference;
                println!(
                    "  {threads} threads, {results:?}: {speed:.0}, {times:.1} times the reference, {seconds:.2} s"
                );
            }
        }
    }
}

/// How long it takes to judge all pairs. The pairs of one gold query are one thread's; they come as in the dev set.
fn seconds(databases: &Path, pairs: &[&Question], results: Results, threads: usize) -> f64 {
    let mut places = HashMap::new();
    let mut work: Vec<(&str, &str, usize)> = Vec::new();
    for pair in pairs {
        let place = *places.entry((&pair.db_id, &pair.query)).or_insert(work.len());
        match work.get_mut(place) {
            Some((.., times)) => *times += 1,
            None => work.push((&pair.db_id, &pair.query, 1)),
        }
    }
    let (next, right) = (AtomicUsize::new(0), AtomicUsize::new(0));
    let began = Instant::now();
    thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| {
                let (mut open, mut kept) = (HashMap::new(), KeptResults::default());
                while let Some((db, gold, times)) = work.get(next.fetch_add(1, Ordering::Relaxed)) {
                    let id = DbId::from(*db);
                    let connection = open.entry(*db).or_insert_with(|| opened(databases, &id));
                    for _ in 0..*times {
                        let (options, limits) = (JudgeOptions::default(), QueryLimits::default());
                        let verdict = match results {
                            Results::Kept => judge(&mut kept.over(&id, connection), gold, gold, options, &limits),
                            Results::RunAgain => judge(connection, gold, gold, options, &limits),
                        };
                        assert_eq!(verdict.map(|judgement| judgement.reward), Ok(1.0), "{db}: {gold}");
                        right.fetch_add(1, Ordering::Relaxed);
                    }
                }
            });
        }
    });
    let seconds = began.elapsed().as_secs_f64();
    assert_eq!(right.into_inner(), pairs.len());
    seconds
}

fn opened(databases: &Path, db: &DbId) -> NativeConnection {
    let file = database_file(databases, db).unwrap_or_else(|| panic!("no database {db}"));
    NativeConnection::open(&file).unwrap_or_else(|error| panic!("{db}: {error}"))
}

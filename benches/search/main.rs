//! Every search in simulated worlds, through the same code as in the page: `cargo bench --bench search`. No network.
//! `SEEDS` (1000) says how often and `FIRST` (0) from which seed on, `WORLDS` and `SEARCHES` (parts of names, with commas between
//! them) which, `THREADS` on how many. The worlds' parameters stand in `worlds.json`.
#![expect(clippy::disallowed_methods, reason = "a benchmark reads the clock")]

mod formats;
mod models;
mod prompts;
mod report;
mod searches;
mod trial;
mod world;

use std::{
    env,
    sync::{
        Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    thread,
    time::Instant,
};

use report::Cell;
use searches::{SEARCHES, Search, config};
use world::{Bench, World};

/// So many runs of each search in each world are made with answers that take a second, eight at once, for their duration.
const TIMED: u64 = 3;

fn main() {
    let bench: &'static Bench = Box::leak(Box::new(Bench::read()));
    let (first, seeds): (u64, u64) = (number("FIRST").unwrap_or(0), number("SEEDS").unwrap_or(1000));
    let threads = number("THREADS").unwrap_or_else(|| thread::available_parallelism().map_or(1, usize::from));
    let worlds: Vec<&'static World> = chosen("WORLDS", bench.worlds.iter().collect(), |world| &world.name);
    let searches: Vec<&'static Search> = chosen("SEARCHES", SEARCHES.iter().collect(), |search| search.name);

    let began = Instant::now();
    let places: Vec<(usize, usize, u64)> = (0..seeds)
        .flat_map(|seed| (0..worlds.len()).flat_map(move |world| [(world, seed)]))
        .flat_map(|(world, seed)| (0..searches.len()).map(move |search| (world, search, seed)))
        .collect();
    let next = AtomicUsize::new(0);
    let empty = || (0..searches.len()).map(|_| Cell::new(seeds)).collect::<Vec<_>>();
    let cells: Mutex<Vec<Vec<Cell>>> = Mutex::new(worlds.iter().map(|_| empty()).collect());
    thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| {
                while let Some((world, search, seed)) = places.get(next.fetch_add(1, Ordering::Relaxed)).copied() {
                    let timed = seed < TIMED;
                    let settings = config(searches[search], bench.splits, first + seed);
                    let start = Instant::now();
                    let latency_ms = if timed { 1000.0 } else { 0.0 };
                    let trial = trial::run(worlds[world], bench.population, settings, latency_ms);
                    let seconds = start.elapsed().as_secs_f64();
                    let mut cells = cells.lock().expect("no thread panics while it holds the table");
                    cells[world][search].add(seed, trial, seconds, timed);
                }
            });
        }
    });
    let cells = cells.into_inner().expect("every thread has ended well");
    report::print(bench, seeds, &worlds, &searches, &cells);
    println!("\n{} runs in {:.0} s on {threads} threads.", places.len(), began.elapsed().as_secs_f64());
}

fn number<T: std::str::FromStr>(name: &str) -> Option<T> {
    env::var(name).ok().map(|text| text.parse().unwrap_or_else(|_| panic!("{name} must be a number: {text}")))
}

/// Those whose names hold one of the parts that the environment names; all if it names none.
fn chosen<T>(variable: &str, all: Vec<T>, name: impl Fn(&T) -> &str) -> Vec<T> {
    let Ok(parts) = env::var(variable) else { return all };
    let parts: Vec<&str> = parts.split(',').collect();
    all.into_iter().filter(|one| parts.iter().any(|part| name(one).contains(part))).collect()
}

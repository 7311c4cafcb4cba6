//! A journal of 50,000 events, opened and resumed natively: `cargo bench --bench journal`. The run is made by the search
//! itself, with models that answer from rules; `RUN_FILE=<run.jsonl>` reads an exported run instead, and resumes none.
#![expect(clippy::disallowed_methods, reason = "a benchmark reads the clock")]

#[path = "../../tests/run/world.rs"]
#[allow(dead_code, reason = "the stories use the rest")]
mod world;

use std::{env, fs, rc::Rc, time::Instant};

use promptbeam::{
    domain::{config::RunConfig, event::Entry, id::RunId},
    ports::{clock::ManualClock, store::MemoryStore},
    run::{
        export::{read_run, run_jsonl},
        journal::Journal,
        optimize::Ending,
        replay::{Replay, milestones},
        results::{Listing, Query},
        view::RunView,
    },
};
use world::{World, answer, config};

/// Shortest of five rounds, in milliseconds: others may use the machine too.
fn best<T>(name: &str, mut work: impl FnMut() -> T) -> T {
    let mut least = f64::INFINITY;
    let mut last = None;
    for _ in 0..5 {
        let since = Instant::now();
        last = Some(work());
        least = least.min(since.elapsed().as_secs_f64() * 1000.0);
    }
    println!("{name:<44} {least:>8.1} ms");
    last.expect("five rounds")
}

/// A search that makes about 50,000 events.
fn large() -> RunConfig {
    let mut config = config();
    config.apo.beam_width = 4;
    config.apo.branch_factor = 4;
    config.apo.val_batch_size = 20;
    config.apo.beam_rounds = 45;
    config.concurrency = 32;
    config
}

fn a_run() -> Vec<Entry> {
    let world = World::new(|request| Ok(answer(request)));
    assert_eq!(world.run(large()), Ending::Finished);
    world.journal()
}

/// Looking back over the journal: the whole way once, which makes the checkpoints, then to and fro.
fn replay(entries: &[Entry]) {
    let last = entries.len();
    let (mut replay, mut view) = best("replay to the end, with checkpoints", || {
        let (mut replay, mut view) = (Replay::default(), RunView::default());
        replay.seek(entries, &mut view, last);
        (replay, view)
    });
    let mut slowest = |name: &str, places: &[usize]| {
        let mut most: f64 = 0.0;
        for at in places {
            let since = Instant::now();
            replay.seek(entries, &mut view, *at);
            most = most.max(since.elapsed().as_secs_f64() * 1000.0);
        }
        println!("{name:<44} {most:>8.1} ms at most");
    };
    slowest("200 steps back from the end, one by one", &(last - 200..last).rev().collect::<Vec<_>>());
    slowest("jumps all over", &(0..400).map(|step| step * 7919 % last).collect::<Vec<_>>());
    best("find its turning points", || milestones(entries));
}

pub fn main() {
    let file = env::var_os("RUN_FILE");
    let text = match &file {
        Some(path) => fs::read_to_string(path).expect("the file that RUN_FILE names"),
        None => {
            let entries = a_run();
            run_jsonl(&RunView::of(&entries), &entries).expect("a run").content
        }
    };
    let entries = best("read the file", || read_run(&text).expect("a run"));
    println!("{} events, {:.1} MB", entries.len(), text.len() as f64 / 1e6);
    let view = best("fold it into what the screens show", || RunView::of(&entries));
    best("take it up as a journal", || {
        let (store, clock) = (Rc::new(MemoryStore::default()), Rc::new(ManualClock::default()));
        Journal::new(RunId::from("run"), &entries, store, clock, Rc::new(|_| {}))
    });
    replay(&entries);
    best("list the questions of Results", || Listing::of(&view, &Query { after: view.best, ..Query::default() }));
    best("compare seed and best on held-out", || view.held_out());
    best("write the file", || run_jsonl(&view, &entries));
    if file.is_none() {
        let cut = entries.len() * 95 / 100;
        let world = World::new(|request| Ok(answer(request)));
        world.restore(&entries[..cut]);
        let since = Instant::now();
        assert_eq!(world.run(large()), Ending::Finished);
        let whole = since.elapsed().as_secs_f64() * 1000.0;
        let asked = world.asked.borrow().len();
        println!("resume from {cut} events and make the rest, {asked} calls, virtual clock {whole:>8.1} ms");
    }
}

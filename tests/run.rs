//! Whole runs over the ports: the schedule, the journal cut at every event, pause, stop, the cache, failing models, and
//! what leaves a run.

#![cfg(not(target_arch = "wasm32"))]

#[path = "run/ask.rs"]
mod ask;
#[path = "run/budget.rs"]
mod budget;
#[path = "run/cache.rs"]
mod cache;
#[path = "run/check.rs"]
mod check;
#[path = "run/decisions.rs"]
mod decisions;
#[path = "run/edits.rs"]
mod edits;
#[path = "run/exports.rs"]
mod exports;
#[path = "run/faults.rs"]
mod faults;
#[path = "run/protegi.rs"]
mod protegi;
#[path = "run/racing.rs"]
mod racing;
#[path = "run/replay.rs"]
mod replay;
#[path = "run/resume.rs"]
mod resume;
#[path = "run/schedule.rs"]
mod schedule;
#[path = "run/world.rs"]
mod world;

//! Verdicts on Spider against the reference evaluator's: `SPIDER_DIR=<folder> cargo test --test spider_conformance`.
//! The folder holds `database/`, `dev.json`, `dev_hardness.json`, `eval_cases.jsonl` and `predictions/<system>.txt` with
//! `<system>.verdicts.jsonl` and `<system>.exact.jsonl`; `EVAL_CASES=<file>` adds another file of cases, which are judged on the same
//! databases. What a folder lacks is said. With `-- --nocapture` the counts are shown.
#![cfg(not(target_arch = "wasm32"))]

mod exact;
mod execution;
mod folder;
mod layout;
#[path = "../support/native_sqlite.rs"]
mod native_sqlite;
mod predictions;

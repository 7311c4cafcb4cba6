//! Verdicts on Spider against the reference evaluator's: `SPIDER_DIR=<folder> cargo test --test spider_conformance`.
//! The folder holds `database/`, `tables.json`, `dev.json`, `dev_hardness.json`, `eval_cases.jsonl` and `predictions/<system>.txt` with
//! `<system>.verdicts.jsonl` and `<system>.exact.jsonl`; `EVAL_CASES=<file>` adds another file of cases. What a folder lacks is said.
#![cfg(not(target_arch = "wasm32"))]

mod exact;
mod execution;
mod folder;
#[path = "../support/native_sqlite.rs"]
mod native_sqlite;

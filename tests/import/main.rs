//! Stories of what users bring: folders, zips and loose files, whole and broken. Every bad input has a message that says
//! where it is wrong and what to do, and nothing panics.
#![cfg(not(target_arch = "wasm32"))]

mod archives;
mod bad_input;
mod large_zip;
mod layouts;
mod malformed;
mod questions;
mod real_spider;
mod zip_writer;

use std::{rc::Rc, sync::OnceLock};

use futures::FutureExt;
use promptbeam::{
    ports::files::{InputFile, MemoryFile},
    run::import::{Import, ImportChoice, ImportError, ImportReport, import},
};

/// A file in memory.
fn file(path: &str, content: impl AsRef<[u8]>) -> Rc<dyn InputFile> {
    Rc::new(MemoryFile { path: path.to_owned(), content: content.as_ref().to_vec() })
}

/// Imports with no choice made.
fn bring(files: &[Rc<dyn InputFile>]) -> Result<Import, ImportError> {
    bring_choosing(files, &ImportChoice::default())
}

/// Imports as chosen.
fn bring_choosing(files: &[Rc<dyn InputFile>], choice: &ImportChoice) -> Result<Import, ImportError> {
    import(files, choice, &|_| {}).now_or_never().expect("files in memory never wait")
}

/// The bytes of a small SQLite database with one table.
fn database() -> Vec<u8> {
    static DATABASE: OnceLock<Vec<u8>> = OnceLock::new();
    let make = || {
        let path = std::env::temp_dir().join(format!("promptbeam-import-{}.sqlite", std::process::id()));
        let connection = rusqlite::Connection::open(&path).unwrap();
        connection
            .execute_batch("CREATE TABLE t (a INTEGER, b TEXT); INSERT INTO t VALUES (1, 'x'), (2, NULL);")
            .unwrap();
        connection.close().unwrap();
        let content = std::fs::read(&path).unwrap();
        std::fs::remove_file(&path).unwrap();
        content
    };
    DATABASE.get_or_init(make).clone()
}

/// A Spider question as JSON.
fn question(db: &str, question: &str) -> String {
    format!(r#"{{"db_id": "{db}", "query": "SELECT a FROM t", "question": "{question}", "sql": {{"from": []}}}}"#)
}

/// A report in a few lines.
fn told(report: &ImportReport) -> String {
    let mut lines = vec![format!("{}: {} questions", report.name, report.questions())];
    for database in &report.databases {
        lines.push(format!("database {} from {}: {}", database.db, database.path, database.questions));
        lines.extend(database.others.iter().map(|path| format!("  and {path}")));
    }
    for file in &report.question_files {
        let chosen = if file.chosen { "chosen" } else { "not loaded" };
        lines.push(format!("questions in {}: {} ({chosen})", file.path, file.questions));
    }
    for repeated in &report.repeated_ids.first {
        let file = report.chosen().map(|file| file.path.as_str()).unwrap_or_default();
        lines.push(format!(
            "repeated {file}, {}: {} {} is that of {}",
            repeated.place, repeated.column, repeated.id, repeated.first
        ));
    }
    for skipped in &report.skipped_questions.first {
        lines.push(format!("skipped {}, {}: {}", skipped.file, skipped.place, skipped.reason));
    }
    for skipped in &report.skipped_files.first {
        lines.push(format!("skipped {}: {}", skipped.file, skipped.reason));
    }
    for skipped in &report.not_needed.first {
        lines.push(format!("not needed {}: {}", skipped.file, skipped.reason));
    }
    lines.join("\n") + "\n"
}

/// What an import says: its error, or its report.
fn outcome(files: &[Rc<dyn InputFile>]) -> String {
    match bring(files) {
        Ok(import) => told(&import.report),
        Err(error) => format!("{error}\n"),
    }
}

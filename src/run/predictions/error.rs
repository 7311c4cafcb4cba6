//! Why a file of predictions cannot be scored. Each names the file, and the row where there is one, and says what to do.

use thiserror::Error;

use crate::{domain::id::DbId, run::format, text2sql::spider::Place};

/// Why a file of predictions cannot be scored.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum PredictionsError {
    #[error("{file} is empty. Choose the file with the predicted queries.")]
    Empty { file: String },
    #[error("{file}, line {line} is not UTF-8 text. Save the file as UTF-8.")]
    NotUtf8 { file: String, line: usize },
    #[error("{file} is written in UTF-16. Save it as UTF-8.")]
    Utf16 { file: String },
    #[error("{file} is not valid JSON: {message}.")]
    NotJson { file: String, message: String },
    #[error("{file} holds {found}. It should be a list of queries, or an object from question number to query.")]
    NotAList { file: String, found: &'static str },
    #[error("{file}, {place} is {found}, not a query.")]
    NotAQuery { file: String, place: Place, found: &'static str },
    #[error("{file}, {place} has no field for the query. Call it predicted_sql (its fields are {}).", .found.join(", "))]
    NoField { file: String, place: Place, found: Vec<String> },
    #[error("{file} has no column for the query. Call it predicted_sql (its columns are {}).", .found.join(", "))]
    NoColumn { file: String, found: Vec<String> },
    #[error("{file}, {place} has {}, the header has {expected}. Look for a quote or separator out of place.", format::count(*.found, "field"))]
    FieldCount { file: String, place: Place, found: usize, expected: usize },
    #[error("{file} cannot be read as a table: {message}.")]
    NotATable { file: String, message: String },
    #[error("{file}, {place} is a second query for question {id}. Keep one.")]
    SameQuestion { file: String, place: Place, id: String },
    #[error(
        "{file} has {}{}, but the dataset has {}. Choose the predictions for these questions, one for each and in their order.",
        format::count(*.found, "prediction"),
        blank_words(*.blank),
        format::count(*.expected, "question")
    )]
    OtherCount {
        file: String,
        /// Predictions, with empty answers.
        found: usize,
        /// How many of them are blank lines.
        blank: usize,
        expected: usize,
    },
    #[error(
        "{file}, {place} is about the database {found}, but its question is about {expected}. Choose the predictions for these questions, in their order."
    )]
    OtherDatabase { file: String, place: Place, found: String, expected: DbId },
}

fn blank_words(blank: usize) -> String {
    if blank == 0 { String::new() } else { format!(" ({} among them)", format::count(blank, "blank line")) }
}

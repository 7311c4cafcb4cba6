//! Scoring a file of predicted queries without any model: reading it, giving each question its query, judging all of them on the
//! databases, and the table by hardness that Spider's evaluator prints. `read_predictions`, then `score`, then `ScoreTable::of`.

mod align;
mod error;
mod export;
mod fields;
mod json;
mod score;
mod sought;
mod table;
mod text;

pub use self::{
    error::PredictionsError,
    export::{exact_words, scores_csv},
    score::{Exact, Progress, ScoredPrediction, Unrated, Verdict, score},
    sought::Sought,
    table::{Group, GroupScore, PartialScore, ScoreTable, Share},
};

use crate::{
    domain::{dataset::Example, id::ExampleId},
    text2sql::spider::Place,
};

/// A file's queries, one for each question of the dataset and in its order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Predictions {
    /// The file's name.
    pub file: String,
    pub all: Vec<Prediction>,
    /// Queries for questions that were left out when the dataset was imported.
    pub unused: usize,
    /// Blank lines that separate queries, or end the file; not those that stand for an empty answer.
    pub blank_lines: usize,
}

/// One predicted query.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Prediction {
    pub example: ExampleId,
    /// Where it stands in the file.
    pub place: Place,
    /// Blank for an empty answer.
    pub sql: String,
}

impl Predictions {
    /// Where the file has an empty answer.
    pub fn blank(&self) -> impl Iterator<Item = Place> + '_ {
        self.all.iter().filter(|prediction| prediction.sql.trim().is_empty()).map(|prediction| prediction.place)
    }
}

/// One query of a file, before it is known which question it is for.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Row {
    place: Place,
    /// The question's number or id, where the file has one.
    id: Option<String>,
    /// The database, where the file names it.
    db: Option<String>,
    sql: String,
}

/// Reads a file of predictions by its ending: `.json` and `.jsonl` (a list, a list of objects, or an object from question number to
/// query as BIRD's), `.csv` and `.tsv` with a header, anything else as text with one query a line (Spider's). Each of `examples`, which
/// are all questions of a dataset, gets its query: by number where the file has numbers, else by position.
pub fn read_predictions(file: &str, bytes: &[u8], examples: &[Example]) -> Result<Predictions, PredictionsError> {
    let content = text::decode(file, bytes)?;
    let ending = file.rsplit_once('.').map_or("", |(_, ending)| ending).to_ascii_lowercase();
    match ending.as_str() {
        "json" | "jsonl" | "ndjson" => align::by_number(file, json::rows(file, content)?, examples),
        "csv" => align::by_number(file, text::table(file, content, text::separator(content))?, examples),
        "tsv" => align::by_number(file, text::table(file, content, b'\t')?, examples),
        _ => align::lines(file, text::lines(content), examples),
    }
}

#[cfg(test)]
mod tests;

//! SQL values, result tables and why a statement gave none. Integers stay 64-bit: a JavaScript number would change verdicts.

mod reading;

use serde::{Deserialize, Serialize};
use thiserror::Error;

/// One SQLite value.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(untagged)]
pub enum Value {
    Null,
    Integer(i64),
    Real(f64),
    Text(String),
    /// Bytes; compares unequal to any text.
    Blob {
        blob: Vec<u8>,
    },
}

/// A query's result, whole or (as a preview) cut.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct ResultTable {
    pub columns: Vec<String>,
    pub rows: Vec<Vec<Value>>,
    /// Rows that the query returned; more than `rows.len()` in a preview.
    pub total_rows: usize,
}

/// Limits on one statement.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct QueryLimits {
    /// Wall time in milliseconds.
    pub time_ms: u32,
    /// Result rows.
    pub rows: usize,
    /// Result bytes, counting text, blobs and 8 for a number.
    pub bytes: usize,
}

impl Default for QueryLimits {
    fn default() -> Self {
        Self { time_ms: 30_000, rows: 1_000_000, bytes: 256 << 20 }
    }
}

/// Why a statement gave no result. Each is a value in a rollout (reward 0 with a reason), not a failure of the run.
#[derive(Clone, Debug, PartialEq, Eq, Error, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum QueryError {
    /// SQLite refused or failed the statement; the message is SQLite's own.
    #[error("{message}")]
    Sqlite { message: String },
    /// There was no statement at all (empty, blank or only comments).
    #[error("there is no SQL statement")]
    Empty,
    /// More than one statement where one is allowed.
    #[error("only one statement can be run at a time")]
    SeveralStatements,
    /// Anything but a reading statement (SELECT, WITH, VALUES, EXPLAIN, a PRAGMA that only tells).
    #[error("only statements that read are allowed; this one starts with {keyword}")]
    NotReadOnly { keyword: String },
    /// The statement contains a NUL character or a bind parameter, which cannot be run.
    #[error("{message}")]
    NotRunnable { message: String },
    /// The time limit was reached.
    #[error("the query was stopped after {limit_ms} ms")]
    Timeout { limit_ms: u32 },
    /// The row limit was reached.
    #[error("the query returned more than {limit} rows")]
    TooManyRows { limit: usize },
    /// The byte limit was reached, or SQLite ran out of memory.
    #[error("the query's result is larger than {limit} bytes")]
    TooLarge { limit: usize },
}

/// When two results count as the same: each benchmark has its own rule.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ResultComparison {
    /// Rows as a bag, or as a list where the gold query orders them; columns in any order.
    #[default]
    Spider,
    /// Rows as a set, columns by their place. Queries run as they are written, DISTINCT included.
    Bird,
}

/// How a verdict is reached; the defaults are those of the reference evaluator.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct JudgeOptions {
    pub comparison: ResultComparison,
    /// Off: DISTINCT is removed from both queries before they are compared, as the reference does by default. Without meaning
    /// for BIRD.
    pub keep_distinct: bool,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn options_of_an_older_page_still_load() {
        let options: JudgeOptions = serde_json::from_str(r#"{"keep_distinct":true}"#).unwrap();
        assert_eq!(options, JudgeOptions { comparison: ResultComparison::Spider, keep_distinct: true });
        assert_eq!(serde_json::to_string(&ResultComparison::Bird).unwrap(), r#""bird""#);
    }
}

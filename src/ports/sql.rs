//! The port to SQLite. Statements read only, under limits; predicted and gold are compared where they ran, so that large
//! results never travel. Twin: `ScriptedSql` (a real SQLite for native tests stands in `tests/support`).

use futures::future::{FutureExt, LocalBoxFuture};
use thiserror::Error;

use crate::{
    domain::{
        id::DbId,
        rollout::Judgement,
        sql::{JudgeOptions, QueryError, QueryLimits, ResultTable},
    },
    text2sql::schema::Schema,
};

/// Why the engine could not do its work; never the fault of a prediction.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum SqlError {
    /// The store has no file for this database, or the file is no SQLite database.
    #[error("{db} could not be opened: {message}")]
    Database { db: DbId, message: String },
    /// The gold query failed: a fault of the dataset. `file` says on which file of a database that has several.
    #[error("the gold query failed{}: {error}", on_file(.file))]
    Gold { error: QueryError, file: Option<DbId> },
    /// The engine itself broke (its worker died, also on the second try).
    #[error("the SQL engine failed: {message}")]
    Engine { message: String },
}

fn on_file(file: &Option<DbId>) -> String {
    file.as_ref().map_or_else(String::new, |file| format!(" on {file}"))
}

/// The answer to one statement: the outer error is the engine's fault, the inner one the statement's.
pub type QueryResult = Result<Result<ResultTable, QueryError>, SqlError>;

/// A predicted and a gold query to be compared on a database.
#[derive(Clone, Debug, PartialEq)]
pub struct Comparison<'a> {
    pub db: &'a DbId,
    pub predicted: &'a str,
    pub gold: &'a str,
    pub options: JudgeOptions,
    pub limits: QueryLimits,
}

/// SQLite, with the databases of one dataset.
pub trait SqlEngine {
    /// Tables, columns, keys, row counts and sample rows.
    fn describe<'a>(&'a self, db: &'a DbId) -> LocalBoxFuture<'a, Result<Schema, SqlError>>;

    /// Runs one reading statement; the result is cut to a preview of `preview_rows` rows.
    fn query<'a>(
        &'a self,
        db: &'a DbId,
        sql: &'a str,
        limits: QueryLimits,
        preview_rows: usize,
    ) -> LocalBoxFuture<'a, QueryResult>;

    /// Runs both queries and compares the results; on every file of the database, if it has several (`judge_on_all`).
    fn judge<'a>(&'a self, comparison: Comparison<'a>) -> LocalBoxFuture<'a, Result<Judgement, SqlError>>;
}

/// Judges on each of a database's `files` with `judge_on`, and stops at the first on which the prediction is wrong: its
/// verdict then says which one that is. A right prediction's result is the one on the first file.
/// Source: taoyds/test-suite-sql-eval, `eval_exec_match`.
pub async fn judge_on_all(
    files: &[DbId],
    mut judge_on: impl AsyncFnMut(&DbId) -> Result<Judgement, SqlError>,
) -> Result<Judgement, SqlError> {
    let several = files.len() > 1;
    let mut first = None;
    for (at, file) in files.iter().enumerate() {
        let mut judgement = judge_on(file).await.map_err(|error| match error {
            SqlError::Gold { error, .. } => SqlError::Gold { error, file: several.then(|| file.clone()) },
            other => other,
        })?;
        if judgement.reward < 1.0 {
            if several {
                let place = format!("On {file}, which is file {} of {} of this database: ", at + 1, files.len());
                judgement.difference.insert_str(0, &place);
            }
            return Ok(judgement);
        }
        first.get_or_insert(judgement);
    }
    first.ok_or_else(|| SqlError::Engine { message: "there is no database to judge on".into() })
}

type Script = dyn Fn(&Comparison<'_>) -> Result<Judgement, SqlError>;

/// An engine that answers from a closure; `query` and `describe` answer with nothing.
pub struct ScriptedSql {
    judge: Box<Script>,
}

impl ScriptedSql {
    /// Judges with `judge`.
    pub fn new(judge: impl Fn(&Comparison<'_>) -> Result<Judgement, SqlError> + 'static) -> Self {
        Self { judge: Box::new(judge) }
    }
}

impl SqlEngine for ScriptedSql {
    fn describe<'a>(&'a self, _: &'a DbId) -> LocalBoxFuture<'a, Result<Schema, SqlError>> {
        futures::future::ready(Ok(Schema::default())).boxed_local()
    }

    fn query<'a>(&'a self, _: &'a DbId, _: &'a str, _: QueryLimits, _: usize) -> LocalBoxFuture<'a, QueryResult> {
        futures::future::ready(Ok(Ok(ResultTable::default()))).boxed_local()
    }

    fn judge<'a>(&'a self, comparison: Comparison<'a>) -> LocalBoxFuture<'a, Result<Judgement, SqlError>> {
        futures::future::ready((self.judge)(&comparison)).boxed_local()
    }
}

//! What judging and describing ask of an open SQLite database. Two implementations: sql.js in the worker, rusqlite in
//! native tests, so that both run the very same code above.

use crate::domain::sql::{QueryError, QueryLimits, ResultTable};

/// An open SQLite database.
pub trait Connection {
    /// Runs exactly one statement as it stands and returns all rows, under the row and byte limits (time is the worker
    /// pool's affair in the page). Text is decoded leniently: invalid UTF-8 bytes vanish. Does not guard against writing:
    /// callers do (`sql_tokens`), and the connection has `query_only` on.
    fn run(&mut self, sql: &str, limits: &QueryLimits) -> Result<ResultTable, QueryError>;
}

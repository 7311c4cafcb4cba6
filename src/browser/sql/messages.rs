//! What the page and a SQL worker say to each other. Messages travel as JSON text, because a JavaScript number would round
//! 64-bit integers and lose the difference between 1 and 1.0; a database's bytes go beside the text, without being copied.

use serde::{Deserialize, Serialize};

use crate::{
    domain::{
        id::DbId,
        rollout::Judgement,
        sql::{JudgeOptions, QueryError, QueryLimits, ResultTable},
    },
    text2sql::schema::Schema,
};

/// A call of the engine, complete in itself.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) enum Work {
    Describe { db: DbId },
    Query { db: DbId, sql: String, limits: QueryLimits, preview_rows: usize },
    Judge { db: DbId, predicted: String, gold: String, options: JudgeOptions, limits: QueryLimits },
}

/// What the page asks of a worker, one thing at a time.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Request<T> {
    /// Stands in every answer to it.
    pub id: u32,
    pub ask: T,
}

#[derive(Debug, Serialize, Deserialize)]
pub(super) enum Ask {
    /// Open the database whose file comes with this message.
    Open(DbId),
    Do(Work),
}

/// What a worker says.
#[derive(Debug, Serialize, Deserialize)]
pub(super) enum Said {
    /// The first thing: messages are heard from now on.
    Ready,
    /// The first thing, if sql.js could not be loaded.
    Failed {
        message: String,
    },
    Reply {
        id: u32,
        reply: Reply,
    },
}

#[derive(Debug, Serialize, Deserialize)]
pub(super) enum Reply {
    Opened,
    /// The file is no database that SQLite can read.
    NotOpened {
        error: QueryError,
    },
    /// The database is not open here (any more): open it and ask again.
    NeedsDatabase,
    /// The gold query is done, with a preview of its result; the predicted one is running now. Not said where both results
    /// were known, and nothing takes time.
    GoldDone {
        preview: ResultTable,
    },
    Described(Result<Schema, QueryError>),
    Queried(Result<ResultTable, QueryError>),
    /// The error is the gold query's.
    Judged(Result<Judgement, QueryError>),
    /// SQLite itself broke down in the statement that was running; the worker is of no more use.
    Crashed {
        message: String,
    },
}

impl Work {
    /// The database that it is about.
    pub(super) fn db(&self) -> &DbId {
        match self {
            Work::Describe { db } | Work::Query { db, .. } | Work::Judge { db, .. } => db,
        }
    }

    /// The statement whose result is worth most to the next call: the gold query, where there is one.
    pub(super) fn statement(&self) -> &str {
        match self {
            Work::Describe { .. } => "",
            Work::Query { sql, .. } => sql,
            Work::Judge { gold, .. } => gold,
        }
    }
}

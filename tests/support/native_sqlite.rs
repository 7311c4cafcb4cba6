//! SQLite natively, in the place of the page's worker: the same judging over rusqlite. Opens files for reading only, with
//! double-quoted strings allowed as in the page, decodes text leniently and holds the limits on time, rows and bytes.
#![allow(dead_code, reason = "each test binary uses its own part")]
#![expect(
    clippy::disallowed_methods,
    reason = "a statement's deadline is real time here, as it is in the page's worker"
)]

use std::{
    cell::RefCell,
    collections::HashMap,
    fs,
    path::{Path, PathBuf},
    time::{Duration, Instant},
};

use futures::future::{FutureExt, LocalBoxFuture, ready};
use promptbeam::{
    domain::{
        id::DbId,
        rollout::Judgement,
        sql::{QueryError, QueryLimits, ResultTable, Value},
    },
    ports::sql::{Comparison, QueryResult, SqlEngine, SqlError, judge_on_all},
    text2sql::{
        connection::Connection,
        judge::{GoldFailed, judge},
        preview::{PREVIEW_CELL, preview},
        schema::{Schema, describe},
        sql_tokens::guard,
    },
};
use rusqlite::{ErrorCode, OpenFlags, limits::Limit, types::ValueRef};

/// An open database.
pub struct NativeConnection {
    sqlite: rusqlite::Connection,
}

/// Bytes of the largest value that a query may make on its way: what the page's SQLite has in all.
const LARGEST_VALUE: i32 = 512 << 20;

/// Half a million rows are sorted in pieces that fit the processor's cache, and merged: 0.46 s where one piece, as with
/// `temp_store = MEMORY` or a large cache, takes 0.8 s. Both sort stably, so the rows come in the same order.
const SETTINGS: &str = "PRAGMA query_only = 1; PRAGMA temp_store = DEFAULT; PRAGMA cache_size = -2000; \
    PRAGMA mmap_size = 268435456;";

impl NativeConnection {
    /// Opens a file, for reading only.
    pub fn open(file: &Path) -> rusqlite::Result<Self> {
        let sqlite = rusqlite::Connection::open_with_flags(
            file,
            OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX,
        )?;
        Self::reading(sqlite)
    }

    /// A database in memory, filled by `script` and closed to writing after that.
    pub fn filled(script: &str) -> rusqlite::Result<Self> {
        let sqlite = rusqlite::Connection::open_in_memory()?;
        sqlite.execute_batch(script)?;
        Self::reading(sqlite)
    }

    fn reading(sqlite: rusqlite::Connection) -> rusqlite::Result<Self> {
        sqlite.execute_batch(SETTINGS)?;
        sqlite.set_limit(Limit::SQLITE_LIMIT_LENGTH, LARGEST_VALUE)?;
        sqlite.query_row("SELECT count(*) FROM sqlite_master", [], |_| Ok(()))?;
        Ok(Self { sqlite })
    }
}

impl Connection for NativeConnection {
    fn run(&mut self, sql: &str, limits: &QueryLimits) -> Result<ResultTable, QueryError> {
        let failed = |error| query_error(error, limits);
        let deadline = Instant::now() + Duration::from_millis(limits.time_ms.into());
        self.sqlite.progress_handler(2_000, Some(move || Instant::now() >= deadline));
        let mut statement = self.sqlite.prepare(sql).map_err(failed)?;
        let columns: Vec<String> = statement.column_names().into_iter().map(str::to_owned).collect();
        let mut cursor = statement.raw_query();
        let (mut rows, mut bytes) = (Vec::new(), 0);
        while let Some(row) = cursor.next().map_err(failed)? {
            if rows.len() == limits.rows {
                return Err(QueryError::TooManyRows { limit: limits.rows });
            }
            let mut values = Vec::with_capacity(columns.len());
            for at in 0..columns.len() {
                let held = row.get_ref(at).map_err(failed)?;
                bytes += size(&held);
                if bytes > limits.bytes {
                    return Err(QueryError::TooLarge { limit: limits.bytes });
                }
                values.push(value(held));
            }
            rows.push(values);
        }
        Ok(ResultTable { columns, total_rows: rows.len(), rows })
    }
}

fn value(value: ValueRef<'_>) -> Value {
    match value {
        ValueRef::Null => Value::Null,
        ValueRef::Integer(number) => Value::Integer(number),
        ValueRef::Real(number) => Value::Real(number),
        ValueRef::Text(bytes) => Value::Text(bytes.utf8_chunks().map(|chunk| chunk.valid()).collect()),
        ValueRef::Blob(blob) => Value::Blob { blob: blob.to_vec() },
    }
}

fn size(value: &ValueRef<'_>) -> usize {
    match value {
        ValueRef::Text(bytes) | ValueRef::Blob(bytes) => bytes.len(),
        ValueRef::Null | ValueRef::Integer(_) | ValueRef::Real(_) => 8,
    }
}

fn query_error(error: rusqlite::Error, limits: &QueryLimits) -> QueryError {
    match error.sqlite_error_code() {
        Some(ErrorCode::OperationInterrupted) => QueryError::Timeout { limit_ms: limits.time_ms },
        Some(ErrorCode::OutOfMemory | ErrorCode::TooBig) => QueryError::TooLarge { limit: limits.bytes },
        _ => QueryError::Sqlite {
            message: match error {
                rusqlite::Error::SqliteFailure(_, Some(message)) => message,
                rusqlite::Error::SqlInputError { msg, .. } => msg,
                error => error.to_string(),
            },
        },
    }
}

/// The engine over a folder laid out as Spider's: `<folder>/<db_id>/<db_id>.sqlite`, upper and lower case alike. Further
/// `.sqlite` files beside it are of the same database, as in the test suite.
pub struct NativeSql {
    folder: PathBuf,
    open: RefCell<HashMap<DbId, NativeConnection>>,
}

impl NativeSql {
    /// An engine with the databases of `folder`, each opened on first use.
    pub fn over(folder: impl Into<PathBuf>) -> Self {
        Self { folder: folder.into(), open: RefCell::default() }
    }

    fn with<T>(&self, db: &DbId, use_it: impl FnOnce(&mut NativeConnection) -> T) -> Result<T, SqlError> {
        let failed = |message: String| SqlError::Database { db: db.clone(), message };
        let mut open = self.open.borrow_mut();
        if !open.contains_key(db) {
            let named = || self.folder.join(db.as_str());
            let file = database_file(&self.folder, db).or_else(|| Some(named()).filter(|path| path.is_file()));
            let file = file.ok_or_else(|| failed("there is no such file".into()))?;
            open.insert(db.clone(), NativeConnection::open(&file).map_err(|error| failed(error.to_string()))?);
        }
        Ok(use_it(open.get_mut(db).expect("it was opened above")))
    }

    /// The ids of all files of a database: its own, and for those beside it their paths in the folder.
    fn files_of(&self, db: &DbId) -> Vec<DbId> {
        let Some(first) = database_file(&self.folder, db) else { return vec![db.clone()] };
        let directory = first.parent().expect("a file is in a folder");
        let mut beside: Vec<_> = fs::read_dir(directory)
            .into_iter()
            .flatten()
            .flatten()
            .map(|entry| entry.path())
            .filter(|path| *path != first && path.to_string_lossy().contains(".sqlite"))
            .filter_map(|path| path.strip_prefix(&self.folder).ok().map(|path| path.to_string_lossy().as_ref().into()))
            .collect();
        beside.sort();
        beside.insert(0, db.clone());
        beside
    }
}

/// The file of a database in a folder laid out as Spider's.
pub fn database_file(folder: &Path, db: &DbId) -> Option<PathBuf> {
    let same_name = |path: &PathBuf| {
        path.file_stem().and_then(|stem| stem.to_str()).is_some_and(|stem| stem.eq_ignore_ascii_case(db.as_str()))
    };
    let entries = |folder: &Path| fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path());
    let directory = entries(folder).find(same_name)?;
    entries(&directory).filter(|path| path.extension().is_some_and(|ext| ext == "sqlite")).find(same_name)
}

impl SqlEngine for NativeSql {
    fn describe<'a>(&'a self, db: &'a DbId) -> LocalBoxFuture<'a, Result<Schema, SqlError>> {
        let failed = |error: QueryError| SqlError::Database { db: db.clone(), message: error.to_string() };
        ready(self.with(db, |connection| describe(connection)).and_then(|schema| schema.map_err(failed))).boxed_local()
    }

    fn query<'a>(
        &'a self,
        db: &'a DbId,
        sql: &'a str,
        limits: QueryLimits,
        preview_rows: usize,
    ) -> LocalBoxFuture<'a, QueryResult> {
        let run = |connection: &mut NativeConnection| {
            guard(sql)?;
            Ok(preview(&connection.run(sql, &limits)?, preview_rows, PREVIEW_CELL))
        };
        ready(self.with(db, run)).boxed_local()
    }

    fn judge<'a>(&'a self, comparison: Comparison<'a>) -> LocalBoxFuture<'a, Result<Judgement, SqlError>> {
        let Comparison { db, predicted, gold, options, limits } = comparison;
        let judge_on = async move |file: &DbId| {
            let judged = self.with(file, |connection| judge(connection, predicted, gold, options, &limits))?;
            judged.map_err(|GoldFailed(error)| SqlError::Gold { error, file: None })
        };
        async move { judge_on_all(&self.files_of(db), judge_on).await }.boxed_local()
    }
}

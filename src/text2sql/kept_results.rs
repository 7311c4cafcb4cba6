//! Results that are kept, so that a statement which comes again is not run again: one gold query stands behind many
//! predictions, candidates often write the same SQL, and what the agent ran is judged next. Only a statement whose result
//! cannot change is kept, on a database that is open for reading only, and only for the limits that it was run under; so
//! a verdict is the same with and without this.

mod recent;

use std::collections::HashMap;

use super::{
    connection::Connection,
    sql_tokens::{Token, TokenClass, tokens},
};
use crate::domain::{
    id::DbId,
    sql::{QueryError, QueryLimits, ResultTable, Value},
};
pub use recent::Recent;

const RESULTS: usize = 512;
const RESULT_BYTES: usize = 64 << 20;

/// SQLite's functions whose result may be another one next time, by chance, by the clock or by what the connection did.
const UNSTEADY_FUNCTIONS: [&str; 14] = [
    "changes",
    "date",
    "datetime",
    "julianday",
    "last_insert_rowid",
    "load_extension",
    "random",
    "randomblob",
    "strftime",
    "time",
    "timediff",
    "total_changes",
    "unixepoch",
    "sqlite_offset",
];

/// Words that stand for the present.
const UNSTEADY_WORDS: [&str; 3] = ["current_date", "current_time", "current_timestamp"];

/// What can make a statement that looks steady unsteady: views, which may call anything, and virtual tables.
const HIDDEN_CALLS: &str = "SELECT sql FROM sqlite_master WHERE type = 'view' OR sql LIKE 'CREATE VIRTUAL%'";

/// Results by database and statement, the last used up to a number and a sum of bytes.
pub struct KeptResults {
    results: Recent<Key, ResultTable>,
    /// Whether a database's views call nothing unsteady.
    steady: HashMap<DbId, bool>,
}

#[derive(PartialEq)]
struct Key {
    db: DbId,
    sql: String,
    limits: QueryLimits,
}

impl Default for KeptResults {
    fn default() -> Self {
        Self { results: Recent::new(RESULTS, RESULT_BYTES), steady: HashMap::new() }
    }
}

impl KeptResults {
    /// `connection`, open on `db` for reading only, as one that looks here first.
    pub fn over<'a>(&'a mut self, db: &'a DbId, connection: &'a mut dyn Connection) -> Keeping<'a> {
        Keeping { kept: self, db, connection }
    }

    /// To be called when a database's file may have become another one.
    pub fn forget(&mut self, db: &DbId) {
        self.results.remove(|key| key.db == *db);
        self.steady.remove(db);
    }
}

/// A connection that runs only what it does not know yet.
pub struct Keeping<'a> {
    kept: &'a mut KeptResults,
    db: &'a DbId,
    connection: &'a mut dyn Connection,
}

impl Connection for Keeping<'_> {
    fn run(&mut self, sql: &str, limits: &QueryLimits) -> Result<ResultTable, QueryError> {
        if !self.is_steady(sql) {
            return self.connection.run(sql, limits);
        }
        // What follows a statement tells nothing; spaces and cases within it show in the names of columns.
        let plain = sql.trim_end_matches(|c: char| c == ';' || c.is_ascii_whitespace());
        let key = Key { db: self.db.clone(), sql: plain.to_owned(), limits: *limits };
        if let Some(result) = self.kept.results.get(&key) {
            return Ok(result.clone());
        }
        let result = self.connection.run(sql, limits)?;
        let bytes = bytes(&result);
        if bytes <= RESULT_BYTES / 4 {
            self.kept.results.insert(key, result.clone(), bytes);
        }
        Ok(result)
    }
}

impl Keeping<'_> {
    fn is_steady(&mut self, sql: &str) -> bool {
        if !is_steady(sql) {
            return false;
        }
        if let Some(steady) = self.kept.steady.get(self.db) {
            return *steady;
        }
        let calls = self.connection.run(HIDDEN_CALLS, &QueryLimits::default());
        let steady = calls.is_ok_and(|views| {
            views.rows.iter().flatten().all(|view| matches!(view, Value::Text(sql) if is_steady_view(sql)))
        });
        self.kept.steady.insert(self.db.clone(), steady);
        steady
    }
}

/// Whether a view's definition calls nothing unsteady; a virtual table's may do anything.
fn is_steady_view(sql: &str) -> bool {
    let mut words = tokens(sql).filter(|(class, _)| *class == TokenClass::Keyword);
    words.nth(1).is_some_and(|(_, word)| !word.eq_ignore_ascii_case("virtual")) && is_steady_text(sql)
}

/// Whether the statement gives the same result each time it is run on the same database.
fn is_steady(sql: &str) -> bool {
    let first = tokens(sql).find(|(class, _)| !matches!(class, TokenClass::Whitespace | TokenClass::Comment));
    let reads = |word: &str| ["select", "with", "values"].iter().any(|verb| word.eq_ignore_ascii_case(verb));
    first.is_some_and(|(_, word)| reads(word)) && is_steady_text(sql)
}

fn is_steady_text(sql: &str) -> bool {
    let meaningful = |(class, _): &Token<'_>| !matches!(class, TokenClass::Whitespace | TokenClass::Comment);
    let all: Vec<Token<'_>> = tokens(sql).filter(meaningful).collect();
    all.iter().enumerate().all(|(at, (_, text))| {
        let calls = all.get(at + 1).is_some_and(|(_, next)| *next == "(");
        let name = text.trim_matches(['"', '`', '[', ']', '\'']);
        let is_one_of = |names: &[&str]| names.iter().any(|unsteady| name.eq_ignore_ascii_case(unsteady));
        !(is_one_of(&UNSTEADY_WORDS) || calls && is_one_of(&UNSTEADY_FUNCTIONS))
    })
}

/// What a result takes in memory, about: a cell takes some bytes beside those of its text.
fn bytes(table: &ResultTable) -> usize {
    let content = |value: &Value| match value {
        Value::Text(text) => text.len(),
        Value::Blob { blob } => blob.len(),
        Value::Null | Value::Integer(_) | Value::Real(_) => 0,
    };
    table.rows.iter().flatten().map(|value| content(value) + size_of_val(value)).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Answers with how often it was asked, and with `views` for the views.
    #[derive(Default)]
    struct Counting {
        asked: i64,
        views: Vec<&'static str>,
    }

    impl Connection for Counting {
        fn run(&mut self, sql: &str, _: &QueryLimits) -> Result<ResultTable, QueryError> {
            let rows: Vec<Vec<Value>> = if sql == HIDDEN_CALLS {
                self.views.iter().map(|view| vec![Value::Text((*view).into())]).collect()
            } else if sql == "SELECT wrong" {
                return Err(QueryError::Sqlite { message: "no such column: wrong".into() });
            } else {
                self.asked += 1;
                vec![vec![Value::Integer(self.asked)]]
            };
            Ok(ResultTable { columns: vec!["asked".into()], total_rows: rows.len(), rows })
        }
    }

    /// How often the connection was asked when each statement comes twice.
    fn asked(mut connection: Counting, statements: &[&str]) -> i64 {
        let mut kept = KeptResults::default();
        for sql in statements.iter().chain(statements) {
            kept.over(&"shop".into(), &mut connection).run(sql, &QueryLimits::default()).ok();
        }
        connection.asked
    }

    #[test]
    fn a_statement_that_comes_again_is_not_run_again() {
        assert_eq!(asked(Counting::default(), &["SELECT 1", "WITH a AS (SELECT date FROM b) SELECT * FROM a"]), 2);
        assert_eq!(asked(Counting::default(), &["SELECT 1", "SELECT  1", "VALUES (1)"]), 3);
        assert_eq!(asked(Counting::default(), &["SELECT 1", "SELECT 1 ;\r\n"]), 1);
    }

    #[test]
    fn what_depends_on_chance_or_time_is_run_each_time() {
        for sql in [
            "SELECT random()",
            "SELECT \"RANDOM\" /* so */ ()",
            "SELECT * FROM a ORDER BY Random ( ) LIMIT 1",
            "SELECT date('now')",
            "SELECT current_timestamp",
            "EXPLAIN SELECT 1",
            "PRAGMA user_version",
        ] {
            assert_eq!(asked(Counting::default(), &[sql]), 2, "{sql}");
        }
    }

    #[test]
    fn views_are_looked_into_before_anything_is_kept() {
        for (view, times) in [
            ("CREATE VIEW v AS SELECT a FROM b", 1),
            ("CREATE VIEW v AS SELECT random() FROM b", 2),
            ("CREATE VIRTUAL TABLE v USING fts3(a)", 2),
        ] {
            let connection = Counting { views: vec![view], ..Counting::default() };
            assert_eq!(asked(connection, &["SELECT * FROM v"]), times, "{view}");
        }
    }

    #[test]
    fn a_result_holds_for_its_database_and_its_limits() {
        let (mut kept, mut connection) = (KeptResults::default(), Counting::default());
        let all = QueryLimits::default();
        let few = QueryLimits { rows: 1, ..all };
        let mut first_cell = |db: &str, limits| {
            let db = db.into();
            let result = kept.over(&db, &mut connection).run("SELECT 1", &limits);
            result.expect("it counts").rows[0][0].clone()
        };
        assert_eq!(first_cell("shop", all), Value::Integer(1));
        assert_eq!(first_cell("farm", all), Value::Integer(2));
        assert_eq!(first_cell("shop", few), Value::Integer(3));
        assert_eq!(first_cell("shop", all), Value::Integer(1));
        kept.forget(&"shop".into());
        let farm = kept.over(&"farm".into(), &mut connection).run("SELECT 1", &all).expect("it counts");
        let shop = kept.over(&"shop".into(), &mut connection).run("SELECT 1", &all).expect("it counts");
        assert_eq!((&farm.rows[0][0], &shop.rows[0][0]), (&Value::Integer(2), &Value::Integer(4)));
    }
}

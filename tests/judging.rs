//! Judging on a real SQLite: what is refused, what stops at a limit, what a wrong prediction's rollout holds, and how a
//! database is described. The verdicts themselves are compared with the reference in `spider_conformance`.
#![cfg(not(target_arch = "wasm32"))]

#[path = "support/hostile_sql.rs"]
mod hostile_sql;
#[path = "support/native_sqlite.rs"]
mod native_sqlite;

use std::{fs, path::Path};

use futures::FutureExt;
use hostile_sql::{ENDLESS_OR_LARGE, WRITING};
use native_sqlite::{NativeConnection, NativeSql};
use promptbeam::{
    domain::{
        id::DbId,
        rollout::{Diagnosis, Execution, Judgement},
        sql::{JudgeOptions, QueryError, QueryLimits, ResultComparison, Value},
    },
    ports::sql::{Comparison, SqlEngine, SqlError},
    text2sql::{
        connection::Connection,
        judge::{GoldFailed, judge},
        schema::{describe, table_info},
    },
};

const PETS: &str = r#"
    CREATE TABLE owner (id INTEGER PRIMARY KEY, name TEXT NOT NULL);
    CREATE TABLE pet (id INTEGER, owner_id INTEGER REFERENCES owner, name TEXT, born DATE);
    INSERT INTO owner VALUES (1, 'Ann'), (2, 'Bob');
    INSERT INTO pet VALUES (1, 1, 'Rex', '2020-01-05'), (2, 1, 'Tom', '2021-03-04'), (3, 2, 'Rex', NULL);
"#;

fn pets() -> NativeConnection {
    NativeConnection::filled(PETS).expect("a sound script")
}

fn verdict(predicted: &str, gold: &str) -> Judgement {
    judge(&mut pets(), predicted, gold, JudgeOptions::default(), &QueryLimits::default()).expect("the gold query runs")
}

#[test]
fn a_right_prediction_holds_its_result_and_nothing_to_complain_about() {
    let judgement = verdict("SELECT name AS n FROM owner ORDER BY 1 DESC", "SELECT name FROM owner");
    assert_eq!((judgement.reward, judgement.diagnosis, judgement.gold), (1.0, None, None));
    let Execution::Rows(rows) = judgement.predicted else { panic!("it ran") };
    assert_eq!(rows.rows, [[Value::Text("Bob".into())], [Value::Text("Ann".into())]]);
}

#[test]
fn a_wrong_prediction_holds_both_results_and_the_difference() {
    let judgement = verdict("SELECT name FROM owner", "SELECT name FROM owner WHERE id = 1");
    assert_eq!((judgement.reward, judgement.diagnosis), (0.0, Some(Diagnosis::TooManyRows)));
    assert_eq!(judgement.difference, "The result has 2 rows, expected is 1. Too much: ('Bob').");
    assert_eq!(judgement.gold.map(|gold| gold.rows), Some(vec![vec![Value::Text("Ann".into())]]));
}

#[test]
fn distinct_is_forgiven_unless_it_is_kept() {
    let (predicted, gold) = ("SELECT name FROM pet", "SELECT DISTINCT name FROM pet");
    assert_eq!(verdict(predicted, gold).reward, 1.0);
    let strict = JudgeOptions { keep_distinct: true, ..JudgeOptions::default() };
    let judgement = judge(&mut pets(), predicted, gold, strict, &QueryLimits::default()).expect("the gold query runs");
    assert_eq!((judgement.reward, judgement.diagnosis), (0.0, Some(Diagnosis::DuplicatesOnly)));
}

#[test]
fn bird_compares_sets_of_rows_with_columns_in_place() {
    let options = JudgeOptions { comparison: ResultComparison::Bird, ..JudgeOptions::default() };
    let judged = |predicted, gold| {
        judge(&mut pets(), predicted, gold, options, &QueryLimits::default()).expect("the gold query runs")
    };
    let reward = |predicted, gold| judged(predicted, gold).reward;
    assert_eq!(reward("SELECT DISTINCT name FROM pet", "SELECT name FROM pet ORDER BY name DESC"), 1.0);
    assert_eq!(reward("SELECT DISTINCT name FROM pet LIMIT 2", "SELECT name FROM pet"), 1.0);
    assert_eq!(reward("SELECT 1.0", "SELECT 1"), 1.0);
    assert_eq!(reward("-- nothing", "SELECT name FROM pet WHERE 0"), 1.0);
    assert_eq!(reward("DELETE FROM pet", "SELECT name FROM pet WHERE 0"), 0.0);
    let turned = judged("SELECT name, id FROM owner", "SELECT id, name FROM owner");
    assert_eq!((turned.reward, turned.diagnosis), (0.0, Some(Diagnosis::ColumnOrder)));
}

#[test]
fn no_prediction_changes_the_database() {
    let mut connection = pets();
    let gold = "SELECT name FROM pet WHERE 0";
    for predicted in [
        "DELETE FROM pet",
        "DROP TABLE pet",
        "WITH a AS (SELECT 1) DELETE FROM pet",
        "INSERT INTO owner VALUES (3, 'Eve') RETURNING id",
        "PRAGMA user_version = 7",
        "CREATE TEMP TABLE t (a)",
    ] {
        let judgement = judge(&mut connection, predicted, gold, JudgeOptions::default(), &QueryLimits::default())
            .expect("the gold query runs");
        assert_eq!(judgement.reward, 0.0, "{predicted}");
        assert!(matches!(judgement.predicted, Execution::Failed(QueryError::NotReadOnly { .. })), "{predicted}");
    }
    let after = connection.run("SELECT count(*) FROM pet", &QueryLimits::default()).expect("the table is there");
    assert_eq!(after.rows, [[Value::Integer(3)]]);
}

#[test]
fn the_connection_itself_refuses_to_write() {
    let refused = pets().run("DELETE FROM pet", &QueryLimits::default());
    assert!(matches!(refused, Err(QueryError::Sqlite { .. })), "{refused:?}");
}

#[test]
fn a_query_without_end_is_stopped_and_counts_as_wrong() {
    let endless = "WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n) SELECT count(*) FROM n";
    let limits = QueryLimits { time_ms: 50, ..QueryLimits::default() };
    let mut connection = pets();
    let judgement = judge(&mut connection, endless, "SELECT 1", JudgeOptions::default(), &limits).expect("gold runs");
    assert_eq!((judgement.reward, judgement.diagnosis), (0.0, Some(Diagnosis::TimedOut)));
    assert_eq!(judgement.predicted, Execution::Failed(QueryError::Timeout { limit_ms: 50 }));
    assert!(connection.run("SELECT 1", &limits).is_ok(), "the connection is fit for the next query");
}

#[test]
fn no_statement_changes_a_database_file() {
    let sample = Path::new(env!("CARGO_MANIFEST_DIR")).join("www/sample/database/farm_market/farm_market.sqlite");
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("hostile");
    fs::create_dir_all(&folder).expect("a folder for test files");
    let file = folder.join("farm_market.sqlite");
    fs::copy(&sample, &file).expect("the sample's database");
    let mut connection = NativeConnection::open(&file).expect("it opens");
    for sql in WRITING {
        for keep_distinct in [false, true] {
            let options = JudgeOptions { keep_distinct, ..JudgeOptions::default() };
            let judged = judge(&mut connection, sql, "SELECT 'nothing like it'", options, &QueryLimits::default());
            assert_eq!(judged.map(|judgement| judgement.reward), Ok(0.0), "{sql}");
        }
    }
    drop(connection);
    assert!(fs::read(&sample).expect("it is there") == fs::read(&file).expect("it is there"), "the bytes are the same");
    let files = fs::read_dir(&folder).expect("a folder").count();
    assert_eq!(files, 1, "no other file beside it");
}

#[test]
fn a_query_without_end_or_measure_is_stopped_and_the_next_one_runs() {
    let mut connection = pets();
    let limits = QueryLimits { time_ms: 300, rows: 100_000, bytes: 64 << 20 };
    for (what, sql) in ENDLESS_OR_LARGE {
        let error = connection.run(sql, &limits).expect_err(what);
        let stopped =
            matches!(error, QueryError::Timeout { .. } | QueryError::TooManyRows { .. } | QueryError::TooLarge { .. });
        assert!(stopped, "{what}: {error:?}");
        let next = connection.run("SELECT 40 + 2", &limits).expect("the connection is fit for the next query");
        assert_eq!(next.rows, [[Value::Integer(42)]], "after {what}");
    }
}

#[test]
fn rows_and_bytes_are_limited() {
    let many = "WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n LIMIT 100) SELECT x FROM n";
    let rows = QueryLimits { rows: 99, ..QueryLimits::default() };
    assert_eq!(pets().run(many, &rows), Err(QueryError::TooManyRows { limit: 99 }));
    let bytes = QueryLimits { bytes: 799, ..QueryLimits::default() };
    assert_eq!(pets().run(many, &bytes), Err(QueryError::TooLarge { limit: 799 }));
    let enough = QueryLimits { rows: 100, bytes: 800, ..QueryLimits::default() };
    assert_eq!(pets().run(many, &enough).map(|table| table.total_rows), Ok(100));
}

#[test]
fn a_broken_gold_query_is_a_fault_of_the_dataset() {
    for (gold, error) in [
        ("SELECT nope FROM pet", QueryError::Sqlite { message: "no such column: nope".into() }),
        ("DELETE FROM pet", QueryError::NotReadOnly { keyword: "DELETE".into() }),
        ("  ", QueryError::Empty),
    ] {
        let judged = judge(&mut pets(), "SELECT 1", gold, JudgeOptions::default(), &QueryLimits::default());
        assert_eq!(judged, Err(GoldFailed(error)));
    }
}

#[test]
fn text_that_is_no_sql_has_its_reason() {
    for (predicted, diagnosis) in [
        ("", Diagnosis::NoSql),
        ("-- I do not know", Diagnosis::NoSql),
        ("Here is the query", Diagnosis::SyntaxError),
        ("SELECT name FORM pet", Diagnosis::SyntaxError),
        ("SELECT name FROM pets", Diagnosis::NoSuchTable),
        ("SELECT title FROM pet", Diagnosis::NoSuchColumn),
        ("SELECT sum(count(*)) FROM pet", Diagnosis::OtherSqlError),
        ("SELECT name FROM pet WHERE id = ?", Diagnosis::OtherSqlError),
    ] {
        let judgement = verdict(predicted, "SELECT name FROM pet");
        assert_eq!((judgement.reward, judgement.diagnosis), (0.0, Some(diagnosis)), "{predicted}");
        assert!(matches!(judgement.predicted, Execution::Failed(_)), "{predicted}");
    }
}

#[test]
fn text_is_decoded_leniently_and_double_quotes_may_hold_strings() {
    let table = pets()
        .run("SELECT CAST(x'C341' AS TEXT), id FROM owner WHERE name = \"Bob\"", &QueryLimits::default())
        .expect("as in the page's SQLite");
    assert_eq!(table.rows, [[Value::Text("A".into()), Value::Integer(2)]]);
}

#[test]
fn a_database_is_described_whatever_its_names() {
    let odd = r#"
        CREATE TABLE "my ""odd"" 'table'" ("a b" TEXT, x);
        INSERT INTO "my ""odd"" 'table'" VALUES ('1', x'00'), ('2', NULL), ('3', 1), ('4', 2);
        CREATE VIEW broken AS SELECT * FROM gone;
        CREATE VIEW names AS SELECT name FROM pet;
    "#;
    let mut connection = NativeConnection::filled(&format!("{PETS}{odd}")).expect("a sound script");
    let schema = describe(&mut connection).expect("a sound database");
    let names: Vec<&str> = schema.tables.iter().map(|table| table.name.as_str()).collect();
    assert_eq!(names, ["owner", "pet", "my \"odd\" 'table'", "broken", "names"]);
    let [owner, pet, odd, broken, view] = &schema.tables[..] else { panic!("five tables and views") };
    assert!(owner.columns[0].primary_key && owner.columns[1].not_null);
    assert_eq!((pet.foreign_keys[0].table.as_str(), &pet.foreign_keys[0].to), ("owner", &None));
    assert_eq!((odd.row_count, odd.sample.rows.len(), odd.columns[0].name.as_str()), (4, 3, "a b"));
    assert_eq!((broken.columns.len(), view.row_count), (0, 3));
    let info = table_info(&schema);
    assert!(info.contains("3 of 4 rows of my \"odd\" 'table':\na b\tx\n1\t<1 bytes>\n2\tNULL\n"), "{info}");
    assert!(info.contains("id\towner_id\tname\tborn\n1\t1\tRex\t2020-01-05\n"), "{info}");
}

#[test]
fn the_engine_over_the_built_in_sample_finds_each_gold_query_right() {
    let sample = Path::new(env!("CARGO_MANIFEST_DIR")).join("www/sample");
    let text = fs::read_to_string(sample.join("dev.json")).expect("the sample's questions");
    let questions: serde_json::Value = serde_json::from_str(&text).expect("JSON");
    let engine = NativeSql::over(sample.join("database"));
    for question in questions.as_array().expect("a list") {
        let (db, gold) = (DbId::from(question["db_id"].as_str().unwrap()), question["query"].as_str().unwrap());
        let (options, limits) =
            (JudgeOptions { keep_distinct: true, ..JudgeOptions::default() }, QueryLimits::default());
        let judged = engine.judge(Comparison { db: &db, predicted: gold, gold, options, limits });
        assert_eq!(judged.now_or_never().expect("at once").map(|judgement| judgement.reward), Ok(1.0), "{gold}");
        let preview = engine.query(&db, gold, limits, 2).now_or_never().expect("at once").expect("it opens");
        assert!(preview.expect("it runs").rows.len() <= 2);
        let schema = engine.describe(&db).now_or_never().expect("at once").expect("it opens");
        assert!(schema.tables.iter().all(|table| !table.columns.is_empty()));
    }
    let missing = engine.describe(&DbId::from("no_such")).now_or_never().expect("at once");
    assert!(matches!(missing, Err(SqlError::Database { .. })));
}

/// A folder in the test suite's layout: a database of two files, in the second of which a third owner's name begins with A too.
struct Suite(std::path::PathBuf);

impl Suite {
    fn new(name: &str) -> Self {
        let folder = std::env::temp_dir().join(format!("promptbeam-{name}-{}", std::process::id()));
        fs::create_dir_all(folder.join("pets")).expect("a temporary folder");
        for (file, more) in [("pets", ""), ("pets_2", "INSERT INTO owner VALUES (3, 'Amy')")] {
            let connection =
                rusqlite::Connection::open(folder.join(format!("pets/{file}.sqlite"))).expect("a new file");
            connection.execute_batch(&format!("{PETS}{more}")).expect("a sound script");
        }
        Self(folder)
    }

    fn judge(&self, predicted: &str, gold: &str) -> Result<Judgement, SqlError> {
        let (db, options, limits) = (DbId::from("pets"), JudgeOptions::default(), QueryLimits::default());
        let engine = NativeSql::over(&self.0);
        engine.judge(Comparison { db: &db, predicted, gold, options, limits }).now_or_never().expect("at once")
    }
}

impl Drop for Suite {
    fn drop(&mut self) {
        fs::remove_dir_all(&self.0).ok();
    }
}

#[test]
fn a_prediction_must_be_right_on_every_file_of_a_database_and_the_verdict_says_where_it_is_not() {
    let suite = Suite::new("suite");
    let gold = "SELECT name FROM owner WHERE id = 1";
    let right = suite.judge("SELECT name FROM owner WHERE id < 2", gold).expect("gold runs");
    assert_eq!((right.reward, right.difference.as_str()), (1.0, ""));
    let lucky = suite.judge("SELECT name FROM owner WHERE name LIKE 'A%'", gold).expect("gold runs");
    assert_eq!((lucky.reward, lucky.diagnosis), (0.0, Some(Diagnosis::TooManyRows)));
    assert_eq!(
        lucky.difference,
        "On pets/pets_2.sqlite, which is file 2 of 2 of this database: The result has 2 rows, expected is 1. Too much: ('Amy')."
    );
    let wrong = suite.judge("SELECT name FROM owner WHERE id = 2", gold).expect("gold runs");
    assert!(wrong.difference.starts_with("On pets, which is file 1 of 2 of this database: "), "{}", wrong.difference);
}

#[test]
fn a_gold_query_that_fails_on_one_file_of_a_database_names_it() {
    let suite = Suite::new("gold");
    rusqlite::Connection::open(suite.0.join("pets/pets_2.sqlite"))
        .and_then(|connection| connection.execute_batch("DROP TABLE pet"))
        .expect("a sound script");
    let error = suite.judge("SELECT 1", "SELECT count(*) > 0 FROM pet").expect_err("it has no such table");
    assert_eq!(error.to_string(), "the gold query failed on pets/pets_2.sqlite: no such table: pet");
}

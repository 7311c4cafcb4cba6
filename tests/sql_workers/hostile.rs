//! Hostile statements in the page's workers: nothing is written, everything is stopped in words, and the next query works.

use promptbeam::{
    domain::{
        id::DbId,
        sql::{JudgeOptions, QueryError, QueryLimits, ResultTable, Value},
    },
    ports::sql::{Comparison, SqlEngine},
};
use wasm_bindgen_test::{console_log, wasm_bindgen_test};

use super::{
    built_page::{engine, file},
    hostile_sql::{ENDLESS_OR_LARGE, WRITING},
};

const FILE: &str = "/dist/sample/database/farm_market/farm_market.sqlite";
const LIMITS: QueryLimits = QueryLimits { time_ms: 3_000, rows: 100_000, bytes: 64 << 20 };

async fn rows(engine: &dyn SqlEngine, sql: &str) -> Result<ResultTable, QueryError> {
    engine.query(&"farm_market".into(), sql, LIMITS, 1000).await.expect("the engine works")
}

#[wasm_bindgen_test]
async fn no_statement_changes_a_database_in_a_worker() {
    let db = DbId::from("farm_market");
    let engine = engine(&[(db.clone(), file(FILE).await.expect("the built page"))]);
    let told = ["SELECT * FROM farm", "SELECT * FROM sqlite_master", "PRAGMA user_version", "PRAGMA schema_version"];
    let mut before = Vec::new();
    for sql in told {
        before.push(rows(&engine, sql).await.expect("it only asks"));
    }
    for sql in WRITING {
        rows(&engine, sql).await.expect_err(sql);
        for keep_distinct in [false, true] {
            let options = JudgeOptions { keep_distinct, ..JudgeOptions::default() };
            let (gold, limits) = ("SELECT 'nothing like it'", LIMITS);
            let comparison = Comparison { db: &db, predicted: sql, gold, options, limits };
            assert_eq!(engine.judge(comparison).await.map(|judgement| judgement.reward), Ok(0.0), "{sql}");
        }
    }
    for (sql, before) in told.iter().zip(before) {
        assert_eq!(rows(&engine, &format!("{sql} ")).await, Ok(before), "{sql}");
    }
}

#[wasm_bindgen_test]
async fn a_query_without_end_or_measure_is_stopped_in_a_worker_and_the_next_one_runs() {
    let engine = engine(&[("farm_market".into(), file(FILE).await.expect("the built page"))]);
    for (what, sql) in ENDLESS_OR_LARGE {
        let error = rows(&engine, sql).await.expect_err(what);
        console_log!("{what}: {error}");
        let stopped =
            matches!(error, QueryError::Timeout { .. } | QueryError::TooManyRows { .. } | QueryError::TooLarge { .. });
        assert!(stopped, "{what}: {error:?}");
        let next = rows(&engine, "SELECT 40 + 2").await.expect("the worker, or one in its place, works");
        assert_eq!(next.rows, [[Value::Integer(42)]], "after {what}");
    }
}

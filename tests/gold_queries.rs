//! The check of gold queries after an import, on a real SQLite and on an engine that breaks down.
#![cfg(not(target_arch = "wasm32"))]

#[path = "support/native_sqlite.rs"]
mod native_sqlite;

use std::{
    cell::{Cell, RefCell},
    fs,
    path::PathBuf,
    rc::Rc,
};

use expect_test::{Expect, expect};
use futures::FutureExt;
use native_sqlite::NativeSql;
use promptbeam::{
    domain::{
        dataset::{DatabaseFile, Dataset, Example},
        id::{DbId, ExampleId},
        rollout::{Execution, Judgement},
        sql::{QueryError, QueryLimits, ResultTable},
    },
    ports::sql::{Comparison, ScriptedSql, SqlEngine, SqlError},
    run::gold::{GoldCheck, GoldKind, check_gold},
};

const LIMITS: QueryLimits = QueryLimits { time_ms: 200, rows: 1000, bytes: 1 << 20 };
const ENDLESS: &str = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n";

/// A database `shop` of two files; the second has an empty table, and lacks another.
struct Shop(PathBuf);

impl Shop {
    fn new(name: &str) -> Self {
        let folder = std::env::temp_dir().join(format!("promptbeam-gold-{name}-{}", std::process::id()));
        fs::create_dir_all(folder.join("shop")).expect("a temporary folder");
        let fill = |file: &str, script: &str| {
            let connection = rusqlite::Connection::open(folder.join("shop").join(file)).expect("a new file");
            connection.execute_batch(script).expect("a sound script");
        };
        fill("shop.sqlite", "CREATE TABLE t (a); INSERT INTO t VALUES (1); CREATE TABLE only_here (a);");
        fill("shop_2.sqlite", "CREATE TABLE t (a);");
        Self(folder)
    }
}

impl Drop for Shop {
    fn drop(&mut self) {
        fs::remove_dir_all(&self.0).ok();
    }
}

fn dataset(others: &[&str], golds: &[(&str, &str)]) -> Dataset {
    let example = |(number, (db, gold)): (usize, &(&str, &str))| Example {
        id: ExampleId::from(format!("q{}", number + 1)),
        db: DbId::from(*db),
        question: String::new(),
        evidence: None,
        gold: (*gold).to_owned(),
        hardness: None,
        file_id: None,
    };
    Dataset {
        examples: golds.iter().enumerate().map(example).collect(),
        databases: vec![DatabaseFile {
            db: "shop".into(),
            bytes: 0,
            others: others.iter().map(|id| DbId::from(*id)).collect(),
        }],
        ..Dataset::default()
    }
}

fn run(dataset: &Dataset, sql: &dyn SqlEngine) -> Result<GoldCheck, SqlError> {
    check_gold(dataset, sql, LIMITS, async || {}, &|_| {}).now_or_never().expect("nothing waits here")
}

fn check(shop: &Shop, dataset: &Dataset, expected: Expect) {
    let check = run(dataset, &NativeSql::over(&shop.0)).expect("the engine works");
    let mut lines = vec![check.words()];
    for found in &check.findings {
        let on = found.file.as_ref().map(|file| format!(" on {file}")).unwrap_or_default();
        lines.push(format!("{}{on}: {}", found.example, found.fault));
    }
    expected.assert_eq(&(lines.join("\n") + "\n"));
    let stored = serde_json::to_string(&check).unwrap();
    assert_eq!(serde_json::from_str::<GoldCheck>(&stored).unwrap(), check);
}

#[test]
fn queries_that_fail_take_too_long_or_return_nothing_are_found_with_their_reason() {
    let golds = [
        ("shop", "SELECT DISTINCT a FROM t WHERE a > = 1;"),
        ("shop", "SELECT b FROM t"),
        ("shop", ENDLESS),
        ("shop", "SELECT a FROM t WHERE a = 7"),
        ("shop", "DELETE FROM t"),
        ("gone", "SELECT 1"),
        ("shop", "SELECT b FROM t"),
        ("shop", " "),
    ];
    check(
        &Shop::new("one"),
        &dataset(&[], &golds),
        expect![[r#"
            5 gold queries fail, 1 takes too long, 1 returns no rows
            q2: fails: no such column: b
            q3: takes longer than 0.2 s
            q4: returns no rows
            q5: fails: only statements that read are allowed; this one starts with DELETE
            q6: its database cannot be opened: there is no such file
            q7: fails: no such column: b
            q8: fails: there is no SQL statement
        "#]],
    );
}

#[test]
fn sound_queries_are_counted() {
    let shop = Shop::new("sound");
    check(
        &shop,
        &dataset(&[], &[("shop", "SELECT 1"), ("shop", "SELECT a FROM t")]),
        expect![[r#"
        All 2 gold queries run and return rows
    "#]],
    );
}

#[test]
fn of_several_files_a_failure_on_any_counts_and_rows_on_any_are_enough() {
    let golds = [
        ("shop", "SELECT a FROM t"),
        ("shop", "SELECT count(*) FROM only_here"),
        ("shop", "SELECT a FROM t WHERE a = 7"),
    ];
    check(
        &Shop::new("several"),
        &dataset(&["shop/shop_2.sqlite"], &golds),
        expect![[r#"
        1 gold query fails, 1 returns no rows
        q2 on shop/shop_2.sqlite: fails: no such table: only_here
        q3: returns no rows
    "#]],
    );
}

fn rows(number: usize) -> Judgement {
    Judgement {
        reward: 0.0,
        diagnosis: None,
        difference: String::new(),
        predicted: Execution::Failed(QueryError::Empty),
        gold: Some(ResultTable { total_rows: number, ..ResultTable::default() }),
    }
}

#[test]
fn equal_queries_run_once_and_every_step_is_told() {
    let asked = Rc::new(RefCell::new(Vec::new()));
    let heard = Rc::clone(&asked);
    let sql = ScriptedSql::new(move |comparison: &Comparison<'_>| {
        heard.borrow_mut().push(format!("{} {}", comparison.db, comparison.gold));
        Ok(rows(usize::from(comparison.gold == "some")))
    });
    let dataset = dataset(&[], &[("shop", "some"), ("shop", "none"), ("shop", "none"), ("cafe", "none")]);
    let steps = RefCell::new(Vec::new());
    let told = |check: &GoldCheck| steps.borrow_mut().push((check.checked, check.of(GoldKind::NoRows).count()));
    check_gold(&dataset, &sql, LIMITS, async || {}, &told).now_or_never().unwrap().unwrap();
    assert_eq!(*asked.borrow(), ["shop some", "shop none", "cafe none"]);
    assert_eq!(steps.into_inner(), [(1, 0), (2, 1), (3, 2), (4, 3)]);
}

#[test]
fn an_engine_that_breaks_down_is_no_fault_of_the_data() {
    let broken = SqlError::Engine { message: "it died".into() };
    let sql = ScriptedSql::new({
        let broken = broken.clone();
        move |_| Err(broken.clone())
    });
    assert_eq!(run(&dataset(&[], &[("shop", "SELECT 1")]), &sql), Err(broken));
}

#[test]
fn what_is_more_urgent_goes_first() {
    let sql = ScriptedSql::new(|_: &Comparison<'_>| Ok(rows(1)));
    let dataset = dataset(&[], &[("shop", "one"), ("shop", "one"), ("shop", "two")]);
    let turns = Cell::new(0);
    let turn = async || turns.set(turns.get() + 1);
    check_gold(&dataset, &sql, LIMITS, turn, &|_| {}).now_or_never().expect("every turn comes").unwrap();
    assert_eq!(turns.get(), 2, "one before each query that is run");
    let never = async || std::future::pending().await;
    assert!(check_gold(&dataset, &sql, LIMITS, never, &|_| {}).now_or_never().is_none());
}

#[test]
fn one_question_more_or_less_needs_no_new_check_of_the_others() {
    let shop = Shop::new("more");
    let sql = NativeSql::over(&shop.0);
    let mut all = dataset(&[], &[("shop", "SELECT 1"), ("shop", "SELECT b FROM t")]);
    let whole = run(&all, &sql).unwrap();
    let last = Dataset { examples: all.examples.split_off(1), ..all.clone() };
    let id = last.examples[0].id.clone();
    let first = run(&all, &sql).unwrap();
    assert_eq!(first.clone().followed_by(run(&last, &sql).unwrap()), whole);
    assert_eq!(whole.without(&id), first);
}

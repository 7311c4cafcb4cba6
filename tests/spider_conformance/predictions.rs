//! The systems' files of predictions scored as the page scores them: the accuracies are those that the reference's verdicts imply.

use std::{fs, path::Path};

use futures::future::{FutureExt, LocalBoxFuture, ready};
use promptbeam::{
    domain::{
        dataset::Example,
        id::DbId,
        rollout::{Diagnosis, Execution, Judgement},
        sql::{JudgeOptions, QueryError, QueryLimits},
    },
    ports::sql::{Comparison, QueryResult, SqlEngine, SqlError},
    run::predictions::{Group, ScoreTable, Share, read_predictions, score},
    text2sql::{judge::GoldFailed, schema::Schema},
};
use serde::Deserialize;

use crate::{
    execution::Run,
    folder::{prediction_file, questions, rows, spider, systems},
    native_sqlite::NativeSql,
};

/// The verdicts of one row that count for the table.
#[derive(Deserialize)]
struct ExecutionRow {
    expected_default: Option<u8>,
    hardness: String,
}

#[derive(Deserialize)]
struct ExactRow {
    exact_match: u8,
}

/// SQLite's answers, which the verdicts' test has had already.
struct JudgedBefore {
    sqlite: NativeSql,
    run: &'static Run,
}

impl SqlEngine for JudgedBefore {
    fn describe<'a>(&'a self, db: &'a DbId) -> LocalBoxFuture<'a, Result<Schema, SqlError>> {
        self.sqlite.describe(db)
    }

    fn query<'a>(
        &'a self,
        db: &'a DbId,
        sql: &'a str,
        limits: QueryLimits,
        rows: usize,
    ) -> LocalBoxFuture<'a, QueryResult> {
        self.sqlite.query(db, sql, limits, rows)
    }

    fn judge<'a>(&'a self, comparison: Comparison<'a>) -> LocalBoxFuture<'a, Result<Judgement, SqlError>> {
        let verdict = self.run.verdict(comparison.db.as_str(), comparison.gold, comparison.predicted);
        let judged = match verdict {
            Some(verdict) => verdict.clone().map_err(|GoldFailed(error)| SqlError::Gold { error, file: None }),
            None => Ok(beyond_the_deadline()),
        };
        ready(judged).boxed_local()
    }
}

/// The only predictions without a verdict are those that the reference ran beyond its deadline. Here that is a wrong prediction.
fn beyond_the_deadline() -> Judgement {
    let error = QueryError::Timeout { limit_ms: QueryLimits::default().time_ms };
    Judgement {
        reward: 0.0,
        diagnosis: Some(Diagnosis::TimedOut),
        difference: error.to_string(),
        predicted: Execution::Failed(error),
        gold: None,
    }
}

fn examples(spider: &Path) -> Vec<Example> {
    let example = |(at, question): (usize, crate::folder::Question)| Example {
        id: format!("q{:04}", at + 1).into(),
        db: question.db_id.as_str().into(),
        question: String::new(),
        evidence: None,
        gold: question.query,
        hardness: None,
        file_id: None,
    };
    questions(spider).into_iter().enumerate().map(example).collect()
}

#[test]
fn a_systems_file_has_the_accuracies_that_the_reference_gives_it() {
    let Some(spider) = spider() else { return };
    let examples = examples(&spider);
    let engine = JudgedBefore { sqlite: NativeSql::over(spider.join("database")), run: Run::of(&spider) };
    for system in systems(&spider, ".verdicts.jsonl") {
        let file = prediction_file(&spider, &system, ".txt");
        let content = fs::read(&file).unwrap_or_else(|error| panic!("{}: {error}", file.display()));
        let predictions = read_predictions(&format!("{system}.txt"), &content, &examples).expect("a query a question");
        let scored = score(&engine, &examples, &predictions, JudgeOptions::default(), QueryLimits::default(), &|_| {});
        let table = ScoreTable::of(&scored.now_or_never().expect("SQLite answers at once"));

        let execution: Vec<ExecutionRow> = rows(&prediction_file(&spider, &system, ".verdicts.jsonl"));
        let exact: Vec<ExactRow> = rows(&prediction_file(&spider, &system, ".exact.jsonl"));
        for score in &table.groups {
            let belongs = |row: &ExecutionRow| score.group == Group::All || row.hardness == score.group.name();
            let of = execution.iter().filter(|row| belongs(row)).count();
            let right = execution.iter().filter(|row| belongs(row) && row.expected_default == Some(1)).count();
            assert_eq!((score.count, score.execution), (of, Share { right, of }), "{system} {}", score.group.name());
            let exact: Vec<&ExactRow> =
                exact.iter().zip(&execution).filter(|(_, row)| belongs(row)).map(|(exact, _)| exact).collect();
            let right = exact.iter().filter(|row| row.exact_match == 1).count();
            assert_eq!(score.exact, Share { right, of: exact.len() }, "{system} {}", score.group.name());
        }
        let all = table.group(Group::All).expect("a score of all");
        println!(
            "{system:18} execution {}/{}, exact match {}/{}",
            all.execution.right, all.execution.of, all.exact.right, all.exact.of
        );
    }
}

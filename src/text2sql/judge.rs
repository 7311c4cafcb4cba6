//! The reward: Spider's execution match, step by step as the reference evaluator takes them (taoyds/test-suite-sql-eval), or
//! BIRD's, over any connection. Differences, on purpose: nothing that writes is ever run; limits on time, rows and bytes hold; a prediction
//! that cannot be run is reward 0 with its reason; a gold query that fails is an error of the dataset, never a reward.
//! For several databases of one `db_id`, judge on each: a prediction is right when it is right on all.

mod prepare;

use thiserror::Error;

use self::prepare::prepare;
use super::{
    connection::Connection,
    diagnosis::{Difference, diagnose, diagnose_error, diagnose_sets},
    equivalence::{RowOrder, result_eq, set_eq},
    preview::{PREVIEW_CELL, PREVIEW_ROWS, preview},
    sql_tokens::guard,
};
use crate::domain::{
    rollout::{Execution, Judgement},
    sql::{JudgeOptions, QueryError, QueryLimits, ResultComparison, ResultTable},
};

/// The gold query gave no result on this database: a fault of the dataset.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("the gold query failed: {0}")]
pub struct GoldFailed(pub QueryError);

/// A gold query's result on one database, to be compared any number of times. Holds for the options it was made with.
#[derive(Clone, Debug, PartialEq)]
pub struct GoldResult {
    pub table: ResultTable,
    /// Matters when the gold query says `order by` anywhere, with one space; as in the reference. Never for BIRD.
    pub order: RowOrder,
}

/// Judges one prediction: `run_gold`, then `judge_against`.
pub fn judge(
    connection: &mut dyn Connection,
    predicted: &str,
    gold: &str,
    options: JudgeOptions,
    limits: &QueryLimits,
) -> Result<Judgement, GoldFailed> {
    let gold = run_gold(connection, gold, options, limits)?;
    Ok(judge_against(connection, predicted, &gold, options, limits))
}

/// Runs a gold query, prepared as the reference does.
pub fn run_gold(
    connection: &mut dyn Connection,
    gold: &str,
    options: JudgeOptions,
    limits: &QueryLimits,
) -> Result<GoldResult, GoldFailed> {
    let prepared = prepare(gold, options).map_err(GoldFailed)?;
    guard(&prepared.sql).map_err(GoldFailed)?;
    let table = connection.run(&prepared.sql, limits).map_err(GoldFailed)?;
    Ok(GoldResult { table, order: prepared.order })
}

/// Runs a prediction and compares its result with the gold one.
pub fn judge_against(
    connection: &mut dyn Connection,
    predicted: &str,
    gold: &GoldResult,
    options: JudgeOptions,
    limits: &QueryLimits,
) -> Judgement {
    match run_predicted(connection, predicted, options, limits) {
        Err(error) => wrong(diagnose_error(&error), Execution::Failed(error), gold),
        Ok(table) if is_same(gold, &table, options.comparison) => Judgement {
            reward: 1.0,
            diagnosis: None,
            difference: String::new(),
            predicted: Execution::Rows(preview(&table, PREVIEW_ROWS, PREVIEW_CELL)),
            gold: None,
        },
        Ok(table) if table.columns.is_empty() => {
            wrong(diagnose_error(&QueryError::Empty), Execution::Failed(QueryError::Empty), gold)
        }
        Ok(table) => {
            let shown = Execution::Rows(preview(&table, PREVIEW_ROWS, PREVIEW_CELL));
            let difference = match options.comparison {
                ResultComparison::Spider => diagnose(&gold.table, &table, gold.order),
                ResultComparison::Bird => diagnose_sets(&gold.table, &table),
            };
            wrong(difference, shown, gold)
        }
    }
}

fn is_same(gold: &GoldResult, predicted: &ResultTable, comparison: ResultComparison) -> bool {
    match comparison {
        ResultComparison::Spider => result_eq(&gold.table, predicted, gold.order),
        ResultComparison::Bird => set_eq(&gold.table, predicted),
    }
}

/// A comment or a lone `;` runs in the reference and gives no rows (and so equals an empty gold result); it has no columns here.
fn run_predicted(
    connection: &mut dyn Connection,
    predicted: &str,
    options: JudgeOptions,
    limits: &QueryLimits,
) -> Result<ResultTable, QueryError> {
    let prepared = prepare(predicted, options)?;
    match guard(&prepared.sql) {
        Ok(()) => connection.run(&prepared.sql, limits),
        Err(QueryError::Empty) => Ok(ResultTable::default()),
        Err(error) => Err(error),
    }
}

fn wrong(difference: Difference, predicted: Execution, gold: &GoldResult) -> Judgement {
    Judgement {
        reward: 0.0,
        diagnosis: Some(difference.diagnosis),
        difference: difference.words,
        predicted,
        gold: Some(preview(&gold.table, PREVIEW_ROWS, PREVIEW_CELL)),
    }
}

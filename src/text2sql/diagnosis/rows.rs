//! Which rows two results do not share, and which of their columns belong together. For words, not for verdicts.

use std::collections::{HashMap, HashSet};

use crate::{
    domain::sql::{ResultTable, Value},
    text2sql::equivalence::Numbering,
};

/// Rows that are looked at to find which columns belong together.
const ROWS_TO_ALIGN: usize = 2_000;

/// The rows of which one result has more than the other.
#[derive(Debug, Default)]
pub(super) struct RowDifference {
    /// Gold rows that the prediction has not, or not as often; in order.
    pub missing: Vec<Vec<Value>>,
    /// Predicted rows (columns in the order of gold) that gold has not, or not as often; in order.
    pub extra: Vec<Vec<Value>>,
}

/// The rows without repetition, in order of their first occurrence.
pub(super) fn distinct_rows(table: &ResultTable) -> ResultTable {
    let mut numbering = Numbering::default();
    let mut seen = HashSet::new();
    let rows = numbering.rows(table);
    let first =
        table.rows.iter().zip(rows).filter(|(_, numbers)| seen.insert(numbers.clone())).map(|(row, _)| row.clone());
    let rows: Vec<_> = first.collect();
    ResultTable { columns: table.columns.clone(), total_rows: rows.len(), rows }
}

/// The rows that the two bags do not share. Both results must have as many columns; `columns` says which predicted column
/// stands for each gold one.
pub(super) fn row_difference(gold: &ResultTable, predicted: &ResultTable, columns: &[usize]) -> RowDifference {
    let predicted = in_columns(predicted, columns);
    let mut numbering = Numbering::default();
    let gold_rows = numbering.rows(gold);
    let predicted_rows = numbering.rows(&predicted);
    let mut counts: HashMap<&[u32], i64> = HashMap::new();
    for row in &gold_rows {
        *counts.entry(row).or_default() += 1;
    }
    for row in &predicted_rows {
        *counts.entry(row).or_default() -= 1;
    }
    let mut difference = RowDifference::default();
    for (row, numbers) in gold.rows.iter().zip(&gold_rows) {
        if let Some(left) = counts.get_mut(&numbers[..]).filter(|left| **left > 0) {
            *left -= 1;
            difference.missing.push(row.clone());
        }
    }
    for (row, numbers) in predicted.rows.iter().zip(&predicted_rows) {
        if let Some(left) = counts.get_mut(&numbers[..]).filter(|left| **left < 0) {
            *left += 1;
            difference.extra.push(row.clone());
        }
    }
    difference
}

/// For each gold column the predicted one that shares most values with it, each used once; the same place where it is a draw.
/// With fewer predicted columns, gold columns without a partner have none.
pub(super) fn aligned_columns(gold: &ResultTable, predicted: &ResultTable) -> Vec<Option<usize>> {
    let head = |table: &ResultTable| ResultTable {
        rows: table.rows.iter().take(ROWS_TO_ALIGN).cloned().collect(),
        ..ResultTable::default()
    };
    let (gold, predicted) = (head(gold), head(predicted));
    let mut numbering = Numbering::default();
    let (gold_columns, predicted_columns) = (numbering.columns(&gold), numbering.columns(&predicted));
    let predicted_counts: Vec<_> = predicted_columns.iter().map(|column| counted(column)).collect();
    let mut pairs: Vec<(usize, usize, usize)> = Vec::new();
    for (at, column) in gold_columns.iter().enumerate() {
        let counts = counted(column);
        for (other_at, other) in predicted_counts.iter().enumerate() {
            let shared = other.iter().map(|(value, n)| counts.get(value).map_or(0, |m| *m.min(n))).sum();
            pairs.push((shared, at, other_at));
        }
    }
    pairs.sort_by_key(|&(shared, at, other)| (std::cmp::Reverse(shared), at != other, at, other));
    let mut partners = vec![None; gold_columns.len()];
    let mut used = vec![false; predicted_columns.len()];
    for (_, at, other) in pairs {
        if partners[at].is_none() && !used[other] {
            (partners[at], used[other]) = (Some(other), true);
        }
    }
    partners
}

/// The gold columns that have, at their aligned partner, the same bag of values.
pub(super) fn equal_columns(gold: &ResultTable, predicted: &ResultTable, aligned: &[Option<usize>]) -> Vec<bool> {
    let mut numbering = Numbering::default();
    let (gold_columns, predicted_columns) = (numbering.columns(gold), numbering.columns(predicted));
    let is_equal = |(at, partner): (usize, &Option<usize>)| {
        partner.is_some_and(|partner| counted(&gold_columns[at]) == counted(&predicted_columns[partner]))
    };
    aligned.iter().enumerate().map(is_equal).collect()
}

/// The result with its columns chosen and ordered.
pub(super) fn in_columns(table: &ResultTable, columns: &[usize]) -> ResultTable {
    let rows = table.rows.iter().map(|row| columns.iter().map(|&at| row[at].clone()).collect()).collect();
    ResultTable { rows, ..ResultTable::default() }
}

fn counted(column: &[u32]) -> HashMap<u32, usize> {
    let mut counts = HashMap::new();
    for value in column {
        *counts.entry(*value).or_default() += 1;
    }
    counts
}

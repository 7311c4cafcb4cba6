//! Which cells of two results differ, for marking them side by side. Only for the eye: the verdict is the judge's.
//! Rows that both results have are set aside first, wherever they stand; what is left is compared row by row.

use std::collections::BTreeSet;

use crate::domain::sql::{ResultTable, Value};

/// Cells as (row, column).
pub type Cells = BTreeSet<(usize, usize)>;

/// The cells of `predicted` and of `gold` that the other side does not have.
pub fn differing_cells(predicted: &ResultTable, gold: &ResultTable) -> (Cells, Cells) {
    let mut of_gold: Vec<usize> = (0..gold.rows.len()).collect();
    let mut of_predicted = Vec::new();
    for (at, row) in predicted.rows.iter().enumerate() {
        match of_gold.iter().position(|other| same_row(row, &gold.rows[*other])) {
            Some(found) => drop(of_gold.remove(found)),
            None => of_predicted.push(at),
        }
    }
    let (mut left, mut right) = (Cells::new(), Cells::new());
    for pair in 0..of_predicted.len().max(of_gold.len()) {
        let (ours, theirs) = (of_predicted.get(pair), of_gold.get(pair));
        let ours = ours.map(|at| (*at, predicted.rows[*at].as_slice()));
        let theirs = theirs.map(|at| (*at, gold.rows[*at].as_slice()));
        mark(&mut left, ours, theirs);
        mark(&mut right, theirs, ours);
    }
    (left, right)
}

fn mark(cells: &mut Cells, row: Option<(usize, &[Value])>, other: Option<(usize, &[Value])>) {
    let Some((at, row)) = row else { return };
    let other = other.map_or(&[][..], |(_, other)| other);
    let differs = |column: &usize| other.get(*column).is_none_or(|value| !same(&row[*column], value));
    cells.extend((0..row.len()).filter(differs).map(|column| (at, column)));
}

fn same_row(a: &[Value], b: &[Value]) -> bool {
    a.len() == b.len() && a.iter().zip(b).all(|(a, b)| same(a, b))
}

fn same(a: &Value, b: &Value) -> bool {
    match (a, b) {
        (Value::Integer(a), Value::Real(b)) | (Value::Real(b), Value::Integer(a)) => *a as f64 == *b,
        (a, b) => a == b,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table(rows: &[&[i64]]) -> ResultTable {
        let rows: Vec<Vec<Value>> = rows.iter().map(|row| row.iter().copied().map(Value::Integer).collect()).collect();
        ResultTable { columns: vec![], total_rows: rows.len(), rows }
    }

    #[test]
    fn rows_that_both_have_are_not_marked_wherever_they_stand() {
        let (left, right) = differing_cells(&table(&[&[1, 2], &[3, 4]]), &table(&[&[3, 4], &[1, 5]]));
        assert_eq!(left, Cells::from([(0, 1)]));
        assert_eq!(right, Cells::from([(1, 1)]));
    }

    #[test]
    fn a_row_without_a_partner_is_marked_whole() {
        let (left, right) = differing_cells(&table(&[]), &table(&[&[1, 2]]));
        assert_eq!((left.len(), right.len()), (0, 2));
    }

    #[test]
    fn a_whole_number_equals_the_real_of_the_same_value() {
        let real = ResultTable { rows: vec![vec![Value::Real(2.0)]], ..ResultTable::default() };
        assert!(differing_cells(&table(&[&[2]]), &real).0.is_empty());
    }
}

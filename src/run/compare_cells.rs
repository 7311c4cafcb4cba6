//! Which cells of two results differ, for marking them side by side. Works on previews: it is an aid for the eye, the
//! verdict was reached on the whole results.

use std::collections::BTreeSet;

use crate::domain::sql::{ResultTable, Value};

/// Cells as (row, column).
pub type Cells = BTreeSet<(usize, usize)>;

/// How rows find their partner.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rows {
    /// Each with the row at the same place.
    InOrder,
    /// Each with the row that it shares most cells with.
    Anywhere,
}

/// The cells of `predicted` and of `gold` that have no equal in the other one. Columns are paired by the values that they
/// share, whatever their names and places.
pub fn differing_cells(predicted: &ResultTable, gold: &ResultTable, rows: Rows) -> (Cells, Cells) {
    let columns = pair_columns(predicted, gold);
    let pairs = match rows {
        Rows::InOrder => (0..predicted.rows.len().min(gold.rows.len())).map(|i| (i, i)).collect(),
        Rows::Anywhere => pair_rows(predicted, gold, &columns),
    };
    let all = |table: &ResultTable| -> Cells {
        let rows = table.rows.iter().enumerate();
        rows.flat_map(|(row, cells)| (0..cells.len()).map(move |column| (row, column))).collect()
    };
    let (mut of_predicted, mut of_gold) = (all(predicted), all(gold));
    for (p, g) in pairs {
        for &(pc, gc) in &columns {
            if equal(predicted.rows[p].get(pc), gold.rows[g].get(gc)) {
                of_predicted.remove(&(p, pc));
                of_gold.remove(&(g, gc));
            }
        }
    }
    (of_predicted, of_gold)
}

/// Each predicted column with the free gold column that it shares most values with; ties go to the same place.
fn pair_columns(predicted: &ResultTable, gold: &ResultTable) -> Vec<(usize, usize)> {
    let mut scored = Vec::new();
    for (p, name) in predicted.columns.iter().enumerate() {
        for (g, other) in gold.columns.iter().enumerate() {
            let named = name.eq_ignore_ascii_case(other);
            scored.push((shared_values(predicted, p, gold, g), named, p == g, p, g));
        }
    }
    let mut pairs: Vec<(usize, usize)> = Vec::new();
    scored.sort_by_key(|pair| std::cmp::Reverse((pair.0, pair.1, pair.2)));
    for (.., p, g) in scored {
        if !pairs.iter().any(|&(taken_p, taken_g)| taken_p == p || taken_g == g) {
            pairs.push((p, g));
        }
    }
    pairs
}

fn shared_values(predicted: &ResultTable, p: usize, gold: &ResultTable, g: usize) -> usize {
    let mut left: Vec<&Value> = gold.rows.iter().filter_map(|row| row.get(g)).collect();
    let mut shared = 0;
    for value in predicted.rows.iter().filter_map(|row| row.get(p)) {
        if let Some(at) = left.iter().position(|other| equal(Some(value), Some(other))) {
            left.swap_remove(at);
            shared += 1;
        }
    }
    shared
}

/// Rows paired by the cells that they share, most first; rows that share nothing stay alone.
fn pair_rows(predicted: &ResultTable, gold: &ResultTable, columns: &[(usize, usize)]) -> Vec<(usize, usize)> {
    let shared = |p: usize, g: usize| {
        columns.iter().filter(|&&(pc, gc)| equal(predicted.rows[p].get(pc), gold.rows[g].get(gc))).count()
    };
    let mut scored = Vec::new();
    for p in 0..predicted.rows.len() {
        for g in 0..gold.rows.len() {
            scored.push((shared(p, g), p, g));
        }
    }
    scored.retain(|&(shared, ..)| shared > 0);
    scored.sort_by_key(|&(shared, p, g)| (usize::MAX - shared, p.abs_diff(g), p));
    let mut pairs: Vec<(usize, usize)> = Vec::new();
    for (_, p, g) in scored {
        if !pairs.iter().any(|&(taken_p, taken_g)| taken_p == p || taken_g == g) {
            pairs.push((p, g));
        }
    }
    pairs
}

/// Numbers are equal by value, everything else by kind and content.
fn equal(a: Option<&Value>, b: Option<&Value>) -> bool {
    match (a, b) {
        (Some(Value::Integer(i)), Some(Value::Real(r))) | (Some(Value::Real(r)), Some(Value::Integer(i))) => {
            *i as f64 == *r
        }
        (Some(a), Some(b)) => a == b,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table(columns: &[&str], rows: &[&[&str]]) -> ResultTable {
        let value = |text: &&str| match text.parse::<i64>() {
            Ok(number) => Value::Integer(number),
            Err(_) => text.parse().map_or_else(|_| Value::Text((*text).into()), Value::Real),
        };
        ResultTable {
            columns: columns.iter().map(|name| (*name).into()).collect(),
            rows: rows.iter().map(|row| row.iter().map(value).collect()).collect(),
            total_rows: rows.len(),
        }
    }

    #[test]
    fn permuted_columns_and_rows_find_their_partners() {
        let predicted = table(&["name", "n"], &[&["Africa", "52.6"], &["Asia", "3"]]);
        let gold = table(&["count(*)", "x"], &[&["3", "Asia"], &["52.57", "Africa"]]);
        let (left, right) = differing_cells(&predicted, &gold, Rows::Anywhere);
        assert_eq!((left, right), (Cells::from([(0, 1)]), Cells::from([(1, 0)])));
    }

    #[test]
    fn an_extra_column_and_an_extra_row_are_marked_whole() {
        let predicted = table(&["id", "name"], &[&["1", "Ada"], &["2", "Bea"]]);
        let gold = table(&["name"], &[&["Ada"]]);
        let (left, right) = differing_cells(&predicted, &gold, Rows::Anywhere);
        assert_eq!((left, right), (Cells::from([(0, 0), (1, 0), (1, 1)]), Cells::new()));
    }

    #[test]
    fn rows_in_the_wrong_order_are_marked_only_where_order_counts() {
        let (a, b) = (table(&["n"], &[&["1"], &["2"]]), table(&["n"], &[&["2"], &["1"]]));
        assert_eq!(differing_cells(&a, &b, Rows::Anywhere).0.len(), 0);
        assert_eq!(differing_cells(&a, &b, Rows::InOrder).0.len(), 2);
    }

    #[test]
    fn whole_reals_equal_integers_and_what_has_no_partner_is_marked() {
        let (a, b) = (table(&["n"], &[&["1.0"]]), table(&["n"], &[&["1"]]));
        assert!(differing_cells(&a, &b, Rows::InOrder).0.is_empty());
        assert_eq!(differing_cells(&table(&["n"], &[]), &b, Rows::Anywhere).1, Cells::from([(0, 0)]));
    }
}

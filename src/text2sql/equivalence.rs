//! Whether two results are the same, exactly as the reference evaluator of Spider decides it (taoyds/test-suite-sql-eval,
//! `result_eq`): column names do not count, columns may be permuted, rows are a list or a bag, cells compare as Python's do.
//! Cells are numbered first, equal ones alike, so that large results are compared by sorting and hashing small numbers.

mod columns;
mod python;

use std::collections::{HashMap, HashSet};

use crate::domain::sql::{ResultTable, Value};

/// Whether the order of rows counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RowOrder {
    /// Rows must come in the same order.
    Matters,
    /// Rows are compared as a bag: each as often as in the other result, in any order.
    Free,
}

/// Whether `predicted` is the same result as `gold`. Two empty results are the same whatever their columns.
///
/// `1`, `1.0` and TRUE are equal, compared exactly even beyond 2^53; `1` and `'1'`, text and blob are not; NULL equals
/// NULL. One quirk of the reference is kept: it first compares rows with their cells sorted by printed text, so `1, 10` and
/// `1.0, 10` differ (`1.0` sorts elsewhere than `1`) although `1, 2` and `1.0, 2` are the same.
pub fn result_eq(gold: &ResultTable, predicted: &ResultTable, order: RowOrder) -> bool {
    if gold.rows.len() != predicted.rows.len() {
        return false;
    }
    let (Some(gold_row), Some(predicted_row)) = (gold.rows.first(), predicted.rows.first()) else { return true };
    if gold_row.len() != predicted_row.len() {
        return false;
    }
    if is_identical(gold, predicted) {
        return true;
    }
    let mut numbering = Numbering::default();
    let (gold_cells, predicted_cells) = (numbering.columns(gold), numbering.columns(predicted));
    if numbering.is_mixed && python::quick_reject(gold, predicted, order, &numbering) {
        return false;
    }
    match order {
        RowOrder::Matters => columns::match_in_order(&gold_cells, &predicted_cells),
        RowOrder::Free => columns::match_as_bags(&gold_cells, &predicted_cells),
    }
}

/// Whether both results have the same set of rows, as BIRD's evaluator decides it: how often a row occurs and where does not
/// count, the order of columns does. Cells compare as in [`result_eq`].
pub fn set_eq(gold: &ResultTable, predicted: &ResultTable) -> bool {
    if is_identical(gold, predicted) {
        return true;
    }
    let mut numbering = Numbering::default();
    let mut rows = |table| numbering.rows(table).into_iter().collect::<HashSet<_>>();
    let gold = rows(gold);
    gold == rows(predicted)
}

/// Whether the rows are the same ones in the same order, down to the form of numbers: the usual case of a right prediction,
/// which every comparison calls right, found without numbering a cell.
fn is_identical(gold: &ResultTable, predicted: &ResultTable) -> bool {
    let same_cell = |(left, right): (&Value, &Value)| left == right && form(left) == form(right);
    let same_row =
        |(left, right): (&Vec<Value>, &Vec<Value>)| left.len() == right.len() && left.iter().zip(right).all(same_cell);
    gold.rows.len() == predicted.rows.len() && gold.rows.iter().zip(&predicted.rows).all(same_row)
}

/// Numbers for cells: equal cells, and only they, get the same one.
#[derive(Default)]
pub(super) struct Numbering<'a> {
    numbers: HashMap<Key<'a>, (u32, Form)>,
    /// Whether some number occurred in two forms, say `1` and `1.0`. Only then can the reference's sorted rows differ where
    /// the rows do not.
    is_mixed: bool,
}

/// A cell as far as equality goes.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
enum Key<'a> {
    Null,
    Integer(i64),
    /// The bits of a real number that no integer equals.
    Real(u64),
    Text(&'a str),
    Blob(&'a [u8]),
}

/// How a number is held: an integer, or the bits of a real.
type Form = Option<u64>;

impl<'a> Numbering<'a> {
    /// The numbers of a table's cells, column by column.
    pub(super) fn columns(&mut self, table: &'a ResultTable) -> Vec<Vec<u32>> {
        let width = table.rows.first().map_or(0, Vec::len);
        let mut columns = vec![Vec::with_capacity(table.rows.len()); width];
        for row in &table.rows {
            for (column, value) in columns.iter_mut().zip(row) {
                column.push(self.number(value));
            }
        }
        columns
    }

    /// The numbers of a table's cells, row by row.
    pub(super) fn rows(&mut self, table: &'a ResultTable) -> Vec<Vec<u32>> {
        table.rows.iter().map(|row| row.iter().map(|value| self.number(value)).collect()).collect()
    }

    fn number(&mut self, value: &'a Value) -> u32 {
        let next = u32::try_from(self.numbers.len()).expect("the limit on result bytes keeps cells below 2^32");
        let (number, form) = *self.numbers.entry(key(value)).or_insert((next, form(value)));
        self.is_mixed |= form != self::form(value);
        number
    }

    /// The number that the cell got before.
    fn known(&self, value: &'a Value) -> u32 {
        self.numbers[&key(value)].0
    }
}

fn key(value: &Value) -> Key<'_> {
    const TWO_63: f64 = 9_223_372_036_854_775_808.0;
    match value {
        Value::Null => Key::Null,
        Value::Integer(number) => Key::Integer(*number),
        Value::Real(number) if number.fract() == 0.0 && (-TWO_63..TWO_63).contains(number) => {
            Key::Integer(*number as i64)
        }
        Value::Real(number) => Key::Real(number.to_bits()),
        Value::Text(text) => Key::Text(text),
        Value::Blob { blob } => Key::Blob(blob),
    }
}

fn form(value: &Value) -> Form {
    match value {
        Value::Real(number) => Some(number.to_bits()),
        _ => None,
    }
}

#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn table(rows: &[&[Value]]) -> ResultTable {
        let rows: Vec<_> = rows.iter().map(|row| row.to_vec()).collect();
        ResultTable { columns: Vec::new(), total_rows: rows.len(), rows }
    }

    fn int(number: i64) -> Value {
        Value::Integer(number)
    }

    fn text(text: &str) -> Value {
        Value::Text(text.into())
    }

    fn cells_are_equal(left: Value, right: Value) -> bool {
        result_eq(&table(&[&[left]]), &table(&[&[right]]), RowOrder::Free)
    }

    #[test]
    fn cells_compare_as_python_does() {
        assert!(cells_are_equal(int(1), Value::Real(1.0)));
        assert!(cells_are_equal(int(0), Value::Real(-0.0)));
        assert!(cells_are_equal(Value::Null, Value::Null));
        assert!(cells_are_equal(int(9_007_199_254_740_992), Value::Real(9_007_199_254_740_992.0)));
        assert!(!cells_are_equal(int(9_007_199_254_740_993), Value::Real(9_007_199_254_740_992.0)));
        assert!(!cells_are_equal(int(i64::MAX), Value::Real(9_223_372_036_854_775_808.0)));
        assert!(!cells_are_equal(Value::Real(0.3), Value::Real(0.1 + 0.2)));
        assert!(!cells_are_equal(int(1), text("1")));
        assert!(!cells_are_equal(text("a"), text("A")));
        assert!(!cells_are_equal(text("a"), Value::Blob { blob: b"a".to_vec() }));
        assert!(!cells_are_equal(Value::Null, text("")));
    }

    #[test]
    fn the_sort_quirk_of_the_reference_is_kept() {
        let quirk =
            |gold: &[Value], predicted: &[Value]| result_eq(&table(&[gold]), &table(&[predicted]), RowOrder::Free);
        assert!(!quirk(&[int(1), int(10)], &[Value::Real(1.0), int(10)]));
        assert!(!quirk(&[int(5), text("5.1")], &[Value::Real(5.0), text("5.1")]));
        assert!(quirk(&[int(1), int(2)], &[Value::Real(1.0), int(2)]));
        assert!(quirk(&[int(1), text("1-a")], &[Value::Real(1.0), text("1-a")]));
    }

    #[test]
    fn empty_results_are_the_same_and_counts_must_agree() {
        let empty = ResultTable { columns: vec!["a".into()], ..ResultTable::default() };
        assert!(result_eq(&empty, &ResultTable::default(), RowOrder::Matters));
        assert!(!result_eq(&empty, &table(&[&[Value::Null]]), RowOrder::Free));
        assert!(!result_eq(&table(&[&[int(1)]]), &table(&[&[int(1), int(1)]]), RowOrder::Free));
    }

    #[test]
    fn as_sets_rows_count_once_anywhere_and_columns_keep_their_place() {
        let (one, two) = ([int(1), text("a")], [int(2), text("b")]);
        let gold = table(&[&one, &two]);
        assert!(set_eq(&gold, &table(&[&two, &one, &two])));
        assert!(set_eq(&gold, &table(&[&[Value::Real(1.0), text("a")], &two])));
        assert!(!set_eq(&gold, &table(&[&one])));
        assert!(!set_eq(&gold, &table(&[&[text("a"), int(1)], &[text("b"), int(2)]])));
        assert!(!set_eq(&gold, &table(&[&[int(1)], &[int(2)]])));
        assert!(set_eq(&table(&[]), &ResultTable { columns: vec!["a".into()], ..ResultTable::default() }));
    }

    #[test]
    fn one_permutation_must_serve_all_rows() {
        let gold = table(&[&[int(1), int(2)], &[int(3), int(4)]]);
        let swapped = table(&[&[int(4), int(3)], &[int(2), int(1)]]);
        let half_swapped = table(&[&[int(2), int(1)], &[int(3), int(4)]]);
        assert!(result_eq(&gold, &swapped, RowOrder::Free));
        assert!(!result_eq(&gold, &swapped, RowOrder::Matters));
        assert!(!result_eq(&gold, &half_swapped, RowOrder::Free));
    }

    #[test]
    fn how_often_a_row_occurs_counts() {
        let [a, b] = [[int(1)], [int(2)]];
        assert!(!result_eq(&table(&[&a, &a, &b]), &table(&[&a, &b, &b]), RowOrder::Free));
        assert!(result_eq(&table(&[&a, &b, &a]), &table(&[&b, &a, &a]), RowOrder::Free));
    }

    #[test]
    fn many_equal_columns_do_not_multiply_the_search() {
        let row = vec![int(1); 40];
        let mut other = row.clone();
        other[39] = int(2);
        assert!(!result_eq(&table(&[&row, &other]), &table(&[&other, &other]), RowOrder::Free));
        assert!(result_eq(&table(&[&row, &other]), &table(&[&other, &row]), RowOrder::Free));
    }

    fn value() -> impl Strategy<Value = Value> {
        prop_oneof![
            Just(Value::Null),
            (0_i64..4).prop_map(Value::Integer),
            (0_i64..4).prop_map(|number| Value::Real(number as f64 / 2.0 + 0.25)),
            "[ab1]{0,2}".prop_map(Value::Text),
        ]
    }

    proptest! {
        #[test]
        fn a_table_equals_itself_with_columns_and_rows_permuted(
            (rows, columns, order) in (1_usize..5, 0_usize..8).prop_flat_map(|(width, height)| (
                prop::collection::vec(prop::collection::vec(value(), width), height),
                Just((0..width).collect::<Vec<_>>()).prop_shuffle(),
                Just((0..height).collect::<Vec<_>>()).prop_shuffle(),
            ))
        ) {
            let permute = |row: &Vec<Value>| columns.iter().map(|&at| row[at].clone()).collect::<Vec<_>>();
            let gold = ResultTable { rows: rows.clone(), ..ResultTable::default() };
            let same_order = ResultTable { rows: rows.iter().map(permute).collect(), ..ResultTable::default() };
            let any_order =
                ResultTable { rows: order.iter().map(|&at| permute(&rows[at])).collect(), ..ResultTable::default() };
            prop_assert!(result_eq(&gold, &same_order, RowOrder::Matters));
            prop_assert!(result_eq(&gold, &any_order, RowOrder::Free));
            prop_assert!(result_eq(&any_order, &gold, RowOrder::Free));
        }

        #[test]
        fn a_changed_cell_is_seen(
            rows in prop::collection::vec(prop::collection::vec(value(), 3), 1..6),
            at in any::<prop::sample::Index>(),
            column in 0_usize..3,
        ) {
            let mut changed = rows.clone();
            changed[at.index(rows.len())][column] = text("something else");
            let (gold, changed) =
                (ResultTable { rows, ..ResultTable::default() }, ResultTable { rows: changed, ..ResultTable::default() });
            prop_assert!(!result_eq(&gold, &changed, RowOrder::Free));
        }
    }
}

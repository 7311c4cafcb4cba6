//! Why a prediction is wrong: one kind for counting and filtering, and the difference in words for the critic and the user.
//! Kinds are tried from the most telling to the least: what is left over simply has other values.

mod normal;
mod rows;
mod words;

use super::equivalence::{RowOrder, result_eq, set_eq};
use crate::domain::{
    rollout::Diagnosis,
    sql::{QueryError, ResultTable},
};
use normal::{Normal, normalized, rounded_equals};
use rows::distinct_rows;

/// Characters of a difference in words, at most about this.
const WORDS: usize = 600;
/// Cells beyond which results are not compared in other spellings (case, rounding, dates): it would cost too much.
const MANY_CELLS: usize = 200_000;

/// A diagnosis with the difference in words, at most about 600 characters.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    pub diagnosis: Diagnosis,
    pub words: String,
}

/// Why `predicted`, which ran, is not the same result as `gold`. The two must differ under `result_eq`.
pub fn diagnose(gold: &ResultTable, predicted: &ResultTable, order: RowOrder) -> Difference {
    let diagnosis = kind(gold, predicted, order);
    Difference { diagnosis, words: super::preview::cut(&words::difference(diagnosis, gold, predicted), WORDS) }
}

/// Why `predicted`, which ran, is not the same set of rows as `gold`. The two must differ under `set_eq`.
pub fn diagnose_sets(gold: &ResultTable, predicted: &ResultTable) -> Difference {
    let (gold, predicted) = (distinct_rows(gold), distinct_rows(predicted));
    let has_rows = !gold.rows.is_empty() && !predicted.rows.is_empty();
    if has_rows && result_eq(&gold, &predicted, RowOrder::Free) && !set_eq(&gold, &predicted) {
        let words = words::column_order(&gold, &predicted);
        return Difference { diagnosis: Diagnosis::ColumnOrder, words: super::preview::cut(&words, WORDS) };
    }
    diagnose(&gold, &predicted, RowOrder::Free)
}

/// Why a prediction has no result. SQLite's message is passed on as it is.
pub fn diagnose_error(error: &QueryError) -> Difference {
    let diagnosis = match error {
        QueryError::Empty => Diagnosis::NoSql,
        QueryError::Sqlite { message } => sqlite_kind(message),
        QueryError::NotReadOnly { keyword } if !starts_a_statement(keyword) => Diagnosis::SyntaxError,
        QueryError::SeveralStatements | QueryError::NotReadOnly { .. } | QueryError::NotRunnable { .. } => {
            Diagnosis::OtherSqlError
        }
        QueryError::Timeout { .. } | QueryError::TooManyRows { .. } | QueryError::TooLarge { .. } => {
            Diagnosis::TimedOut
        }
    };
    Difference { diagnosis, words: super::preview::cut(&error.to_string(), WORDS) }
}

/// SQLite has one error code for all of these; its message is the only thing that tells them apart.
fn sqlite_kind(message: &str) -> Diagnosis {
    if message.starts_with("no such table") {
        Diagnosis::NoSuchTable
    } else if message.starts_with("no such column") {
        Diagnosis::NoSuchColumn
    } else if message.contains("syntax error")
        || message.starts_with("incomplete input")
        || message.starts_with("unrecognized token")
    {
        Diagnosis::SyntaxError
    } else {
        Diagnosis::OtherSqlError
    }
}

/// Whether SQLite has a statement that starts so; other text (prose, a stray quote) is no SQL at all.
fn starts_a_statement(keyword: &str) -> bool {
    let first = keyword.split(' ').next().unwrap_or_default();
    [
        "ALTER",
        "ANALYZE",
        "ATTACH",
        "BEGIN",
        "COMMIT",
        "CREATE",
        "DELETE",
        "DETACH",
        "DROP",
        "END",
        "INSERT",
        "PRAGMA",
        "REINDEX",
        "RELEASE",
        "REPLACE",
        "ROLLBACK",
        "SAVEPOINT",
        "UPDATE",
        "VACUUM",
        "WITH",
    ]
    .contains(&first)
}

fn kind(gold: &ResultTable, predicted: &ResultTable, order: RowOrder) -> Diagnosis {
    if predicted.rows.is_empty() {
        return Diagnosis::EmptyResult;
    }
    if gold.rows.is_empty() {
        return Diagnosis::TooManyRows;
    }
    let (gold_width, width) = (gold.rows[0].len(), predicted.rows[0].len());
    if width != gold_width {
        return if width < gold_width { Diagnosis::TooFewColumns } else { Diagnosis::TooManyColumns };
    }
    if order == RowOrder::Matters && result_eq(gold, predicted, RowOrder::Free) {
        return Diagnosis::OrderOnly;
    }
    if result_eq(&distinct_rows(gold), &distinct_rows(predicted), RowOrder::Free) {
        return Diagnosis::DuplicatesOnly;
    }
    if predicted.rows.len() != gold.rows.len() {
        return if predicted.rows.len() < gold.rows.len() { Diagnosis::TooFewRows } else { Diagnosis::TooManyRows };
    }
    if gold.rows.len() * width > MANY_CELLS {
        return Diagnosis::ValuesDiffer;
    }
    let equal_as = |normal| result_eq(&normalized(gold, normal), &normalized(predicted, normal), order);
    if equal_as(Normal::Types) {
        Diagnosis::TypeOnly
    } else if equal_as(Normal::Case) {
        Diagnosis::CaseOnly
    } else if rounded_equals(gold, predicted, order) {
        Diagnosis::NumberRounding
    } else if equal_as(Normal::Dates) {
        Diagnosis::DateFormat
    } else {
        Diagnosis::ValuesDiffer
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::sql::Value;

    fn table<const N: usize>(columns: &[&str], rows: [&[Value]; N]) -> ResultTable {
        ResultTable {
            columns: columns.iter().map(|name| (*name).to_owned()).collect(),
            rows: rows.iter().map(|row| row.to_vec()).collect(),
            total_rows: N,
        }
    }

    fn int(number: i64) -> Value {
        Value::Integer(number)
    }

    fn text(text: &str) -> Value {
        Value::Text(text.into())
    }

    #[track_caller]
    fn check(gold: &ResultTable, predicted: &ResultTable, order: RowOrder, diagnosis: Diagnosis, words: &str) {
        assert_eq!(diagnose(gold, predicted, order), Difference { diagnosis, words: words.into() });
    }

    #[test]
    fn columns_are_named() {
        let gold = table(&["name", "age"], [&[text("Al"), int(5)], &[text("Bo"), int(6)]]);
        let names = table(&["name"], [&[text("Al")], &[text("Bo")]]);
        check(
            &gold,
            &names,
            RowOrder::Free,
            Diagnosis::TooFewColumns,
            "The result has 1 column (name), expected are 2 (name, age). All that is there is right; missing: age.",
        );
        check(
            &names,
            &gold,
            RowOrder::Free,
            Diagnosis::TooManyColumns,
            "The result has 2 columns (name, age), expected is 1 (name). All that is expected is there; too much: age.",
        );
    }

    #[test]
    fn missing_and_extra_rows_are_shown() {
        let gold = table(&["name", "age"], [&[text("Al"), int(5)], &[text("Bo"), int(6)], &[text("Cy"), Value::Null]]);
        let some = table(&["age", "name"], [&[int(5), text("Al")], &[int(7), text("Di")]]);
        check(
            &gold,
            &some,
            RowOrder::Free,
            Diagnosis::TooFewRows,
            "The result has 2 rows, expected are 3. Missing: ('Bo', 6), ('Cy', NULL). Too much: ('Di', 7).",
        );
        let none = table(&["name", "age"], []);
        check(
            &gold,
            &none,
            RowOrder::Free,
            Diagnosis::EmptyResult,
            "The result is empty, expected are 3 rows: ('Al', 5), ('Bo', 6), ('Cy', NULL).",
        );
        check(
            &none,
            &some,
            RowOrder::Free,
            Diagnosis::TooManyRows,
            "The result has 2 rows, expected is an empty result. Too much: (5, 'Al'), (7, 'Di').",
        );
    }

    #[test]
    fn order_and_duplicates_are_told_from_wrong_rows() {
        let gold = table(&["n"], [&[int(1)], &[int(2)], &[int(3)]]);
        let turned = table(&["n"], [&[int(1)], &[int(3)], &[int(2)]]);
        check(
            &gold,
            &turned,
            RowOrder::Matters,
            Diagnosis::OrderOnly,
            "The rows are right, their order is not. Row 2 is (3), expected is (2).",
        );
        let twice = table(&["n"], [&[int(1)], &[int(1)], &[int(2)], &[int(3)]]);
        check(
            &gold,
            &twice,
            RowOrder::Free,
            Diagnosis::DuplicatesOnly,
            "The result has 4 rows, expected are 3; only how often rows occur differs. (1) occurs 2 times, expected is 1.",
        );
    }

    #[test]
    fn as_sets_only_different_rows_and_the_place_of_columns_matter() {
        let gold = table(&["name", "age"], [&[text("Al"), int(5)], &[text("Bo"), int(6)], &[text("Bo"), int(6)]]);
        let turned = table(&["age", "name"], [&[int(5), text("Al")], &[int(6), text("Bo")]]);
        assert_eq!(
            diagnose_sets(&gold, &turned),
            Difference {
                diagnosis: Diagnosis::ColumnOrder,
                words: "The rows are right, but the columns come as age, name; expected is name, age.".into(),
            }
        );
        let fewer = table(&["name", "age"], [&[text("Al"), int(5)], &[text("Al"), int(5)]]);
        assert_eq!(
            diagnose_sets(&gold, &fewer),
            Difference {
                diagnosis: Diagnosis::TooFewRows,
                words: "The result has 1 row, expected are 2. Missing: ('Bo', 6).".into(),
            }
        );
    }

    #[test]
    fn spellings_of_the_same_value_are_recognized() {
        let one = |value: Value| table(&["v"], [&[value]]);
        for (gold, predicted, diagnosis) in [
            (int(12), text("12"), Diagnosis::TypeOnly),
            (text("Paris"), text("PARIS "), Diagnosis::CaseOnly),
            (Value::Real(2.0 / 3.0), Value::Real(0.67), Diagnosis::NumberRounding),
            (Value::Real(0.3), Value::Real(0.1 + 0.2), Diagnosis::NumberRounding),
            (Value::Real(2.6), int(3), Diagnosis::NumberRounding),
            (text("2020-01-31"), text("31/01/2020"), Diagnosis::DateFormat),
            (int(20200131), text("2020-01-31"), Diagnosis::DateFormat),
            (text("Jan 31, 2020"), text("2020-01-31 00:00:00"), Diagnosis::DateFormat),
            (Value::Real(2.4), int(3), Diagnosis::ValuesDiffer),
            (text("2020-01-31"), text("2020-02-01"), Diagnosis::ValuesDiffer),
        ] {
            let found = diagnose(&one(gold.clone()), &one(predicted.clone()), RowOrder::Free).diagnosis;
            assert_eq!(found, diagnosis, "{gold:?} {predicted:?}");
        }
    }

    #[test]
    fn the_column_that_differs_is_named() {
        let gold = table(&["id", "city"], [&[int(1), text("Rome")], &[int(2), text("Oslo")]]);
        let predicted = table(&["id", "town"], [&[int(1), text("Rome")], &[int(2), text("Bern")]]);
        check(
            &gold,
            &predicted,
            RowOrder::Free,
            Diagnosis::ValuesDiffer,
            "1 of 2 rows differs, only in the column town. Expected: (2, 'Oslo'). Instead: (2, 'Bern').",
        );
    }

    #[test]
    fn words_stay_short_whatever_the_result() {
        let wide: Vec<Value> = (0..50).map(|at| text(&format!("{at}{}", "long ".repeat(500)))).collect();
        let other: Vec<Value> = wide.iter().rev().skip(1).cloned().chain([int(1)]).collect();
        let columns: Vec<String> = (0..50).map(|at| format!("a_rather_long_name_{at}")).collect();
        let table =
            |row: Vec<Value>, rows| ResultTable { columns: columns.clone(), rows: vec![row; rows], total_rows: rows };
        for (gold, predicted) in [(3, 3), (3, 9), (9, 3), (0, 9), (9, 0)] {
            let words = diagnose(&table(wide.clone(), gold), &table(other.clone(), predicted), RowOrder::Free).words;
            assert!(words.chars().count() < 650, "{words}");
        }
    }

    #[test]
    fn errors_are_sorted_and_passed_on_verbatim() {
        let sqlite = |message: &str| QueryError::Sqlite { message: message.into() };
        for (error, diagnosis) in [
            (sqlite("no such table: x"), Diagnosis::NoSuchTable),
            (sqlite("no such column: T1.x"), Diagnosis::NoSuchColumn),
            (sqlite("near \"FORM\": syntax error"), Diagnosis::SyntaxError),
            (sqlite("incomplete input"), Diagnosis::SyntaxError),
            (sqlite("misuse of aggregate: COUNT()"), Diagnosis::OtherSqlError),
            (QueryError::Empty, Diagnosis::NoSql),
            (QueryError::NotReadOnly { keyword: "HERE".into() }, Diagnosis::SyntaxError),
            (QueryError::NotReadOnly { keyword: "DROP".into() }, Diagnosis::OtherSqlError),
            (QueryError::Timeout { limit_ms: 5 }, Diagnosis::TimedOut),
        ] {
            assert_eq!(diagnose_error(&error), Difference { diagnosis, words: error.to_string() });
        }
    }
}

//! The reference's quick reject, which sorts the cells of each row by what Python's `str(value) + str(type(value))` prints.
//! For rows of one form it never decides anything; where `1` meets `1.0` it does, and a verdict depends on it.

use std::collections::{HashMap, HashSet};

use super::{Form, Numbering, RowOrder, form};
use crate::domain::sql::{ResultTable, Value};

/// Whether the rows, each with its cells sorted by their printed text, differ as lists or (order free) as sets.
pub(super) fn quick_reject<'a>(
    gold: &'a ResultTable,
    predicted: &'a ResultTable,
    order: RowOrder,
    numbering: &Numbering<'a>,
) -> bool {
    let ranks = Ranks::of([gold, predicted], numbering);
    let (gold, predicted) = (ranks.sorted_rows(gold), ranks.sorted_rows(predicted));
    match order {
        RowOrder::Matters => gold != predicted,
        RowOrder::Free => gold.into_iter().collect::<HashSet<_>>() != predicted.into_iter().collect::<HashSet<_>>(),
    }
}

/// The place of each cell (its number and form) in the order of printed texts.
struct Ranks<'a, 'n> {
    places: HashMap<(u32, Form), usize>,
    numbering: &'n Numbering<'a>,
}

impl<'a, 'n> Ranks<'a, 'n> {
    fn of(tables: [&'a ResultTable; 2], numbering: &'n Numbering<'a>) -> Self {
        let mut printed_cells: HashMap<(u32, Form), String> = HashMap::new();
        for value in tables.into_iter().flat_map(|table| table.rows.iter().flatten()) {
            printed_cells.entry((numbering.known(value), form(value))).or_insert_with(|| printed(value));
        }
        let mut cells: Vec<_> = printed_cells.into_iter().collect();
        cells.sort_unstable_by(|(_, left), (_, right)| left.cmp(right));
        Self { places: cells.into_iter().enumerate().map(|(place, (cell, _))| (cell, place)).collect(), numbering }
    }

    fn sorted_rows(&self, table: &'a ResultTable) -> Vec<Vec<u32>> {
        let sorted = |row: &'a Vec<Value>| {
            let mut cells: Vec<_> = row.iter().map(|value| (self.numbering.known(value), form(value))).collect();
            cells.sort_by_key(|cell| self.places[cell]);
            cells.into_iter().map(|(number, _)| number).collect()
        };
        table.rows.iter().map(sorted).collect()
    }
}

fn printed(value: &Value) -> String {
    match value {
        Value::Null => "None<class 'NoneType'>".to_owned(),
        Value::Integer(number) => format!("{number}<class 'int'>"),
        Value::Real(number) => format!("{}<class 'float'>", float(*number)),
        Value::Text(text) => format!("{text}<class 'str'>"),
        Value::Blob { blob } => format!("{}<class 'bytes'>", bytes(blob)),
    }
}

/// A real number as Python prints it: the shortest digits that read back, with an exponent from 1e16 and below 1e-4.
fn float(number: f64) -> String {
    if number.is_infinite() {
        return if number > 0.0 { "inf" } else { "-inf" }.to_owned();
    }
    let scientific = format!("{number:e}");
    let Some((digits, exponent)) = scientific.split_once('e') else { return scientific };
    let exponent: i32 = exponent.parse().expect("Rust prints an integer after the e");
    if number != 0.0 && !(-4..16).contains(&exponent) {
        let sign = if exponent < 0 { '-' } else { '+' };
        return format!("{digits}e{sign}{:02}", exponent.abs());
    }
    let plain = number.to_string();
    if plain.contains('.') { plain } else { plain + ".0" }
}

/// A blob as Python prints bytes.
fn bytes(blob: &[u8]) -> String {
    let quote = if blob.contains(&b'\'') && !blob.contains(&b'"') { '"' } else { '\'' };
    let mut printed = format!("b{quote}");
    for &byte in blob {
        match byte {
            b'\t' => printed.push_str("\\t"),
            b'\n' => printed.push_str("\\n"),
            b'\r' => printed.push_str("\\r"),
            b'\\' => printed.push_str("\\\\"),
            b' '..=b'~' if char::from(byte) == quote => printed.extend(['\\', quote]),
            b' '..=b'~' => printed.push(char::from(byte)),
            _ => printed.push_str(&format!("\\x{byte:02x}")),
        }
    }
    printed.push(quote);
    printed
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn floats_print_as_in_python() {
        for (number, text) in [
            (1.0, "1.0"),
            (-0.0, "-0.0"),
            (0.1 + 0.2, "0.30000000000000004"),
            (1e15, "1000000000000000.0"),
            (1e16, "1e+16"),
            (1.5e300, "1.5e+300"),
            (0.0001, "0.0001"),
            (0.00001, "1e-05"),
            (f64::INFINITY, "inf"),
            (9_007_199_254_740_992.0, "9007199254740992.0"),
        ] {
            assert_eq!(float(number), text);
        }
    }

    #[test]
    fn blobs_print_as_in_python() {
        assert_eq!(bytes(b"a\n\x00\xff\\"), r"b'a\n\x00\xff\\'");
        assert_eq!(bytes(b"it's"), "b\"it's\"");
        assert_eq!(bytes(b"'\""), "b'\\'\"'");
    }
}

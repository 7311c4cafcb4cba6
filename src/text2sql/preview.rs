//! Values and results in a bounded form: what travels from the worker, stands in a journal and is read by a model.

use crate::domain::sql::{ResultTable, Value};

/// Rows of a preview kept with a rollout.
pub const PREVIEW_ROWS: usize = 20;
/// Characters (bytes, for a blob) of a cell in such a preview.
pub const PREVIEW_CELL: usize = 200;

/// The first `rows` rows of `table` with texts cut at `cell` characters and blobs at `cell` bytes. A cut text ends in how
/// much is missing; `total_rows` stays as it was.
pub fn preview(table: &ResultTable, rows: usize, cell: usize) -> ResultTable {
    let shorten = |value: &Value| match value {
        Value::Text(text) => Value::Text(cut(text, cell)),
        Value::Blob { blob } => Value::Blob { blob: blob[..blob.len().min(cell)].to_vec() },
        value => value.clone(),
    };
    ResultTable {
        columns: table.columns.clone(),
        rows: table.rows.iter().take(rows).map(|row| row.iter().map(shorten).collect()).collect(),
        total_rows: table.total_rows.max(table.rows.len()),
    }
}

/// `text`, cut at `limit` characters with a note on how many more there are.
pub fn cut(text: &str, limit: usize) -> String {
    match text.char_indices().nth(limit) {
        None => text.to_owned(),
        Some((at, _)) => format!("{} (+{} characters)", &text[..at], text[at..].chars().count()),
    }
}

/// The value as bare text: NULL, digits, the text itself, `<12 bytes>` for a blob.
pub fn plain(value: &Value) -> String {
    match value {
        Value::Null => "NULL".to_owned(),
        Value::Integer(number) => number.to_string(),
        Value::Real(number) => real(*number),
        Value::Text(text) => text.clone(),
        Value::Blob { blob } => format!("<{} bytes>", blob.len()),
    }
}

/// The value as it would stand in SQL, so that a text and a number look different; texts cut at `limit` characters.
pub fn literal(value: &Value, limit: usize) -> String {
    match value {
        Value::Text(text) => match text.char_indices().nth(limit) {
            None => format!("'{text}'"),
            Some((at, _)) => format!("'{}' (+{} characters)", &text[..at], text[at..].chars().count()),
        },
        value => plain(value),
    }
}

/// A real number as SQLite prints it in short: always with a point or an exponent, never rounded.
fn real(number: f64) -> String {
    if number.is_infinite() {
        return if number > 0.0 { "Inf" } else { "-Inf" }.to_owned();
    }
    format!("{number:?}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_preview_is_bounded_and_says_what_is_missing() {
        let row = vec![Value::Text("äöü".repeat(10)), Value::Blob { blob: vec![7; 30] }, Value::Integer(1)];
        let table =
            ResultTable { columns: vec!["a".into(), "b".into(), "c".into()], rows: vec![row; 5], total_rows: 5 };
        let short = preview(&table, 2, 4);
        assert_eq!((short.rows.len(), short.total_rows), (2, 5));
        assert_eq!(
            short.rows[0],
            [Value::Text("äöüä (+26 characters)".into()), Value::Blob { blob: vec![7; 4] }, Value::Integer(1)]
        );
    }

    #[test]
    fn a_literal_tells_types_apart() {
        let literals: Vec<_> = [
            Value::Null,
            Value::Integer(1),
            Value::Real(1.0),
            Value::Text("1".into()),
            Value::Text("a long text".into()),
            Value::Blob { blob: vec![1, 2] },
        ]
        .iter()
        .map(|value| literal(value, 6))
        .collect();
        assert_eq!(literals, ["NULL", "1", "1.0", "'1'", "'a long' (+5 characters)", "<2 bytes>"]);
    }
}

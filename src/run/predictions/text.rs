//! Prediction files that are text: one query a line, or a table with a header.

use super::{
    PredictionsError, Row,
    fields::{Field, split_bird},
};
use crate::text2sql::spider::Place;

/// The text of a file, without its byte order mark.
pub(super) fn decode<'a>(file: &str, bytes: &'a [u8]) -> Result<&'a str, PredictionsError> {
    if bytes.starts_with(&[0xff, 0xfe]) || bytes.starts_with(&[0xfe, 0xff]) {
        return Err(PredictionsError::Utf16 { file: file.to_owned() });
    }
    let bytes = bytes.strip_prefix(&[0xef, 0xbb, 0xbf]).unwrap_or(bytes);
    let text = std::str::from_utf8(bytes).map_err(|error| {
        let line = 1 + bytes[..error.valid_up_to()].iter().filter(|byte| **byte == b'\n').count();
        PredictionsError::NotUtf8 { file: file.to_owned(), line }
    })?;
    if text.trim().is_empty() { Err(PredictionsError::Empty { file: file.to_owned() }) } else { Ok(text) }
}

/// A row for each line, blank ones too. The query ends at the first tab; what follows is the database, as in Spider's gold files.
pub(super) fn lines(text: &str) -> Vec<Row> {
    let row = |(number, line): (u64, &str)| {
        let line = line.trim();
        let (sql, db) = match split_bird(line) {
            (sql, Some(db)) => (sql, Some(db)),
            _ => line.split_once('\t').map_or((line, None), |(sql, rest)| (sql, rest.split('\t').next())),
        };
        Row { place: Place::Line(number), id: None, db: db.map(|db| db.trim().to_owned()), sql: sql.to_owned() }
    };
    (1..).zip(text.lines()).map(row).collect()
}

/// The separator that the header has most of.
pub(super) fn separator(text: &str) -> u8 {
    let header = text.lines().next().unwrap_or_default();
    let count = |separator: u8| header.bytes().filter(|byte| *byte == separator).count();
    [b'\t', b';', b','].into_iter().max_by_key(|separator| count(*separator)).unwrap_or(b',')
}

/// The rows of a table below its header.
pub(super) fn table(file: &str, text: &str, separator: u8) -> Result<Vec<Row>, PredictionsError> {
    let failed = |error: csv::Error| PredictionsError::NotATable { file: file.to_owned(), message: error.to_string() };
    let mut reader = csv::ReaderBuilder::new().delimiter(separator).flexible(true).from_reader(text.as_bytes());
    let header = reader.headers().map_err(failed)?.clone();
    let find = |field: Field| field.find(header.iter());
    let no_column =
        || PredictionsError::NoColumn { file: file.to_owned(), found: header.iter().map(str::to_owned).collect() };
    let (sql, id, db) = (find(Field::Sql).ok_or_else(no_column)?, find(Field::Id), find(Field::Database));
    let mut rows = Vec::new();
    for record in reader.records() {
        let record = record.map_err(failed)?;
        let place = Place::Line(record.position().map_or(0, csv::Position::line));
        let (found, expected) = (record.len(), header.len());
        if found != expected {
            return Err(PredictionsError::FieldCount { file: file.to_owned(), place, found, expected });
        }
        let full =
            |at: Option<usize>| at.map(|at| record[at].trim()).filter(|text| !text.is_empty()).map(str::to_owned);
        let (query, bird_db) = split_bird(&record[sql]);
        rows.push(Row {
            place,
            id: full(id),
            db: full(db).or(bird_db.map(str::to_owned)),
            sql: query.trim().to_owned(),
        });
    }
    Ok(rows)
}

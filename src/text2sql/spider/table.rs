//! CSV and TSV as rows of named cells, after RFC 4180: quoted fields may hold separators, quotes and line ends.

use super::{
    Place, QuestionFileError, RowReason,
    rows::{Cell, Item, Record},
};

/// The separator that the header line has most of: comma, semicolon or tab.
pub fn guess_separator(text: &str) -> u8 {
    let header = text.lines().find(|line| !line.trim().is_empty()).unwrap_or_default();
    let count = |separator: u8| header.bytes().filter(|byte| *byte == separator).count();
    // The last of equal counts is taken: the comma.
    [b'\t', b';', b','].into_iter().max_by_key(|separator| count(*separator)).unwrap_or(b',')
}

/// The rows below the header.
pub fn read(text: &str, separator: u8) -> Result<Vec<Item>, QuestionFileError> {
    let failed = |error: csv::Error| QuestionFileError::NotATable { message: error.to_string() };
    let mut reader =
        csv::ReaderBuilder::new().delimiter(separator).flexible(true).has_headers(true).from_reader(text.as_bytes());
    let header: Vec<String> = reader.headers().map_err(failed)?.iter().map(|name| name.trim().to_owned()).collect();
    let mut items = Vec::new();
    for record in reader.records() {
        let record = record.map_err(failed)?;
        let place = Place::Line(record.position().map_or(0, |position| line(text, position)));
        let content = if record.len() == header.len() {
            let cells = header.iter().zip(&record);
            Ok(Record(cells.map(|(name, field)| (name.clone(), Cell::Text(field.to_owned()))).collect()))
        } else {
            Err(RowReason::FieldCount { found: record.len(), expected: header.len() })
        };
        items.push(Item { place, content });
    }
    Ok(items)
}

/// The line of the record that follows `position`, which may stand before line ends that belong to no record.
fn line(text: &str, position: &csv::Position) -> u64 {
    let rest = usize::try_from(position.byte()).ok().and_then(|at| text.as_bytes().get(at..)).unwrap_or_default();
    let blank = rest.iter().take_while(|byte| matches!(byte, b'\r' | b'\n'));
    position.line() + blank.filter(|byte| **byte == b'\n').count() as u64
}

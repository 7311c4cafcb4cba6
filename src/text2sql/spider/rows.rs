//! JSON documents and JSON Lines as rows of named cells. Read in one pass that keeps only what a question may hold:
//! Spider's token lists and parse trees are most of its 25 MB, and are never built.

use std::fmt;

use serde::de::{Deserialize, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};

use super::{Place, QuestionFileError, RowReason};

/// A row and where it stands.
#[derive(Clone, Debug)]
pub struct Item {
    pub place: Place,
    pub content: Result<Record, RowReason>,
}

/// Named cells in file order.
#[derive(Clone, Debug, Default)]
pub struct Record(pub Vec<(String, Cell)>);

/// One value of a row.
#[derive(Clone, Debug, PartialEq)]
pub enum Cell {
    Text(String),
    /// As printed.
    Number(String),
    /// A whole number beyond 64 bits, of which only the first digits are known.
    HugeNumber,
    Bool,
    Null,
    /// A list or an object; its content is not kept.
    Nested(&'static str),
}

impl Record {
    /// The first cell of this name.
    pub fn get(&self, name: &str) -> Option<&Cell> {
        self.0.iter().find(|(key, _)| key == name).map(|(_, cell)| cell)
    }

    /// All cells with their names.
    pub fn cells(&self) -> impl Iterator<Item = &(String, Cell)> {
        self.0.iter()
    }
}

impl Cell {
    /// What it is, for a message.
    pub fn kind(&self) -> &'static str {
        match self {
            Cell::Text(_) => "text",
            Cell::Number(_) => "a number",
            Cell::HugeNumber => "a number too large to be read exactly",
            Cell::Bool => "true or false",
            Cell::Null => "null",
            Cell::Nested(kind) => kind,
        }
    }
}

/// The rows of a JSON document (a list, or an object with exactly one list in it) or of JSON Lines.
pub fn read(text: &str) -> Result<Vec<Item>, QuestionFileError> {
    if is_lines(text) {
        return Ok(read_lines(text));
    }
    let document: Document = serde_json::from_str(text)
        .map_err(|error| QuestionFileError::NotJson { message: fault(&error, Some(error.line())) })?;
    let list = match document {
        Document::List(list) => list,
        Document::Object(mut lists) if lists.len() == 1 => lists.remove(0).1,
        Document::Object(lists) if lists.is_empty() => {
            return Err(QuestionFileError::NotAList { found: "an object without a list in it".to_owned() });
        }
        Document::Object(lists) => {
            return Err(QuestionFileError::SeveralLists { names: lists.into_iter().map(|(name, _)| name).collect() });
        }
        Document::Other(found) => return Err(QuestionFileError::NotAList { found: found.to_owned() }),
    };
    let places = (1..).map(Place::Item);
    Ok(places.zip(list).map(|(place, row)| Item { place, content: row.into_content() }).collect())
}

/// Whether the first line is an object of its own and others follow. A lone object is one line of JSON Lines, unless it
/// wraps a list.
fn is_lines(text: &str) -> bool {
    let mut lines = text.lines().filter(|line| !line.trim().is_empty());
    let Some(first) = lines.next().filter(|line| line.trim_start().starts_with('{')) else { return false };
    match serde_json::from_str::<Row>(first) {
        Ok(Row::Record(record)) => {
            lines.next().is_some() || !record.cells().any(|(_, cell)| *cell == Cell::Nested("a list"))
        }
        _ => false,
    }
}

fn read_lines(text: &str) -> Vec<Item> {
    let numbered = (1..).map(Place::Line).zip(text.lines());
    let full = numbered.filter(|(_, line)| !line.trim().is_empty());
    full.map(|(place, line)| {
        let row = serde_json::from_str::<Row>(line);
        let content =
            row.map_err(|error| RowReason::NotJson { message: fault(&error, None) }).and_then(Row::into_content);
        Item { place, content }
    })
    .collect()
}

/// What is wrong with a JSON text, and where.
fn fault(error: &serde_json::Error, line: Option<usize>) -> String {
    let text = error.to_string();
    let what = match error.classify() {
        serde_json::error::Category::Eof => "it ends in the middle",
        _ => text.rsplit_once(" at line ").map_or(text.as_str(), |(what, _)| what),
    };
    let line = line.map_or_else(String::new, |line| format!("line {line}, "));
    format!("{what} ({line}column {})", error.column())
}

enum Document {
    List(Vec<Row>),
    /// The lists directly in it, by name.
    Object(Vec<(String, Vec<Row>)>),
    Other(&'static str),
}

enum Row {
    Record(Record),
    Other(&'static str),
}

impl Row {
    fn into_content(self) -> Result<Record, RowReason> {
        match self {
            Row::Record(record) => Ok(record),
            Row::Other(found) => Err(RowReason::NotARecord { found: found.to_owned() }),
        }
    }
}

/// Implements what is the same for the three: scalars.
macro_rules! scalars {
    ($make:expr) => {
        fn expecting(&self, f: &mut fmt::Formatter) -> fmt::Result {
            f.write_str("any JSON value")
        }
        fn visit_str<E>(self, text: &str) -> Result<Self::Value, E> {
            Ok($make(Cell::Text(text.to_owned())))
        }
        fn visit_u64<E>(self, number: u64) -> Result<Self::Value, E> {
            Ok($make(Cell::Number(number.to_string())))
        }
        fn visit_i64<E>(self, number: i64) -> Result<Self::Value, E> {
            Ok($make(Cell::Number(number.to_string())))
        }
        fn visit_f64<E>(self, number: f64) -> Result<Self::Value, E> {
            let huge = number.fract() == 0.0 && number.abs() >= u64::MAX as f64;
            Ok($make(if huge { Cell::HugeNumber } else { Cell::Number(number.to_string()) }))
        }
        fn visit_bool<E>(self, _: bool) -> Result<Self::Value, E> {
            Ok($make(Cell::Bool))
        }
        fn visit_unit<E>(self) -> Result<Self::Value, E> {
            Ok($make(Cell::Null))
        }
    };
}

fn skip_list<'de, A: SeqAccess<'de>>(mut list: A) -> Result<(), A::Error> {
    while list.next_element::<IgnoredAny>()?.is_some() {}
    Ok(())
}

impl<'de> Deserialize<'de> for Cell {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct AnyCell;
        impl<'de> Visitor<'de> for AnyCell {
            type Value = Cell;
            scalars!(|cell| cell);
            fn visit_seq<A: SeqAccess<'de>>(self, list: A) -> Result<Cell, A::Error> {
                skip_list(list).map(|()| Cell::Nested("a list"))
            }
            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Cell, A::Error> {
                while map.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
                Ok(Cell::Nested("an object"))
            }
        }
        deserializer.deserialize_any(AnyCell)
    }
}

impl<'de> Deserialize<'de> for Row {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct AnyRow;
        impl<'de> Visitor<'de> for AnyRow {
            type Value = Row;
            scalars!(|cell: Cell| Row::Other(cell.kind()));
            fn visit_seq<A: SeqAccess<'de>>(self, list: A) -> Result<Row, A::Error> {
                skip_list(list).map(|()| Row::Other("a list"))
            }
            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Row, A::Error> {
                let mut record = Record::default();
                while let Some(cell) = map.next_entry()? {
                    record.0.push(cell);
                }
                Ok(Row::Record(record))
            }
        }
        deserializer.deserialize_any(AnyRow)
    }
}

impl<'de> Deserialize<'de> for Document {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct AnyDocument;
        impl<'de> Visitor<'de> for AnyDocument {
            type Value = Document;
            scalars!(|cell: Cell| Document::Other(cell.kind()));
            fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Document, A::Error> {
                let mut rows = Vec::new();
                while let Some(row) = list.next_element()? {
                    rows.push(row);
                }
                Ok(Document::List(rows))
            }
            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Document, A::Error> {
                let mut lists = Vec::new();
                while let Some((name, value)) = map.next_entry::<String, Document>()? {
                    if let Document::List(rows) = value {
                        lists.push((name, rows));
                    }
                }
                Ok(Document::Object(lists))
            }
        }
        deserializer.deserialize_any(AnyDocument)
    }
}

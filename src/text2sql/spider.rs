//! Files of questions with gold SQL: Spider's and BIRD's JSON, JSON Lines, CSV and TSV. Which column holds what is
//! guessed from the names that such files use, unless somebody has said it. A row that cannot be used is a value with its place and reason; only a
//! file without any use is an error.

mod columns;
mod rows;
mod table;
mod text;

use std::collections::HashMap;

use serde::{Deserialize, Serialize};
use thiserror::Error;

pub use self::columns::{Columns, Role};
use self::{
    columns::MAX_LABEL,
    rows::{Cell, Item, Record},
};
use crate::domain::{
    dataset::Example,
    id::{DbId, ExampleId},
};

/// How a file's rows are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// One JSON document, or one JSON object a line: told apart by the content.
    Json,
    /// Comma, semicolon or tab: told apart by the header.
    Csv,
    Tsv,
}

/// Where a row stands, as one would look for it in an editor. Counted from 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Place {
    /// The n-th element of a JSON list.
    Item(u64),
    /// The line at which it starts.
    Line(u64),
}

impl std::fmt::Display for Place {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Place::Item(number) => write!(f, "item {number}"),
            Place::Line(number) => write!(f, "line {number}"),
        }
    }
}

/// What a file of questions holds.
#[derive(Clone, Debug, PartialEq)]
pub struct QuestionFile {
    pub columns: Columns,
    /// Whether `columns` are those that would have been guessed.
    pub guessed: bool,
    /// All column names, at most 64, in the order in which they first appear.
    pub names: Vec<String>,
    /// In file order; `q0017` is the 17th row, whether or not those before it could be used.
    pub examples: Vec<Example>,
    /// Where each of `examples` stands.
    pub places: Vec<Place>,
    /// Rows that cannot be used.
    pub problems: Vec<RowProblem>,
    /// Rows whose id stands in an earlier row already; they are used like all others.
    pub repeated_ids: Vec<RepeatedId>,
}

/// An id that the file gives to two questions.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RepeatedId {
    pub column: String,
    pub id: String,
    pub place: Place,
    /// Where it stands first.
    pub first: Place,
}

/// A row that cannot be used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RowProblem {
    pub place: Place,
    pub reason: RowReason,
}

/// Why a row cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, Error, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RowReason {
    #[error("This is {found}, not a question with its fields")]
    NotARecord { found: String },
    #[error("This line is not valid JSON: {message}")]
    NotJson { message: String },
    #[error("{} is missing (column {column})", .role.upper())]
    Missing { role: Role, column: String },
    #[error("{} is {found}, not text (column {column})", .role.upper())]
    WrongType { role: Role, column: String, found: String },
    #[error("The database's name is longer than {limit} bytes (column {column})")]
    LongName { column: String, limit: usize },
    #[error("The header has {expected} fields, but this row has {found}; look for a quote or separator out of place")]
    FieldCount { found: usize, expected: usize },
}

/// Why a file has no questions to give. The file's name is the caller's to add.
#[derive(Clone, Debug, PartialEq, Eq, Error, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum QuestionFileError {
    #[error("it is empty; choose the file that has the questions")]
    Empty,
    #[error("it is written in UTF-16; save it as UTF-8")]
    Utf16,
    #[error("line {line} is not UTF-8 text; save it as UTF-8 (it may be in a Windows encoding)")]
    NotUtf8 { line: usize },
    #[error("it is {kind}, not text; give it its usual file ending")]
    Binary { kind: String },
    #[error("it is not valid JSON: {message}")]
    NotJson { message: String },
    #[error("it holds {found}, not a list of questions; put the questions in one list: [{{…}}, {{…}}]")]
    NotAList { found: String },
    #[error("it holds several lists ({}), and which one has the questions is not clear; keep one", .names.join(", "))]
    SeveralLists { names: Vec<String> },
    #[error("its list or table has no rows; choose the file that has the questions")]
    NoRows,
    #[error("no row of it can be read; {place}: {reason}")]
    NoRecords { place: Place, reason: RowReason },
    #[error("it has no column for {}; call it {} (its columns are {})", .role.name(), .role.main(), .found.join(", "))]
    NoColumn { role: Role, found: Vec<String> },
    #[error("it does not say which database a question is about; add a column db_id (its columns are {})", .found.join(", "))]
    NoDatabaseColumn { found: Vec<String> },
    #[error("it cannot be read as a table: {message}")]
    NotATable { message: String },
}

/// Reads a file's questions from the `chosen` columns, or from those that are guessed. Without a database column, all are
/// about `only_db`, if there is one.
pub fn read_questions(
    bytes: &[u8],
    format: Format,
    only_db: Option<&DbId>,
    chosen: Option<&Columns>,
) -> Result<QuestionFile, QuestionFileError> {
    let text = text::decode(bytes)?;
    let items = match format {
        Format::Json => rows::read(text)?,
        Format::Csv => table::read(text, table::guess_separator(text))?,
        Format::Tsv => table::read(text, b'\t')?,
    };
    if items.is_empty() {
        return Err(QuestionFileError::NoRows);
    }
    let (names, guess) = (columns::names(&items), columns::guess(&items));
    let guessed = chosen.is_none_or(|chosen| guess.as_ref() == Ok(chosen));
    let columns = match chosen {
        Some(chosen) => columns::checked(chosen, &names),
        None => guess,
    };
    let columns = columns.map_err(|error| no_record(&items).unwrap_or(error))?;
    if columns.db.is_none() && only_db.is_none() {
        return Err(QuestionFileError::NoDatabaseColumn { found: names });
    }
    let id_column = columns::id_column(&names, &columns).map(str::to_owned);
    let repeated_ids = repeated_ids(&items, id_column.as_deref());
    let (examples, places, problems) = Default::default();
    let mut file = QuestionFile { columns, guessed, names, examples, places, problems, repeated_ids };
    for (index, Item { place, content }) in items.into_iter().enumerate() {
        let id = ExampleId::from(format!("q{:04}", index + 1));
        match content.and_then(|record| example(id, &record, &file.columns, id_column.as_deref(), only_db)) {
            Ok(example) => {
                file.examples.push(example);
                file.places.push(place);
            }
            Err(reason) => file.problems.push(RowProblem { place, reason }),
        }
    }
    Ok(file)
}

fn repeated_ids(items: &[Item], column: Option<&str>) -> Vec<RepeatedId> {
    let Some(column) = column else { return Vec::new() };
    let mut known: HashMap<&str, Place> = HashMap::new();
    let mut repeated = Vec::new();
    for item in items {
        let cell = item.content.as_ref().ok().and_then(|record| record.get(column));
        if let Some(Cell::Text(id) | Cell::Number(id)) = cell
            && let Some(first) = known.get(id.as_str()).copied().or_else(|| {
                known.insert(id, item.place);
                None
            })
        {
            let (column, id) = (column.to_owned(), id.chars().take(MAX_LABEL).collect());
            repeated.push(RepeatedId { column, id, place: item.place, first });
        }
    }
    repeated
}

fn no_record(items: &[Item]) -> Option<QuestionFileError> {
    let first = items.first().filter(|_| items.iter().all(|item| item.content.is_err()))?;
    let reason = first.content.clone().err()?;
    Some(QuestionFileError::NoRecords { place: first.place, reason })
}

fn example(
    id: ExampleId,
    record: &Record,
    columns: &Columns,
    id_column: Option<&str>,
    only_db: Option<&DbId>,
) -> Result<Example, RowReason> {
    let question = required(record, Role::Question, &columns.question)?;
    let gold = required(record, Role::Gold, &columns.gold)?;
    let db = match (&columns.db, only_db) {
        (None, Some(db)) => db.clone(),
        (column, _) => {
            let column = column.as_deref().unwrap_or(Role::Database.main());
            let named = optional(record, Role::Database, Some(column))?;
            let missing = || RowReason::Missing { role: Role::Database, column: column.to_owned() };
            let name = named.ok_or_else(missing)?;
            if name.len() > MAX_LABEL {
                return Err(RowReason::LongName { column: column.to_owned(), limit: MAX_LABEL });
            }
            DbId::from(name.trim())
        }
    };
    let evidence = optional(record, Role::Evidence, columns.evidence.as_deref())?;
    let hardness = optional(record, Role::Hardness, columns.hardness.as_deref())?;
    let file_id = id_column.and_then(|column| file_id(record.get(column)?));
    Ok(Example { id, db, question, evidence, gold, hardness, file_id })
}

/// The id that the file gives to a row, at most as long as a name.
fn file_id(cell: &Cell) -> Option<String> {
    match cell {
        Cell::Text(id) | Cell::Number(id) => {
            Some(id.trim().chars().take(MAX_LABEL).collect()).filter(|id: &String| !id.is_empty())
        }
        _ => None,
    }
}

/// The text of a column that must have one.
fn required(record: &Record, role: Role, column: &str) -> Result<String, RowReason> {
    match record.get(column) {
        Some(Cell::Text(text)) if !text.trim().is_empty() => Ok(text.clone()),
        None | Some(Cell::Text(_) | Cell::Null) => Err(RowReason::Missing { role, column: column.to_owned() }),
        Some(other) => Err(wrong_type(role, column, other)),
    }
}

/// The text or number of a column that may be absent or blank.
fn optional(record: &Record, role: Role, column: Option<&str>) -> Result<Option<String>, RowReason> {
    let Some(column) = column else { return Ok(None) };
    match record.get(column) {
        None | Some(Cell::Null) => Ok(None),
        Some(Cell::Text(text) | Cell::Number(text)) => Ok(Some(text.clone()).filter(|text| !text.trim().is_empty())),
        Some(other) => Err(wrong_type(role, column, other)),
    }
}

fn wrong_type(role: Role, column: &str, cell: &Cell) -> RowReason {
    RowReason::WrongType { role, column: column.to_owned(), found: cell.kind().to_owned() }
}

impl QuestionFileError {
    /// Whether the file is sound, but about something else than questions.
    pub fn is_other_content(&self) -> bool {
        matches!(
            self,
            Self::NotAList { .. } | Self::SeveralLists { .. } | Self::NoRecords { .. } | Self::NoColumn { .. }
        )
    }
}

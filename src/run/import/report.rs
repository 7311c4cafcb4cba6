//! What an import did: what was read, and everything that was not, each with its place and reason. Lists are bounded,
//! their totals are not.

use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::layout::NotNeeded;
use crate::{
    domain::id::DbId,
    run::format,
    text2sql::{
        archive::ArchiveError,
        spider::{Columns, Place, QuestionFileError, RepeatedId, RowReason},
        sqlite_file::SqliteFileError,
    },
};

/// What an import read and left out.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct ImportReport {
    /// What was given, in a word: the zip's, folder's or questions file's name.
    pub name: String,
    /// Size of all that was given, packed.
    pub bytes: u64,
    /// The columns that were taken for questions, gold SQL and so on.
    pub columns: Option<Columns>,
    /// All columns of the file that was chosen, at most 64.
    pub column_names: Vec<String>,
    /// The databases that were read, in the order in which questions first name them.
    pub databases: Vec<DatabaseRead>,
    /// All files that hold questions, the likeliest first.
    pub question_files: Vec<QuestionFileFound>,
    /// Questions that stand in the chosen file more than once, word for word; they are kept.
    pub repeated: u64,
    /// Ids that the chosen file gives to more than one question; they are kept.
    pub repeated_ids: Listed<RepeatedId>,
    /// Questions of the chosen file that cannot be used.
    pub skipped_questions: Listed<SkippedQuestion>,
    /// Files that should have been of use but cannot be read.
    pub skipped_files: Listed<SkippedFile>,
    /// Files that are of no use here.
    pub not_needed: Listed<SkippedFile>,
}

/// A database that was read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DatabaseRead {
    pub db: DbId,
    pub path: String,
    /// Of all its files.
    pub bytes: u64,
    /// Questions about it.
    pub questions: u64,
    /// Paths of its further files, on which a prediction must be right as well.
    #[serde(default)]
    pub others: Vec<String>,
}

/// A file of questions.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct QuestionFileFound {
    pub path: String,
    /// Questions that can be read from it, whether or not their databases are there.
    pub questions: u64,
    /// Whether this is the one that was loaded.
    pub chosen: bool,
}

/// The columns of a file of questions, and what is taken from where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChoosableColumns {
    pub path: String,
    pub names: Vec<String>,
    pub columns: Columns,
}

/// The first entries of a list, and how many there are.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Listed<T> {
    pub total: u64,
    /// At most [`Listed::SHOWN`].
    pub first: Vec<T>,
}

/// A question that cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SkippedQuestion {
    pub file: String,
    pub place: Place,
    pub reason: QuestionReason,
}

/// A file that was not used.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SkippedFile {
    pub file: String,
    pub reason: FileReason,
}

/// Why a question cannot be used. A sentence without its stop.
#[derive(Clone, Debug, PartialEq, Eq, Error, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum QuestionReason {
    #[error(transparent)]
    Row(RowReason),
    #[error("There is no database called {db}; add {db}.sqlite to use its questions")]
    NoDatabase { db: DbId },
    #[error("Its database {db} cannot be read: {reason}")]
    DatabaseUnusable { db: DbId, reason: FileReason },
}

/// Why a file was not used. Follows the file's name and a colon.
#[derive(Clone, Debug, PartialEq, Eq, Error, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FileReason {
    #[error("it is empty; download or copy it again")]
    Empty,
    /// In the browser's words.
    #[error("the browser could not read it ({message}); choose it again")]
    Unreadable { message: String },
    #[error("it has {}, and this page reads {} more; choose fewer or smaller files", format::bytes(*.bytes), format::bytes(*.limit))]
    TooLarge { bytes: u64, limit: u64 },
    #[error("it is a zip in a zip in a zip; unpack it and choose it by itself")]
    NestedArchive,
    #[error("it is packed once more in its zip, and has {}, where this page unpacks {} more; unpack it and choose it by itself", format::bytes(*.bytes), format::bytes(*.limit))]
    NestedTooLarge { bytes: u64, limit: u64 },
    #[error(transparent)]
    Archive(#[from] ArchiveError),
    #[error(transparent)]
    Questions(#[from] QuestionFileError),
    #[error(transparent)]
    Sqlite(#[from] SqliteFileError),
    #[error("it was not looked at, since there are more than {limit} files that may hold questions")]
    TooManyFiles { limit: usize },
    #[error("it is not a kind of file that is used here")]
    UnknownKind,
    #[error("it is {format}, which is not read here; {}", other_format_advice(.format))]
    OtherFormat { format: String },
    #[error("it is not needed: the databases themselves tell their schema")]
    Schema,
    #[error("it is not needed: the questions have their gold SQL with them")]
    GoldList,
    #[error("it is a side file of SQLite, and only the database file is read; close the program that has it open")]
    Journal,
    #[error("it is a text that is not read")]
    Text,
    #[error("no loaded question is about this database")]
    NoQuestions,
    #[error("{taken} was taken instead")]
    OtherTaken { taken: String },
}

fn other_format_advice(format: &str) -> &'static str {
    if format.ends_with("archive") {
        "unpack it and choose the folder, or pack it as a zip"
    } else {
        "save it as .jsonl or .csv"
    }
}

impl FileReason {
    pub(super) fn not_needed(why: NotNeeded) -> Self {
        match why {
            NotNeeded::Schema => Self::Schema,
            NotNeeded::GoldList => Self::GoldList,
            NotNeeded::Journal => Self::Journal,
            NotNeeded::Text => Self::Text,
        }
    }
}

impl<T> Default for Listed<T> {
    fn default() -> Self {
        Self { total: 0, first: Vec::new() }
    }
}

impl<T> Listed<T> {
    /// How many entries are kept.
    pub const SHOWN: usize = 200;

    /// Adds an entry, or only counts it.
    pub fn push(&mut self, entry: T) {
        self.total += 1;
        if self.first.len() < Self::SHOWN {
            self.first.push(entry);
        }
    }
}

impl ImportReport {
    /// The file of questions whose columns may be chosen: the one that was loaded, or the first of those that lack a column.
    pub fn choosable(&self) -> Option<ChoosableColumns> {
        if let (Some(file), Some(columns)) = (self.chosen(), &self.columns) {
            let (path, names, columns) = (file.path.clone(), self.column_names.clone(), columns.clone());
            return Some(ChoosableColumns { path, names, columns });
        }
        self.skipped_files.first.iter().find_map(|skipped| match &skipped.reason {
            FileReason::Questions(
                QuestionFileError::NoColumn { found, .. } | QuestionFileError::NoDatabaseColumn { found },
            ) => Some(ChoosableColumns {
                path: skipped.file.clone(),
                names: found.clone(),
                columns: Columns::proposed(found),
            }),
            _ => None,
        })
    }

    /// Questions that were loaded.
    pub fn questions(&self) -> u64 {
        self.databases.iter().map(|database| database.questions).sum()
    }

    /// The file of questions that was loaded.
    pub fn chosen(&self) -> Option<&QuestionFileFound> {
        self.question_files.iter().find(|file| file.chosen)
    }

    pub(super) fn skip_question(&mut self, file: &str, place: Place, reason: QuestionReason) {
        self.skipped_questions.push(SkippedQuestion { file: file.to_owned(), place, reason });
    }

    pub(super) fn skip_file(&mut self, file: String, reason: FileReason) {
        self.skipped_files.push(SkippedFile { file, reason });
    }

    pub(super) fn not_needed(&mut self, file: String, reason: FileReason) {
        self.not_needed.push(SkippedFile { file, reason });
    }
}

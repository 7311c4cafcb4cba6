//! Why an import gave nothing at all. Each says what to do, and all but the simplest carry the report, so that the screen
//! can show the causes in full.

use thiserror::Error;

use super::report::ImportReport;
use crate::run::format;

/// Why nothing could be imported. What was loaded before stays as it was.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum ImportError {
    #[error("No files were chosen. Choose a Spider folder or zip, or SQLite files together with their questions.")]
    NothingGiven,
    /// No file that was given is of a kind that holds questions, and there is no database to type some for.
    #[error(
        "There is no file of questions here. {}Add a .json, .jsonl, .csv or .tsv file with the columns question, query (the gold SQL) and db_id.",
        optional_causes(.report)
    )]
    NoQuestionFile { report: Box<ImportReport> },
    /// There are such files, or archives, but none could be read.
    #[error("No questions could be read. {}", causes(.report))]
    UnreadableQuestions { report: Box<ImportReport> },
    #[error(
        "{} could be read, but there is no database. {}Choose the .sqlite, .sqlite3 or .db files together with the questions.",
        format::count(*.questions, "question"),
        optional_causes(.report)
    )]
    NoDatabase { questions: usize, report: Box<ImportReport> },
    /// Questions and databases are there, but every question was skipped.
    #[error("{}. {first}.", none_of(*.skipped, file))]
    NoneUsable {
        skipped: u64,
        file: String,
        /// The first question's reason, with its place.
        first: String,
        report: Box<ImportReport>,
    },
    #[error("{path} cannot be loaded as the file of questions{}. Choose another one.", cause_of(path, .report))]
    ChoiceUnusable { path: String, report: Box<ImportReport> },
}

impl ImportError {
    /// What was found before the import failed.
    pub fn report(&self) -> Option<&ImportReport> {
        match self {
            Self::NothingGiven => None,
            Self::NoQuestionFile { report }
            | Self::UnreadableQuestions { report }
            | Self::NoDatabase { report, .. }
            | Self::NoneUsable { report, .. }
            | Self::ChoiceUnusable { report, .. } => Some(report),
        }
    }

    pub(super) fn none_usable(report: ImportReport) -> Self {
        let file = report.chosen().map(|file| file.path.clone()).unwrap_or_default();
        let skipped = report.skipped_questions.total;
        let first = report.skipped_questions.first.first();
        let first = first.map(|question| {
            let place = question.place.to_string();
            format!("{}{}: {}", place[..1].to_uppercase(), &place[1..], question.reason)
        });
        Self::NoneUsable { skipped, file, first: first.unwrap_or_default(), report: Box::new(report) }
    }
}

/// The first unreadable files with their reasons, as sentences.
fn causes(report: &ImportReport) -> String {
    let all = &report.skipped_files;
    let shown: Vec<String> =
        all.first.iter().take(3).map(|skipped| format!("{}: {}.", skipped.file, skipped.reason)).collect();
    let more = all.total.saturating_sub(shown.len() as u64);
    let more = if more > 0 { format!(" And {} more.", format::count(more as usize, "file")) } else { String::new() };
    shown.join(" ") + &more
}

fn optional_causes(report: &ImportReport) -> String {
    if report.skipped_files.total == 0 { String::new() } else { causes(report) + " " }
}

fn cause_of(path: &str, report: &ImportReport) -> String {
    let mut files = report.skipped_files.first.iter().chain(&report.not_needed.first);
    files.find(|skipped| skipped.file == path).map_or_else(String::new, |skipped| format!(": {}", skipped.reason))
}

fn none_of(skipped: u64, file: &str) -> String {
    match skipped {
        1 => format!("The only question in {file} cannot be used"),
        _ => format!("None of the {} questions in {file} can be used", format::thousands(skipped)),
    }
}

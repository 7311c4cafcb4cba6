//! From the files that a user gives to a dataset: a Spider or BIRD folder, a zip of one, or loose SQLite files with a
//! file of questions. Archives are read by ranges, and only the databases that the questions need are unpacked.
//! Databases without questions make a dataset too, whose questions are then typed in.
//! What cannot be used is in the report with its reason; an error means that nothing could be used at all.

mod databases;
mod error;
mod layout;
mod nested;
mod questions;
mod report;
mod source;

use std::rc::Rc;

use self::{databases::Loaded, questions::Chosen, source::Sources};
pub use self::{
    error::ImportError,
    report::{
        ChoosableColumns, DatabaseRead, FileReason, ImportReport, Listed, QuestionFileFound, QuestionReason,
        SkippedFile, SkippedQuestion,
    },
};
use crate::{
    domain::{
        dataset::{DatabaseFile, Dataset, Example},
        id::{DatasetId, DbId},
        sql::ResultComparison,
    },
    ports::files::InputFile,
    text2sql::{archive::crc32, spider::Columns},
};

/// What the user may decide about an import.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ImportChoice {
    /// The dataset's id; absent: made from its name and content, so that the same files give the same id.
    pub dataset: Option<DatasetId>,
    /// One of the report's `question_files`, by path; absent: the likeliest, which is `dev.json` if there is one.
    pub questions_file: Option<String>,
    /// Which columns of `questions_file` hold what; absent: guessed.
    pub columns: Option<Columns>,
}

/// How far an import is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ImportProgress {
    /// The file that is being read.
    pub file: String,
    /// Bytes of it that have been read, packed ones if it lies in a zip.
    pub done: u64,
    pub total: u64,
}

/// What an import gives.
#[derive(Clone, Debug)]
pub struct Import {
    pub dataset: Dataset,
    /// The SQLite files to be stored, by their ids: those that `dataset.databases` names, in that order.
    pub files: Vec<(DbId, Vec<u8>)>,
    pub report: ImportReport,
}

/// Reads what the user gave. Bounds: 256 MiB a question file, 1 GiB for all databases together.
pub async fn import(
    files: &[Rc<dyn InputFile>],
    choice: &ImportChoice,
    progress: &dyn Fn(ImportProgress),
) -> Result<Import, ImportError> {
    if files.is_empty() {
        return Err(ImportError::NothingGiven);
    }
    let mut report = ImportReport { bytes: files.iter().map(|file| file.size()).sum(), ..ImportReport::default() };
    let sources = Sources::open(files, progress, &mut report).await;
    report.name = sources.name();
    // Without any database, which one a question means is not yet what is wrong.
    let only_db = databases::only(&sources.databases).or_else(|| sources.databases.is_empty().then(DbId::default));
    let chosen = questions::choose(&sources, only_db.as_ref(), choice, progress, &mut report).await;
    let Chosen { path, checksum, questions } = match chosen {
        Err(ImportError::NoQuestionFile { .. }) if !sources.databases.is_empty() => {
            return without_questions(&sources, choice, progress, report).await;
        }
        chosen => chosen?,
    };
    if report.name.is_empty() {
        report.name = layout::file_name(&path).to_owned();
    }
    if sources.databases.is_empty() {
        return Err(ImportError::NoDatabase { questions: questions.examples.len(), report: Box::new(report) });
    }
    let comparison = if questions.columns.are_birds() { ResultComparison::Bird } else { ResultComparison::Spider };
    let Loaded { examples, files } = databases::load(&sources.databases, &path, questions, progress, &mut report).await;
    if examples.is_empty() {
        return Err(ImportError::none_usable(report));
    }
    let mut import = finished(examples, files, checksum, choice, report);
    import.dataset.comparison = comparison;
    Ok(import)
}

/// Databases alone: their questions may be typed in.
async fn without_questions(
    sources: &Sources,
    choice: &ImportChoice,
    progress: &dyn Fn(ImportProgress),
    mut report: ImportReport,
) -> Result<Import, ImportError> {
    let files = databases::load_alone(&sources.databases, progress, &mut report).await;
    let Some(first) = report.databases.first() else {
        return Err(ImportError::NoQuestionFile { report: Box::new(report) });
    };
    if report.name.is_empty() {
        report.name = layout::file_name(&first.path).to_owned();
    }
    Ok(finished(Vec::new(), files, 0, choice, report))
}

fn finished(
    examples: Vec<Example>,
    files: Vec<(DbId, Vec<u8>)>,
    checksum: u32,
    choice: &ImportChoice,
    report: ImportReport,
) -> Import {
    let id = choice.dataset.clone().unwrap_or_else(|| dataset_id(&report.name, checksum, &files));
    let stored = report.databases.iter().map(|database| DatabaseFile {
        db: database.db.clone(),
        bytes: database.bytes,
        others: database.others.iter().map(|path| databases::other_id(&database.db, path)).collect(),
    });
    let dataset =
        Dataset { id, name: report.name.clone(), examples, databases: stored.collect(), ..Dataset::default() };
    Import { dataset, files, report }
}

/// An id such as `spider-5f0c12ab`: the name's plain characters, and a checksum of questions and databases.
fn dataset_id(name: &str, questions: u32, files: &[(DbId, Vec<u8>)]) -> DatasetId {
    let mut facts = format!("{questions:08x}");
    for (db, content) in files {
        facts.push_str(&format!(" {db} {:08x}", crc32(content)));
    }
    let stem = name.rsplit_once('.').map_or(name, |(stem, _)| stem).to_lowercase();
    let plain: String = stem.chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '-' }).take(40).collect();
    let plain = plain.trim_matches('-');
    let plain = if plain.is_empty() { "data" } else { plain };
    format!("{plain}-{:08x}", crc32(facts.as_bytes())).into()
}

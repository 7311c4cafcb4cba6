//! Which SQLite file a question means, and reading those that are meant: each once, the best copy first, and the next one
//! if that is damaged. Several files in a database's own folder are all of it, as in the test suite.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    ImportProgress, layout,
    report::{DatabaseRead, FileReason, ImportReport, QuestionReason},
    source::Source,
};
use crate::{
    domain::{dataset::Example, id::DbId},
    text2sql::{spider::QuestionFile, sqlite_file},
};

/// The most that all databases together may hold, in bytes: they pass through the page's memory.
const MAX_TOTAL: u64 = 1 << 30;

/// The most databases that are read when no question says which are meant.
const MAX_ALONE: usize = 16;

/// The databases that questions mean, and the questions that mean them.
#[derive(Default)]
pub struct Loaded {
    pub examples: Vec<Example>,
    pub files: Vec<(DbId, Vec<u8>)>,
}

/// The one database that there is, if there is just one (in however many copies).
pub fn only(databases: &[Source]) -> Option<DbId> {
    let names: BTreeSet<String> = databases.iter().map(|source| layout::stem(&source.path).to_lowercase()).collect();
    databases.first().filter(|_| names.len() == 1).map(|source| layout::stem(&source.path).into())
}

/// Reads the databases of `questions`, which come from `file`. Questions whose database is missing or unusable go to the
/// report, those that stay name their database as it is stored.
pub async fn load(
    databases: &[Source],
    file: &str,
    questions: QuestionFile,
    progress: &dyn Fn(ImportProgress),
    report: &mut ImportReport,
) -> Loaded {
    let mut loaded = Loaded::default();
    let mut meant: BTreeMap<DbId, Result<usize, QuestionReason>> = BTreeMap::new();
    let mut seen = BTreeSet::new();
    let named: BTreeSet<String> = questions.examples.iter().map(|example| example.db.as_str().to_lowercase()).collect();
    for (mut example, place) in questions.examples.into_iter().zip(questions.places) {
        if !meant.contains_key(&example.db) {
            let found = find(databases, &example.db, &named, &mut loaded.files, progress, report).await;
            meant.insert(example.db.clone(), found);
        }
        match &meant[&example.db] {
            Ok(index) => {
                let database = &mut report.databases[*index];
                database.questions += 1;
                example.db = database.db.clone();
                report.repeated +=
                    u64::from(!seen.insert((example.db.clone(), example.question.clone(), example.gold.clone())));
                loaded.examples.push(example);
            }
            Err(reason) => report.skip_question(file, place, reason.clone()),
        }
    }
    report_unused(databases, report);
    loaded
}

/// Reads databases that came without questions, each file one; those above `MAX_ALONE` are in the report.
pub async fn load_alone(
    databases: &[Source],
    progress: &dyn Fn(ImportProgress),
    report: &mut ImportReport,
) -> Vec<(DbId, Vec<u8>)> {
    let named: BTreeSet<String> = databases.iter().map(|source| layout::stem(&source.path).to_lowercase()).collect();
    let mut files = Vec::new();
    for name in named.iter().take(MAX_ALONE) {
        // Why one cannot be read is in the report.
        find(databases, &DbId::from(name.as_str()), &named, &mut files, progress, report).await.ok();
    }
    report_unused(databases, report);
    files
}

/// The place of `db` in the report's databases, read now if it was not before. `named` are all databases that questions
/// name, in lower case.
async fn find(
    databases: &[Source],
    db: &DbId,
    named: &BTreeSet<String>,
    files: &mut Vec<(DbId, Vec<u8>)>,
    progress: &dyn Fn(ImportProgress),
    report: &mut ImportReport,
) -> Result<usize, QuestionReason> {
    let mut candidates: Vec<_> = databases
        .iter()
        .filter_map(|source| layout::database_rank(&source.path, db.as_str()).map(|rank| (rank, source)))
        .collect();
    candidates.sort_by(|a, b| a.0.cmp(&b.0));
    let mut first_failure = None;
    for (_, source) in candidates {
        if let Some(known) = report.databases.iter().position(|database| database.path == source.path) {
            return Ok(known);
        }
        match read(source, room(report, 0), progress).await {
            Ok(content) => {
                let id = stored_id(&source.path, db);
                let mut read = DatabaseRead {
                    db: id.clone(),
                    path: source.path.clone(),
                    bytes: content.len() as u64,
                    questions: 0,
                    others: Vec::new(),
                };
                files.push((id, content));
                read_others(&others(databases, source, db, named), &mut read, files, progress, report).await;
                report.databases.push(read);
                return Ok(report.databases.len() - 1);
            }
            Err(reason) => {
                skip_once(report, source, &reason);
                first_failure = first_failure.or(Some(reason));
            }
        }
    }
    Err(match first_failure {
        Some(reason) => QuestionReason::DatabaseUnusable { db: db.clone(), reason },
        None => QuestionReason::NoDatabase { db: db.clone() },
    })
}

/// The further files of `db`: those in its folder beside `first`, in the order of their names. A file that questions name as
/// a database of its own is none, nor is another copy of the first.
fn others<'a>(databases: &'a [Source], first: &Source, db: &DbId, named: &BTreeSet<String>) -> Vec<&'a Source> {
    let own_folder = layout::folder(&first.path).to_lowercase() == db.as_str().to_lowercase();
    let is_other = |source: &&Source| {
        let name = layout::file_name(&source.path);
        own_folder
            && layout::parent(&source.path) == layout::parent(&first.path)
            && name != layout::file_name(&first.path)
            && name.contains(".sqlite")
            && !named.contains(&layout::stem(name).to_lowercase())
    };
    let mut others: Vec<_> = databases.iter().filter(is_other).collect();
    others.sort_by(|a, b| a.path.cmp(&b.path));
    others.dedup_by(|a, b| a.path == b.path);
    others
}

/// Reads the further files of a database. One that cannot be used is in the report, and is not judged on.
async fn read_others(
    others: &[&Source],
    database: &mut DatabaseRead,
    files: &mut Vec<(DbId, Vec<u8>)>,
    progress: &dyn Fn(ImportProgress),
    report: &mut ImportReport,
) {
    for source in others {
        match read(source, room(report, database.bytes), progress).await {
            Ok(content) => {
                database.bytes += content.len() as u64;
                database.others.push(source.path.clone());
                files.push((other_id(&database.db, &source.path), content));
            }
            Err(reason) => skip_once(report, source, &reason),
        }
    }
}

/// The id under which a further file of `db` is stored: `shop/shop_2.sqlite`.
pub fn other_id(db: &DbId, path: &str) -> DbId {
    format!("{db}/{}", layout::file_name(path)).into()
}

/// Bytes that may still be read, when `more` are read but not in the report yet.
fn room(report: &ImportReport, more: u64) -> u64 {
    let used: u64 = report.databases.iter().map(|database| database.bytes).sum();
    MAX_TOTAL.saturating_sub(used + more)
}

fn skip_once(report: &mut ImportReport, source: &Source, reason: &FileReason) {
    if !report.skipped_files.first.iter().any(|skipped| skipped.file == source.path) {
        report.skip_file(source.path.clone(), reason.clone());
    }
}

async fn read(source: &Source, limit: u64, progress: &dyn Fn(ImportProgress)) -> Result<Vec<u8>, FileReason> {
    let mut content = source.read(limit, progress).await?;
    sqlite_file::check(&content)?;
    sqlite_file::leave_wal_mode(&mut content);
    Ok(content)
}

/// The file's spelling of the name, so that a database which is named in two ways is stored once.
fn stored_id(path: &str, db: &DbId) -> DbId {
    let is_name = |name: &str| name.to_lowercase() == db.as_str().to_lowercase();
    if is_name(layout::stem(path)) || is_name(layout::file_name(path)) {
        layout::stem(path).into()
    } else {
        layout::folder(path).into()
    }
}

fn report_unused(databases: &[Source], report: &mut ImportReport) {
    let same_name = |a: &str, b: &str| layout::stem(a).to_lowercase() == layout::stem(b).to_lowercase();
    for source in databases {
        let path = &source.path;
        let known = report.databases.iter().any(|database| database.path == *path || database.others.contains(path))
            || report.skipped_files.first.iter().any(|skipped| skipped.file == *path);
        if known {
            continue;
        }
        let taken = report.databases.iter().find(|database| {
            same_name(&database.path, path) || database.db.as_str().eq_ignore_ascii_case(layout::folder(path))
        });
        let reason = match taken {
            Some(database) => FileReason::OtherTaken { taken: database.path.clone() },
            None => FileReason::NoQuestions,
        };
        report.not_needed(path.clone(), reason);
    }
}

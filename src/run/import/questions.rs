//! Which of the given files is the one with the questions, and what it holds. All that may be are read, so that the user
//! can be told what else there is to choose.

use super::{
    ImportChoice, ImportProgress,
    error::ImportError,
    layout,
    report::{FileReason, ImportReport, QuestionFileFound, QuestionReason},
    source::Sources,
};
use crate::{
    domain::id::DbId,
    text2sql::{
        archive::crc32,
        spider::{QuestionFile, read_questions},
    },
};

/// The most that one file of questions may hold, in bytes.
const MAX_FILE: u64 = 256 << 20;
/// The most files that are looked at.
const MAX_FILES: usize = 64;

/// The file of questions that was chosen.
pub struct Chosen {
    pub path: String,
    /// Of its bytes, and of the columns where they were not the guessed ones.
    pub checksum: u32,
    pub questions: QuestionFile,
}

/// Reads all files of questions and chooses one: the user's choice, else the likeliest with a question that can be read.
pub async fn choose(
    sources: &Sources,
    only_db: Option<&DbId>,
    choice: &ImportChoice,
    progress: &dyn Fn(ImportProgress),
    report: &mut ImportReport,
) -> Result<Chosen, ImportError> {
    let mut candidates: Vec<_> = sources.questions.iter().collect();
    candidates.sort_by_cached_key(|(source, _)| {
        let wanted = choice.questions_file.as_ref() == Some(&source.path);
        (!wanted, layout::question_rank(&source.path))
    });
    let mut chosen: Option<Chosen> = None;
    let mut failed = Vec::new();
    for (index, (source, format)) in candidates.into_iter().enumerate() {
        let path = source.path.clone();
        if index >= MAX_FILES {
            report.not_needed(path, FileReason::TooManyFiles { limit: MAX_FILES });
            continue;
        }
        let columns = choice.columns.as_ref().filter(|_| choice.questions_file.as_ref() == Some(&path));
        let read = source.read(MAX_FILE, progress).await.and_then(|bytes| {
            let questions = read_questions(&bytes, *format, only_db, columns)?;
            let mut checksum = crc32(&bytes);
            if !questions.guessed {
                checksum ^= crc32(format!("{:?}", questions.columns).as_bytes());
            }
            Ok(Chosen { path: path.clone(), checksum, questions })
        });
        match read {
            Ok(file) => {
                let questions = file.questions.examples.len() as u64;
                report.question_files.push(QuestionFileFound { path, questions, chosen: false });
                // A file in which every row is wrong is taken only if there is no better one: its reasons are then the answer.
                let better = chosen.as_ref().is_none_or(|best| best.questions.examples.is_empty() && questions > 0);
                if better {
                    chosen = Some(file);
                }
            }
            Err(reason) => failed.push((path, reason)),
        }
    }
    for (path, reason) in failed {
        let other_content = matches!(&reason, FileReason::Questions(error) if error.is_other_content());
        if other_content && chosen.is_some() {
            report.not_needed(path, reason);
        } else {
            report.skip_file(path, reason);
        }
    }
    settle(chosen, choice, report)
}

fn settle(chosen: Option<Chosen>, choice: &ImportChoice, report: &mut ImportReport) -> Result<Chosen, ImportError> {
    let copy = |report: &ImportReport| Box::new(report.clone());
    if let Some(path) = &choice.questions_file
        && chosen.as_ref().is_none_or(|chosen| chosen.path != *path)
    {
        return Err(ImportError::ChoiceUnusable { path: path.clone(), report: copy(report) });
    }
    let Some(chosen) = chosen else {
        return Err(match report.skipped_files.total {
            0 => ImportError::NoQuestionFile { report: copy(report) },
            _ => ImportError::UnreadableQuestions { report: copy(report) },
        });
    };
    for file in &mut report.question_files {
        file.chosen = file.path == chosen.path;
    }
    report.columns = Some(chosen.questions.columns.clone());
    report.column_names.clone_from(&chosen.questions.names);
    for repeated in &chosen.questions.repeated_ids {
        report.repeated_ids.push(repeated.clone());
    }
    for problem in &chosen.questions.problems {
        report.skip_question(&chosen.path, problem.place, QuestionReason::Row(problem.reason.clone()));
    }
    Ok(chosen)
}

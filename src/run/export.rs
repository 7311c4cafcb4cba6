//! What leaves the page, as ordinary files, and reading it back. None of them holds a key: no part of a run has one.

pub mod files;
pub mod piece;
mod prompt;
mod questions;
mod reading;
pub mod report;
pub mod secrets;
pub mod training;
pub mod zip;

use serde::{Deserialize, Serialize};
use thiserror::Error;

pub use self::{
    prompt::{candidate_md, prompt_json, prompt_md, winner_json, winner_md},
    questions::typed_jsonl,
    reading::{LeftOut, Looked, Reading},
};
use super::{
    verdict::told,
    view::{Mark, RunView},
};
use crate::domain::{
    config::RunConfig,
    event::{Entry, JOURNAL_VERSION},
    rollout::{Outcome, Purpose, Rollout},
};

/// A file to be saved.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Export {
    /// Name with its ending.
    pub name: String,
    pub mime: &'static str,
    pub content: String,
}

/// The format name of an exported prompt.
pub const PROMPT_FORMAT: &str = "promptbeam-prompt/1";
/// The format name of exported settings.
pub const SETTINGS_FORMAT: &str = "promptbeam-settings/1";

/// What stands in a verdict's row where other rows have a step and a purpose.
const VERDICT: &str = "verdict";

/// A row for each rollout, and the verdict as the last one: its `purpose` is `verdict`, its `version` the prompt to keep, its
/// `reward` empty.
pub fn results_csv(view: &RunView) -> Option<Export> {
    let started = view.started.as_ref()?;
    let mut writer = csv::Writer::from_writer(Vec::new());
    let header = [
        "step",
        "version",
        "purpose",
        "question_id",
        "db_id",
        "question",
        "gold",
        "predicted",
        "outcome",
        "reward",
        "diagnosis",
        "difference",
    ];
    let written = "a CSV in memory cannot fail to be written";
    writer.write_record(header).expect(written);
    for rollout in &view.rollouts {
        let example = started.examples.iter().find(|example| example.id == rollout.example);
        let reward = rollout.outcome.reward().map(|reward| reward.to_string()).unwrap_or_default();
        let (diagnosis, difference) = reasons(rollout);
        writer
            .write_record([
                rollout.step.as_str(),
                &rollout.version.to_string(),
                purpose_name(rollout.purpose),
                rollout.example.as_str(),
                example.map_or("", |example| example.db.as_str()),
                example.map_or("", |example| &example.question),
                example.map_or("", |example| &example.gold),
                rollout.query().unwrap_or_default(),
                mark_name(Mark::from(&rollout.outcome)),
                &reward,
                diagnosis,
                difference,
            ])
            .expect(written);
    }
    if let Some(told) = told(view) {
        let (keep, paragraph) = (told.keep.to_string(), told.paragraph());
        let row = [VERDICT, &keep, VERDICT, "", "", "", "", "", told.verdict, "", &told.headline, &paragraph];
        writer.write_record(row).expect(written);
    }
    let content = String::from_utf8(writer.into_inner().expect(written)).expect("all fields are text");
    Some(Export { name: file_name(view, "results", "csv"), mime: "text/csv", content })
}

/// The run's whole journal, a line for each entry; opened elsewhere it shows the same run.
pub fn run_jsonl(view: &RunView, entries: &[Entry]) -> Option<Export> {
    let mut content = String::new();
    for entry in entries {
        content.push_str(&serde_json::to_string(entry).expect("entries have text keys only"));
        content.push('\n');
    }
    (!content.is_empty()).then(|| Export { name: file_name(view, "run", "jsonl"), mime: "application/jsonl", content })
}

/// All settings of a run, or of the draft.
pub fn settings_json(config: &RunConfig) -> Export {
    let content = pretty(&SettingsFile { format: SETTINGS_FORMAT.into(), settings: config.clone() });
    Export { name: "promptbeam-settings.json".into(), mime: "application/json", content }
}

#[derive(Serialize, Deserialize)]
struct SettingsFile {
    format: String,
    settings: RunConfig,
}

/// Why a file is no run or no settings; says what to do.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum ReadError {
    #[error("This file is empty. Choose a .jsonl file that was exported as a run.")]
    Empty,
    #[error(
        "Line {line} is not an entry of a run ({message}). Choose a .jsonl file that was exported as a run, unchanged."
    )]
    Entry { line: usize, message: String },
    #[error("The run does not begin with its start. The file is incomplete: export it again.")]
    NoStart,
    #[error(
        "Line {line} is out of order: entry {found} stands where {expected} belongs. The file was changed or cut: export it again."
    )]
    Order { line: usize, expected: u64, found: u64 },
    #[error(
        "This run was written by a newer version of the page (journal {found}; this page reads up to {JOURNAL_VERSION}). Reload the page."
    )]
    Newer { found: u32 },
    #[error("This is not a settings file ({message}). Choose a .json file that was exported as settings.")]
    Settings { message: String },
}

/// Reads an exported run.
pub fn read_run(text: &str) -> Result<Vec<Entry>, ReadError> {
    let mut reading = Reading::of(text);
    while reading.go_on(usize::MAX)?.is_some() {}
    Ok(reading.finish())
}

/// Reads exported settings. What is missing has its default.
pub fn read_settings(text: &str) -> Result<RunConfig, ReadError> {
    let file: SettingsFile = serde_json::from_str(text.trim_start_matches('\u{feff}'))
        .map_err(|error| ReadError::Settings { message: reading::why(&error) })?;
    match file.format == SETTINGS_FORMAT {
        true => Ok(file.settings),
        false => Err(ReadError::Settings { message: format!("its format is “{}”", file.format) }),
    }
}

/// A purpose as tables and files name it.
pub fn purpose_name(purpose: Purpose) -> &'static str {
    match purpose {
        Purpose::Train => "train",
        Purpose::Batch => "validation batch",
        Purpose::Validation => "validation",
        Purpose::HeldOut => "held-out",
    }
}

fn mark_name(mark: Mark) -> &'static str {
    match mark {
        Mark::Right => "right",
        Mark::Wrong => "wrong",
        Mark::NoAnswer => "no answer",
        Mark::Unfinished => "unfinished",
    }
}

fn reasons(rollout: &Rollout) -> (&'static str, &str) {
    match &rollout.outcome {
        Outcome::Judged(judgement) => {
            (judgement.diagnosis.map_or("", |diagnosis| diagnosis.words()), &judgement.difference)
        }
        Outcome::NoAnswer { .. } | Outcome::Unfinished => ("", ""),
    }
}

fn pretty(value: &impl Serialize) -> String {
    let mut text = serde_json::to_string_pretty(value).expect("only text keys");
    text.push('\n');
    text
}

/// Characters of a run's name in a file's: file systems take 255 bytes in all.
const LONGEST_NAME: usize = 100;

/// The run's name, cut down to what every file system takes, with what the file is.
fn file_name(view: &RunView, what: &str, ending: &str) -> String {
    let name = view.started.as_ref().map_or("promptbeam", |started| &started.name);
    let plain: String =
        name.chars().map(|c| if c.is_ascii_alphanumeric() { c.to_ascii_lowercase() } else { '-' }).collect();
    let parts: Vec<&str> = plain.split('-').filter(|part| !part.is_empty()).collect();
    let plain = if parts.is_empty() { "promptbeam".to_owned() } else { parts.join("-") };
    let plain = plain.get(..LONGEST_NAME).unwrap_or(&plain).trim_end_matches('-');
    format!("{plain}-{what}.{ending}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn settings_come_back_as_they_left() {
        let mut config = RunConfig::default();
        config.apo.beam_width = 2;
        config.agent.write.0.push_str("\n\"quoted\" {dialect}");
        assert_eq!(read_settings(&settings_json(&config).content), Ok(config));
    }

    #[test]
    fn files_that_are_something_else_are_told_so() {
        assert!(matches!(read_settings("[]"), Err(ReadError::Settings { .. })));
        assert!(matches!(read_settings(r#"{"format":"x","settings":{}}"#), Err(ReadError::Settings { .. })));
        assert_eq!(read_run(" \n"), Err(ReadError::Empty));
        assert!(matches!(read_run("{}"), Err(ReadError::Entry { line: 1, .. })));
        let told = |text: &str| read_run(text).map_err(|error| error.to_string()).err().unwrap_or_default();
        assert!(told("no run at all").starts_with("Line 1 is not an entry of a run (it is not JSON)."));
        assert!(told("{\"seq\":0,\"at\"").starts_with("Line 1 is not an entry of a run (it ends in the middle)."));
        assert_eq!(read_run(r#"{"seq":0,"at":1.0,"type":"run_resumed"}"#), Err(ReadError::NoStart));
        assert_eq!(
            read_run("{\"seq\":1,\"at\":1.0,\"type\":\"run_resumed\"}"),
            Err(ReadError::Order { line: 1, expected: 0, found: 1 })
        );
    }
}

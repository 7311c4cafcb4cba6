//! All files that a run can leave as, by name: what the Export screen lists and what stands together in one zip.

use super::{
    Export,
    piece::{Library, piece},
    prompt_json, prompt_md,
    report::report_html,
    results_csv, run_jsonl, settings_json,
    training::{TrainingFile, training_file},
    winner_json, winner_md,
};
use crate::{
    domain::{config::RunConfig, event::Entry},
    run::view::RunView,
};

/// A file that can be exported.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum FileKind {
    /// The recommended prompt.
    PromptMd,
    PromptJson,
    /// The winner, where the verdict recommends the original.
    WinnerMd,
    WinnerJson,
    ResultsCsv,
    Report,
    Run,
    Settings,
    Training(TrainingFile),
    Piece(Library),
}

impl FileKind {
    /// All of them, in the order of the screen.
    pub const ALL: [FileKind; 17] = [
        FileKind::PromptMd,
        FileKind::PromptJson,
        FileKind::WinnerMd,
        FileKind::WinnerJson,
        FileKind::Piece(Library::LangGraph),
        FileKind::Piece(Library::Dspy),
        FileKind::Piece(Library::OpenAi),
        FileKind::Piece(Library::AgentLightning),
        FileKind::Report,
        FileKind::ResultsCsv,
        FileKind::Run,
        FileKind::Training(TrainingFile::Tasks),
        FileKind::Training(TrainingFile::Rollouts),
        FileKind::Training(TrainingFile::Sft),
        FileKind::Training(TrainingFile::Preferences),
        FileKind::Training(TrainingFile::Triplets),
        FileKind::Settings,
    ];

    /// Its name in a URL and in test ids.
    pub fn slug(self) -> &'static str {
        match self {
            FileKind::PromptMd => "prompt-md",
            FileKind::PromptJson => "prompt-json",
            FileKind::WinnerMd => "winner-md",
            FileKind::WinnerJson => "winner-json",
            FileKind::ResultsCsv => "results-csv",
            FileKind::Report => "report",
            FileKind::Run => "run",
            FileKind::Settings => "settings",
            FileKind::Training(file) => file.name(),
            FileKind::Piece(library) => library.name(),
        }
    }

    /// Its name for people.
    pub fn title(self) -> &'static str {
        match self {
            FileKind::PromptMd => "Prompt, .md",
            FileKind::PromptJson => "Prompt, .json",
            FileKind::WinnerMd => "Winner, .md",
            FileKind::WinnerJson => "Winner, .json",
            FileKind::ResultsCsv => "Results, .csv",
            FileKind::Report => "Report, .html",
            FileKind::Run => "Run, .jsonl",
            FileKind::Settings => "Settings, .json",
            FileKind::Training(TrainingFile::Tasks) => "Training: tasks, .jsonl",
            FileKind::Training(TrainingFile::Rollouts) => "Training: rollouts, .jsonl",
            FileKind::Training(TrainingFile::Sft) => "Training: sft, .jsonl",
            FileKind::Training(TrainingFile::Preferences) => "Training: preferences, .jsonl",
            FileKind::Training(TrainingFile::Triplets) => "Training: triplets, .jsonl",
            FileKind::Piece(Library::LangGraph) => "LangGraph / LangChain, .py",
            FileKind::Piece(Library::Dspy) => "DSPy, .py",
            FileKind::Piece(Library::OpenAi) => "OpenAI SDK, .py",
            FileKind::Piece(Library::AgentLightning) => "Agent Lightning, .py",
        }
    }

    /// What it has a line for, if it has lines.
    pub fn rows(self) -> Option<&'static str> {
        match self {
            FileKind::Run => Some("event"),
            FileKind::Training(TrainingFile::Tasks) => Some("question"),
            FileKind::Training(TrainingFile::Rollouts) => Some("rollout"),
            FileKind::Training(TrainingFile::Sft) => Some("conversation"),
            FileKind::Training(TrainingFile::Preferences) => Some("pair"),
            FileKind::Training(TrainingFile::Triplets) => Some("call"),
            _ => None,
        }
    }
}

/// The files that a run has; those of the winner only where another prompt is recommended.
pub fn offered(view: &RunView) -> impl Iterator<Item = FileKind> {
    let is_overruled = view.recommended() != view.best;
    let is_winners = |kind: &FileKind| matches!(kind, FileKind::WinnerMd | FileKind::WinnerJson);
    FileKind::ALL.into_iter().filter(move |kind| is_overruled || !is_winners(kind))
}

/// One file; `None` while there is nothing to put into it. `settings` are those of the draft, for when there is no run.
pub fn file(kind: FileKind, view: &RunView, entries: &[Entry], settings: &RunConfig) -> Option<Export> {
    match kind {
        FileKind::PromptMd => prompt_md(view),
        FileKind::PromptJson => prompt_json(view),
        FileKind::WinnerMd => winner_md(view),
        FileKind::WinnerJson => winner_json(view),
        FileKind::ResultsCsv => results_csv(view),
        FileKind::Report => report_html(view),
        FileKind::Run => run_jsonl(view, entries),
        FileKind::Settings => Some(settings_json(view.started.as_ref().map_or(settings, |started| &started.config))),
        FileKind::Training(file) => training_file(view, entries, file),
        FileKind::Piece(library) => piece(view, library, view.recommended()),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn every_file_has_a_name_of_its_own() {
        assert_eq!(FileKind::ALL.map(FileKind::slug).into_iter().collect::<HashSet<_>>().len(), FileKind::ALL.len());
        assert_eq!(FileKind::ALL.map(FileKind::title).into_iter().collect::<HashSet<_>>().len(), FileKind::ALL.len());
    }

    #[test]
    fn without_a_run_there_are_only_the_settings() {
        let view = RunView::default();
        let made = |kind: &FileKind| file(*kind, &view, &[], &RunConfig::default()).is_some();
        assert_eq!(FileKind::ALL.into_iter().filter(made).collect::<Vec<_>>(), [FileKind::Settings]);
    }
}

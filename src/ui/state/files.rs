//! Files out and in: exports, and opening what was exported.

use std::rc::Rc;

use leptos::{prelude::*, task::spawn_local};

use super::AppState;
use crate::{
    browser::files::Downloads,
    domain::{
        event::{Entry, Event},
        id::{DatasetId, RunId, Version},
    },
    ports::{
        files::{FileError, Files, InputFile},
        store::{RunState, RunSummary},
    },
    run::{
        export::{self, Export, ReadError, read_run, read_settings},
        view::RunView,
    },
};

/// What can be exported.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ExportKind {
    PromptMd,
    PromptJson,
    ResultsCsv,
    Run,
    Settings,
}

impl AppState {
    /// The file as it would be saved; `None` while there is nothing to put into it.
    pub fn export_preview(self, kind: ExportKind) -> Option<Export> {
        let of_run = |make: fn(&RunView) -> Option<Export>| self.run.with(make);
        match kind {
            ExportKind::PromptMd => of_run(export::prompt_md),
            ExportKind::PromptJson => of_run(export::prompt_json),
            ExportKind::ResultsCsv => of_run(export::results_csv),
            ExportKind::Run => self.run.with(|run| export::run_jsonl(run, &self.inner().entries.borrow())),
            ExportKind::Settings => {
                let of_run = self.run.with(|run| run.started.as_ref().map(|started| started.config.clone()));
                Some(export::settings_json(&of_run.unwrap_or_else(|| self.effective_config())))
            }
        }
    }

    /// Saves a file in the user's downloads.
    pub fn export(self, kind: ExportKind) {
        let Some(export) = untrack(|| self.export_preview(kind)) else { return };
        spawn_local(async move {
            if let Err(error) = Downloads.save(&export.name, export.mime, export.content.as_bytes()).await {
                self.tell(&error);
            }
        });
    }

    /// Saves the text of one of the run's prompts.
    pub fn save_candidate(self, version: Version) {
        let Some(export) = self.run.with_untracked(|run| export::candidate_md(run, version)) else { return };
        spawn_local(async move {
            if let Err(error) = Downloads.save(&export.name, export.mime, export.content.as_bytes()).await {
                self.tell(&error);
            }
        });
    }

    /// Opens an exported run: it is stored and shown. Its dataset is found again if it is here.
    pub fn import_run(self, file: Rc<dyn InputFile>) {
        self.notice.set(None);
        self.stop();
        spawn_local(async move {
            self.until_idle().await;
            if let Err(words) = self.try_import_run(&*file).await {
                self.notice.set(Some(format!("{}: {words}", file.path())));
            }
        });
    }

    async fn try_import_run(self, file: &dyn InputFile) -> Result<(), String> {
        let text = read_text(file).await?;
        let entries = read_run(&text).map_err(|error| error.to_string())?;
        let id = RunId::from(format!("run-{:.0}", self.clock().now()));
        let mut view = RunView::of(&entries);
        view.settle();
        let dataset = self.dataset_like(&entries);
        let known = RunSummary { id: id.clone(), dataset, ..RunSummary::default() };
        let store = self.store();
        store.save_journal(&id, &entries).await.map_err(|error| error.to_string())?;
        store.save_summary(&view.summary(known)).await.map_err(|error| error.to_string())?;
        self.refresh_lists().await.map_err(|error| error.to_string())?;
        self.show(id, entries, view);
        Ok(())
    }

    /// The stored dataset whose name is that of the run's and that can serve it; none if there is none.
    fn dataset_like(self, entries: &[Entry]) -> DatasetId {
        let name = match entries.first().map(|entry| &entry.event) {
            Some(Event::RunStarted(started)) => started.dataset.clone(),
            _ => String::new(),
        };
        self.datasets.with_untracked(|datasets| {
            datasets.iter().find(|known| known.name == name).map(|known| known.id.clone()).unwrap_or_default()
        })
    }

    /// Opens exported settings: they become the draft. Keys stay as they are.
    pub fn import_settings(self, file: Rc<dyn InputFile>) {
        self.notice.set(None);
        spawn_local(async move {
            let read = match read_text(&*file).await {
                Ok(text) => read_settings(&text).map_err(|error: ReadError| error.to_string()),
                Err(words) => Err(words),
            };
            match read {
                Ok(config) => {
                    let models = &config.models;
                    let same = |a: &crate::domain::config::ModelConfig, b: &crate::domain::config::ModelConfig| {
                        (a.provider, &a.url, &a.name) == (b.provider, &b.url, &b.name)
                    };
                    self.models_same.set(same(&models.agent, &models.critic) && same(&models.agent, &models.editor));
                    self.config.set(config);
                }
                Err(words) => self.notice.set(Some(format!("{}: {words}", file.path()))),
            }
        });
    }

    /// Whether a run is on the screens.
    pub fn has_run(self) -> bool {
        self.run.with(|run| run.state != RunState::Idle)
    }
}

async fn read_text(file: &dyn InputFile) -> Result<String, String> {
    let bytes = file.read(0, file.size()).await.map_err(|error: FileError| error.to_string())?;
    String::from_utf8(bytes)
        .map_err(|_| "This is not a text file. Choose a file that was exported from this page.".to_owned())
}

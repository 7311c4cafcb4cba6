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
    run::export::{
        Export, ReadError, candidate_md,
        files::{FileKind, file},
        read_settings, typed_jsonl,
        zip::zip,
    },
};

impl AppState {
    /// The file as it would be saved; `None` while there is nothing to put into it.
    pub fn export_preview(self, kind: FileKind) -> Option<Export> {
        let settings = self.effective_config();
        self.run.with(|run| file(kind, run, &self.inner().entries.borrow(), &settings))
    }

    /// Saves a file in the user's downloads.
    pub fn export(self, kind: FileKind) {
        let Some(export) = untrack(|| self.export_preview(kind)) else { return };
        self.save(export.name, export.mime, export.content.into_bytes());
    }

    /// Saves several files as one zip; those that there are not yet are left out.
    pub fn export_zip(self, name: &'static str, kinds: &[FileKind]) {
        let files: Vec<Export> = untrack(|| kinds.iter().filter_map(|kind| self.export_preview(*kind)).collect());
        match zip(&files) {
            Ok(bytes) => self.save(format!("promptbeam-{name}.zip"), "application/zip", bytes),
            Err(error) => self.tell(&error),
        }
    }

    fn save(self, name: String, mime: &'static str, bytes: Vec<u8>) {
        spawn_local(async move {
            if let Err(error) = Downloads.save(&name, mime, &bytes).await {
                self.tell(&error);
            }
        });
    }

    /// Saves the text of one of the run's prompts.
    pub fn save_candidate(self, version: Version) {
        let Some(export) = self.run.with_untracked(|run| candidate_md(run, version)) else { return };
        self.save(export.name, export.mime, export.content.into_bytes());
    }

    /// Saves the questions of the current dataset that are in no file.
    pub fn save_typed(self) {
        let export = self.dataset.with_untracked(|dataset| dataset.as_ref().and_then(|dataset| typed_jsonl(dataset)));
        let Some(export) = export else { return };
        self.save(export.name, export.mime, export.content.into_bytes());
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
        self.take_in(text).await
    }

    /// Whether the run on the screens was opened from a file.
    pub fn is_received(self) -> bool {
        let id = self.run_id.get();
        self.runs.with(|runs| runs.iter().any(|known| Some(&known.id) == id.as_ref() && known.received))
    }

    /// What of a run's summary is not in its journal.
    pub(super) fn known_summary(self, id: &RunId, dataset: DatasetId) -> RunSummary {
        let is_this = |known: &&RunSummary| known.id == *id;
        let received = self.runs.with_untracked(|runs| runs.iter().find(is_this).is_some_and(|known| known.received));
        RunSummary { id: id.clone(), dataset, received, ..RunSummary::default() }
    }

    /// The stored dataset whose name is that of the run's and that can serve it; none if there is none.
    pub(super) fn dataset_like(self, entries: &[Entry]) -> DatasetId {
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

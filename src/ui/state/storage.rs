//! Opening storage, keeping the draft, and what Settings asks of the browser.

use std::rc::Rc;

use futures::channel::oneshot;
use leptos::{prelude::*, task::spawn_local};
use serde::{Deserialize, Serialize};

use super::{AppState, elsewhere::ELSEWHERE};
use crate::{
    browser::{
        answers::{self, IndexedDbAnswers},
        offline::take_over,
        store::{IndexedDbStore, is_persistent, persist, space},
    },
    domain::{
        config::RunConfig,
        id::{DatasetId, RunId},
    },
    ports::{
        answers::CacheSize,
        store::{RunState, StoreError},
    },
    run::{format::count, view::RunView},
};

const DATABASE: &str = "promptbeam";
const DRAFT: &str = "draft";
/// The setting that holds what models were found to take.
const CAPABILITIES: &str = "capabilities";

/// Where the page's data is kept.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Storage {
    #[default]
    Opening,
    /// In the browser, until it is deleted.
    Ready,
    /// In memory, until the page is closed: the browser refuses.
    Temporary(StoreError),
}

/// What is kept of an unfinished setup. No keys.
#[derive(Default, Serialize, Deserialize)]
#[serde(default)]
struct Draft {
    config: RunConfig,
    models_same: Option<bool>,
    dataset: Option<DatasetId>,
    run: Option<RunId>,
}

impl AppState {
    pub(super) fn open_storage(self, opened: oneshot::Sender<()>) {
        // What keeps the draft lives as long as the page, not as this opening.
        let owner = Owner::current().unwrap_or_default();
        spawn_local(async move {
            match IndexedDbStore::open(DATABASE).await {
                Ok(store) => {
                    *self.inner().store.borrow_mut() = Rc::new(store);
                    // Without it, answers are given again until the page is closed.
                    if let Ok(answers) = IndexedDbAnswers::open(answers::NAME, self.clock()).await {
                        *self.inner().answers.borrow_mut() = Rc::new(answers);
                    }
                    if let Err(error) = self.restore().await {
                        self.tell(&error);
                    }
                    self.storage.set(Storage::Ready);
                }
                Err(error) => self.storage.set(Storage::Temporary(error)),
            }
            self.keep_capabilities().await;
            // Whoever waited may be gone.
            let _: Result<(), ()> = opened.send(());
            owner.with(|| self.keep_draft());
        });
    }

    /// Recalls what models were found to take, and keeps what is found from now on.
    async fn keep_capabilities(self) {
        let capabilities = self.inner().capabilities.clone();
        if let Some(json) = self.preference(CAPABILITIES).await {
            capabilities.recall(&json);
        }
        capabilities.keep_with(move |json| self.save_preference(CAPABILITIES, json));
    }

    async fn restore(self) -> Result<(), StoreError> {
        let store = self.store();
        self.refresh_lists().await?;
        let Some(json) = store.setting(DRAFT).await? else { return Ok(()) };
        let draft: Draft =
            serde_json::from_str(&json).map_err(|error| StoreError::Unreadable { message: error.to_string() })?;
        self.config.set(draft.config);
        self.models_same.set(draft.models_same.unwrap_or(true));
        if let Some(id) = draft.dataset
            && let Some(dataset) = store.dataset(&id).await?
        {
            self.dataset.set(Some(Rc::new(dataset)));
            self.recall_gold(&id).await;
        }
        if let Some(id) = draft.run {
            self.show_run(id).await?;
        }
        Ok(())
    }

    /// Reads the lists of runs and datasets again.
    pub(super) async fn refresh_lists(self) -> Result<(), StoreError> {
        self.refresh_runs().await?;
        self.datasets.set(self.store().datasets().await?);
        Ok(())
    }

    /// Reads the list of runs again. That of datasets would mean reading all their questions.
    pub(super) async fn refresh_runs(self) -> Result<(), StoreError> {
        let mut runs = self.store().runs().await?;
        let here = self.run_id.get_untracked();
        // A run that still says "running" and does not run in any tab was left by a closed page.
        for run in runs.iter_mut().filter(|run| run.state == RunState::Running) {
            let runs_here = Some(&run.id) == here.as_ref() && self.is_running();
            if !runs_here && !self.is_running_elsewhere(&run.id).await {
                run.state = RunState::Stopped;
            }
        }
        self.runs.set(runs);
        Ok(())
    }

    /// Saves the draft now and whenever a part of it changes.
    fn keep_draft(self) {
        Effect::new(move || {
            let draft = Draft {
                config: self.config.get(),
                models_same: Some(self.models_same.get()),
                dataset: self.dataset.with(|dataset| dataset.as_ref().map(|dataset| dataset.id.clone())),
                run: self.run_id.get(),
            };
            spawn_local(async move {
                let Ok(json) = serde_json::to_string(&draft) else { return };
                if let Err(error) = self.store().save_setting(DRAFT, &json).await {
                    self.tell(&error);
                }
            });
        });
    }

    /// Deletes all data of the page in this browser and starts anew. A run that is under way is stopped first.
    pub fn clear_everything(self) {
        self.stop();
        spawn_local(async move {
            self.until_idle().await;
            let runs: Vec<_> = self.runs.with_untracked(|runs| runs.iter().map(|run| run.id.clone()).collect());
            for run in &runs {
                if self.is_running_elsewhere(run).await {
                    return self.tell(&ELSEWHERE);
                }
            }
            if let Err(error) = self.store().clear().await {
                return self.tell(&error);
            }
            self.clear_cached_answers().await;
            if let Err(error) = self.delete_model_files().await {
                self.tell(&error);
            }
            self.inner().entries.borrow_mut().clear();
            self.inner().given.borrow_mut().clear();
            *self.inner().sql.borrow_mut() = None;
            self.end_gold_check();
            self.run_id.set(None);
            self.run.set(RunView::default());
            self.dataset.set(None);
            self.report.set(None);
            self.playground.clear();
            self.forget_all_keys();
            self.keys.set(super::Keys::default());
            self.models_same.set(true);
            self.config.set(RunConfig::recommended());
            if let Err(error) = self.refresh_lists().await {
                self.tell(&error);
            }
        });
    }

    /// Loads the page anew as the newer build that is here.
    pub fn use_newer_build(self) {
        spawn_local(async move {
            if let Some(others) = take_over().await {
                let tabs = count(others as usize, "other tab");
                self.notice.set(Some(format!(
                    "This page is open in {tabs}, which would lose its files. Close that first, or go on: the new version is used when \
                     the page is opened again after all of its tabs were closed."
                )));
            }
        });
    }

    /// A small setting of the page itself (theme, motion), by name.
    pub async fn preference(self, name: &str) -> Option<String> {
        self.store().setting(name).await.ok().flatten()
    }

    /// Keeps a small setting of the page itself.
    pub fn save_preference(self, name: &'static str, value: String) {
        spawn_local(async move {
            if let Err(error) = self.store().save_setting(name, &value).await {
                self.tell(&error);
            }
        });
    }

    /// What the cache of answers holds; `None` if it cannot be read.
    pub async fn cached_answers(self) -> Option<CacheSize> {
        self.answers().size().await.ok()
    }

    /// Deletes the answers that are kept over runs.
    pub async fn clear_cached_answers(self) {
        if let Err(error) = self.answers().clear().await {
            self.tell(&error);
        }
    }

    /// Bytes used, quota in bytes, and whether the browser promises not to delete them; `None` if it does not say.
    pub async fn storage_estimate(self) -> Option<(u64, u64, bool)> {
        let space = space().await?;
        Some((space.used as u64, space.quota as u64, is_persistent().await))
    }

    /// Asks the browser to keep the page's data; returns its answer.
    pub async fn persist(self) -> bool {
        persist().await
    }
}

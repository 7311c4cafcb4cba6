//! The port to storage: datasets, databases, runs with their journals, settings. Twin: `MemoryStore`.

use std::{borrow::Cow, cell::RefCell, collections::BTreeMap, rc::Rc};

use futures::future::{FutureExt, LocalBoxFuture, ready};
use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::clock::Clock;
use crate::domain::{
    dataset::Dataset,
    event::Entry,
    id::{DatasetId, DbId, RunId, Version},
    score::Score,
};

/// Why something could not be stored or read.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum StoreError {
    /// The browser's quota is used up.
    #[error(
        "This browser has no room left for the page's data. Export what you need, delete old runs and cached answers in Settings, then try again."
    )]
    Full,
    /// Storage is switched off or refused (private window, blocked site data).
    #[error("This browser does not let the page store data. Results last only until the page is closed: export them.")]
    Blocked,
    /// Another tab writes this run.
    #[error("This run was changed in another tab. Reload the page to see it as it is now.")]
    Conflict,
    /// What is stored cannot be read: written by another version of the page, or damaged.
    #[error("Stored data could not be read: {message}")]
    Unreadable { message: String },
    /// Any other failure, in the browser's words.
    #[error("Storage failed: {message}")]
    Failed { message: String },
}

/// How far a run is, for lists. Derived from its journal whenever that grows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RunState {
    /// Set up, not started.
    #[default]
    Idle,
    Running,
    Paused,
    Stopped,
    Finished,
}

impl RunState {
    /// The state in one lower-case word.
    pub fn name(self) -> &'static str {
        match self {
            RunState::Idle => "idle",
            RunState::Running => "running",
            RunState::Paused => "paused",
            RunState::Stopped => "stopped",
            RunState::Finished => "finished",
        }
    }
}

/// What a list of runs shows of one.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct RunSummary {
    pub id: RunId,
    pub name: String,
    /// The dataset it ran on, if that is in this store.
    pub dataset: DatasetId,
    pub state: RunState,
    /// Milliseconds since 1970 UTC.
    pub started_at: f64,
    pub seed_score: Option<Score>,
    pub best_score: Option<Score>,
    pub best_version: Version,
    pub seed_held_out: Option<Score>,
    pub best_held_out: Option<Score>,
    /// Held-out questions that the best has right and the seed had wrong, and the other way round.
    pub held_out_fixed: usize,
    pub held_out_broken: usize,
    pub rounds_done: u32,
    pub rounds_planned: u32,
    pub rollouts_done: usize,
    pub rollouts_planned: usize,
    pub calls: u64,
    /// The agent's model, as shown.
    pub model: String,
    /// The version of the prompt that it checks, for a run without a search.
    pub checks: Option<Version>,
    /// Somebody else's run, opened from a file.
    pub received: bool,
    /// Such a run that nobody has taken over yet: it is shown and not changed.
    pub read_only: bool,
}

/// A journal on its way into a store. Each piece is asked for in a task of its own, while the one before it is written: what
/// makes the pieces had better take no longer than a task may.
pub trait Pieces {
    fn next_piece(&mut self) -> Piece<'_>;
}

/// A part of a journal.
pub enum Piece<'a> {
    /// Consecutive entries, at least one, and the same as JSON: a line each, without the end of the last line.
    Entries {
        entries: &'a [Entry],
        lines: Cow<'a, str>,
    },
    End,
    /// Its rest cannot be had.
    BrokenOff,
}

/// The answer of a store.
pub type Stored<'a, T> = LocalBoxFuture<'a, Result<T, StoreError>>;

/// Durable storage.
pub trait RunStore {
    /// Saves a dataset's questions and its databases' files.
    fn save_dataset<'a>(&'a self, dataset: &'a Dataset, files: &'a [(DbId, Vec<u8>)]) -> Stored<'a, ()>;
    fn dataset<'a>(&'a self, id: &'a DatasetId) -> Stored<'a, Option<Dataset>>;
    /// Every dataset's id, name, number of questions and bytes of databases.
    fn datasets(&self) -> Stored<'_, Vec<DatasetSummary>>;
    fn database<'a>(&'a self, dataset: &'a DatasetId, db: &'a DbId) -> Stored<'a, Option<Vec<u8>>>;
    fn delete_dataset<'a>(&'a self, id: &'a DatasetId) -> Stored<'a, ()>;

    /// Appends to a run's journal in one transaction; durable when it returns.
    /// `Conflict` if the journal already has an entry with one of the numbers.
    fn append<'a>(&'a self, run: &'a RunId, entries: &'a [Entry]) -> Stored<'a, ()>;
    /// Stores the journal of a run that is new to the store as its pieces come, in one transaction, quickly for tens of
    /// thousands of entries. Whether it did: nothing is stored of a journal that breaks off. `Conflict` as with `append`. The
    /// disk may have it later than this returns, since whoever handed it over has it too.
    fn save_journal<'a>(&'a self, run: &'a RunId, pieces: &'a mut dyn Pieces) -> Stored<'a, bool>;
    /// A run's journal in order; empty if there is none.
    fn journal<'a>(&'a self, run: &'a RunId) -> Stored<'a, Vec<Entry>> {
        self.journal_from(run, 0)
    }
    /// The entries of a run's journal from number `seq` on, in order.
    fn journal_from<'a>(&'a self, run: &'a RunId, seq: u64) -> Stored<'a, Vec<Entry>>;
    fn save_summary<'a>(&'a self, summary: &'a RunSummary) -> Stored<'a, ()>;
    /// All runs, newest first.
    fn runs(&self) -> Stored<'_, Vec<RunSummary>>;
    /// Deletes a run and its journal.
    fn delete_run<'a>(&'a self, run: &'a RunId) -> Stored<'a, ()>;

    /// A setting's JSON text.
    fn setting<'a>(&'a self, name: &'a str) -> Stored<'a, Option<String>>;
    fn save_setting<'a>(&'a self, name: &'a str, json: &'a str) -> Stored<'a, ()>;
    /// Deletes everything.
    fn clear(&self) -> Stored<'_, ()>;
}

/// What a list of datasets shows of one.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct DatasetSummary {
    pub id: DatasetId,
    pub name: String,
    pub examples: usize,
    /// Bytes of all its databases.
    pub bytes: u64,
}

/// A store that lasts as long as the page.
#[derive(Default)]
pub struct MemoryStore {
    inner: RefCell<Inner>,
    /// What an append takes, in milliseconds on a clock; nothing unless told.
    append_takes: Option<(Rc<dyn Clock>, f64)>,
}

impl MemoryStore {
    /// A store whose appends are durable `ms` milliseconds after they were asked for, as those of a disk are.
    pub fn appending_in(clock: Rc<dyn Clock>, ms: f64) -> Self {
        Self { append_takes: Some((clock, ms)), ..Self::default() }
    }

    fn append_now(&self, run: &RunId, entries: &[Entry]) -> Result<(), StoreError> {
        let mut inner = self.inner.borrow_mut();
        let journal = inner.journals.entry(run.clone()).or_default();
        let next = journal.last().map_or(0, |last| last.seq + 1);
        if entries.first().is_some_and(|first| first.seq < next) {
            return Err(StoreError::Conflict);
        }
        journal.extend_from_slice(entries);
        Ok(())
    }
}

#[derive(Default)]
struct Inner {
    datasets: BTreeMap<DatasetId, Dataset>,
    databases: BTreeMap<(DatasetId, DbId), Vec<u8>>,
    journals: BTreeMap<RunId, Vec<Entry>>,
    summaries: BTreeMap<RunId, RunSummary>,
    settings: BTreeMap<String, String>,
}

fn done<'a, T: 'a>(value: T) -> Stored<'a, T> {
    ready(Ok(value)).boxed_local()
}

impl RunStore for MemoryStore {
    fn save_dataset<'a>(&'a self, dataset: &'a Dataset, files: &'a [(DbId, Vec<u8>)]) -> Stored<'a, ()> {
        let mut inner = self.inner.borrow_mut();
        for (db, bytes) in files {
            inner.databases.insert((dataset.id.clone(), db.clone()), bytes.clone());
        }
        inner.datasets.insert(dataset.id.clone(), dataset.clone());
        done(())
    }

    fn dataset<'a>(&'a self, id: &'a DatasetId) -> Stored<'a, Option<Dataset>> {
        done(self.inner.borrow().datasets.get(id).cloned())
    }

    fn datasets(&self) -> Stored<'_, Vec<DatasetSummary>> {
        let summary = |dataset: &Dataset| DatasetSummary {
            id: dataset.id.clone(),
            name: dataset.name.clone(),
            examples: dataset.examples.len(),
            bytes: dataset.databases.iter().map(|file| file.bytes).sum(),
        };
        done(self.inner.borrow().datasets.values().map(summary).collect())
    }

    fn database<'a>(&'a self, dataset: &'a DatasetId, db: &'a DbId) -> Stored<'a, Option<Vec<u8>>> {
        done(self.inner.borrow().databases.get(&(dataset.clone(), db.clone())).cloned())
    }

    fn delete_dataset<'a>(&'a self, id: &'a DatasetId) -> Stored<'a, ()> {
        let mut inner = self.inner.borrow_mut();
        inner.datasets.remove(id);
        inner.databases.retain(|(dataset, _), _| dataset != id);
        done(())
    }

    fn append<'a>(&'a self, run: &'a RunId, entries: &'a [Entry]) -> Stored<'a, ()> {
        match &self.append_takes {
            None => ready(self.append_now(run, entries)).boxed_local(),
            Some((clock, ms)) => async move {
                clock.sleep(*ms).await;
                self.append_now(run, entries)
            }
            .boxed_local(),
        }
    }

    fn save_journal<'a>(&'a self, run: &'a RunId, pieces: &'a mut dyn Pieces) -> Stored<'a, bool> {
        let mut whole = Vec::new();
        loop {
            match pieces.next_piece() {
                Piece::Entries { entries, .. } => whole.extend_from_slice(entries),
                Piece::End => break,
                Piece::BrokenOff => return done(false),
            }
        }
        ready(self.append_now(run, &whole).map(|()| true)).boxed_local()
    }

    fn journal_from<'a>(&'a self, run: &'a RunId, seq: u64) -> Stored<'a, Vec<Entry>> {
        let inner = self.inner.borrow();
        let journal = inner.journals.get(run).map_or(&[][..], |journal| journal);
        done(journal.iter().filter(|entry| entry.seq >= seq).cloned().collect())
    }

    fn save_summary<'a>(&'a self, summary: &'a RunSummary) -> Stored<'a, ()> {
        self.inner.borrow_mut().summaries.insert(summary.id.clone(), summary.clone());
        done(())
    }

    fn runs(&self) -> Stored<'_, Vec<RunSummary>> {
        let mut runs: Vec<_> = self.inner.borrow().summaries.values().cloned().collect();
        runs.sort_by(|a, b| b.started_at.total_cmp(&a.started_at));
        done(runs)
    }

    fn delete_run<'a>(&'a self, run: &'a RunId) -> Stored<'a, ()> {
        let mut inner = self.inner.borrow_mut();
        inner.journals.remove(run);
        inner.summaries.remove(run);
        done(())
    }

    fn setting<'a>(&'a self, name: &'a str) -> Stored<'a, Option<String>> {
        done(self.inner.borrow().settings.get(name).cloned())
    }

    fn save_setting<'a>(&'a self, name: &'a str, json: &'a str) -> Stored<'a, ()> {
        self.inner.borrow_mut().settings.insert(name.to_owned(), json.to_owned());
        done(())
    }

    fn clear(&self) -> Stored<'_, ()> {
        *self.inner.borrow_mut() = Inner::default();
        done(())
    }
}

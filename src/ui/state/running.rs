//! The run on the screens: start, pause, resume, stop, and opening one of the list.

use std::{
    cell::{Cell, RefCell},
    rc::Rc,
};

use futures::{FutureExt, channel::oneshot};
use leptos::{prelude::*, task::spawn_local};

use super::{
    AppState,
    elsewhere::{ELSEWHERE, lock_of},
    storage::Storage,
};
use crate::{
    browser::{
        clock::offset_minutes,
        locks::{hold, is_held},
        store::persist,
    },
    domain::{
        config::ConfigFault,
        dataset::SplitError,
        event::{Entry, Event, RunStarted},
        id::{DatasetId, RunId},
    },
    ports::{
        sql::SqlEngine,
        store::{RunState, RunSummary, StoreError},
    },
    run::{
        cache::EvaluationCache,
        context::Context,
        control::{RunControl, Wish},
        format::date_time,
        journal::{Journal, Listener},
        optimize::{Ending, StartError, optimize, prepare},
        remedy,
        view::RunView,
    },
};

/// Milliseconds between two looks of the screens at a run.
const FRAME_MS: f64 = 60.0;
/// Entries that are folded in one task: some ten milliseconds.
const AT_ONCE: usize = 5_000;
/// Rollouts of a preflight.
pub const PREFLIGHT: usize = 3;
/// Milliseconds between two savings of the summary.
const SUMMARY_MS: f64 = 2_000.0;

/// A run under way, or the last one that was.
pub(super) struct Session {
    control: RunControl,
    journal: Rc<Journal>,
    running: Rc<Cell<bool>>,
    /// Told when the run ends.
    waiting: Rc<RefCell<Vec<oneshot::Sender<()>>>>,
}

impl AppState {
    /// Starts a run with the draft's settings. What keeps it from starting is in `start_faults` and `notice`.
    pub fn start(self) {
        self.start_with(RunControl::default());
    }

    /// The same, and pauses after a few rollouts, from which the rest is foreseen.
    pub fn start_preflight(self) {
        self.start_with(RunControl::preflight(PREFLIGHT));
    }

    fn start_with(self, control: RunControl) {
        self.start_by(self.try_start(control));
    }

    /// Starts a run by `starting`, unless one is under way.
    pub(super) fn start_by(self, starting: impl Future<Output = Result<(), String>> + 'static) {
        if self.is_running() || self.starting.get_untracked() {
            return;
        }
        self.start_faults.set(Vec::new());
        self.notice.set(None);
        self.starting.set(true);
        spawn_local(async move {
            if let Err(words) = starting.await {
                self.notice.set(Some(words));
            }
            self.starting.set(false);
        });
    }

    async fn try_start(self, control: RunControl) -> Result<(), String> {
        let Some((dataset, sql)) = self.current() else { return Err(SplitError::NoExamples.to_string()) };
        let config = untrack(|| self.effective_config());
        let now = self.clock().now();
        let name = format!("{}, {}", dataset.name, date_time(now, offset_minutes(now)));
        let started = prepare(name, &dataset, config, &*sql).await.map_err(|error| self.refused(error))?;
        self.begin(dataset.id.clone(), started, control).await
    }

    /// Puts a new run on the screens and starts it.
    pub(super) async fn begin(
        self,
        dataset: DatasetId,
        started: RunStarted,
        control: RunControl,
    ) -> Result<(), String> {
        let id = RunId::from(format!("run-{:.0}", self.clock().now()));
        // Another screen is drawn in a task of its own, between what has led to it and what is sent first.
        self.next_turn().await;
        self.inner().entries.borrow_mut().clear();
        self.run.set(RunView::default());
        self.run_id.set(Some(id.clone()));
        self.is_elsewhere.set(false);
        self.next_turn().await;
        self.go(id, dataset, started, &[], control).await
    }

    pub(super) fn refused(self, error: StartError) -> String {
        let words = error.to_string();
        match error {
            StartError::Settings { faults } => self.start_faults.set(faults),
            StartError::Split(_) => {
                self.start_faults.set(vec![ConfigFault { field: "split".into(), words: words.clone() }]);
            }
            StartError::Sql(_) => {}
        }
        words
    }

    /// Takes the run on the screens up again where its journal ends.
    pub fn resume(self) {
        if let Some(id) = self.run_id.get_untracked() {
            self.resume_run(id);
        }
    }

    /// Shows a run of the list and takes it up again where its journal ends.
    pub fn resume_run(self, id: RunId) {
        if self.is_running() {
            return;
        }
        self.notice.set(None);
        spawn_local(async move {
            if self.run_id.get_untracked().as_ref() != Some(&id)
                && let Err(error) = self.show_run(id).await
            {
                return self.tell(&error);
            }
            if let Err(words) = self.try_resume().await {
                self.notice.set(Some(words));
            }
        });
    }

    async fn try_resume(self) -> Result<(), String> {
        let Some(id) = self.run_id.get_untracked() else { return Ok(()) };
        let dataset = self
            .dataset_of(&id)
            .ok_or("This run's dataset is not stored here: load its files again, then open the run.")?;
        let started = self.run.with_untracked(|run| run.started.clone()).ok_or("This run has no beginning.")?;
        // What is on the screens need not be read again; another tab may have written more.
        let mut entries = self.inner().entries.borrow().clone();
        let known = entries.len() as u64;
        entries.extend(self.store().journal_from(&id, known).await.map_err(|error| error.to_string())?);
        self.go(id, dataset, (*started).clone(), &entries, RunControl::default()).await
    }

    pub(super) fn dataset_of(self, run: &RunId) -> Option<DatasetId> {
        self.runs.with_untracked(|runs| runs.iter().find(|known| known.id == *run).map(|known| known.dataset.clone()))
    }

    async fn go(
        self,
        id: RunId,
        dataset: DatasetId,
        started: RunStarted,
        entries: &[Entry],
        control: RunControl,
    ) -> Result<(), String> {
        let Some(lock) = hold(&lock_of(&id)).await else {
            self.follow(id);
            return Err(ELSEWHERE.into());
        };
        // Whether it agrees or not, the run goes on; Settings shows the answer.
        spawn_local(persist().map(drop));
        let config = self.with_present_endpoints(&started.config);
        let models = self.models(&config).await.map_err(|error| {
            let remedy = remedy::of_chat(&error, remedy::Contact::default());
            format!("{}. {}", remedy.title, remedy.remedy)
        })?;
        let sql: Rc<dyn SqlEngine> = self.sql(&dataset);
        let (store, clock) = (self.store(), self.clock());
        let summary = self.known_summary(&id, dataset);
        let listener = self.listener(summary.clone());
        // After a failed write the journal in memory knows more than the store.
        let unsaved = self.inner().session.borrow().as_ref().map(|session| Rc::clone(&session.journal));
        let journal = match unsaved.filter(|journal| *journal.run() == id && !journal.unsaved().is_empty()) {
            Some(journal) => journal,
            None => Rc::new(Journal::new(id, entries, store, Rc::clone(&clock), listener)),
        };
        let cache = EvaluationCache::new(self.answers(), &config.models, config.caching);
        let context = Context::new(started, models, sql, clock, Rc::clone(&journal), control.clone()).with_cache(cache);
        let (running, waiting) = (Rc::new(Cell::new(true)), Rc::<RefCell<Vec<oneshot::Sender<()>>>>::default());
        let session = Session { control, journal, running: Rc::clone(&running), waiting: Rc::clone(&waiting) };
        *self.inner().session.borrow_mut() = Some(session);
        spawn_local(async move {
            let ending = optimize(&context).await;
            // Nothing writes the journal from here on: whoever resumes at once must not find the run held.
            drop(lock);
            running.set(false);
            // The last entries may still wait for their frame; they come before what is unsaved.
            self.clock().sleep(2.0 * FRAME_MS).await;
            self.show_entries(&context.journal.unsaved());
            if let Ending::Storage(error) = ending {
                self.run.update(|run| run.state = RunState::Paused);
                self.tell(&error);
            }
            self.save_summary(summary).await;
            for waiter in waiting.take() {
                // Whoever waited may be gone.
                let _: Result<(), ()> = waiter.send(());
            }
        });
        Ok(())
    }

    /// Collects entries and shows them a frame at a time: a fast run would otherwise keep the page busy with itself.
    pub(super) fn listener(self, summary: RunSummary) -> Listener {
        let pending: Rc<RefCell<Vec<Entry>>> = Rc::default();
        let (clock, saved_at) = (self.clock(), Rc::new(Cell::new(0.0)));
        Rc::new(move |entry| {
            pending.borrow_mut().push(entry.clone());
            if pending.borrow().len() > 1 {
                return;
            }
            let (pending, clock, saved_at) = (Rc::clone(&pending), Rc::clone(&clock), Rc::clone(&saved_at));
            let summary = summary.clone();
            spawn_local(async move {
                clock.sleep(FRAME_MS).await;
                let entries = pending.take();
                self.show_entries(&entries);
                if clock.now() - saved_at.get() > SUMMARY_MS {
                    saved_at.set(clock.now());
                    self.save_summary(summary).await;
                }
            });
        })
    }

    pub(super) fn show_entries(self, entries: &[Entry]) {
        let inner = self.inner();
        let known = inner.entries.borrow().len() as u64;
        let new: Vec<Entry> = entries.iter().filter(|entry| entry.seq >= known).cloned().collect();
        if new.is_empty() {
            return;
        }
        self.run.update(|run| new.iter().for_each(|entry| run.apply(entry)));
        inner.entries.borrow_mut().extend(new);
    }

    pub(super) async fn save_summary(self, known: RunSummary) {
        let summary = self.run.with_untracked(|run| run.summary(known));
        if self.run_id.get_untracked().as_ref() != Some(&summary.id) {
            return;
        }
        let saved = self.store().save_summary(&summary).await;
        let listed = match saved {
            Ok(()) => self.refresh_runs().await,
            Err(error) => Err(error),
        };
        if let Err(error) = listed {
            self.tell(&error);
        }
    }

    /// Lets the calls in flight finish, then pauses.
    pub fn pause(self) {
        if let Some(session) = &*self.inner().session.borrow() {
            session.control.ask(Wish::Pause);
        }
    }

    /// Ends the run now; calls in flight are given up. It can be resumed.
    pub fn stop(self) {
        if let Some(session) = &*self.inner().session.borrow()
            && session.running.get()
        {
            return session.control.ask(Wish::Stop);
        }
        if self.run.with_untracked(|run| run.state) == RunState::Paused && !untrack(|| self.is_read_only()) {
            spawn_local(self.note(Event::RunStopped));
        }
    }

    /// Whether a run is under way in this tab.
    pub fn is_running(self) -> bool {
        self.inner().session.borrow().as_ref().is_some_and(|session| session.running.get())
    }

    /// Waits until no run is under way.
    pub(super) async fn until_idle(self) {
        let (sender, ended) = oneshot::channel();
        {
            let inner = self.inner();
            match &*inner.session.borrow() {
                Some(session) if session.running.get() => session.waiting.borrow_mut().push(sender),
                _ => return,
            }
        }
        // The sender goes only when the run has ended.
        ended.await.ok();
    }

    /// Shows a run of the list. One that is under way goes on until then and is stopped.
    pub fn open_run(self, id: RunId) {
        if self.is_running() && self.run_id.get_untracked().as_ref() == Some(&id) {
            return;
        }
        self.stop();
        spawn_local(async move {
            self.until_idle().await;
            if let Err(error) = self.show_run(id).await {
                self.tell(&error);
            }
        });
    }

    pub(super) async fn show_run(self, id: RunId) -> Result<(), StoreError> {
        let entries = self.store().journal(&id).await?;
        if entries.is_empty() {
            return Ok(());
        }
        let mut view = self.folded(&entries).await;
        let is_elsewhere = view.state == RunState::Running && is_held(&lock_of(&id)).await;
        if !is_elsewhere {
            view.settle();
        }
        self.show(id.clone(), entries, view);
        if is_elsewhere {
            self.follow(id);
        }
        Ok(())
    }

    /// `RunView::of`, in so many tasks that the page stays awake.
    pub(super) async fn folded(self, entries: &[Entry]) -> RunView {
        let mut view = RunView::default();
        for part in entries.chunks(AT_ONCE) {
            part.iter().for_each(|entry| view.apply(entry));
            self.next_turn().await;
        }
        view
    }

    /// Puts a run on the screens: its journal, and what that comes to.
    pub(super) fn show(self, id: RunId, entries: Vec<Entry>, view: RunView) {
        *self.inner().entries.borrow_mut() = entries;
        *self.inner().session.borrow_mut() = None;
        self.run.set(view);
        self.run_id.set(Some(id));
        self.is_elsewhere.set(false);
    }

    /// Deletes a run and its journal.
    pub fn delete_run(self, id: RunId) {
        let shown = self.run_id.get_untracked().as_ref() == Some(&id);
        if shown {
            self.stop();
        }
        spawn_local(async move {
            if self.is_running_elsewhere(&id).await {
                return self.tell(&ELSEWHERE);
            }
            if shown {
                self.until_idle().await;
                *self.inner().session.borrow_mut() = None;
                self.inner().entries.borrow_mut().clear();
                self.run_id.set(None);
                self.run.set(RunView::default());
            }
            if let Err(error) = self.store().delete_run(&id).await {
                self.tell(&error);
            }
            if let Err(error) = self.refresh_lists().await {
                self.tell(&error);
            }
        });
    }

    /// Whether results last only until the page is closed.
    pub fn is_temporary(self) -> bool {
        matches!(self.storage.get(), Storage::Temporary(_))
    }
}

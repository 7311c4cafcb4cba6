//! One run, one tab: whoever runs holds the run's lock. Other tabs show the run as it grows and change nothing of it.

use leptos::{prelude::*, task::spawn_local};

use super::AppState;
use crate::{browser::locks::is_held, domain::id::RunId, run::view::RunView};

/// What somebody is told who wants to change a run that another tab runs.
pub(super) const ELSEWHERE: &str = "This run goes on in another tab. Pause or stop it there first.";

/// Milliseconds between two looks at a run that goes on in another tab.
const FOLLOW_MS: f64 = 1_000.0;

/// The name of the lock that a tab holds while it runs `run`.
pub(super) fn lock_of(run: &RunId) -> String {
    format!("promptbeam/{run}")
}

impl AppState {
    /// Whether another tab runs `run`.
    pub(super) async fn is_running_elsewhere(self, run: &RunId) -> bool {
        let is_here = self.is_running() && self.run_id.get_untracked().as_ref() == Some(run);
        !is_here && is_held(&lock_of(run)).await
    }

    /// Shows a run that goes on in another tab as it grows, until it ends there or another run is shown.
    pub(super) fn follow(self, id: RunId) {
        self.is_elsewhere.set(true);
        spawn_local(async move {
            let is_shown = || self.run_id.get_untracked().as_ref() == Some(&id) && self.is_elsewhere.get_untracked();
            loop {
                self.clock().sleep(FOLLOW_MS).await;
                // Asked before the journal is read, so that its last entries are not missed.
                let goes_on = is_held(&lock_of(&id)).await;
                if !is_shown() {
                    return;
                }
                let known = self.inner().entries.borrow().len() as u64;
                match self.store().journal_from(&id, known).await {
                    Ok(entries) if is_shown() => self.show_entries(&entries),
                    Ok(_) => return,
                    Err(error) => self.tell(&error),
                }
                if !goes_on {
                    self.is_elsewhere.set(false);
                    self.run.update(RunView::settle);
                    if let Err(error) = self.refresh_lists().await {
                        self.tell(&error);
                    }
                    return;
                }
            }
        });
    }
}

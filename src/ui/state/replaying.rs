//! Looking back at the run on the screens: its journal, and the same screens on another view of it.

use leptos::prelude::*;

use super::AppState;
use crate::{domain::event::Entry, run::view::RunView};

impl AppState {
    /// The same page, but what reads its run reads `run`, with which nothing can be done.
    pub fn showing(self, run: RwSignal<RunView, LocalStorage>) -> Self {
        Self { run, can_go_on: Signal::stored(false), ..self }
    }

    /// What `read` makes of the journal of the run on the screens. It grows with `run`, which tells of every change.
    pub fn with_journal<T>(self, read: impl FnOnce(&[Entry]) -> T) -> T {
        read(&self.inner().entries.borrow())
    }
}

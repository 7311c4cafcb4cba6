//! Stored runs for a comparison. They are read and folded, and only what is compared is kept.

use leptos::prelude::*;

use super::AppState;
use crate::{
    domain::id::RunId,
    ports::store::{RunState, StoreError},
    run::{comparison::Side, view::RunView},
};

impl AppState {
    /// A stored run as it stands; `None` if none of that name is stored here.
    pub async fn read_side(self, id: &RunId) -> Result<Option<Side>, StoreError> {
        self.inner().opened.clone().await;
        let entries = self.store().journal(id).await?;
        if entries.is_empty() {
            return Ok(None);
        }
        let mut view = RunView::of(&entries);
        let runs_here = self.is_running() && self.run_id.get_untracked().as_ref() == Some(id);
        if view.state == RunState::Running && !runs_here && !self.is_running_elsewhere(id).await {
            view.settle();
        }
        match Side::of(&view) {
            Some(side) => Ok(Some(side)),
            None => Err(StoreError::Unreadable { message: "its journal has no beginning".into() }),
        }
    }
}

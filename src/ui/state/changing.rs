//! What can be changed of a run while it stands still: its caps, and what its models cost. Each is a fact in its journal.

use leptos::{prelude::*, task::spawn_local};

use super::AppState;
use crate::{
    domain::{
        budget::{Budget, Prices},
        event::Event,
    },
    run::journal::{Journal, RecordError},
};

impl AppState {
    /// Gives the run on the screens, which stands still, other caps.
    pub fn change_budget(self, budget: Budget) {
        if !self.is_running() {
            spawn_local(self.note(Event::BudgetChanged { budget }));
        }
    }

    /// Gives the models of the run on the screens, which stands still, other prices.
    pub fn change_prices(self, prices: Prices) {
        if !self.is_running() {
            spawn_local(self.note(Event::PricesChanged { prices }));
        }
    }

    /// Writes one more fact into the journal of the run on the screens, while it stands still.
    pub(super) async fn note(self, event: Event) {
        let Some(id) = self.run_id.get_untracked() else { return };
        let (entries, dataset) = (self.inner().entries.borrow().clone(), self.dataset_of(&id).unwrap_or_default());
        let summary = self.known_summary(&id, dataset);
        let listener = self.listener(summary.clone());
        let journal = Journal::new(id, &entries, self.store(), self.clock(), listener);
        if let Err(RecordError::Store(error)) = journal.record(event).await {
            self.tell(&error);
        }
        self.save_summary(summary).await;
    }
}

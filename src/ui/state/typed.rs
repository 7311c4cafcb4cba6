//! Questions that are typed in the page, for databases that came without a file of them. They are stored with the dataset,
//! and stay when the same files are loaded again.

use std::rc::Rc;

use leptos::{prelude::*, task::spawn_local};

use super::{AppState, data::CONSOLE_LIMITS};
use crate::{
    domain::{
        config::RunConfig,
        dataset::{Dataset, SplitPlan},
        id::{DbId, ExampleId},
    },
    ports::sql::SqlEngine,
};

impl AppState {
    /// Adds a question to the current dataset once its gold query has run. The error is in words, with what to do.
    pub async fn add_question(self, db: DbId, question: String, gold: String) -> Result<(), String> {
        let (_, sql) = self.current().ok_or("Load a database first.")?;
        match sql.query(&db, &gold, CONSOLE_LIMITS, 1).await {
            Ok(Ok(_)) => {}
            Ok(Err(error)) => return Err(format!("The gold query fails: {error}. Correct it and add it again.")),
            Err(error) => return Err(error.to_string()),
        }
        // Another question may have been added, or another dataset opened, while the query ran.
        let (dataset, _) = self.current().ok_or("Load a database first.")?;
        let mut dataset = Dataset::clone(&dataset);
        dataset.add_typed(db, question, gold);
        self.store_typed(dataset).await
    }

    /// Removes a question that was typed in.
    pub fn remove_question(self, id: ExampleId) {
        let Some(dataset) = self.dataset.get_untracked() else { return };
        let mut dataset = Dataset::clone(&dataset);
        dataset.examples.retain(|example| example.id != id);
        spawn_local(async move {
            if let Err(error) = self.store_typed(dataset).await {
                self.tell(&error);
            }
        });
    }

    async fn store_typed(self, dataset: Dataset) -> Result<(), String> {
        self.store().save_dataset(&dataset, &[]).await.map_err(|error| error.to_string())?;
        let fit = |config: &mut RunConfig| config.split = SplitPlan::fitting(dataset.examples.len());
        self.config.update(fit);
        self.dataset.set(Some(Rc::new(dataset)));
        self.check_gold();
        self.refresh_lists().await.map_err(|error| error.to_string())
    }
}

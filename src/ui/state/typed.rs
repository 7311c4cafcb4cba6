//! Questions that are in no file: typed in the page, for databases that came without any, or kept from the playground. They
//! are stored with the dataset, and stay when the same files are loaded again.

use std::rc::Rc;

use leptos::{prelude::*, task::spawn_local};

use super::{AppState, data::CONSOLE_LIMITS};
use crate::{
    domain::{
        dataset::{Dataset, SplitPlan},
        id::{DbId, ExampleId},
    },
    ports::sql::SqlEngine,
    run::keep::{Kept, Part, keep, plan_for},
};

impl AppState {
    /// Adds a question to the current dataset once its gold query has run. The error is in words, with what to do.
    pub async fn add_question(self, db: DbId, question: String, gold: String) -> Result<ExampleId, String> {
        let (_, sql) = self.current().ok_or("Load a database first.")?;
        match sql.query(&db, &gold, CONSOLE_LIMITS, 1).await {
            Ok(Ok(_)) => {}
            Ok(Err(error)) => return Err(format!("The gold query fails: {error}. Correct it and add it again.")),
            Err(error) => return Err(error.to_string()),
        }
        // Another question may have been added, or another dataset opened, while the query ran.
        let kept = untrack(|| self.keeping(db, question, gold)).ok_or("Load a database first.")?;
        self.store_typed(kept.dataset, kept.plan).await?;
        self.check_last_gold();
        Ok(kept.id)
    }

    /// What adding a question would make of the current dataset and its split.
    pub fn keeping(self, db: DbId, question: String, gold: String) -> Option<Kept> {
        let plan = self.config.with(|config| config.split.clone());
        self.dataset.with(|dataset| Some(keep(dataset.as_ref()?, &plan, db, question, gold)))
    }

    /// Where a question of the current dataset stands in the next run's split; `None` if there is none.
    pub fn part_of(self, id: &ExampleId) -> Option<Part> {
        self.splits().ok().map(|splits| Part::of_all(&splits).get(id).copied().unwrap_or_default())
    }

    /// Removes a question that is in no file.
    pub fn remove_question(self, id: ExampleId) {
        let Some(dataset) = self.dataset.get_untracked() else { return };
        let mut dataset = Dataset::clone(&dataset);
        dataset.examples.retain(|example| example.id != id);
        let plan = self.config.with_untracked(|config| plan_for(&dataset, &config.split));
        spawn_local(async move {
            match self.store_typed(dataset, plan).await {
                Ok(()) => self.check_gold_without(&id),
                Err(error) => self.tell(&error),
            }
        });
    }

    async fn store_typed(self, dataset: Dataset, plan: SplitPlan) -> Result<(), String> {
        self.store().save_dataset(&dataset, &[]).await.map_err(|error| error.to_string())?;
        self.config.update(|config| config.split = plan);
        self.dataset.set(Some(Rc::new(dataset)));
        self.refresh_lists().await.map_err(|error| error.to_string())
    }
}

//! Scoring a file of predictions on the current data: no model, only the SQL workers.

use std::{cell::Cell, rc::Rc};

use futures::future::{AbortHandle, abortable};
use leptos::{prelude::*, task::spawn_local};

use super::AppState;
use crate::{
    browser::files::Downloads,
    domain::dataset::Dataset,
    ports::files::{Files, InputFile},
    run::predictions::{self, Predictions, Progress, ScoreTable, ScoredPrediction, read_predictions, scores_csv},
};

/// Milliseconds between two words about how far it is.
const PROGRESS_MS: f64 = 100.0;

/// How a scoring stands.
#[derive(Clone, Default)]
pub enum Scoring {
    #[default]
    Idle,
    /// The file is read, or its predictions are being judged.
    Working {
        file: String,
        progress: Option<Progress>,
    },
    /// Why the file cannot be scored, in words.
    Failed(String),
    Done(Rc<Scores>),
}

/// A scored file.
pub struct Scores {
    /// What it was scored on.
    pub dataset: Rc<Dataset>,
    pub predictions: Predictions,
    /// In the order of the dataset's questions, one for each.
    pub scored: Vec<ScoredPrediction>,
    pub table: ScoreTable,
    pub elapsed_ms: f64,
}

impl AppState {
    /// Scores a file of predictions on the current dataset; one that is being scored is given up.
    pub fn score_predictions(self, file: Rc<dyn InputFile>) {
        self.stop_scoring();
        let name = file.path().to_owned();
        self.scoring.set(Scoring::Working { file: name, progress: None });
        let (work, handle) = abortable(async move { self.try_scoring(&*file).await });
        *self.inner().scoring.borrow_mut() = Some(handle);
        spawn_local(async move {
            match work.await {
                Ok(Ok(scores)) => self.scoring.set(Scoring::Done(Rc::new(scores))),
                Ok(Err(words)) => self.scoring.set(Scoring::Failed(words)),
                // Whoever gave it up has said what stands there instead.
                Err(_) => {}
            }
        });
    }

    async fn try_scoring(self, file: &dyn InputFile) -> Result<Scores, String> {
        let (dataset, sql) = self.current().ok_or("There is no data to score on. Load the questions on Data first.")?;
        let bytes = file.read(0, file.size()).await.map_err(|error| error.to_string())?;
        let predictions =
            read_predictions(file.path(), &bytes, &dataset.examples).map_err(|error| error.to_string())?;
        let config = self.config.get_untracked();
        let (clock, told_at) = (self.clock(), Cell::new(0.0));
        let began = clock.now();
        let tell = |progress: Progress| {
            let now = clock.now();
            if now - told_at.get() > PROGRESS_MS {
                told_at.set(now);
                self.scoring.set(Scoring::Working { file: file.path().to_owned(), progress: Some(progress) });
            }
        };
        let scored =
            predictions::score(&*sql, &dataset.examples, &predictions, config.judge, config.limits, &tell).await;
        let table = ScoreTable::of(&scored);
        let elapsed_ms = clock.now() - began;
        Ok(Scores { dataset, predictions, scored, table, elapsed_ms })
    }

    /// Gives up what is being scored.
    pub fn stop_scoring(self) {
        let handle: Option<AbortHandle> = self.inner().scoring.borrow_mut().take();
        if let Some(handle) = handle {
            handle.abort();
        }
        self.scoring.set(Scoring::Idle);
    }

    /// The scores of the current dataset, if a file was scored on it.
    pub fn scores(self) -> Option<Rc<Scores>> {
        let Scoring::Done(scores) = self.scoring.get() else { return None };
        let is_current = self.dataset.with(|dataset| dataset.as_ref().is_some_and(|d| d.id == scores.dataset.id));
        is_current.then_some(scores)
    }

    /// Saves the scores as a CSV file.
    pub fn export_scores(self) {
        let Some(scores) = untrack(|| self.scores()) else { return };
        let export = scores_csv(&scores.predictions.file, &scores.dataset.examples, &scores.scored);
        spawn_local(async move {
            if let Err(error) = Downloads.save(&export.name, export.mime, export.content.as_bytes()).await {
                self.tell(&error);
            }
        });
    }
}

//! What is done with an answer: its SQL run again, compared with the data's own gold query, and kept as a question of the data.

use leptos::{prelude::*, task::spawn_local};

use super::{About, Answered, Keeping, Ran};
use crate::{
    domain::rollout::Judgement,
    ports::sql::{Comparison, SqlEngine, SqlError},
    run::{ask::Question, keep::known, remedy},
    ui::state::{AppState, data::CONSOLE_LIMITS},
};

impl AppState {
    /// Runs the SQL of one of the questions as it stands: 50 rows, 10 s. Where the data has a gold query for the question, the
    /// results are compared.
    pub fn run_bench(self, at: usize) {
        let play = self.playground;
        let Some(Answered { about, bench }) = untrack(|| play.answered(at)) else { return };
        if bench.sql.trim().is_empty() || bench.ran == Ran::Running {
            return;
        }
        play.change(at, |bench| {
            bench.ran = Ran::Running;
            bench.judged = None;
        });
        spawn_local(async move {
            let sql = bench.sql;
            let (ran, judged) = match self.is_loaded(&about) {
                Err(words) => (Ran::Refused(words), None),
                Ok(()) => match self.query(about.question.db.clone(), sql.clone()).await {
                    Ok(Ok(table)) => {
                        let judged = self.judge_known(&about, &sql).await;
                        (Ran::Rows { sql: sql.clone(), table }, judged)
                    }
                    Ok(Err(error)) => (Ran::Refused(remedy::of_query(&error)), None),
                    Err(error) => (Ran::Refused(format!("{error}. Load the data again with a working file.")), None),
                },
            };
            play.change(at, |bench| {
                // What was typed meanwhile has not been compared.
                bench.judged = judged.filter(|_| bench.sql == sql);
                bench.ran = ran;
            });
        });
    }

    /// Compares `sql` with the gold query that the data has for this question.
    async fn judge_known(self, about: &About, sql: &str) -> Option<Result<Judgement, String>> {
        let (dataset, engine) = self.current()?;
        let (_, example) = known(&dataset, &about.question.db, &about.question.text)?;
        let mut options = self.config.with_untracked(|config| config.judge);
        options.comparison = dataset.comparison;
        let comparison =
            Comparison { db: &example.db, predicted: sql, gold: &example.gold, options, limits: CONSOLE_LIMITS };
        Some(engine.judge(comparison).await.map_err(|error| match error {
            SqlError::Gold { error, .. } => format!("The gold query of this question fails: {error}. See it on Data."),
            error => error.to_string(),
        }))
    }

    /// Keeps one of the questions with its SQL as it stands as a question of the dataset, if its result was looked at.
    pub fn keep_answer(self, at: usize) {
        let play = self.playground;
        let Some(Answered { about, bench }) = untrack(|| play.answered(at)) else { return };
        if !bench.looked || bench.result().is_none() || matches!(bench.keeping, Keeping::UnderWay | Keeping::Kept(_)) {
            return;
        }
        let Question { db, text, .. } = about.question.clone();
        let is_known = || self.current().is_some_and(|(dataset, _)| known(&dataset, &db, &text).is_some());
        let refused = match self.is_loaded(&about) {
            Ok(()) if is_known() => Some("The data has this question already.".to_owned()),
            loaded => loaded.err(),
        };
        if let Some(words) = refused {
            return play.change(at, |bench| bench.keeping = Keeping::Failed(words));
        }
        play.change(at, |bench| bench.keeping = Keeping::UnderWay);
        spawn_local(async move {
            let kept = self.add_question(db, text, bench.sql.trim().to_owned()).await;
            play.change(at, |bench| {
                bench.keeping = match kept {
                    Ok(id) => Keeping::Kept(id),
                    Err(words) => Keeping::Failed(words),
                };
            });
        });
    }

    /// Takes a kept question out of the dataset again.
    pub fn take_back(self, at: usize) {
        let play = self.playground;
        let Some(Answered { about, bench }) = untrack(|| play.answered(at)) else { return };
        let Keeping::Kept(id) = bench.keeping else { return };
        match self.is_loaded(&about) {
            Ok(()) => {
                self.remove_question(id);
                play.change(at, |bench| bench.keeping = Keeping::No);
            }
            Err(words) => self.tell(&words),
        }
    }

    /// The dataset that a question was asked on must be the one that is loaded.
    fn is_loaded(self, about: &About) -> Result<(), String> {
        let is_loaded =
            self.dataset.with_untracked(|dataset| dataset.as_ref().is_some_and(|dataset| dataset.id == about.dataset));
        let words =
            "This question was asked on other data than is loaded now. Open that data on Data and run it again.";
        is_loaded.then_some(()).ok_or_else(|| words.to_owned())
    }
}

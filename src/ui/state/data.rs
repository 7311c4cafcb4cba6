//! Loading data: the sample, the user's files, datasets of earlier visits; and looking into databases.

use std::{cell::Cell, rc::Rc};

use leptos::{prelude::*, task::spawn_local};

use super::{AppState, sampling::SAMPLE_NAME};
use crate::{
    browser::sql::SqlWorkers,
    domain::{
        dataset::{Dataset, SplitPlan},
        id::{DatasetId, DbId},
        sql::QueryLimits,
    },
    ports::{
        files::InputFile,
        sql::{QueryResult, SqlEngine, SqlError},
        store::StoreError,
    },
    run::{
        format,
        import::{ImportChoice, ImportProgress, import},
    },
    text2sql::{schema::Schema, spider::Columns},
};

/// Rows that the console shows, and how long a statement may take there.
const CONSOLE_ROWS: usize = 50;
pub(super) const CONSOLE_LIMITS: QueryLimits = QueryLimits { time_ms: 10_000, rows: 100_000, bytes: 64 << 20 };

/// Whether something is being loaded.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Importing {
    #[default]
    Idle,
    /// What is being read.
    Reading(String),
    /// Why nothing was loaded; what was there before still is.
    Failed(String),
}

impl AppState {
    /// Loads the files that the user gave.
    pub fn import(self, files: Vec<Rc<dyn InputFile>>) {
        self.import_choosing(files, ImportChoice::default());
    }

    fn import_choosing(self, files: Vec<Rc<dyn InputFile>>, choice: ImportChoice) {
        self.importing.set(Importing::Reading(format::count(files.len(), "file")));
        spawn_local(async move {
            let fit = |dataset: &Dataset| {
                self.config.update(|config| {
                    config.split = SplitPlan::fitting(dataset.examples.len());
                    config.judge.comparison = dataset.comparison;
                });
            };
            self.load(files, choice, fit).await;
        });
    }

    /// Loads another question file of the files that were given last.
    pub fn choose_questions(self, path: String) {
        self.import_again(ImportChoice { questions_file: Some(path), ..ImportChoice::default() });
    }

    /// Loads the question file at `path`, one of the files that were given last, with other columns.
    pub fn choose_columns(self, path: String, columns: Columns) {
        self.import_again(ImportChoice {
            questions_file: Some(path),
            columns: Some(columns),
            ..ImportChoice::default()
        });
    }

    fn import_again(self, choice: ImportChoice) {
        let files = self.inner().given.borrow().clone();
        self.import_choosing(files, choice);
    }

    /// Imports, stores and shows a dataset. `fit` makes the settings fit it, in the same breath: what somebody changes
    /// once the data is there is never overwritten.
    pub(super) async fn load(self, files: Vec<Rc<dyn InputFile>>, choice: ImportChoice, fit: impl FnOnce(&Dataset)) {
        self.inner().given.borrow_mut().clone_from(&files);
        self.inner().opened.clone().await;
        let is_sample = choice.dataset.is_some();
        // Columns are chosen for files that were given before: what was made of them with others was a misreading.
        let misread = choice.columns.is_some().then(|| self.inner().made.borrow().clone()).flatten();
        if misread.is_none() {
            *self.inner().made.borrow_mut() = None;
        }
        let clock = self.clock();
        let shown_at = Cell::new(0.0);
        let progress = move |progress: ImportProgress| {
            // A signal a time slice is enough for the eye.
            if clock.now() - shown_at.get() > 100.0 {
                shown_at.set(clock.now());
                let (done, total) = (format::bytes(progress.done), format::bytes(progress.total));
                self.importing.set(Importing::Reading(format!("{}, {done} of {total}", progress.file)));
            }
        };
        let mut read = match import(&files, &choice, &progress).await {
            Ok(read) => read,
            Err(error) => {
                if let Some(report) = error.report() {
                    self.report.set(Some(Rc::new(report.clone())));
                }
                return self.importing.set(Importing::Failed(error.to_string()));
            }
        };
        if is_sample {
            read.dataset.name = SAMPLE_NAME.into();
        }
        if let Ok(Some(known)) = self.store().dataset(&read.dataset.id).await {
            read.dataset.take_over_typed(known);
        }
        if let Err(error) = self.store().save_dataset(&read.dataset, &read.files).await {
            return self.importing.set(Importing::Failed(error.to_string()));
        }
        // The same id may stand for other bytes now.
        self.end_gold_check();
        *self.inner().sql.borrow_mut() = None;
        fit(&read.dataset);
        let id = read.dataset.id.clone();
        *self.inner().made.borrow_mut() = Some(id.clone());
        self.dataset.set(Some(Rc::new(read.dataset)));
        self.report.set(Some(Rc::new(read.report)));
        self.importing.set(Importing::Idle);
        self.check_gold();
        if let Some(misread) = misread.filter(|misread| *misread != id)
            && let Err(error) = self.drop_unless_run(&misread).await
        {
            self.tell(&error);
        }
        if let Err(error) = self.refresh_lists().await {
            self.tell(&error);
        }
    }

    /// Makes the split smaller if a dataset of so many questions is too small for it.
    pub(super) fn fit_split(self, examples: usize) {
        let fits = |plan: &SplitPlan| plan.train + plan.validation + plan.held_out <= examples;
        if !self.config.with_untracked(|config| fits(&config.split)) {
            self.config.update(|config| config.split = SplitPlan::fitting(examples));
        }
    }

    /// Makes a dataset of an earlier visit the current one.
    pub fn open_dataset(self, id: DatasetId) {
        spawn_local(async move {
            match self.store().dataset(&id).await {
                Ok(Some(dataset)) => {
                    self.fit_split(dataset.examples.len());
                    self.config.update(|config| config.judge.comparison = dataset.comparison);
                    self.dataset.set(Some(Rc::new(dataset)));
                    self.report.set(None);
                    self.recall_gold(&id).await;
                }
                Ok(None) => self.tell(&"This dataset is no longer stored. Load its files again."),
                Err(error) => self.tell(&error),
            }
        });
    }

    /// Deletes a dataset with its databases. Runs on it stay readable but cannot go on.
    pub fn delete_dataset(self, id: DatasetId) {
        spawn_local(async move {
            if let Err(error) = self.store().delete_dataset(&id).await {
                return self.tell(&error);
            }
            self.forget_gold(&id).await;
            if self.dataset.with_untracked(|dataset| dataset.as_ref().is_some_and(|dataset| dataset.id == id)) {
                self.end_gold_check();
                self.dataset.set(None);
                self.report.set(None);
            }
            if let Err(error) = self.refresh_lists().await {
                self.tell(&error);
            }
        });
    }

    /// Deletes a dataset that no run was made on.
    async fn drop_unless_run(self, id: &DatasetId) -> Result<(), StoreError> {
        if self.store().runs().await?.iter().any(|run| run.dataset == *id) {
            return Ok(());
        }
        self.store().delete_dataset(id).await?;
        self.forget_gold(id).await;
        Ok(())
    }

    /// The SQL engine over a dataset's databases; the same one until another dataset is asked for.
    pub(super) fn sql(self, dataset: &DatasetId) -> Rc<SqlWorkers> {
        let inner = self.inner();
        let mut known = inner.sql.borrow_mut();
        match &*known {
            Some((id, sql)) if id == dataset => Rc::clone(sql),
            _ => {
                let sql = Rc::new(SqlWorkers::new(self.store(), dataset.clone(), self.clock()));
                *known = Some((dataset.clone(), Rc::clone(&sql)));
                sql
            }
        }
    }

    /// The current dataset and the engine over its databases.
    pub(super) fn current(self) -> Option<(Rc<Dataset>, Rc<SqlWorkers>)> {
        let dataset = self.dataset.get_untracked()?;
        let sql = self.sql(&dataset.id);
        Some((dataset, sql))
    }

    /// Tables, columns, keys, row counts and sample rows of a database of the current dataset.
    pub async fn describe(self, db: DbId) -> Result<Schema, SqlError> {
        match self.current() {
            Some((_, sql)) => sql.describe(&db).await,
            None => Err(no_dataset(db)),
        }
    }

    /// Runs a reading statement for the console: 50 rows, 10 s.
    pub async fn query(self, db: DbId, sql: String) -> QueryResult {
        match self.current() {
            Some((_, engine)) => engine.query(&db, &sql, CONSOLE_LIMITS, CONSOLE_ROWS).await,
            None => Err(no_dataset(db)),
        }
    }
}

fn no_dataset(db: DbId) -> SqlError {
    SqlError::Database { db, message: "no dataset is loaded".into() }
}

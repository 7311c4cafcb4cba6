//! The check of the current dataset's gold queries: in the background after an import, one query at a time, behind a run
//! that is under way, ended by the next import. Its result is kept with the page's settings, so that a dataset of an earlier visit still has it.

use std::{cell::Cell, rc::Rc};

use futures::future::{AbortHandle, abortable};
use leptos::{prelude::*, task::spawn_local};

use super::AppState;
use crate::{
    domain::{
        dataset::Dataset,
        id::{DatasetId, ExampleId},
    },
    run::gold::{GoldCheck, GoldKind, check_gold},
};

/// What is known about the gold queries of the current dataset.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum GoldState {
    /// They were not checked, or not to the end.
    #[default]
    Unknown,
    Checking {
        done: usize,
        total: usize,
    },
    Checked(Rc<GoldCheck>),
    /// The engine broke down; in words.
    Failed(String),
}

impl AppState {
    /// Begins to check the gold queries of the current dataset. A check that is under way is given up.
    pub fn check_gold(self) {
        self.end_gold_check();
        let Some((dataset, sql)) = self.current().filter(|(dataset, _)| !dataset.examples.is_empty()) else { return };
        let limits = self.config.with_untracked(|config| config.limits);
        let (clock, shown_at) = (self.clock(), Cell::new(0.0));
        let told = move |check: &GoldCheck| {
            if clock.now() - shown_at.get() > 100.0 {
                shown_at.set(clock.now());
                self.gold.set(GoldState::Checking { done: check.checked, total: check.total });
            }
        };
        let work = async move {
            match check_gold(&dataset, &*sql, limits, async || self.until_idle().await, &told).await {
                Ok(check) => self.found_gold(&dataset.id, check).await,
                Err(error) => self.gold.set(GoldState::Failed(error.to_string())),
            }
        };
        self.check_in_background(work);
    }

    /// Checks the question that was added last, where the others were checked before; else all of them.
    pub(super) fn check_last_gold(self) {
        let (Some((dataset, sql)), GoldState::Checked(known)) = (self.current(), self.gold.get_untracked()) else {
            return self.check_gold();
        };
        let last = dataset.examples.last().cloned().into_iter().collect();
        let last = Dataset { examples: last, ..Dataset::clone(&dataset) };
        let limits = self.config.with_untracked(|config| config.limits);
        self.gold.set(GoldState::Checking { done: known.checked, total: dataset.examples.len() });
        self.check_in_background(async move {
            match check_gold(&last, &*sql, limits, async || self.until_idle().await, &|_| {}).await {
                Ok(check) => self.found_gold(&last.id, GoldCheck::clone(&known).followed_by(check)).await,
                Err(error) => self.gold.set(GoldState::Failed(error.to_string())),
            }
        });
    }

    /// Goes on without a question that was removed.
    pub(super) fn check_gold_without(self, removed: &ExampleId) {
        let (Some(dataset), GoldState::Checked(known)) = (self.dataset.get_untracked(), self.gold.get_untracked())
        else {
            return self.check_gold();
        };
        if dataset.examples.is_empty() {
            return self.end_gold_check();
        }
        let check = GoldCheck::clone(&known).without(removed);
        spawn_local(async move { self.found_gold(&dataset.id, check).await });
    }

    async fn found_gold(self, dataset: &DatasetId, check: GoldCheck) {
        self.keep_gold_check(dataset, Some(&check)).await;
        self.gold.set(GoldState::Checked(Rc::new(check)));
    }

    /// Works until it is done or another check begins.
    fn check_in_background(self, work: impl Future<Output = ()> + 'static) {
        let (work, handle) = abortable(work);
        *self.inner().gold_check.borrow_mut() = Some(handle);
        spawn_local(async move {
            // A check that was given up has nothing to say.
            work.await.ok();
        });
    }

    /// Shows the result of an earlier check of `dataset`, if there is one.
    pub(super) async fn recall_gold(self, dataset: &DatasetId) {
        self.end_gold_check();
        // Without the earlier result the check is offered again, so a failure to read it needs no word.
        let json = self.store().setting(&setting_name(dataset)).await.ok().flatten();
        let check = json.and_then(|json| serde_json::from_str::<Option<GoldCheck>>(&json).ok()).flatten();
        self.gold.set(check.map_or(GoldState::Unknown, |check| GoldState::Checked(Rc::new(check))));
    }

    /// Forgets the result for `dataset`, which is deleted.
    pub(super) async fn forget_gold(self, dataset: &DatasetId) {
        self.keep_gold_check(dataset, None).await;
    }

    pub(super) fn end_gold_check(self) {
        self.inner().gold_check.borrow_mut().take().iter().for_each(AbortHandle::abort);
        self.gold.set(GoldState::Unknown);
    }

    async fn keep_gold_check(self, dataset: &DatasetId, check: Option<&GoldCheck>) {
        let Ok(json) = serde_json::to_string(&check) else { return };
        if let Err(error) = self.store().save_setting(&setting_name(dataset), &json).await {
            self.tell(&error);
        }
    }

    /// Takes the questions out of the current dataset whose gold query fails or takes too long.
    pub fn leave_out_broken_gold(self) {
        let (Some(dataset), GoldState::Checked(check)) = (self.dataset.get_untracked(), self.gold.get_untracked())
        else {
            return;
        };
        let stops = |kind: GoldKind| kind.stops_runs();
        let broken =
            |example: &_| check.findings.iter().any(|found| found.example == *example && stops(found.fault.kind()));
        let mut left = Dataset::clone(&dataset);
        left.examples.retain(|example| !broken(&example.id));
        let mut findings = check.findings.clone();
        findings.retain(|found| !stops(found.fault.kind()));
        let check = GoldCheck { checked: left.examples.len(), total: left.examples.len(), findings };
        spawn_local(async move {
            if let Err(error) = self.store().save_dataset(&left, &[]).await {
                return self.tell(&error);
            }
            self.keep_gold_check(&left.id, Some(&check)).await;
            self.fit_split(left.examples.len());
            self.dataset.set(Some(Rc::new(left)));
            self.gold.set(GoldState::Checked(Rc::new(check)));
            if let Err(error) = self.refresh_lists().await {
                self.tell(&error);
            }
        });
    }
}

fn setting_name(dataset: &DatasetId) -> String {
    format!("gold/{dataset}")
}

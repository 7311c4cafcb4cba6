//! What is compared, on which split, and which questions are shown; all of it lives in the URL.

use leptos::prelude::*;

use crate::{
    domain::id::Version,
    run::{
        results::{Filter, SplitChoice},
        view::RunView,
    },
    ui::{links, route::use_here, state::use_app},
};

/// Which columns the table has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Columns {
    /// The two that are compared.
    Compared,
    /// Every candidate that has a rollout on the split.
    All,
}

/// The selections; a handle to be copied.
#[derive(Clone, Copy)]
pub struct Choice {
    pub split: Memo<SplitChoice>,
    /// The first of the compared; the seed unless chosen.
    pub before: Memo<Version>,
    /// The second; the best unless chosen.
    pub after: Memo<Version>,
    pub filter: Memo<Filter>,
    pub columns: Memo<Columns>,
    pub search: Memo<String>,
}

impl Choice {
    /// Reads the URL.
    pub fn provide() -> Self {
        let (app, here) = (use_app(), use_here());
        let known = move |name: Option<String>| {
            links::version(name.as_deref()).filter(|version| app.run.with(|run| run.candidate(*version).is_some()))
        };
        let (split, filter, columns) = (here.query("split"), here.query("filter"), here.query("columns"));
        let (before, after, search) = (here.query("against"), here.query("candidate"), here.query("search"));
        let best = Memo::new(move |_| app.run.with(|run| run.best));
        Self {
            split: Memo::new(move |_| match split.get() {
                None if app.run.with(RunView::is_check) => SplitChoice::HeldOut,
                slug => SplitChoice::of_slug(slug.as_deref().unwrap_or_default()),
            }),
            before: Memo::new(move |_| known(before.get()).unwrap_or(Version::SEED)),
            after: Memo::new(move |_| known(after.get()).unwrap_or(best.get())),
            filter: Memo::new(move |_| filter.with(|slug| Filter::of_slug(slug.as_deref().unwrap_or_default()))),
            columns: Memo::new(move |_| match columns.get().as_deref() {
                Some("all") => Columns::All,
                _ => Columns::Compared,
            }),
            search: Memo::new(move |_| search.get().unwrap_or_default()),
        }
    }
}

//! What is compared, on which split, which questions are shown and how; all of it lives in the URL.

use std::time::Duration;

use leptos::prelude::*;

use crate::{
    domain::id::Version,
    run::{
        results::{Columns, Filter, Listing, Only, Order, Query, SplitChoice},
        view::RunView,
    },
    ui::{
        links,
        narrow::use_narrow,
        route::{Location, use_here},
        state::{AppState, use_app},
    },
};

/// Between two renewals of the list while a run goes on: it moves under the eyes of whoever reads it.
const PACE: Duration = Duration::from_millis(500);

/// A way to look at the results.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum View {
    Matrix,
    Table,
    Groups,
    Prompts,
}

impl View {
    pub const ALL: [View; 4] = [View::Matrix, View::Table, View::Groups, View::Prompts];

    /// The name in a URL and in test ids.
    pub fn slug(self) -> &'static str {
        match self {
            View::Matrix => "matrix",
            View::Table => "table",
            View::Groups => "groups",
            View::Prompts => "prompts",
        }
    }

    /// The name on the screen.
    pub fn words(self) -> &'static str {
        match self {
            View::Matrix => "Matrix",
            View::Table => "Table",
            View::Groups => "Groups",
            View::Prompts => "Prompts",
        }
    }

    /// The view that a place names; the matrix for any other name.
    pub fn at(place: &Location) -> Self {
        let slug = place.get("view").unwrap_or_default();
        Self::ALL.into_iter().find(|view| view.slug() == slug).unwrap_or(View::Matrix)
    }
}

/// The list that a place asks for. The matrix shows every prompt unless told otherwise, the other views the compared two; a
/// narrow page has no room for others, and neither counts nor finds anything by them.
pub fn query_at(place: &Location, run: &RunView, is_narrow: bool) -> Query {
    let known = |version: &Version| run.candidate(*version).is_some();
    let version = |key: &str| links::version(place.get(key)).filter(known);
    let text = |key: &str| place.get(key).unwrap_or_default();
    let columns = match (text("columns"), View::at(place)) {
        ("all", _) | ("", View::Matrix) if !is_narrow => Columns::All,
        _ => Columns::Compared,
    };
    Query {
        split: match place.get("split") {
            // Nothing else was asked.
            None if run.is_check() => SplitChoice::HeldOut,
            slug => SplitChoice::of_slug(slug.unwrap_or_default()),
        },
        before: version("against").unwrap_or(Version::SEED),
        after: version("candidate").unwrap_or_else(|| run.challenger()),
        columns,
        filter: Filter::of_slug(text("filter")),
        order: Order::of_slug(text("order")),
        search: text("search").to_owned(),
        only: Only::of_slug(text("only")),
    }
}

/// The selections; a handle to be copied.
#[derive(Clone, Copy)]
pub struct Choice {
    pub query: Memo<Query>,
    pub view: Memo<View>,
    /// Made anew when the choice or the run changes, and now and then while the run grows; scrolling changes nothing.
    pub listing: Memo<Listing>,
    pub best: Memo<Version>,
}

impl Choice {
    /// Reads the URL.
    pub fn provide() -> Self {
        let (app, here, is_narrow) = (use_app(), use_here(), use_narrow());
        let best = Memo::new(move |_| app.run.with(|run| run.best));
        let query = Memo::new(move |_| app.run.with(|run| query_at(&here.location(), run, is_narrow.get())));
        let view = Memo::new(move |_| View::at(&here.location()));
        let renewed = renewed(app);
        let listing = Memo::new(move |_| {
            renewed.track();
            app.run.with_untracked(|run| query.with(|query| Listing::of(run, query)))
        });
        Self { query, view, listing, best }
    }

    /// One part of the query; changes only when it does.
    pub fn part<T: Clone + PartialEq + Send + Sync + 'static>(self, part: fn(&Query) -> T) -> Memo<T> {
        Memo::new(move |_| self.query.with(part))
    }
}

/// Tells of the run on the screens: at once when it is another one or in another state, and while it grows now and then.
fn renewed(app: AppState) -> Signal<u32> {
    let (now_and_then, is_due) = (RwSignal::new(0), StoredValue::new(false));
    Effect::new(move |before: Option<()>| {
        app.run.track();
        if before.is_some() && !is_due.get_value() {
            is_due.set_value(true);
            // The screen may be gone by then.
            let renew = move || {
                is_due.try_set_value(false);
                now_and_then.try_update(|times| *times += 1);
            };
            set_timeout(renew, PACE);
        }
    });
    let state = Memo::new(move |_| app.run.with(|run| run.state));
    Signal::derive(move || {
        app.run_id.track();
        state.track();
        now_and_then.get()
    })
}

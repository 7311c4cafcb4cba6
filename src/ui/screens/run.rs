//! Run: the settings and the forecast before the start, then how the run goes, then what came of it,
//! and how it was at any time.

mod beam;
mod budget;
mod checks;
mod decisions;
mod facts;
mod feed;
mod forecast;
mod later;
mod lineage;
mod live;
mod outcome;
mod prices;
mod problems;
mod replay;
mod search;
mod setup;
mod steps;
mod stopped;
mod summary;

use leptos::prelude::*;

pub use self::{beam::outcome, decisions::RejectedEdits, forecast::schema_lengths, outcome::Outcome};
use self::{live::Live, replay::Replay, setup::Setup};
use crate::{
    domain::id::RunId,
    ports::store::RunState,
    ui::{route::use_here, state::use_app},
};

/// The screen: setup while there is no run or a new one is wanted, else the run.
#[component]
pub fn RunScreen() -> impl IntoView {
    let (app, here) = (use_app(), use_here());
    let wants_setup = here.query("view");
    let position = here.query("at");
    let is_past = Memo::new(move |_| position.with(Option::is_some));
    let is_idle = Memo::new(move |_| app.run.with(|run| run.state == RunState::Idle));
    // A run that has just started takes the place of its setup.
    Effect::new(move |before: Option<Option<RunId>>| {
        let run = app.run_id.get();
        let is_new = run.is_some() && before.is_some_and(|before| before != run);
        // Nothing is written over the address of somebody who leaves while the page still reads the run.
        if is_new && wants_setup.with_untracked(Option::is_some) {
            here.select("view", "");
        }
        run
    });
    move || {
        if is_idle.get() || wants_setup.get().as_deref() == Some("setup") {
            view! { <Setup /> }.into_any()
        } else if is_past.get() {
            // Another run has another past.
            app.run_id.track();
            view! { <Replay /> }.into_any()
        } else {
            view! { <Live /> }.into_any()
        }
    }
}

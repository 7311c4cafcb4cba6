//! Run, before the start: search settings, what is ready, the forecast with the button.

use leptos::prelude::*;

use super::{budget::BudgetFields, checks::Checks, forecast::Forecast, search::Search};
use crate::{
    ports::store::RunState,
    ui::{
        kit::{Banner, PageHead},
        route::Route,
        screens::need::{DataAtHand, NeedsQuestions, data_at_hand},
        state::use_app,
    },
};

/// The setup of a new run.
#[component]
pub fn Setup() -> impl IntoView {
    let app = use_app();
    let state = Memo::new(move |_| app.run.with(|run| run.state));
    let has_data = Memo::new(move |_| data_at_hand(app) == DataAtHand::Questions);
    // What a start was refused for is told at its field until something is changed.
    Effect::new(move |before: Option<()>| {
        app.config.track();
        if before.is_some() {
            app.start_faults.set(Vec::new());
        }
    });
    let other_run = move || {
        let words = match state.get() {
            RunState::Idle => return None,
            RunState::Running => "A run is under way. Pause or stop it before you start another.",
            RunState::Paused | RunState::Stopped => "The run on the screens stays on Home; it can be resumed there.",
            RunState::Finished => "The run on the screens stays on Home; open it there at any time.",
        };
        Some(view! {
            <Banner title="This is the setup of a new run" words=words>
                <a class="button" href=Route::Run.href() data-testid="back-to-run">
                    "Back to the run"
                </a>
            </Banner>
        })
    };
    let no_data = move || {
        (!has_data.get()).then(|| {
            view! {
                <NeedsQuestions
                    title="No questions yet"
                    words="A run needs questions with gold SQL and the databases they are about."
                />
            }
        })
    };
    view! {
        <PageHead title="Run" words="Choose how to search, read the forecast, then start." />
        {other_run}
        {no_data}
        <div class="split" style="--side:26rem">
            <div class="stack" style="--gap:24px">
                <Search />
                <BudgetFields />
                <Checks />
            </div>
            <Forecast />
        </div>
    }
}

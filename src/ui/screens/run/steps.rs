//! The stepper: seed, rounds, held-out check, each with what it brought or how far it is.

use leptos::prelude::*;

use crate::{
    ports::store::RunState,
    run::{
        format::unbroken,
        rounds::{Progress, steps},
    },
    ui::state::use_app,
};

/// The steps of the run.
#[component]
pub fn Steps() -> impl IntoView {
    let app = use_app();
    let steps = Memo::new(move |_| app.run.with(|run| (steps(run), run.state == RunState::Running)));
    move || {
        let (steps, is_running) = steps.get();
        let items = steps
            .into_iter()
            .map(|step| {
                let (state, word) = match step.progress {
                    Progress::Done => (Some("done"), "done"),
                    Progress::Running if is_running => (Some("running"), "under way"),
                    Progress::Running | Progress::Waiting => (None, "not done"),
                };
                let current = (step.progress == Progress::Running).then_some("step");
                view! {
                    <li data-state=state aria-current=current>
                        <i></i>
                        <b>{step.name}</b>
                        <span>{unbroken(&step.note)}</span>
                        <span class="vh">{word}</span>
                    </li>
                }
            })
            .collect_view();
        view! {
            <ol class="rounds" data-testid="rounds">
                {items}
            </ol>
        }
    }
}

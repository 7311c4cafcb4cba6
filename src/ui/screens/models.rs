//! Models: who writes the SQL, who criticises, who edits; and whether they can be reached.

mod built_in;
mod connection;
mod endpoint;
mod help;
mod in_page;
mod key;
mod model_files;
mod price;
mod role_card;
mod sign_in;

use leptos::prelude::*;

use self::{connection::Connections, help::ConnectionHelp, model_files::ModelFiles, role_card::RoleCard};
use crate::{
    domain::{chat::ModelRole, config::AnswerCaching},
    ui::{
        faults::fault_of,
        kit::{CheckField, NumberField, PageHead},
        route::Route,
        state::use_app,
    },
};

/// The screen.
#[component]
pub fn ModelsScreen() -> impl IntoView {
    let app = use_app();
    let connections = Connections::new(app);
    let same = app.models_same;
    let test_all = move |_| {
        let roles = if same.get_untracked() { &ModelRole::ALL[..1] } else { &ModelRole::ALL[..] };
        roles.iter().for_each(|role| connections.test(*role));
    };
    let verb = move || if same.get() { "Test the model" } else { "Test all three" };
    view! {
        <PageHead title="Models" words="Three roles. They can share one model and one key.">
            <button class="button" type="button" data-testid="models-test-all" on:click=test_all>
                {verb}
            </button>
            <a class="button" data-kind="primary" href=Route::Run.href()>
                "Next: Run"
            </a>
        </PageHead>
        <section class="card model-options">
            <div class="stack" style="--gap:12px">
                <CheckField
                    label="One model for all three roles"
                    testid="models-same"
                    value=same
                    set=move |checked| same.set(checked)
                    note="Critic and editor use the agent's provider, key and model."
                />
                <CheckField
                    label="Answer identical requests at temperature 0 from this browser's cache"
                    testid="answer-cache"
                    value=Signal::derive(move || app.config.with(|config| config.caching == AnswerCaching::AtTemperatureZero))
                    set=move |checked| app.config.update(|config| config.caching = caching(checked))
                    note="Saves calls, in one run and in later ones. The temperature must be 0, and repeats are then no independent samples. If another model answers under the same name, clear the cache in Settings first."
                />
            </div>
            <NumberField<usize>
                label="Calls at once"
                testid="concurrency"
                value=Signal::derive(move || app.config.with(|config| config.concurrency))
                set=move |number| app.config.update(|config| config.concurrency = number)
                hint="Over all roles, 1 to 64. To a server of your own a browser opens six connections at most unless it speaks HTTP/2, so more than 6 do not help there; providers speak HTTP/2."
                error=fault_of(app, "concurrency")
            />
            <NumberField<f64>
                label="Give up on a call after"
                testid="call-timeout"
                value=Signal::derive(move || app.config.with(|config| config.call_timeout))
                set=move |seconds| app.config.update(|config| config.call_timeout = seconds)
                hint="It is tried again; if that fails too, the run pauses and nothing is scored."
                error=fault_of(app, "call_timeout")
                unit="seconds"
                fraction=true
            />
        </section>
        <div class="grid models" style="--min:17rem" data-shared=move || same.get().then_some("")>
            {ModelRole::ALL.map(|role| view! { <RoleCard role=role connections=connections /> }).collect_view()}
        </div>
        <ModelFiles />
        <ConnectionHelp />
    }
}

fn caching(checked: bool) -> AnswerCaching {
    if checked { AnswerCaching::AtTemperatureZero } else { AnswerCaching::Off }
}

//! The banner for a run that was left before its end.

use leptos::prelude::*;

use crate::{
    domain::{chat::ModelRole, provider::KeyNeed},
    ports::store::{RunState, RunSummary},
    run::format::{count, thousands},
    ui::{
        kit::{Banner, Glyph, Icon, Tone},
        route::{Route, use_here},
        state::{AppState, use_app},
    },
};

/// The newest run that can go on: the one on the screens before all others.
#[component]
pub fn Unfinished() -> impl IntoView {
    let app = use_app();
    let unfinished = Memo::new(move |_| {
        let here = app.run_id.get();
        let is_left = |run: &&RunSummary| matches!(run.state, RunState::Paused | RunState::Stopped) && !run.read_only;
        if app.run.with(|run| run.state == RunState::Running) {
            return None;
        }
        app.runs.with(|runs| {
            let shown = runs.iter().filter(is_left).find(|run| Some(&run.id) == here.as_ref());
            shown.or_else(|| runs.iter().find(is_left)).cloned()
        })
    });
    move || unfinished.get().map(|run| banner(app, run))
}

fn banner(app: AppState, run: RunSummary) -> impl IntoView {
    let here = use_here();
    let word = if run.state == RunState::Paused { "Paused" } else { "Stopped" };
    let done = thousands(run.rollouts_done as u64);
    let title = format!("{word} after {done} of {}", count(run.rollouts_planned, "rollout"));
    let name = run.name.clone();
    let dataset = run.dataset.clone();
    let can_go_on = move || app.datasets.with(|datasets| datasets.iter().any(|known| known.id == dataset));
    let words = {
        let can_go_on = can_go_on.clone();
        Signal::derive(move || match (can_go_on(), needs_key(app)) {
            (false, _) => {
                format!(
                    "{name}. Its data is no longer stored here, so it can be read but not resumed. Load its files on Data."
                )
            }
            (true, needs_key) => {
                let key = if needs_key {
                    " Keys are not stored: if the endpoint needs one, enter it on Models first."
                } else {
                    ""
                };
                format!("{name}. Every answer so far is stored; resuming pays for nothing twice.{key}")
            }
        })
    };
    let resume = {
        let id = run.id.clone();
        move |_| {
            app.resume_run(id.clone());
            here.go(Route::Run);
        }
    };
    let open = {
        let id = run.id.clone();
        move |_| {
            app.open_run(id.clone());
            here.go(Route::Run);
        }
    };
    let resume_button = move || {
        can_go_on().then(|| {
            view! {
                <button class="button" data-kind="primary" type="button" data-testid="resume-run" on:click=resume.clone()>
                    <Icon glyph=Glyph::Run />
                    "Resume"
                </button>
            }
        })
    };
    view! {
        <Banner tone=Tone::Warn title=title words=words testid="unfinished-run">
            {resume_button}
            <button class="button" type="button" data-testid="open-unfinished" on:click=open>
                "Look at it"
            </button>
        </Banner>
    }
}

/// Whether the run's agent is an endpoint for which no key was entered since the page was opened.
fn needs_key(app: AppState) -> bool {
    let models = app.effective_config().models;
    let preset = models.of(ModelRole::Agent).provider.preset();
    preset.is_some_and(|preset| preset.key != KeyNeed::None) && app.keys.with(|keys| keys.agent.is_empty())
}

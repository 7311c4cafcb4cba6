//! The rail: six steps with how each stands, then Home, Settings and the shortcuts. Below 700 px it is a bar at the bottom.

use leptos::prelude::*;

use super::panels::use_panels;
use crate::{
    ports::store::RunState,
    run::{
        export::files::offered,
        format::{bytes, count, thousands},
        results::SplitChoice,
        shortcuts::Shortcut,
        view::RunView,
    },
    ui::{
        keys::Keycaps,
        kit::{Glyph, Icon},
        route::{Route, use_here},
        state::{AppState, use_app},
    },
};

/// How a step stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum StepState {
    Empty,
    Ready,
    Warning,
    Running,
}

impl StepState {
    fn name(self) -> &'static str {
        match self {
            StepState::Empty => "empty",
            StepState::Ready => "ready",
            StepState::Warning => "warning",
            StepState::Running => "running",
        }
    }

    fn words(self) -> &'static str {
        match self {
            StepState::Empty => "not started",
            StepState::Ready => "ready",
            StepState::Warning => "needs attention",
            StepState::Running => "running",
        }
    }
}

const STEPS: [(Route, Glyph); 6] = [
    (Route::Data, Glyph::Data),
    (Route::Prompt, Glyph::Prompt),
    (Route::Models, Glyph::Models),
    (Route::Run, Glyph::Run),
    (Route::Results, Glyph::Results),
    (Route::Export, Glyph::Export),
];

/// Steps of the work, and how they stand.
#[component]
pub fn Rail() -> impl IntoView {
    let app = use_app();
    let route = use_here().route();
    // Runs are chosen for a comparison on Home.
    let is_at = move |place| route.get() == place || (route.get(), place) == (Route::Compare, Route::Home);
    let panels = use_panels();
    let stored = LocalResource::new(move || {
        app.datasets.track();
        app.runs.track();
        // The page itself is stored too, a little after it was opened.
        app.offline.track();
        app.storage_estimate()
    });
    let private = move || match stored.get().flatten() {
        Some((used, ..)) if used > 0 => format!("Everything stays in this browser. {} stored.", bytes(used)),
        _ => "Everything stays in this browser.".to_owned(),
    };
    view! {
        <nav class="rail" aria-label="Steps">
            <a class="rail-brand" href=Route::Home.href() aria-label="Promptbeam, home">
                <Mark />
                <span>"Promptbeam"</span>
            </a>
            <ol>
                {STEPS
                    .into_iter()
                    .map(|(step, glyph)| view! { <li>{step_item(app, step, glyph)}</li> })
                    .collect_view()}
            </ol>
            <div class="rail-foot">
                {[(Route::Home, Glyph::Home), (Route::Settings, Glyph::Settings)]
                    .into_iter()
                    .map(|(place, glyph)| {
                        view! {
                            <a
                                class="rail-item"
                                href=place.href()
                                data-testid=format!("nav-{}", place.name())
                                aria-current=move || is_at(place).then_some("page")
                            >
                                <Icon glyph=glyph />
                                <span>{place.title()}</span>
                            </a>
                        }
                    })
                    .collect_view()}
                <button
                    class="rail-item"
                    type="button"
                    data-testid="open-shortcuts"
                    aria-haspopup="dialog"
                    aria-keyshortcuts="?"
                    on:click=move |_| panels.shortcuts.set(true)
                >
                    <Icon glyph=Glyph::Keys />
                    <span>"Shortcuts"</span>
                    <span class="rail-note">
                        <Keycaps shortcut=Shortcut::List />
                    </span>
                </button>
                <p class="rail-private">{private}</p>
            </div>
        </nav>
    }
}

/// The page's mark.
#[component]
pub fn Mark() -> impl IntoView {
    view! {
        <svg viewBox="0 0 20 20" fill="none" stroke="currentColor" stroke-width="2" stroke-linecap="round" aria-hidden="true">
            <path d="M3 10h14M3 10l13-5.5M3 10l13 5.5"></path>
            <circle cx="3.5" cy="10" r="2" fill="currentColor" stroke="none"></circle>
        </svg>
    }
}

fn step_item(app: AppState, step: Route, glyph: Glyph) -> impl IntoView {
    let route = use_here().route();
    let standing = Memo::new(move |_| standing(app, step));
    let is_current = move || match route.get() {
        Route::Candidate | Route::Check | Route::Example => step == Route::Results,
        Route::Scores => step == Route::Data,
        Route::Playground => step == Route::Prompt,
        route => route == step,
    };
    view! {
        <a
            class="rail-item"
            href=step.href()
            data-testid=format!("nav-{}", step.name())
            data-state=move || standing.with(|(state, _)| state.name())
            aria-current=move || is_current().then_some("page")
        >
            <Icon glyph=glyph />
            <span>{step.title()}</span>
            <span class="rail-note">{move || standing.with(|(_, note)| note.clone())}</span>
            <span class="rail-state">
                <span class="vh">{move || standing.with(|(state, _)| state.words())}</span>
            </span>
        </a>
    }
}

fn standing(app: AppState, step: Route) -> (StepState, String) {
    let to_fix = |number: usize| (StepState::Warning, format!("{number} to fix"));
    let faults = |wanted: fn(&str) -> bool| app.faults().iter().filter(|fault| wanted(&fault.field)).count();
    let state = app.run.with(|run| run.state);
    let has_run = state != RunState::Idle;
    match step {
        Route::Data => {
            let questions = app.dataset.with(|dataset| dataset.as_ref().map(|dataset| dataset.examples.len()));
            match questions {
                None => (StepState::Empty, String::new()),
                Some(_) if app.splits().is_err() => to_fix(1),
                Some(number) => (StepState::Ready, thousands(number as u64)),
            }
        }
        Route::Prompt => match faults(|field| matches!(field, "prompt" | "optimized" | "max_turns")) {
            0 => (StepState::Ready, count(app.config.with(|config| config.agent.seed().words()), "word")),
            number => to_fix(number),
        },
        Route::Models => match faults(|field| field == "concurrency" || field.contains('.')) {
            0 if app.models_same.get() => (StepState::Ready, "1 model".into()),
            0 => (StepState::Ready, "3 models".into()),
            number => to_fix(number),
        },
        Route::Run => match state {
            RunState::Idle => (StepState::Empty, String::new()),
            RunState::Running => (StepState::Running, "running".into()),
            RunState::Paused => (StepState::Warning, "paused".into()),
            RunState::Stopped => (StepState::Warning, "stopped".into()),
            RunState::Finished => (StepState::Ready, app.run.with(size)),
        },
        Route::Results => match app.run.with(|run| has_scores(run).then_some(run.best)) {
            Some(best) => (StepState::Ready, best.to_string()),
            None => (StepState::Empty, String::new()),
        },
        _ if has_run => (StepState::Ready, count(app.run.with(|run| offered(run).count()), "file")),
        _ => (StepState::Empty, String::new()),
    }
}

/// How much a finished run was: a check has questions and no rounds.
fn size(run: &RunView) -> String {
    match run.is_check() {
        true => count(run.split(SplitChoice::HeldOut).len(), "question"),
        false => count(run.rounds.len(), "round"),
    }
}

fn has_scores(run: &RunView) -> bool {
    run.best_score().is_some() || run.held_out().is_some()
}

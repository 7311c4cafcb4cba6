//! The bar: which run is on the screens, how it stands, how far it is, and the buttons that stop its spending.

use leptos::prelude::*;

use super::{panels::use_panels, rail::Mark};
use crate::{
    ports::store::RunState,
    run::{
        format::{count, dollars, duration, thousands},
        shortcuts::Shortcut,
    },
    ui::{
        keys::{Keycaps, use_shortcuts},
        kit::{Glyph, Icon, Status},
        route::{Location, Route, use_here},
        state::{AppState, use_app},
    },
};

/// The run's bar, on every screen.
#[component]
pub fn Bar() -> impl IntoView {
    let app = use_app();
    let (panels, keys) = (use_panels(), use_shortcuts());
    let route = use_here().route();
    let is_at_run = Memo::new(move |_| route.get() == Route::Run);
    let state = Memo::new(move |_| app.run.with(|run| run.state));
    let name = move || {
        let name = app.run.with(|run| run.started.as_ref().map(|started| started.name.clone()));
        name.unwrap_or_else(|| "New run".to_owned())
    };
    let share = move || {
        let share = app.run.with(|run| match run.state {
            // A search may end before all that was planned.
            RunState::Finished => 100.0,
            _ => 100.0 * run.rollouts.len() as f64 / run.rollouts_planned().max(1) as f64,
        });
        format!("--done:{:.1}%", share.min(100.0))
    };
    view! {
        <header class="bar">
            <a class="bar-brand" href=Route::Home.href() aria-label="Home">
                <Mark />
            </a>
            <span class="bar-run">{name}</span>
            <Status standing=Signal::derive(move || state.get().into()) words=Signal::derive(move || words(app)) pill=true />
            <div class="bar-facts">{move || facts(app)}</div>
            <div class="bar-actions">
                <button
                    class="button bar-find"
                    type="button"
                    data-testid="open-palette"
                    aria-haspopup="dialog"
                    aria-keyshortcuts=Shortcut::Find.aria(keys.keyboard)
                    on:click=move |_| panels.palette.set(true)
                >
                    <Icon glyph=Glyph::Search />
                    <span>"Find"</span>
                    <Keycaps shortcut=Shortcut::Find />
                </button>
                {move || actions(app, state.get(), is_at_run.get())} <span class="bar-settings">
                    <a
                        class="button"
                        data-kind="quiet"
                        data-size="icon"
                        href=Route::Settings.href()
                        aria-label="Settings"
                    >
                        <Icon glyph=Glyph::Settings />
                    </a>
                </span>
            </div>
            {move || (state.get() != RunState::Idle).then(|| view! { <div class="bar-progress" style=share></div> })}
        </header>
    }
}

fn words(app: AppState) -> String {
    app.run.with(|run| match run.state {
        RunState::Idle => "Not started".into(),
        RunState::Running => match (&run.started, run.rounds.last()) {
            (Some(started), Some(round)) => format!("Round {} of {}", round.round, started.config.rounds()),
            _ if run.is_check() => "Checking".into(),
            _ => "Scoring the seed".into(),
        },
        RunState::Paused => "Paused".into(),
        RunState::Stopped => "Stopped".into(),
        RunState::Finished => "Finished".into(),
    })
}

fn facts(app: AppState) -> impl IntoView {
    app.run.with(|run| {
        if run.state == RunState::Idle {
            return view! { <span>"No calls yet"</span> }.into_any();
        }
        let (done, planned) = (run.rollouts.len(), run.rollouts_planned());
        let rollouts = match run.state {
            RunState::Finished => count(done, "rollout"),
            _ => format!("{} of {}", thousands(done as u64), count(planned, "rollout")),
        };
        let time = match run.remaining_ms() {
            Some(left) if run.state == RunState::Running => format!("about {} left", duration(left)),
            _ => duration(run.active_ms),
        };
        view! {
            <span>
                <b>{thousands(run.usage.total().calls)}</b>
                " calls"
            </span>
            <span data-wide="">{rollouts}</span>
            <span>{time}</span>
            {(run.usage.total().usd > 0.0).then(|| view! { <span data-wide="">{dollars(run.usage.total().usd)}</span> })}
        }
        .into_any()
    })
}

fn actions(app: AppState, state: RunState, is_at_run: bool) -> impl IntoView {
    let pause = move || {
        view! {
            <button class="button" type="button" on:click=move |_| app.pause()>
                <Icon glyph=Glyph::Pause />
                "Pause"
            </button>
        }
    };
    let stop = move || {
        view! {
            <button class="button" data-kind="danger" type="button" on:click=move |_| app.stop()>
                <Icon glyph=Glyph::Stop />
                "Stop"
            </button>
        }
    };
    let resume = move || {
        app.can_go_on.get().then(|| {
            view! {
                <button class="button" type="button" on:click=move |_| app.resume()>
                    <Icon glyph=Glyph::Run />
                    "Resume"
                </button>
            }
        })
    };
    match state {
        RunState::Running if app.is_elsewhere.get() => ().into_any(),
        RunState::Paused | RunState::Stopped if app.is_read_only() => ().into_any(),
        RunState::Idle if is_at_run => ().into_any(),
        RunState::Idle => view! {
            <a class="button" href=Route::Run.href()>
                "Go to Run"
            </a>
        }
        .into_any(),
        RunState::Running => (pause(), stop()).into_any(),
        RunState::Paused => (resume, stop()).into_any(),
        RunState::Stopped => resume.into_any(),
        RunState::Finished => view! {
            <a class="button" href=Location::from(Route::Run).with("view", "setup").href() data-testid="new-run">
                "New run"
            </a>
        }
        .into_any(),
    }
}

//! What a replay is steered by: where it stands, in words and on a slider with the run's turning points, steps, and the way back.

use leptos::prelude::*;

use super::Position;
use crate::{
    browser::clock::offset_minutes,
    run::{
        format::{clock_time, count, duration, thousands},
        replay::{MilestoneKind, place},
        shortcuts::Shortcut,
        view::RunView,
    },
    ui::{
        keys::{Keycaps, use_shortcuts},
        kit::{Glyph, Icon},
        route::Route,
        state::use_app,
    },
};

/// The strip; it stays in view while the run below it is read.
#[component]
pub fn Strip(position: Position, past: RwSignal<RunView, LocalStorage>, told: RwSignal<String>) -> impl IntoView {
    let app = use_app();
    let Position { at, of, is_playing, milestones } = position;
    let event = move || format!("event {} of {}", thousands(at.get() as u64), thousands(of.get() as u64));
    let when = move || {
        past.with(|run| {
            let time = clock_time(run.last_at, offset_minutes(run.last_at));
            let calls = count(run.usage.total().calls as usize, "call");
            format!("{time}, {} into the run, {calls}", duration(run.active_ms))
        })
    };
    let now = move || app.run.with(|run| run.state.name());
    let marks = move || {
        let of = of.get();
        milestones.with(|all| {
            let mark = |kind: MilestoneKind, at: usize, words: String| {
                view! { <i data-kind=kind.name() style=format!("--at:{:.3}", place(at, of) / 100.0) title=words></i> }
            };
            all.iter().map(|one| mark(one.kind, one.at, one.words.clone())).collect_view()
        })
    };
    view! {
        <section class="replay" aria-label="Replay" data-testid="replay">
            <div class="replay-head">
                <p>
                    <strong data-testid="replay-event">"As it was at " {event}</strong>
                    <span class="replay-when" data-testid="replay-when">
                        {when}
                    </span>
                </p>
                <a class="button" data-kind="primary" href=Route::Run.href() data-testid="replay-leave" aria-keyshortcuts="Escape">
                    <span>"Back to now" <span class="replay-now">": " {now}</span></span>
                    <Keycaps shortcut=Shortcut::Present />
                </a>
            </div>
            <div class="replay-line">
                <div class="replay-steps">
                    <Step position=position shortcut=Shortcut::MilestoneBack words="Mark" testid="replay-mark-back" />
                    <Step position=position shortcut=Shortcut::EventBack words="Event" testid="replay-back" />
                    <button
                        class="button"
                        type="button"
                        data-testid="replay-play"
                        aria-keyshortcuts="K"
                        on:click=move |_| position.play_or_pause()
                    >
                        {move || {
                            let glyph = if is_playing.get() { Glyph::Pause } else { Glyph::Run };
                            view! { <Icon glyph=glyph /> }
                        }}
                        {move || if is_playing.get() { "Pause" } else { "Play" }}
                        <Keycaps shortcut=Shortcut::PlayOrPause />
                    </button>
                    <Step position=position shortcut=Shortcut::EventOn words="Event" testid="replay-on" />
                    <Step position=position shortcut=Shortcut::MilestoneOn words="Mark" testid="replay-mark-on" />
                </div>
                <div class="replay-track">
                    <input
                        type="range"
                        min="1"
                        max=move || of.get().max(1)
                        step="1"
                        aria-label="Position in the run"
                        aria-valuetext=move || format!("At {}: {}", event(), told.get())
                        data-testid="replay-slider"
                        prop:value=move || at.get().to_string()
                        on:input=move |input| {
                            if let Ok(wanted) = event_target_value(&input).parse() {
                                position.go(wanted);
                            }
                        }
                    />
                    <div class="replay-marks" aria-hidden="true">
                        {marks}
                    </div>
                </div>
            </div>
            <p class="replay-told" aria-live=move || if is_playing.get() { "off" } else { "polite" } data-testid="replay-told">
                {move || told.get()}
            </p>
            <ul class="replay-key" aria-hidden="true">
                {[("round", "round"), ("best", "new best"), ("pause", "start, pause"), ("check", "end of the search, check")]
                    .map(|(kind, words)| {
                        view! {
                            <li>
                                <i data-kind=kind></i>
                                {words}
                            </li>
                        }
                    })
                    .into_iter()
                    .collect_view()}
            </ul>
        </section>
    }
}

/// A button that goes to another event, in the direction of its shortcut.
#[component]
fn Step(position: Position, shortcut: Shortcut, words: &'static str, testid: &'static str) -> impl IntoView {
    let goes_back = matches!(shortcut, Shortcut::EventBack | Shortcut::MilestoneBack);
    let is_at_end = move || {
        let (at, of) = (position.at.get(), position.of.get());
        if goes_back { at <= 1 } else { at >= of }
    };
    let arrow = if goes_back { Glyph::Back } else { Glyph::Chevron };
    let before = goes_back.then(|| view! { <Icon glyph=arrow /> });
    let behind = (!goes_back).then(|| view! { <Icon glyph=arrow /> });
    view! {
        <button
            class="button"
            type="button"
            aria-disabled=move || is_at_end().then_some("true")
            aria-keyshortcuts=shortcut.aria(use_shortcuts().keyboard)
            data-testid=testid
            on:click=move |_| {
                position.obey(shortcut);
            }
        >
            {before} <span class="vh">{if goes_back { "Previous " } else { "Next " }}</span> {words} {behind}
            <Keycaps shortcut=shortcut />
        </button>
    }
}

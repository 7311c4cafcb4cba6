//! The run as it was after one of its events: the Run screen on an earlier view of the journal, with a slider over all events.
//! The position stands in the URL, so that a moment can be linked to.

mod strip;

use std::time::Duration;

use leptos::{
    context::Provider,
    leptos_dom::helpers::{IntervalHandle, TimeoutHandle},
    prelude::*,
};

use self::strip::Strip;
use super::{
    live::{Course, Head},
    outcome::Outcome,
};
use crate::{
    run::{
        happenings::entry_words,
        replay::{self, Milestone, after, before, milestones},
        shortcuts::Shortcut,
        view::RunView,
    },
    ui::{
        keys::use_shortcuts,
        route::{Route, use_here},
        state::use_app,
    },
};

/// The selection that holds the position.
const AT: &str = "at";
/// How long a position stays before it is written into the URL: browsers take only some changes a second.
const SETTLED: Duration = Duration::from_millis(300);
/// Time between two steps while it plays, and steps from the first event to the last.
const STEP: Duration = Duration::from_millis(100);
const STEPS: usize = 250;
/// Events of a part of the work ahead, and time between two parts.
const PART: usize = 1_000;
const PAUSE: Duration = Duration::from_millis(30);

/// Where the replay stands; a handle to be copied.
#[derive(Clone, Copy)]
struct Position {
    /// Events that are shown, from 1.
    at: RwSignal<usize>,
    /// Events of the journal.
    of: Memo<usize>,
    is_playing: RwSignal<bool>,
    milestones: Memo<Vec<Milestone>>,
}

impl Position {
    /// Goes to an event, and stays there.
    fn go(self, at: usize) {
        self.is_playing.set(false);
        self.at.set(at.clamp(1, self.of.get_untracked().max(1)));
    }

    /// Does what a shortcut of the replay means; whether it is one.
    fn obey(self, shortcut: Shortcut) -> bool {
        let (at, of) = (self.at.get_untracked(), self.of.get_untracked());
        match shortcut {
            Shortcut::EventBack => self.go(at.saturating_sub(1)),
            Shortcut::EventOn => self.go(at + 1),
            Shortcut::MilestoneBack => self.go(self.milestones.with_untracked(|all| before(all, at))),
            Shortcut::MilestoneOn => self.go(self.milestones.with_untracked(|all| after(all, at, of))),
            Shortcut::PlayOrPause => self.play_or_pause(),
            _ => return false,
        }
        true
    }

    /// At the end it plays from the beginning.
    fn play_or_pause(self) {
        if !self.is_playing.get_untracked() && self.at.get_untracked() >= self.of.get_untracked() {
            self.at.set(1);
        }
        self.is_playing.update(|playing| *playing = !*playing);
    }

    fn play_on(self) {
        let of = self.of.get_untracked();
        self.at.update(|at| *at = (*at + of.div_ceil(STEPS)).min(of));
        if self.at.get_untracked() >= of {
            self.is_playing.set(false);
        }
    }
}

/// The run in the past.
#[component]
pub fn Replay() -> impl IntoView {
    let (app, here) = (use_app(), use_here());
    let past = RwSignal::new_local(RunView::default());
    let told = RwSignal::new(String::new());
    let checkpoints = StoredValue::new_local(replay::Replay::default());
    let seek = move |at: usize| {
        app.with_journal(|entries| {
            past.update(|view| {
                checkpoints.update_value(|checkpoints| checkpoints.seek(entries, view, at));
                let last = view.entries.checked_sub(1).and_then(|last| entries.get(last as usize));
                told.set(last.map(|entry| entry_words(entry, view)).unwrap_or_default());
            });
        });
    };
    let asked = here.query(AT);
    let of = Memo::new(move |_| app.run.with(|run| run.entries as usize));
    let changes = Memo::new(move |_| app.run.with(|run| (run.rounds.len(), run.leads.len(), run.state)));
    let milestones = Memo::new(move |_| {
        changes.track();
        app.with_journal(milestones)
    });
    let wanted = move || asked.with(|at| at.as_ref().and_then(|at| at.parse().ok())).unwrap_or(1);
    let first = untrack(|| wanted().clamp(1, of.get().max(1)));
    let (at, is_playing) = (RwSignal::new(first), RwSignal::new(false));
    let position = Position { at, of, is_playing, milestones };
    seek(first);
    Effect::new(move |before: Option<usize>| {
        let at = at.get();
        if before.is_some_and(|before| before != at) {
            seek(at);
        }
        at
    });
    // A link to another moment, or a step back in the browser's history.
    Effect::new(move |before: Option<()>| {
        let wanted = wanted();
        if before.is_some() && wanted != at.get_untracked() {
            position.go(wanted);
        }
    });
    prepare(move || checkpoints.try_update_value(|all| app.with_journal(|entries| all.prepare(entries, PART))));
    write_into_url(at, move |at| here.select(AT, &at.to_string()));
    play(position);
    use_shortcuts().on(move |shortcut| match shortcut {
        Shortcut::Present => {
            here.go(Route::Run);
            true
        }
        other => position.obey(other),
    });
    view! {
        <Head>
            <span class="badge" data-tone="warn">
                "In the past"
            </span>
        </Head>
        <Strip position=position past=past told=told />
        <Provider value=app.showing(past)>
            <Outcome past=true />
            <Course />
        </Provider>
    }
}

/// Writes the position into the URL once it stays.
fn write_into_url(at: RwSignal<usize>, write: impl Fn(usize) + Copy + 'static) {
    let pending = StoredValue::new(None::<TimeoutHandle>);
    let give_up = move || {
        if let Some(handle) = pending.try_update_value(Option::take).flatten() {
            handle.clear();
        }
    };
    Effect::new(move |before: Option<()>| {
        let at = at.get();
        give_up();
        if before.is_some() {
            // A browser without timers keeps the old address.
            pending.set_value(set_timeout_with_handle(move || write(at), SETTLED).ok());
        }
    });
    on_cleanup(give_up);
}

/// Works in parts until `part` has no more to do: none takes long enough to be felt.
fn prepare(part: impl Fn() -> Option<bool> + 'static) {
    let ticking = StoredValue::new(None::<IntervalHandle>);
    let end = move || {
        if let Some(handle) = ticking.try_update_value(Option::take).flatten() {
            handle.clear();
        }
    };
    let work = move || {
        if part() != Some(true) {
            end();
        }
    };
    ticking.set_value(set_interval_with_handle(work, PAUSE).ok());
    on_cleanup(end);
}

/// Goes on by itself while it plays.
fn play(position: Position) {
    Effect::new(move || {
        if position.is_playing.get()
            && let Ok(ticking) = set_interval_with_handle(move || position.play_on(), STEP)
        {
            on_cleanup(move || ticking.clear());
        }
    });
}

//! What a search decided, round by round, and the edits that it did not use, each with its reason.

use leptos::prelude::*;

use crate::{
    run::{
        decisions::{RejectedEdit, RoundDecisions, decisions, rejected_edits, search_ending},
        format::count,
    },
    ui::{
        kit::{ShowAll, shown},
        links,
        state::use_app,
    },
};

/// Letters up to which a line is short.
const SHORT: usize = 28;

/// The decisions of paired racing or ProTeGi, the newest round open; nothing for APO.
#[component]
pub fn Decisions() -> impl IntoView {
    let app = use_app();
    let rounds = Memo::new(move |_| app.run.with(decisions));
    let ending = Memo::new(move |_| app.run.with(search_ending));
    let newest = move || rounds.with(|rounds| rounds.last().map(|round| round.round));
    move || {
        let all = rounds.get();
        (!all.is_empty()).then(|| {
            view! {
                <section class="card" data-below="" data-testid="decisions">
                    <header>
                        <h2>"Decisions"</h2>
                        <p>{move || ending.get().map_or("Each with its reason".to_owned(), |words| format!("Ended: {words}"))}</p>
                    </header>
                    <div class="stack told" style="--gap:8px">
                        {all.into_iter().rev().map(|round| one(round, newest())).collect_view()}
                    </div>
                </section>
            }
        })
    }
}

fn one(round: RoundDecisions, newest: Option<u32>) -> impl IntoView {
    let came_to = round.ending.unwrap_or_else(|| "under way".into());
    // Names and scores alone: several columns of them.
    let are_short = round.lines.iter().all(|line| line.chars().count() <= SHORT);
    let lines = round.lines.into_iter().map(|line| view! { <li>{line}</li> }).collect_view();
    view! {
        <details open=newest == Some(round.round)>
            <summary>{format!("Round {}: {came_to}", round.round)}</summary>
            <ul class="changed" data-short=are_short>{lines}</ul>
        </details>
    }
}

/// The edits that were not used; nothing without any.
#[component]
pub fn RejectedEdits() -> impl IntoView {
    let app = use_app();
    let edits = Memo::new(move |_| app.run.with(rejected_edits));
    let number = Memo::new(move |_| edits.with(Vec::len));
    let all = RwSignal::new(false);
    let listed = move || edits.get().into_iter().take(shown(all)).map(rejected).collect_view();
    move || {
        (number.get() > 0).then(|| {
            view! {
                <section class="card" data-below="" data-testid="rejected-edits">
                    <header>
                        <h2>"Rejected edits"</h2>
                        <p>{move || format!("{} that no question was asked with", count(number.get(), "edit"))}</p>
                    </header>
                    <div class="grid told" style="--min:22rem;--gap:8px">
                        {listed}
                    </div>
                    <ShowAll all=all number=number what="edits" />
                </section>
            }
        })
    }
}

fn rejected(edit: RejectedEdit) -> impl IntoView {
    let repaired = if edit.was_repaired { " The editor was asked for a repair." } else { "" };
    let words = format!("{}.{repaired}", edit.reason);
    let parent = view! {
        <a class="version" href=links::candidate(edit.parent).href()>
            {edit.parent.to_string()}
        </a>
    };
    let head = format!("Round {}, from ", edit.round);
    if edit.text.trim().is_empty() {
        return view! {
            <p class="small">
                {head} {parent} ": " {words}
            </p>
        }
        .into_any();
    }
    view! {
        <details>
            <summary class="small">{head} {edit.parent.to_string()} ": " {words}</summary>
            <p class="note">"Its parent: " {parent}</p>
            <div class="text">{edit.text}</div>
        </details>
    }
    .into_any()
}

//! What happened, newest first: the last 200 lines of the run's journal in words.

use leptos::prelude::*;

use crate::{
    browser::clock::offset_minutes,
    run::{format::clock_time, happenings::happening_words, view::FeedLine},
    ui::state::use_app,
};

/// Lines that are shown, the newest first.
const SHOWN: usize = 200;

/// The card.
#[component]
pub fn Feed() -> impl IntoView {
    let app = use_app();
    // A line never changes: its number is its key, and its words are made once.
    let lines =
        move || app.run.with(|run| run.feed.iter().rev().take(SHOWN).map(|line| line.number).collect::<Vec<_>>());
    let line = move |number: u64| {
        let told = app.run.with_untracked(|run| {
            let at = run.feed.binary_search_by_key(&number, |line| line.number).ok()?;
            Some(told(&run.feed[at]))
        });
        told.map(|(at, what)| view! { <li><time>{at}</time> <p>{what}</p></li> })
    };
    view! {
        <section class="card" data-flush="">
            <header>
                <h2>"Activity"</h2>
                <p>"newest first"</p>
            </header>
            <div class="feed-scroll" role="region" aria-label="Activity" tabindex="0">
                <ol class="feed" data-testid="feed">
                    <For each=lines key=|number| *number children=line />
                </ol>
            </div>
        </section>
    }
}

fn told(line: &FeedLine) -> (String, String) {
    (clock_time(line.at, offset_minutes(line.at)), happening_words(&line.what))
}

//! What happened, newest first: the last 200 lines of the run's journal in words.

use leptos::prelude::*;

use crate::{
    browser::clock::offset_minutes,
    domain::id::RunId,
    run::{format::clock_time, happenings::happening_words, view::FeedLine},
    ui::state::use_app,
};

/// Lines that are shown, the newest first.
const SHOWN: usize = 200;
/// Lines with which the card has the height that it asks for.
const FULL: usize = 20;

/// The card.
#[component]
pub fn Feed() -> impl IntoView {
    let app = use_app();
    // A line of a run never changes: its number is its key, and its words are made once.
    let lines = move || {
        let id = app.run_id.get();
        app.run.with(|run| run.feed.iter().rev().take(SHOWN).map(|line| (id.clone(), line.number)).collect::<Vec<_>>())
    };
    let line = move |(_, number): (Option<RunId>, u64)| {
        let told = app.run.with_untracked(|run| {
            let at = run.feed.binary_search_by_key(&number, |line| line.number).ok()?;
            Some(told(&run.feed[at]))
        });
        told.map(|(at, what)| view! { <li><time>{at}</time> <p>{what}</p></li> })
    };
    let height = Memo::new(move |_| app.run.with(|run| run.feed.len().min(FULL)));
    view! {
        <section class="card feed-card" data-flush="">
            <header>
                <h2>"Activity"</h2>
                <p>"newest first"</p>
            </header>
            <div
                class="feed-scroll"
                role="region"
                aria-label="Activity"
                tabindex="0"
                style=move || format!("--lines:{}", height.get())
            >
                <ol class="feed" data-testid="feed">
                    <For each=lines key=Clone::clone children=line />
                </ol>
            </div>
        </section>
    }
}

fn told(line: &FeedLine) -> (String, String) {
    (clock_time(line.at, offset_minutes(line.at)), happening_words(&line.what))
}

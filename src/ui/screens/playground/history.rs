//! The questions of this visit, newest first, and what they took together.

use leptos::prelude::*;

use crate::{
    run::{
        ask::Ending,
        format::{count, unbroken, usage_words},
    },
    ui::state::{Answered, Keeping, Ran, use_app},
};

/// The list; each opens as it was left.
#[component]
pub fn History() -> impl IntoView {
    let play = use_app().playground;
    let lines = Memo::new(move |_| {
        play.asks
            .with(|asks| asks.iter().enumerate().rev().map(|(at, answered)| line(at, answered)).collect::<Vec<_>>())
    });
    let total = move || {
        let calls = play.usage();
        unbroken(&format!("{}: {}", count(lines.with(Vec::len), "question"), usage_words(calls.calls as usize, &calls)))
    };
    let one = move |line: Line| {
        let at = line.at;
        view! {
            <li>
                <button
                    class="ask"
                    type="button"
                    aria-current=move || (play.shown.get() == Some(at)).then_some("true")
                    on:click=move |_| play.shown.set(Some(at))
                >
                    <span>{line.question}</span>
                    <span class="note">{line.note}</span>
                </button>
            </li>
        }
    };
    let list = move || {
        if lines.with(Vec::is_empty) {
            return view! {
                <p class="pad-l small muted">
                    "What you ask stays here until this page is closed, with its SQL as you leave it and what it cost."
                </p>
            }
            .into_any();
        }
        view! {
            <ol class="asks">{lines.get().into_iter().map(one).collect_view()}</ol>
            <footer class="pad" data-testid="play-total">
                {total}
            </footer>
        }
        .into_any()
    };
    view! {
        <section class="card" data-flush="" data-testid="play-history">
            <header>
                <h2>"This visit's questions"</h2>
            </header>
            {list}
        </section>
    }
}

#[derive(Clone, PartialEq)]
struct Line {
    at: usize,
    question: String,
    note: String,
}

fn line(at: usize, answered: &Answered) -> Line {
    let (about, bench) = (&answered.about, &answered.bench);
    let outcome = match (&about.asked.ending, &bench.ran) {
        (Ending::NoAnswer(_), _) => "no answer".to_owned(),
        (Ending::Failed(_), _) => "failed".to_owned(),
        (Ending::Cancelled, _) => "cancelled".to_owned(),
        (Ending::Query(_), Ran::Rows { table, .. }) => count(table.total_rows, "row"),
        (Ending::Query(_), Ran::Refused(_)) => "no result".to_owned(),
        (Ending::Query(_), Ran::Running) => "running".to_owned(),
        (Ending::Query(sql), Ran::Nothing) if sql.trim().is_empty() => "no SQL".to_owned(),
        (Ending::Query(_), Ran::Nothing) => "not run".to_owned(),
    };
    let kept = if matches!(bench.keeping, Keeping::Kept(_)) { " · kept" } else { "" };
    let note = unbroken(&format!("{} · {} · {outcome}{kept}", about.question.db, about.asker));
    Line { at, question: about.question.text.clone(), note }
}

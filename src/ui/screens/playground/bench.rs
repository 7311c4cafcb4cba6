//! The bench: an answer's SQL, to be changed and run again, read only, with its result.

use leptos::prelude::*;

use super::known::AgainstGold;
use crate::{
    run::format::{count, thousands},
    ui::{
        kit::{Glyph, Icon, Sheet, SqlEditor},
        state::{Bench, Ran, use_app},
    },
};

/// The bench of one of the questions.
#[component]
pub fn BenchView(at: usize) -> impl IntoView {
    let app = use_app();
    let play = app.playground;
    let bench = Memo::new(move |_| play.answered(at).map(|answered| answered.bench).unwrap_or_default());
    let written = untrack(|| play.answered(at)).map(|answered| answered.about.written().to_owned()).unwrap_or_default();
    let wrote_none = written.trim().is_empty();
    let sql = Memo::new(move |_| bench.with(|bench| bench.sql.clone()));
    let is_running = move || bench.with(|bench| bench.ran == Ran::Running);
    let refused = Signal::derive(move || {
        bench.with(|bench| match &bench.ran {
            Ran::Refused(words) => Some(words.clone()),
            _ => None,
        })
    });
    let is_changed = {
        let written = written.clone();
        Memo::new(move |_| sql.with(|sql| *sql != written))
    };
    let whose = move || match (is_changed.get(), wrote_none) {
        (false, true) => "The answer holds no SQL. Write it yourself, or ask in other words.",
        (false, false) => "As the model wrote it",
        (true, true) => "Written by you",
        (true, false) => "Changed by you",
    };
    let restore = {
        let written = StoredValue::new(written);
        move |_| play.write(at, written.get_value())
    };
    let table = Memo::new(move |_| {
        bench.with(|bench| match &bench.ran {
            Ran::Rows { table, .. } => Some(table.clone()),
            _ => None,
        })
    });
    let sheet = move || {
        table.get().map(|table| {
            view! {
                <div data-testid="play-result">
                    <Sheet table=table label="Query result" />
                </div>
            }
        })
    };
    view! {
        <div class="console">
            <div class="row" data-justify="between">
                <span class="note" data-testid="play-whose">
                    {whose}
                </span>
                {move || {
                    (is_changed.get() && !wrote_none)
                        .then(|| {
                            view! {
                                <button
                                    class="button"
                                    data-size="small"
                                    data-kind="quiet"
                                    type="button"
                                    data-testid="play-restore"
                                    on:click=restore
                                >
                                    "Back to the model's"
                                </button>
                            }
                        })
                }}
            </div>
            <SqlEditor
                label="SQL of the answer"
                testid="play-sql"
                fault_testid="play-sql-fault"
                value=sql
                set=move |text: String| play.write(at, text)
                run=move |()| app.run_bench(at)
                fault=refused
            />
            <div class="row" data-justify="between">
                <span class="note" role="status" data-testid="play-rows">
                    {move || bench.with(rows_words)}
                </span>
                <button
                    class="button"
                    data-size="small"
                    type="button"
                    data-testid="play-run"
                    data-state=move || is_running().then_some("busy")
                    prop:disabled=move || is_running() || sql.with(|sql| sql.trim().is_empty())
                    on:click=move |_| app.run_bench(at)
                >
                    <Icon glyph=Glyph::Run />
                    "Run query"
                </button>
            </div>
            {sheet}
            <AgainstGold at=at />
        </div>
    }
}

/// How large the result is, and whether it is that of the SQL above it.
fn rows_words(bench: &Bench) -> String {
    match &bench.ran {
        Ran::Nothing => "Ctrl + Enter runs it".to_owned(),
        Ran::Running => "Running".to_owned(),
        Ran::Refused(_) => "No result".to_owned(),
        Ran::Rows { table, .. } if bench.result().is_some() => match table.total_rows {
            0 => "No rows".to_owned(),
            rows => format!("{}, read only", count(rows, "row")),
        },
        Ran::Rows { table, .. } => {
            format!(
                "The SQL has changed since: these are the {} rows of the one before",
                thousands(table.total_rows as u64)
            )
        }
    }
}

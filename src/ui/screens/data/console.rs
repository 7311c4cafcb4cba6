//! A console on the chosen database: one reading statement at a time, under the limits of the page.

use leptos::{prelude::*, task::spawn_local};

use crate::{
    domain::{id::DbId, sql::ResultTable},
    ports::sql::SqlError,
    run::{format::thousands, remedy},
    text2sql::schema::Schema,
    ui::{
        kit::{Glyph, Icon, Sheet, SqlEditor},
        links,
        state::use_app,
    },
};

/// What the console shows below the statement.
#[derive(Clone)]
enum Answer {
    Nothing,
    Running,
    Rows(ResultTable),
    Refused(String),
}

/// The console. It begins with a look at the first table.
#[component]
pub fn Console(db: Memo<DbId>, schema: LocalResource<Result<Schema, SqlError>>) -> impl IntoView {
    let app = use_app();
    let typed = RwSignal::new(None::<String>);
    let proposal = Signal::derive_local(move || {
        let first = schema.get().and_then(Result::ok).and_then(|schema| schema.tables.into_iter().next());
        first.map(|table| format!("SELECT *\nFROM \"{}\"\nLIMIT 10", table.name)).unwrap_or_default()
    });
    let sql = move || typed.get().unwrap_or_else(|| proposal.get());
    let answer = RwSignal::new(Answer::Nothing);
    // What was answered about one database says nothing about another.
    Effect::new(move || {
        db.track();
        typed.set(None);
        answer.set(Answer::Nothing);
    });
    let run = move || {
        if untrack(sql).trim().is_empty() {
            return;
        }
        let (asked, statement) = (db.get_untracked(), untrack(sql));
        answer.set(Answer::Running);
        spawn_local(async move {
            let result = app.query(asked.clone(), statement).await;
            // The console may have moved on to another database, or be gone.
            if db.try_get_untracked() != Some(asked) {
                return;
            }
            answer.set(match result {
                Ok(Ok(table)) => Answer::Rows(table),
                Ok(Err(error)) => Answer::Refused(remedy::of_query(&error)),
                Err(error) => Answer::Refused(format!("{error}. Load the data again with a working file.")),
            });
        });
    };
    let is_running = move || answer.with(|answer| matches!(answer, Answer::Running));
    let refused = move || {
        answer.with(|answer| match answer {
            Answer::Refused(words) => Some(words.clone()),
            _ => None,
        })
    };
    let note = move || match answer.get() {
        Answer::Nothing => "Ctrl + Enter runs it".to_owned(),
        Answer::Running => "Running".to_owned(),
        Answer::Rows(table) if table.total_rows == 1 => "1 row".to_owned(),
        Answer::Rows(table) => format!("{} rows", thousands(table.total_rows as u64)),
        Answer::Refused(_) => "No result".to_owned(),
    };
    let sheet = move || match answer.get() {
        Answer::Rows(table) => {
            view! { <div data-testid="sql-result"><Sheet table=table label="Query result" /></div> }.into_any()
        }
        Answer::Nothing => view! { <p class="note">"The rows stand here, the first 50 of them."</p> }.into_any(),
        Answer::Running | Answer::Refused(_) => ().into_any(),
    };
    view! {
        <div class="card console">
            <header>
                <h3>"SQL console"</h3>
                <p>"Read only, on " <span class="mono">{move || db.get().to_string()}</span></p>
                <a class="button" data-size="small" href=move || links::ask_about(&db.get()).href() data-testid="ask-database">
                    "Ask in words"
                </a>
            </header>
            <SqlEditor
                label="SQL"
                testid="sql-text"
                fault_testid="sql-fault"
                value=Signal::derive(sql)
                set=move |text: String| typed.set(Some(text))
                run=move |()| run()
                fault=Signal::derive(refused)
            />
            <div class="row" data-justify="between">
                <span class="note" role="status" data-testid="sql-note">
                    {note}
                </span>
                <button
                    class="button"
                    data-size="small"
                    type="button"
                    data-testid="sql-run"
                    data-state=move || is_running().then_some("busy")
                    prop:disabled=move || is_running() || sql().trim().is_empty()
                    on:click=move |_| run()
                >
                    <Icon glyph=Glyph::Run />
                    "Run query"
                </button>
            </div>
            {sheet}
        </div>
    }
}

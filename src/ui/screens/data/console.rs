//! A console on the chosen database: one reading statement at a time, under the limits of the page.

use leptos::{ev, prelude::*, task::spawn_local};

use crate::{
    domain::{
        id::DbId,
        sql::{QueryError, ResultTable},
    },
    ports::sql::SqlError,
    run::format::thousands,
    text2sql::schema::Schema,
    ui::{
        kit::{Glyph, Icon, Sheet, sql_spans},
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
                Ok(Err(error)) => Answer::Refused(refusal(&error)),
                Err(error) => Answer::Refused(format!("{error}. Load the data again with a working file.")),
            });
        });
    };
    let is_running = move || answer.with(|answer| matches!(answer, Answer::Running));
    let key = move |event: ev::KeyboardEvent| {
        if event.key() == "Enter" && (event.ctrl_key() || event.meta_key()) {
            event.prevent_default();
            run();
        }
    };
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
            Some(view! { <div data-testid="sql-result"><Sheet table=table label="Query result" /></div> })
        }
        _ => None,
    };
    view! {
        <div class="card console">
            <header>
                <h3>"SQL console"</h3>
                <p>"Read only, on " <span class="mono">{move || db.get().to_string()}</span></p>
            </header>
            <label class="vh" for="f-console-sql">
                "SQL"
            </label>
            <div class="editor" data-kind="sql">
                <div aria-hidden="true" class="code">
                    {move || sql_spans(&sql())}
                    "\n"
                </div>
                <textarea
                    id="f-console-sql"
                    data-testid="sql-text"
                    spellcheck="false"
                    autocomplete="off"
                    rows="4"
                    aria-invalid=move || refused().map(|_| "true")
                    aria-describedby=move || refused().map(|_| "f-console-sql-error")
                    prop:value=sql
                    on:input=move |event| typed.set(Some(event_target_value(&event)))
                    on:keydown=key
                ></textarea>
            </div>
            {move || {
                refused()
                    .map(|words| {
                        view! {
                            <div class="field-error" id="f-console-sql-error" role="alert" data-testid="sql-fault">
                                <Icon glyph=Glyph::Alert />
                                <span>{words}</span>
                            </div>
                        }
                    })
            }}
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

fn refusal(error: &QueryError) -> String {
    match error {
        QueryError::Sqlite { message } => format!("SQLite says: {message}"),
        QueryError::Timeout { .. } => format!("It was too slow: {error}. Make it read less."),
        error => format!("This statement was not run to its end: {error}."),
    }
}

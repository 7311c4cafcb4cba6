//! Playground: a question to a prompt about a loaded database, outside any run; its SQL, which can be changed and run again,
//! and the pair kept as a labelled example.

mod answer;
mod bench;
mod form;
mod history;
mod keep;
mod known;

use leptos::prelude::*;

use self::{answer::Answer, form::Form, history::History};
use super::data::tables::Tables;
use crate::{
    domain::id::DbId,
    ui::{
        kit::{Empty, Glyph, PageHead},
        route::{Route, use_here},
        state::use_app,
    },
};

/// The screen; prompt and database are in the URL.
#[component]
pub fn PlaygroundScreen() -> impl IntoView {
    let app = use_app();
    let has_data = Memo::new(move |_| app.dataset.with(Option::is_some));
    let content = move || {
        if !has_data.get() {
            return view! {
                <Empty
                    glyph=Glyph::Data
                    title="No database yet"
                    words="A question is asked about a database. Load your SQLite files on Data, with questions or without, or begin with the built-in sample."
                >
                    <button class="button" type="button" data-testid="play-sample" on:click=move |_| app.want_sample()>
                        "Load the sample"
                    </button>
                    <a class="button" href=Route::Data.href()>
                        "Go to Data"
                    </a>
                </Empty>
            }
            .into_any();
        }
        view! { <Desk /> }.into_any()
    };
    view! {
        <nav class="crumbs" aria-label="Where you are">
            <a href=Route::Prompt.href()>"Prompt"</a>
            <span>"Playground"</span>
        </nav>
        <PageHead
            title="Playground"
            words="Ask a prompt anything about a loaded database. Nothing that is asked here counts in a run."
        />
        {content}
    }
}

/// Form, answer, what was asked before, and the database's tables.
#[component]
fn Desk() -> impl IntoView {
    let app = use_app();
    let db = chosen_db();
    let schema = LocalResource::new(move || {
        app.dataset.track();
        app.describe(db.get())
    });
    view! {
        <div class="split" style="--side:22rem">
            <div class="stack" style="--gap:24px">
                <Form db=db />
                <Answer />
            </div>
            <div class="stack" style="--gap:24px">
                <History />
                <section class="card" data-flush="">
                    <header>
                        <h2>"Tables"</h2>
                        <p class="mono">{move || db.get().to_string()}</p>
                    </header>
                    {move || match schema.get() {
                        None => view! { <p class="pad-l muted" role="status">"Reading its tables"</p> }.into_any(),
                        Some(schema) => view! { <Tables schema=schema /> }.into_any(),
                    }}
                </section>
            </div>
        </div>
    }
}

/// The database of the URL, else the first.
fn chosen_db() -> Memo<DbId> {
    let app = use_app();
    let named = use_here().query("db");
    Memo::new(move |_| {
        let named = named.get().map(DbId::from);
        app.dataset.with(|dataset| {
            let Some(dataset) = dataset else { return DbId::default() };
            let first = || dataset.databases.first().map(|file| file.db.clone());
            named.filter(|db| dataset.has_database(db)).or_else(first).unwrap_or_default()
        })
    })
}

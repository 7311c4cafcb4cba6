//! The databases: one at a time, its tables beside a console on it.

use leptos::prelude::*;

use super::{console::Console, tables::Tables};
use crate::{
    domain::id::DbId,
    run::format::count,
    ui::{
        kit::SelectField,
        route::use_here,
        state::{AppState, use_app},
    },
};

/// More databases than this are chosen from a list instead of tabs.
const TABS: usize = 5;
const KEY: &str = "db";

/// The section on databases; which one is looked at stands in the URL.
#[component]
pub fn Databases() -> impl IntoView {
    let app = use_app();
    let here = use_here();
    let wanted = here.query(KEY);
    let all = Memo::new(move |_| databases(app));
    let chosen = Memo::new(move |_| {
        let wanted = wanted.get();
        all.with(|all| {
            let known = all.iter().find(|(db, _)| Some(db.as_str()) == wanted.as_deref());
            known.or(all.first()).map(|(db, _)| db.clone()).unwrap_or_default()
        })
    });
    let schema = LocalResource::new(move || {
        app.dataset.track();
        app.describe(chosen.get())
    });
    let tabs = move || {
        let all = all.get();
        if all.len() > TABS {
            let options: Vec<_> = all
                .into_iter()
                .map(|(db, number)| (db.to_string(), format!("{db}, {}", count(number, "question"))))
                .collect();
            return view! {
                <div class="pad">
                    <SelectField
                        label="Database"
                        testid="database"
                        options=options
                        value=Signal::derive(move || chosen.get().to_string())
                        set=move |db: String| here.select(KEY, &db)
                    />
                </div>
            }
            .into_any();
        }
        let links = all
            .into_iter()
            .map(|(db, number)| {
                let href = here.location().with(KEY, db.as_str()).href();
                let name = db.to_string();
                view! {
                    <a href=href aria-current=move || (chosen.get() == db).then_some("true")>
                        {name}
                        <span class="count">{number}</span>
                    </a>
                }
            })
            .collect_view();
        view! {
            <nav class="tabs db-tabs" aria-label="Database">
                {links}
            </nav>
        }
        .into_any()
    };
    view! {
        <section>
            <div class="section-head">
                <h2>"Databases"</h2>
                <p>{move || count(all.with(Vec::len), "database")}</p>
            </div>
            <div class="split data-db">
                <div class="card" data-flush="">
                    {tabs}
                    {move || match schema.get() {
                        None => view! { <p class="pad-l muted" role="status">"Reading its tables"</p> }.into_any(),
                        Some(schema) => view! { <Tables schema=schema /> }.into_any(),
                    }}
                </div>
                <Console db=chosen schema=schema />
            </div>
        </section>
    }
}

/// Databases in their order in the dataset, with how many questions are about each.
fn databases(app: AppState) -> Vec<(DbId, usize)> {
    app.dataset.with(|dataset| {
        let Some(dataset) = dataset else { return Vec::new() };
        let about = |db: &DbId| dataset.examples.iter().filter(|example| example.db == *db).count();
        dataset.databases.iter().map(|file| (file.db.clone(), about(&file.db))).collect()
    })
}

//! What the current dataset holds, and after an import what was left out of it.

use std::{collections::BTreeMap, rc::Rc};

use leptos::prelude::*;

use super::{
    columns::ColumnChoice,
    gold::GoldQueries,
    skipped::{LeftOut, QuestionFiles},
};
use crate::{
    domain::{dataset::Dataset, id::DbId},
    run::{
        format::{bytes, thousands},
        import::ImportReport,
    },
    ui::{
        kit::{Standing, Status},
        state::{Importing, use_app},
    },
};

/// The current dataset's facts, with the report of its import if that was made in this session.
#[component]
pub fn Loaded() -> impl IntoView {
    let app = use_app();
    move || {
        let dataset = app.dataset.get()?;
        // The report of an import that failed is about other files.
        let failed = app.importing.with(|importing| matches!(importing, Importing::Failed(_)));
        let report = app.report.get().filter(|_| !failed);
        Some(card(&dataset, report))
    }
}

fn card(dataset: &Rc<Dataset>, report: Option<Rc<ImportReport>>) -> impl IntoView + use<> {
    let size: u64 = dataset.databases.iter().map(|file| file.bytes).sum();
    let files: usize = dataset.databases.iter().map(|file| 1 + file.others.len()).sum();
    let in_files = (files > dataset.databases.len())
        .then(|| view! { <small class="note">{format!(" in {files} files; an answer must be right on all of a database's")}</small> });
    let numbers = by_database(dataset);
    let most = numbers.iter().map(|(_, number)| *number).max().unwrap_or(1).max(1);
    let rows = numbers
        .into_iter()
        .map(|(db, number)| {
            let share = format!("--v:{:.1}%", 100.0 * number as f64 / most as f64);
            view! {
                <tr>
                    <td class="mono">{db.to_string()}</td>
                    <td class="num">{thousands(number as u64)}</td>
                    <td>
                        <span class="meter" data-tone="muted">
                            <i style=share></i>
                        </span>
                    </td>
                </tr>
            }
        })
        .collect_view();
    let by_db = view! {
        <div class="by-db-scroll" tabindex="0" role="region" aria-label="Questions by database">
            <table class="table by-db" data-plain="">
                <caption class="vh">"Questions by database"</caption>
                <tbody>{rows}</tbody>
            </table>
        </div>
    };
    let heading = if report.is_some() { "Import report" } else { "Loaded data" };
    let from = match &report {
        Some(report) => format!("{}, {}", report.name, bytes(report.bytes)),
        None => format!("{}, read on an earlier visit", dataset.name),
    };
    // Beside what was read stands what was left out; after another visit there is no telling, and the bars have that place.
    let (below, beside) = match report {
        Some(report) => {
            let left_out = view! {
                <LeftOut report=Rc::clone(&report) />
                <QuestionFiles report=Rc::clone(&report) />
                <ColumnChoice report=report />
                <GoldQueries />
            };
            (by_db.into_any(), left_out.into_any())
        }
        None => (view! { <GoldQueries /> }.into_any(), by_db.into_any()),
    };
    view! {
        <section class="card import" data-testid="import-report">
            <header>
                <h2>{heading}</h2>
                <p>{from}</p>
            </header>
            <div class="half">
                <div>
                    <h3 class="row">
                        <Status standing=Standing::Done words="Read" />
                    </h3>
                    <dl class="facts">
                        <div>
                            <dt>"Questions"</dt>
                            <dd data-testid="example-count">{thousands(dataset.examples.len() as u64)}</dd>
                        </div>
                        <div>
                            <dt>"Databases"</dt>
                            <dd>
                                <span data-testid="database-count">{thousands(dataset.databases.len() as u64)}</span>
                                {in_files}
                            </dd>
                        </div>
                        <div>
                            <dt>"Size of databases"</dt>
                            <dd>{bytes(size)}</dd>
                        </div>
                    </dl>
                    {below}
                </div>
                <div class="stack">
                    {beside}
                </div>
            </div>
        </section>
    }
}

fn by_database(dataset: &Dataset) -> Vec<(DbId, usize)> {
    let mut numbers: BTreeMap<&DbId, usize> = BTreeMap::new();
    for example in &dataset.examples {
        *numbers.entry(&example.db).or_default() += 1;
    }
    numbers.into_iter().map(|(db, number)| (db.clone(), number)).collect()
}

//! The questions with their filters, the search field and the choice of columns, above the table.

use std::collections::HashMap;

use leptos::prelude::*;

use super::{
    ViewSwitch,
    choice::{Choice, Columns},
    table::QuestionTable,
};
use crate::{
    domain::{dataset::Example, id::Version},
    run::{
        format::{count, thousands},
        results::{Filter, QuestionRow, SplitChoice, matches, rows},
        view::RunView,
    },
    ui::{kit::SearchField, route::use_here, state::use_app},
};

/// What the table shows.
#[derive(Clone, PartialEq)]
pub struct Shown {
    pub versions: Vec<Version>,
    /// Positions of the compared candidates among `versions`.
    pub before: usize,
    pub after: usize,
    pub rows: Vec<ShownRow>,
    /// Questions that each filter admits, in the order of `Filter::ALL`.
    pub counts: [usize; 6],
    pub best: Version,
    /// Whether the data says how hard questions are.
    pub has_hardness: bool,
}

/// A row with its question.
#[derive(Clone, PartialEq)]
pub struct ShownRow {
    pub row: QuestionRow,
    pub question: String,
    pub db: String,
    pub hardness: Option<String>,
}

fn shown(run: &RunView, choice: Choice) -> Shown {
    let (split, before, after) = (choice.split.get(), choice.before.get(), choice.after.get());
    let versions = match choice.columns.get() {
        Columns::Compared if before == after => vec![before],
        Columns::Compared => vec![before, after],
        Columns::All => {
            let mut versions: Vec<Version> = run
                .rollouts
                .iter()
                .filter(|rollout| SplitChoice::of(rollout.purpose) == split)
                .map(|rollout| rollout.version)
                .chain([before, after])
                .collect();
            versions.sort();
            versions.dedup();
            versions
        }
    };
    let place = |version| versions.iter().position(|known| *known == version).unwrap_or(0);
    let (before, after) = (place(before), place(after));
    let search = choice.search.get();
    let examples: &[Example] = run.started.as_ref().map_or(&[], |started| &started.examples);
    let by_id: HashMap<_, _> = examples.iter().map(|example| (&example.id, example)).collect();
    let all = rows(run, split, &versions).into_iter().filter_map(|row| {
        let example = by_id.get(&row.example)?;
        matches(example, &search).then(|| ShownRow {
            question: example.question.clone(),
            db: example.db.to_string(),
            hardness: example.hardness.clone(),
            row,
        })
    });
    let all: Vec<ShownRow> = all.collect();
    let admitted = |filter: Filter| all.iter().filter(|shown| filter.admits(&shown.row, before, after)).count();
    let counts = Filter::ALL.map(admitted);
    let filter = choice.filter.get();
    let rows = all.into_iter().filter(|shown| filter.admits(&shown.row, before, after)).collect();
    let has_hardness = examples.iter().any(|example| example.hardness.is_some());
    Shown { versions, before, after, rows, counts, best: run.best, has_hardness }
}

/// Filters, search, columns and the table.
#[component]
pub fn Questions(choice: Choice) -> impl IntoView {
    let (app, here) = (use_app(), use_here());
    let shown = Memo::new(move |_| app.run.with(|run| shown(run, choice)));
    let filter = move |(i, filter): (usize, Filter)| {
        let slug = if filter == Filter::All { "" } else { filter.slug() };
        let word = filter.slug();
        let word = format!("{}{}", word[..1].to_uppercase(), &word[1..]);
        view! {
            <a
                class="filter"
                href=move || here.location().with("filter", slug).href()
                aria-current=move || (choice.filter.get() == filter).then_some("true")
                data-testid=format!("filter-{}", filter.slug())
            >
                {word} " " <span class="count">{move || shown.with(|shown| thousands(shown.counts[i] as u64))}</span>
            </a>
        }
    };
    let all_columns = move || choice.columns.get() == Columns::All;
    view! {
        <section aria-label="Questions by prompt">
            <div class="section-head view-head">
                <ViewSwitch />
                <nav class="row filters" aria-label="Filter">
                    {Filter::ALL.into_iter().enumerate().map(filter).collect_view()}
                </nav>
                <SearchField
                    label="Search questions"
                    testid="results-search"
                    value=choice.search
                    set=move |words: String| here.select("search", &words)
                />
            </div>
            <div class="card" data-flush="">
                <div class="legend pad">
                    <Legend />
                    <label class="check">
                        <input
                            type="checkbox"
                            data-testid="all-columns"
                            prop:checked=all_columns
                            on:change=move |event| {
                                here.select("columns", if event_target_checked(&event) { "all" } else { "" });
                            }
                        />
                        "a column for every prompt"
                    </label>
                </div>
                <QuestionTable shown=shown />
                <footer class="pad" data-testid="results-count">
                    {move || {
                        shown
                            .with(|shown| {
                                let (here, of) = (shown.rows.len(), shown.counts[0]);
                                if here == of {
                                    format!("{}.", count(of, "question"))
                                } else {
                                    format!("{here} of {}.", count(of, "question"))
                                }
                            })
                    }}
                </footer>
            </div>
        </section>
    }
}

#[component]
fn Legend() -> impl IntoView {
    let key = |outcome: Option<&'static str>, change: Option<&'static str>, words: &'static str| {
        view! {
            <span>
                <i class="cell" data-outcome=outcome data-change=change></i>
                {words}
            </span>
        }
    };
    view! {
        {key(Some("right"), None, "right")}
        {key(Some("wrong"), None, "wrong")}
        {key(Some("right"), Some("fixed"), "fixed, against the first")}
        {key(Some("wrong"), Some("broken"), "broken")}
        {key(Some("error"), None, "no answer, not scored")}
        {key(None, None, "not run")}
    }
}

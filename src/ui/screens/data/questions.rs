//! The questions, to be searched and filtered; each opens onto its gold query.

use std::{
    collections::{HashMap, HashSet},
    rc::Rc,
};

use leptos::prelude::*;

use super::gold::PROBLEM;
use crate::{
    domain::{
        dataset::Example,
        id::{DbId, ExampleId},
    },
    run::{
        format::{count, thousands},
        gold::{GoldFinding, GoldKind},
        rating::Ratings,
    },
    ui::{
        kit::{FilterSelect, SearchField, Sql, Windowed, always, name_spans},
        links,
        route::use_here,
        state::{AppState, GoldState, use_app},
    },
};

const SEARCH: &str = "q";
const DATABASE: &str = "of";
const HARDNESS: &str = "hardness";
const SPLIT: &str = "split";
const PARTS: [&str; 4] = ["train", "validation", "held-out", "not used"];

/// The table of all questions; search and filters stand in the URL.
#[component]
pub fn Questions() -> impl IntoView {
    let app = use_app();
    let here = use_here();
    let (search, database, split) = (here.query(SEARCH), here.query(DATABASE), here.query(SPLIT));
    let (problem, hardness) = (here.query(PROBLEM), here.query(HARDNESS));
    let ratings = app.ratings();
    let parts = Memo::new(move |_| parts_of(app));
    let faulty = move |kind: &str| -> HashSet<ExampleId> {
        let of_kind = |found: &&GoldFinding| found.fault.kind().name() == kind;
        app.gold.with(|gold| match gold {
            GoldState::Checked(check) => {
                check.findings.iter().filter(of_kind).map(|found| found.example.clone()).collect()
            }
            _ => HashSet::new(),
        })
    };
    // The same numbers may stand for other questions, when the data is read again.
    let found = always(move || {
        let search = search.get().unwrap_or_default().to_lowercase();
        let (database, split, hardness) = (database.get(), split.get(), hardness.get());
        let faulty = problem.get().map(|kind| faulty(&kind));
        let fits = |example: &Example| {
            database.as_deref().is_none_or(|db| db == example.db.as_str())
                && faulty.as_ref().is_none_or(|faulty| faulty.contains(&example.id))
                && hardness.as_deref().is_none_or(|name| ratings.with(|ratings| ratings.name_of(example) == name))
                && split.as_deref().is_none_or(|wanted| parts.with(|parts| part_of(parts, &example.id)) == wanted)
                && (search.is_empty()
                    || example.file_id.as_deref().is_some_and(|id| id.eq_ignore_ascii_case(search.trim()))
                    || example.question.to_lowercase().contains(&search)
                    || example.gold.to_lowercase().contains(&search))
        };
        app.dataset.with(|dataset| {
            let examples = dataset.as_ref().map_or(&[][..], |dataset| &dataset.examples);
            examples.iter().enumerate().filter(|(_, example)| fits(example)).map(|(at, _)| at).collect::<Vec<_>>()
        })
    });
    let total = move || app.dataset.with(|dataset| dataset.as_ref().map_or(0, |dataset| dataset.examples.len()));
    let row = move |at: usize| {
        let example = found.with_untracked(|found| found.get(at).copied()).and_then(|at| {
            app.dataset.with_untracked(|dataset| Some((at, dataset.as_ref()?.examples.get(at)?.clone())))
        });
        example.map(|(at, example)| one(at, example, ratings, parts)).into_any()
    };
    let databases = move || {
        app.dataset.with(|dataset| {
            let files = dataset.as_ref().map_or(&[][..], |dataset| &dataset.databases);
            files.iter().map(|file| (file.db.to_string(), file.db.to_string())).collect::<Vec<_>>()
        })
    };
    let levels = move || {
        let names = app.dataset.with(|dataset| {
            let examples = dataset.as_ref().map_or(&[][..], |dataset| &dataset.examples);
            ratings.with(|ratings| ratings.names(examples))
        });
        names.into_iter().map(|name| (name.clone(), name)).collect::<Vec<_>>()
    };
    let typed = move || {
        app.dataset.with(|dataset| {
            dataset.as_ref().map_or(0, |dataset| dataset.examples.iter().filter(|example| example.is_typed()).count())
        })
    };
    let summary = move || match (found.with(Vec::len), total()) {
        (shown, all) if shown == all => count(all, "question"),
        (shown, all) => format!("{} of {}", thousands(shown as u64), count(all, "question")),
    };
    view! {
        <section>
            <div class="section-head">
                <h2>"Questions" " " <span class="count">{move || thousands(total() as u64)}</span></h2>
                <div class="row">
                    <FilterSelect
                        label="Database"
                        all="All databases"
                        testid="questions-database"
                        options=Signal::derive(databases)
                        value=database
                        set=move |name: String| here.select(DATABASE, &name)
                    />
                    <FilterSelect
                        label="Hardness"
                        all="Any hardness"
                        testid="questions-hardness"
                        options=Signal::derive(levels)
                        value=hardness
                        set=move |name: String| here.select(HARDNESS, &name)
                    />
                    <FilterSelect
                        label="Split"
                        all="All parts of the split"
                        testid="questions-split"
                        options=PARTS.map(|part| (part.to_owned(), part.to_owned())).to_vec()
                        value=split
                        set=move |name: String| here.select(SPLIT, &name)
                    />
                    <FilterSelect
                        label="Gold query"
                        all="Any gold query"
                        testid="questions-gold"
                        options=GoldKind::ALL.map(|kind| (kind.name().to_owned(), format!("Gold {}", kind.words()))).to_vec()
                        value=problem
                        set=move |name: String| here.select(PROBLEM, &name)
                    />
                    <SearchField
                        label="Search questions"
                        testid="questions-search"
                        value=Signal::derive(move || search.get().unwrap_or_default())
                        set=move |words: String| here.select(SEARCH, &words)
                    />
                </div>
            </div>
            <div class="card" data-flush="">
                <Windowed
                    count=Signal::derive(move || found.with(Vec::len))
                    row=row
                    label="Questions"
                    testid="questions"
                >
                    <tr>
                        <th class="num">"No."</th>
                        <th>"Question"</th>
                        <th>"Database"</th>
                        <th>"Hardness"</th>
                        <th>"Split"</th>
                    </tr>
                </Windowed>
                <footer class="pad row" data-justify="between">
                    <span role="status">
                        {move || if found.with(Vec::is_empty) { "No question fits. Clear the search or a filter.".to_owned() } else { summary() }}
                    </span>
                    {move || (typed() > 0).then(|| save_typed(app, typed()))}
                </footer>
            </div>
        </section>
    }
}

/// Those that were typed in or kept are in no file yet.
fn save_typed(app: AppState, number: usize) -> impl IntoView {
    view! {
        <button
            class="button"
            data-size="small"
            type="button"
            data-testid="save-typed"
            on:click=move |_| app.save_typed()
        >
            {format!("Save the {} that no file has, .jsonl", count(number, "question"))}
        </button>
    }
}

fn one(
    at: usize,
    example: Example,
    ratings: RwSignal<Rc<Ratings>, LocalStorage>,
    parts: Memo<HashMap<ExampleId, &'static str>>,
) -> impl IntoView {
    let id = example.id.clone();
    let rated = example.clone();
    let level = move || ratings.with(|ratings| ratings.of(&rated).unwrap_or("–").to_owned());
    let app = use_app();
    let typed = example.is_typed();
    view! {
        <tr>
            <td class="num" data-wide-only="">
                {thousands(at as u64 + 1)}
            </td>
            <td data-main="">
                <details class="question-row">
                    <summary>{example.question}</summary>
                    {example.file_id.map(|id| view! { <p class="note">{format!("Its id in the file: {id}")}</p> })}
                    {example.evidence.map(|hint| view! { <p class="note">{format!("Hint: {hint}")}</p> })}
                    <Sql text=example.gold />
                    <a class="button" data-size="small" href=links::ask_again(&example.id).href()>
                        "Ask it in the playground"
                    </a>
                    {typed
                        .then(|| {
                            let id = example.id.clone();
                            view! {
                                <button
                                    class="button"
                                    data-size="small"
                                    type="button"
                                    on:click=move |_| app.remove_question(id.clone())
                                >
                                    "Remove this question"
                                </button>
                            }
                        })}
                </details>
            </td>
            <td class="mono db-name" data-third="" data-label="Database" data-long=is_long(&example.db)>
                {name_spans(example.db.as_str())}
            </td>
            <td data-third="" data-label="Hardness">
                {level}
            </td>
            <td data-third="" data-label="Split" class="nowrap">
                {move || parts.with(|parts| part_of(parts, &id))}
            </td>
        </tr>
    }
}

/// A name that may not be broken would push the question aside.
fn is_long(db: &DbId) -> Option<&'static str> {
    (db.as_str().chars().count() > 24).then_some("")
}

fn parts_of(app: AppState) -> HashMap<ExampleId, &'static str> {
    let Ok(splits) = app.splits() else { return HashMap::new() };
    let named = |ids: Vec<ExampleId>, name| ids.into_iter().map(move |id| (id, name));
    named(splits.train, PARTS[0])
        .chain(named(splits.validation, PARTS[1]))
        .chain(named(splits.held_out, PARTS[2]))
        .collect()
}

fn part_of(parts: &HashMap<ExampleId, &'static str>, id: &ExampleId) -> &'static str {
    parts.get(id).copied().unwrap_or(PARTS[3])
}

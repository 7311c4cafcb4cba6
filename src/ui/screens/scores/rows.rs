//! Every prediction with its verdicts; each opens onto both queries and both results.

use leptos::prelude::*;

use super::ROW;
use crate::{
    run::{
        format::{count, thousands},
        predictions::{Group, ScoredPrediction, Sought, Verdict},
    },
    ui::{
        kit::{FilterSelect, SearchField, Standing, Status, Windowed, always, name_spans},
        route::{Location, use_here},
        state::{AppState, Scores, use_app},
    },
};

const SEARCH: &str = "q";
const VERDICT: &str = "verdict";
const HARDNESS: &str = "hardness";

/// The table of predictions; search and filters stand in the URL.
#[component]
pub fn Rows() -> impl IntoView {
    let (app, here) = (use_app(), use_here());
    let (search, verdict, hardness) = (here.query(SEARCH), here.query(VERDICT), here.query(HARDNESS));
    // The same numbers may stand for other predictions, when another file is scored.
    let found = always(move || {
        let sought = Sought {
            verdict: verdict.get().and_then(|name| Verdict::named(&name)),
            group: hardness.get().and_then(|name| Group::named(&name)),
            words: search.get().unwrap_or_default(),
        };
        app.scores().map(|scores| sought.among(&scores.scored, &scores.dataset.examples)).unwrap_or_default()
    });
    let row = move |at: usize| {
        let found = found.with_untracked(|found| found.get(at).copied());
        untrack(|| found.and_then(|at| line(&*app.scores()?, at, &here.location()))).into_any()
    };
    let summary = move || {
        let (shown, all) = (found.with(Vec::len), app.scores().map_or(0, |scores| scores.scored.len()));
        match shown {
            0 => "No prediction fits. Clear the search or a filter.".to_owned(),
            shown if shown == all => count(all, "prediction"),
            shown => format!("{} of {}", thousands(shown as u64), count(all, "prediction")),
        }
    };
    view! {
        <section>
            <div class="section-head">
                <h2>"Predictions"</h2>
                <div class="row">
                    <FilterSelect
                        label="Verdict"
                        all="All verdicts"
                        testid="scores-verdict"
                        options=Verdict::ALL.map(|verdict| named(verdict.name())).to_vec()
                        value=verdict
                        set=move |name: String| here.select(VERDICT, &name)
                    />
                    <FilterSelect
                        label="Hardness"
                        all="Any hardness"
                        testid="scores-hardness"
                        options=Signal::derive(move || groups(app))
                        value=hardness
                        set=move |name: String| here.select(HARDNESS, &name)
                    />
                    <SearchField
                        label="Search predictions"
                        testid="scores-search"
                        value=Signal::derive(move || search.get().unwrap_or_default())
                        set=move |words: String| here.select(SEARCH, &words)
                    />
                </div>
            </div>
            <div class="card predictions" data-flush="">
                <Windowed
                    count=Signal::derive(move || found.with(Vec::len))
                    row=row
                    label="Predictions; each opens both queries"
                    testid="scores-rows"
                >
                    <tr>
                        <th class="num">"No."</th>
                        <th>"Question"</th>
                        <th>"Database"</th>
                        <th>"Hardness"</th>
                        <th>"Execution"</th>
                        <th>"Exact match"</th>
                    </tr>
                </Windowed>
                <footer class="pad" role="status">
                    {summary}
                </footer>
            </div>
        </section>
    }
}

/// An option whose name is its words.
fn named(name: &str) -> (String, String) {
    (name.to_owned(), name.to_owned())
}

fn groups(app: AppState) -> Vec<(String, String)> {
    let scores = app.scores();
    let groups = scores.iter().flat_map(|scores| scores.table.groups.iter().map(|score| score.group));
    groups.filter(|group| *group != Group::All).map(|group| named(group.name())).collect()
}

fn line(scores: &Scores, at: usize, here: &Location) -> Option<AnyView> {
    let (one, example) = (scores.scored.get(at)?, scores.dataset.examples.get(at)?);
    let href = here.clone().with(ROW, &at.to_string()).href();
    let (standing, words) = execution(one);
    Some(
        view! {
            <tr>
                <td class="num" data-wide-only="">
                    {thousands(at as u64 + 1)}
                </td>
                <td data-main="">
                    <a href=href>{example.question.clone()}</a>
                </td>
                <td class="mono" data-label="Database">
                    {name_spans(example.db.as_str())}
                </td>
                <td data-label="Hardness">{one.group().name()}</td>
                <td data-label="Execution">
                    <Status standing=standing words=words />
                </td>
                <td data-label="Exact match" class="nowrap">
                    {exact(one)}
                </td>
            </tr>
        }
        .into_any(),
    )
}

/// The execution verdict with its reason.
pub(super) fn execution(one: &ScoredPrediction) -> (Standing, String) {
    match &one.execution {
        Ok(judgement) if judgement.reward >= 1.0 => (Standing::Done, "right".into()),
        Ok(judgement) => (Standing::Failed, judgement.diagnosis.map_or("wrong", |why| why.words()).to_owned()),
        Err(_) => (Standing::Warning, "not judged".into()),
    }
}

/// The exact match in a word.
pub(super) fn exact(one: &ScoredPrediction) -> &'static str {
    match one.is_exact() {
        Some(true) => "match",
        Some(false) => "no match",
        None => "not rated",
    }
}

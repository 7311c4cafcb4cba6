//! Every prediction with its verdicts; each opens onto both queries and both results.

use std::rc::Rc;

use leptos::prelude::*;

use super::ROW;
use crate::{
    domain::dataset::Example,
    run::{
        format::{count, thousands},
        predictions::{Group, ScoredPrediction, Verdict},
    },
    ui::{
        kit::{Glyph, Icon, Standing, Status, Windowed, always},
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
        let search = search.get().unwrap_or_default().to_lowercase();
        let verdict = verdict.get().and_then(|name| Verdict::named(&name));
        let hardness = hardness.get();
        let fits = |one: &ScoredPrediction, example: Option<&Example>| {
            verdict.is_none_or(|verdict| verdict == Verdict::of(one))
                && hardness.as_deref().is_none_or(|name| one.group().name() == name)
                && (search.is_empty()
                    || one.sql.to_lowercase().contains(&search)
                    || example.is_some_and(|example| {
                        format!("{} {} {}", example.question, example.gold, example.db).to_lowercase().contains(&search)
                    }))
        };
        let scores = app.scores();
        let scored = scores.as_ref().map_or(&[][..], |scores| &scores.scored);
        (0..scored.len()).filter(|at| fits(&scored[*at], example_of(app, &scored[*at]).as_ref())).collect::<Vec<_>>()
    });
    let row = move |at: usize| {
        let found = found.with_untracked(|found| found.get(at).copied());
        found.and_then(|at| line(app, &untrack(|| app.scores())?, at, &untrack(|| here.location()))).into_any()
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
                    <Choice
                        name="Verdict"
                        all="All verdicts"
                        chosen=verdict
                        options=Verdict::ALL.map(Verdict::name).to_vec()
                        testid="scores-verdict"
                        selection=VERDICT
                    />
                    <Choice
                        name="Hardness"
                        all="Any hardness"
                        chosen=hardness
                        options=groups(app)
                        testid="scores-hardness"
                        selection=HARDNESS
                    />
                    <div class="search">
                        <Icon glyph=Glyph::Search />
                        <input
                            type="search"
                            aria-label="Search predictions"
                            placeholder="Search predictions"
                            data-testid="scores-search"
                            prop:value=move || search.get().unwrap_or_default()
                            on:input=move |event| here.select(SEARCH, &event_target_value(&event))
                        />
                    </div>
                </div>
            </div>
            <div class="card" data-flush="">
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

fn groups(app: AppState) -> Vec<&'static str> {
    let scores = untrack(|| app.scores());
    let groups = scores.iter().flat_map(|scores| scores.table.groups.iter().map(|score| score.group));
    groups.filter(|group| *group != Group::All).map(Group::name).collect()
}

#[component]
fn Choice(
    name: &'static str,
    all: &'static str,
    chosen: Memo<Option<String>>,
    options: Vec<&'static str>,
    testid: &'static str,
    selection: &'static str,
) -> impl IntoView {
    let here = use_here();
    let option = move |name: &'static str| {
        view! {
            <option value=name prop:selected=move || chosen.with(|chosen| chosen.as_deref() == Some(name))>
                {name}
            </option>
        }
    };
    view! {
        <select
            class="auto"
            aria-label=name
            data-testid=testid
            on:change=move |event| here.select(selection, &event_target_value(&event))
        >
            <option value="">{all}</option>
            {options.into_iter().map(option).collect_view()}
        </select>
    }
}

pub(super) fn example_of(app: AppState, one: &ScoredPrediction) -> Option<Example> {
    app.dataset.with(|dataset| dataset.as_ref()?.examples.iter().find(|example| example.id == one.example).cloned())
}

fn line(app: AppState, scores: &Rc<Scores>, at: usize, here: &Location) -> Option<AnyView> {
    let one = scores.scored.get(at)?;
    let example = untrack(|| example_of(app, one))?;
    let href = here.clone().with(ROW, &at.to_string()).href();
    let (standing, words) = execution(one);
    Some(
        view! {
            <tr>
                <td class="num" data-wide-only="">
                    {thousands(at as u64 + 1)}
                </td>
                <td data-main="">
                    <a href=href>{example.question}</a>
                </td>
                <td class="mono" data-third="" data-label="Database">
                    {example.db.to_string()}
                </td>
                <td data-third="" data-label="Hardness">
                    {one.group().name()}
                </td>
                <td data-label="Execution">
                    <Status standing=standing words=words />
                </td>
                <td data-third="" data-label="Exact match" class="nowrap">
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

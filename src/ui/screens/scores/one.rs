//! One prediction: the verdicts and why, both queries, both results.

use leptos::prelude::*;

use super::{
    ROW,
    rows::{exact, execution},
};
use crate::{
    run::{predictions::exact_words, shortcuts::Shortcut},
    ui::{
        keys::use_shortcuts,
        kit::{Glyph, Icon, Judged, Neighbour, PageHead, Standing, Tone},
        route::{Location, Route, use_here},
        state::use_app,
    },
};

/// The prediction in row `at` of the file's questions.
#[component]
pub fn OnePrediction(at: usize) -> impl IntoView {
    let (app, here) = (use_app(), use_here());
    let found = untrack(|| {
        let scores = app.scores()?;
        let (one, example) = (scores.scored.get(at)?.clone(), scores.dataset.examples.get(at)?.clone());
        Some((one, example, scores.scored.len(), scores.predictions.file.clone()))
    });
    let Some((one, example, number, file)) = found else {
        return view! { <PageHead title="Prediction" words="This prediction's question is no longer loaded." /> }
            .into_any();
    };
    let place = untrack(|| here.location());
    let back = place.clone().with(ROW, "").href();
    let to = |at: Option<usize>| at.map(|at| place.clone().with(ROW, &at.to_string()));
    let (previous, next) = (to(at.checked_sub(1)), to((at + 1 < number).then_some(at + 1)));
    let (before, after) = (previous.clone(), next.clone());
    use_shortcuts().on(move |shortcut| {
        let place = match shortcut {
            Shortcut::Previous => before.clone(),
            Shortcut::Next => after.clone(),
            _ => None,
        };
        place.map(|place| here.go(place)).is_some()
    });
    let href = |place: Option<Location>| place.map(|place| place.href());
    let (standing, words) = execution(&one);
    let (tone, glyph, title) = match standing {
        Standing::Done => (Tone::Good, Glyph::Check, "Right: both queries give the same result".to_owned()),
        Standing::Failed => (Tone::Bad, Glyph::Cross, format!("Wrong: {words}")),
        _ => (Tone::Warn, Glyph::Alert, "Not judged: the question or its database is at fault".to_owned()),
    };
    let (judgement, reason) = match &one.execution {
        Ok(judgement) => (Some(judgement.clone()), judgement.difference.clone()),
        Err(error) => (None, error.to_string()),
    };
    let facts = format!("{} · {} · {file}, {}", example.db, one.group().name(), one.place);
    let exact_reason = exact_words(&one);
    view! {
        <nav class="crumbs" aria-label="Where you are">
            <a href=Route::Data.href()>"Data"</a>
            <a href=back data-testid="back-to-scores">
                "Predictions"
            </a>
            <span>{format!("No. {}", at + 1)}</span>
        </nav>
        <div class="page-head">
            <div>
                <h1 class="question">{example.question.clone()}</h1>
                <p>{facts}</p>
            </div>
            <div class="page-actions">
                <span class="note">{format!("{} of {number}", at + 1)}</span>
                <Neighbour href=href(previous) words="Previous" testid="previous" shortcut=Shortcut::Previous />
                <Neighbour href=href(next) words="Next" testid="next" shortcut=Shortcut::Next />
            </div>
        </div>
        <div class="banner" data-tone=tone.name() data-testid="difference">
            <Icon glyph=glyph />
            <div>
                <strong>{title}</strong>
                {(!reason.is_empty()).then(|| view! { <p>{reason}</p> })}
                <p data-testid="exact-match">
                    {format!("Exact match: {}", exact(&one))}
                    {(!exact_reason.is_empty()).then(|| format!(", {exact_reason}"))}
                </p>
            </div>
        </div>
        <Judged name="from the file" query=one.sql.clone() judgement=judgement gold_sql=example.gold.clone() />
    }
    .into_any()
}

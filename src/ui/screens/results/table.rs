//! The table of questions by prompts. Only the rows near the visible part are in the page; each cell opens its rollout.

use leptos::prelude::*;

use super::questions::{Shown, ShownRow};
use crate::{
    domain::id::Version,
    run::{
        results::{Cell, Turn},
        view::Mark,
    },
    ui::{
        kit::Windowed,
        links,
        route::{Location, use_here},
        screens::run::outcome,
        state::use_app,
    },
};

/// The table.
#[component]
pub fn QuestionTable(shown: Memo<Shown>) -> impl IntoView {
    let here = use_here();
    let row = move |at: usize| {
        shown.with(|shown| shown.rows.get(at).map(|row| line(row, shown, &here.location())).into_any())
    };
    view! {
        <Windowed
            count=Signal::derive(move || shown.with(|shown| shown.rows.len()))
            row=row
            label="Questions by prompt; each cell opens the rollout"
            testid="results-table"
            class="matrix"
        >
            <tr>
                <th scope="col">"Question"</th>
                <th scope="col" class="m-db">
                    "Database"
                </th>
                {move || {
                    shown
                        .with(|shown| shown.has_hardness)
                        .then(|| {
                            view! {
                                <th scope="col" class="m-hard">
                                    "Hardness"
                                </th>
                            }
                        })
                }}
                {move || shown.with(|shown| shown.versions.iter().map(|v| head(*v, shown)).collect_view())}
                <th scope="col" class="m-why">
                    "What differs"
                </th>
            </tr>
        </Windowed>
        {move || {
            shown
                .with(|shown| shown.rows.is_empty())
                .then(|| view! { <p class="pad muted">"No question passes this filter and search."</p> })
        }}
    }
}

fn head(version: Version, shown: &Shown) -> impl IntoView + use<> {
    let app = use_app();
    let is_picked = version == shown.versions[shown.before] || version == shown.versions[shown.after];
    let name = match version {
        Version::SEED => "seed",
        version if version == shown.best => "best",
        _ => "",
    };
    let score = app.run.with_untracked(|run| {
        use crate::domain::rollout::Purpose;
        let candidate = run.candidate(version)?;
        let full = candidate.score(Purpose::Validation);
        Some(match (full, candidate.score(Purpose::Batch)) {
            (Some(full), _) => (format!("{}/{}", full.correct, full.planned), "all"),
            (None, Some(batch)) => (format!("{}/{}", batch.correct, batch.planned), "batch"),
            (None, None) => (String::new(), ""),
        })
    });
    view! {
        <th scope="col" data-candidate="" data-picked=is_picked data-other=!is_picked>
            <a href=links::candidate(version).href()>
                <span>{name}</span>
                <b>{version.to_string()}</b>
                {score.map(|(counts, of)| view! { {counts} <br /> {of} })}
            </a>
        </th>
    }
}

fn line(shown_row: &ShownRow, shown: &Shown, here: &Location) -> impl IntoView + use<> {
    let row = &shown_row.row;
    let why = [shown.after, shown.before]
        .into_iter()
        .filter_map(|at| row.cells[at].as_ref())
        .find(|cell| cell.mark != Mark::Right)
        .map(why);
    let open =
        [shown.after, shown.before].into_iter().find_map(|at| row.cells[at].as_ref()).map(|cell| place(cell, here));
    let cells = row
        .cells
        .iter()
        .enumerate()
        .map(|(at, cell)| {
            let is_picked = at == shown.before || at == shown.after;
            let turn = (at != shown.before).then(|| row.turn(shown.before, at)).flatten();
            one_cell(cell.as_ref(), turn, is_picked, here)
        })
        .collect_view();
    let question = view! {
        <span class="m-id">{row.example.to_string()}</span>
        <span>{shown_row.question.clone()}</span>
    };
    let question = match open {
        Some(place) => view! { <a href=place>{question}</a> }.into_any(),
        None => view! { <span class="m-question">{question}</span> }.into_any(),
    };
    view! {
        <tr data-example=row.example.to_string()>
            <th scope="row">{question}</th>
            <td class="m-db mono">{shown_row.db.clone()}</td>
            {shown.has_hardness.then(|| view! { <td class="m-hard">{shown_row.hardness.clone()}</td> })}
            {cells}
            <td class="m-why muted">{why}</td>
        </tr>
    }
}

/// The rollout's screen, with the filter to walk along.
fn place(cell: &Cell, here: &Location) -> String {
    let mut place = links::rollout(&cell.step);
    for key in ["filter", "search", "against", "candidate"] {
        place = place.with(key, here.get(key).unwrap_or_default());
    }
    place.href()
}

fn one_cell(cell: Option<&Cell>, turn: Option<Turn>, is_picked: bool, here: &Location) -> impl IntoView + use<> {
    let content = match cell {
        None => view! { <span class="cell">"not run"</span> }.into_any(),
        Some(cell) => {
            let (change, words) = match (turn, cell.mark) {
                (Some(Turn::Fixed), _) => (Some("fixed"), "fixed"),
                (Some(Turn::Broken), _) => (Some("broken"), "broken"),
                (None, Mark::Right) => (None, "right"),
                (None, Mark::Wrong) => (None, "wrong"),
                (None, Mark::NoAnswer) => (None, "no answer"),
                (None, Mark::Unfinished) => (None, "not done in time"),
            };
            view! {
                <a class="cell" data-outcome=outcome(cell.mark) data-change=change href=place(cell, here)>
                    {words}
                </a>
            }
            .into_any()
        }
    };
    view! {
        <td data-picked=is_picked data-other=!is_picked>
            {content}
        </td>
    }
}

/// Why a rollout is not right, in a few words.
pub fn why(cell: &Cell) -> &'static str {
    match (cell.mark, cell.diagnosis) {
        (Mark::NoAnswer, _) => "no answer",
        (Mark::Unfinished, _) => "not done in time",
        (_, Some(diagnosis)) => diagnosis.words(),
        (_, None) => "",
    }
}

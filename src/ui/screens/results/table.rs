//! The table of questions by prompts. Only the rows near the visible part are in the page; each cell opens its rollout.

use leptos::{html, prelude::*};

use super::questions::{Shown, ShownRow};
use crate::{
    domain::id::Version,
    run::{
        results::{Cell, Turn},
        view::Mark,
    },
    ui::{
        links,
        route::{Location, use_here},
        screens::run::outcome,
        state::use_app,
    },
};

/// Rows that are in the page at once.
const WINDOW: usize = 60;
/// Rows above the visible part.
const ABOVE: usize = 15;
/// Pixels of a row, about: only for the room of rows that are not in the page.
const ROW: f64 = 44.0;

/// The table.
#[component]
pub fn QuestionTable(shown: Memo<Shown>) -> impl IntoView {
    let here = use_here();
    let first = RwSignal::new(0_usize);
    let wrap = NodeRef::<html::Div>::new();
    let scrolled = move |_| {
        if let Some(wrap) = wrap.get_untracked() {
            let row = (f64::from(wrap.scroll_top()) / ROW) as usize;
            // In steps, so that scrolling does not renew the rows with every pixel.
            let start = row.saturating_sub(ABOVE) / 10 * 10;
            if first.get_untracked() != start {
                first.set(start);
            }
        }
    };
    // Another filter or search begins at the top.
    let key = Memo::new(move |_| shown.with(|shown| (shown.counts, shown.rows.len(), shown.versions.clone())));
    Effect::new(move || {
        key.track();
        first.set(0);
        if let Some(wrap) = wrap.get_untracked() {
            wrap.set_scroll_top(0);
        }
    });
    let start = move || shown.with(|shown| first.get().min(shown.rows.len().saturating_sub(WINDOW)));
    let columns = move || shown.with(|shown| shown.versions.len() + 4).to_string();
    let room = move |rows: usize| {
        (rows > 0).then(|| {
            view! {
                <tr aria-hidden="true">
                    <td colspan=columns style=format!("height:{:.0}px;padding:0", rows as f64 * ROW)></td>
                </tr>
            }
        })
    };
    let rows = move || {
        let start = start();
        shown.with(|shown| {
            let rows = shown.rows.iter().skip(start).take(WINDOW);
            rows.map(|row| line(row, shown, &here.location())).collect_view()
        })
    };
    let below = move || shown.with(|shown| shown.rows.len().saturating_sub(start() + WINDOW));
    view! {
        <div
            class="table-wrap"
            data-windowed=""
            role="region"
            aria-label="Questions by prompt"
            tabindex="0"
            node_ref=wrap
            on:scroll=scrolled
        >
            <table class="matrix" data-testid="results-table" aria-rowcount=move || shown.with(|shown| shown.rows.len() + 1)>
                <caption class="vh">"Questions by prompt. Each cell opens the rollout."</caption>
                <thead>
                    <tr>
                        <th scope="col">"Question"</th>
                        <th scope="col" class="m-db">
                            "Database"
                        </th>
                        <th scope="col" class="m-hard">
                            "Hardness"
                        </th>
                        {move || shown.with(|shown| shown.versions.iter().map(|v| head(*v, shown)).collect_view())}
                        <th scope="col" class="m-why">
                            "What differs"
                        </th>
                    </tr>
                </thead>
                <tbody>
                    {move || room(start())}
                    {rows}
                    {move || room(below())}
                </tbody>
            </table>
        </div>
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
            (Some(full), _) => format!("{}/{} all", full.correct, full.planned),
            (None, Some(batch)) => format!("{}/{} batch", batch.correct, batch.planned),
            (None, None) => String::new(),
        })
    });
    view! {
        <th scope="col" data-candidate="" data-picked=is_picked data-other=!is_picked>
            <a href=links::candidate(version).href()>
                <span>{name}</span>
                <b>{version.to_string()}</b>
                {score}
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
            <td class="m-hard">{shown_row.hardness.clone()}</td>
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

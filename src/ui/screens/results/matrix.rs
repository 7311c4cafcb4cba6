//! Questions by prompts as shapes. Rows and columns far from the view do not exist; each cell opens its rollout.

use leptos::prelude::*;

use super::{choice::Choice, columns::ColumnWindow};
use crate::{
    domain::{id::Version, rollout::Purpose},
    run::{
        format::count,
        results::{Cell, Line, Listed, Listing, Turn},
        view::{Mark, RunView},
    },
    ui::{
        kit::{Blocks, Windowed, always, name_spans, walk_cells},
        links::{self, Rollouts},
        route::use_here,
        screens::run::outcome,
        state::use_app,
    },
};

/// Small blocks: a new one is drawn within a frame.
const BLOCKS: Blocks = Blocks { rows: 4, row_height: 31.0 };
/// Others that are drawn until the table's width is known.
const AT_FIRST: usize = 12;

/// The table.
#[component]
pub fn Matrix(choice: Choice) -> impl IntoView {
    let (app, here) = (use_app(), use_here());
    let window = ColumnWindow::new(AT_FIRST, 4);
    let rollouts = Memo::new_with_compare(move |_| Rollouts::of(&here.location()), |_, _| true);
    let selected = here.query("row");
    let lines = always(move || {
        rollouts.track();
        selected.track();
        choice.listing.with(|listing| listing.lines.len())
    });
    let row = move |at: usize| {
        choice.listing.with_untracked(|listing| match listing.lines.get(at) {
            Some(Line::Heading { words, questions }) => heading(words.clone(), *questions, listing).into_any(),
            Some(Line::Question(row)) => app.run.with_untracked(|run| {
                let is_selected =
                    selected.with_untracked(|id| id.as_deref() == Some(listing.rows[*row].row.example.as_str()));
                rollouts
                    .with_untracked(|rollouts| line(run, &listing.rows[*row], listing, rollouts, window, is_selected))
                    .into_any()
            }),
            None => ().into_any(),
        })
    };
    let first_seen = untrack(|| selected.get().and_then(|id| choice.listing.with(|listing| listing.line_of(&id))));
    let head = move || {
        choice.listing.with(|listing| {
            let columns = listing.versions.iter().enumerate();
            let all: Vec<_> = columns.map(|(at, version)| head(*version, at <= listing.after, choice)).collect();
            let (compared, others) = split(all, listing.after + 1);
            (compared, view! { <th scope="col" class="m-why">"What differs"</th> }, others)
        })
    };
    let columns = move || {
        let (number, has_hardness) = choice.listing.with(|listing| (listing.versions.len(), listing.has_hardness));
        let after = choice.listing.with(|listing| listing.after);
        let others = (after + 1..number).map(|_| view! { <col class="m-candidate" data-other="" /> }).collect_view();
        view! {
            <col class="m-question" />
            <col class="m-db" />
            {has_hardness.then(|| view! { <col class="m-hard" /> })}
            {(0..=after).map(|_| view! { <col class="m-candidate" /> }).collect_view()}
            <col class="m-why" />
            {others}
        }
    };
    let width = move || choice.listing.with(|listing| format!("--candidates:{}", listing.versions.len()));
    view! {
        <div class="matrix-frame" style=width on:keydown=walk_cells>
            <Windowed
                count=Signal::derive(move || lines.get())
                row=row
                label="Questions by prompt; each cell opens the rollout; arrow keys go from cell to cell"
                testid="results-table"
                class="matrix"
                blocks=BLOCKS
                columns=columns
                first_seen=first_seen
                looked=window.look()
            >
                <tr>
                    <th scope="col">"Question"</th>
                    <th scope="col" class="m-db">
                        "Database"
                    </th>
                    {move || {
                        choice
                            .listing
                            .with(|listing| listing.has_hardness)
                            .then(|| {
                                view! {
                                    <th scope="col" class="m-hard">
                                        "Hardness"
                                    </th>
                                }
                            })
                    }}
                    {head}
                </tr>
            </Windowed>
        </div>
    }
}

fn split<T>(mut all: Vec<T>, at: usize) -> (Vec<T>, Vec<T>) {
    let rest = all.split_off(at.min(all.len()));
    (all, rest)
}

/// A candidate's head, with its score on all of validation, or on its newest batch.
fn head(version: Version, is_compared: bool, choice: Choice) -> AnyView {
    let app = use_app();
    let name = match version {
        Version::SEED => "seed",
        version if version == choice.best.get() => "best",
        _ => "",
    };
    let score = app.run.with_untracked(|run| {
        let candidate = run.candidate(version)?;
        let full = candidate.score(Purpose::Validation);
        Some(match (full, candidate.score(Purpose::Batch)) {
            (Some(full), _) => (format!("{}/{}", full.correct, full.planned), "all"),
            (None, Some(batch)) => (format!("{}/{}", batch.correct, batch.planned), "batch"),
            (None, None) => (String::new(), ""),
        })
    });
    view! {
        <th scope="col" data-candidate="" data-picked=is_compared data-other=!is_compared>
            <a href=links::candidate(version).href()>
                <span>{name}</span>
                <b>{version.to_string()}</b>
                {score.map(|(counts, of)| view! { {counts} <br /> {of} })}
            </a>
        </th>
    }
    .into_any()
}

fn heading(words: String, questions: usize, listing: &Listing) -> impl IntoView + use<> {
    let others = listing.versions.len() - listing.after - 1;
    view! {
        <tr data-group="">
            <th scope="rowgroup">{words} <span class="count">{count(questions, "question")}</span></th>
            <td class="m-db"></td>
            {listing.has_hardness.then(|| view! { <td class="m-hard"></td> })}
            {(0..=listing.after).map(|_| view! { <td></td> }).collect_view()}
            <td class="m-why"></td>
            {(others > 0).then(|| view! { <td data-other="" colspan=others></td> })}
        </tr>
    }
}

fn line(
    run: &RunView,
    listed: &Listed,
    listing: &Listing,
    rollouts: &Rollouts,
    window: ColumnWindow,
    is_selected: bool,
) -> impl IntoView + use<> {
    let (row, after) = (&listed.row, listing.after);
    let example = run.started.as_ref().and_then(|started| started.examples.get(listed.example)).cloned();
    let example = example.unwrap_or_default();
    let open = [after, 0].into_iter().find_map(|at| row.cells[at]);
    let why = [after, 0].into_iter().filter_map(|at| row.cells[at]).find_map(|cell| cell.why());
    let drawn: Vec<Drawn> = row
        .cells
        .iter()
        .enumerate()
        .map(|(at, cell)| {
            let turn = (at != 0).then(|| row.turn(0, at)).flatten();
            Drawn { cell: *cell, turn, href: cell.map(|cell| rollouts.to(&run.rollouts[cell.rollout].step)) }
        })
        .collect();
    let (compared, others) = split(drawn, after + 1);
    let question = view! {
        <span class="m-id">{row.example.to_string()}</span>
        <span>{example.question.clone()}</span>
    };
    let question = match open.map(|cell| rollouts.to(&run.rollouts[cell.rollout].step)) {
        Some(place) => view! { <a href=place>{question}</a> }.into_any(),
        None => view! { <span class="m-question">{question}</span> }.into_any(),
    };
    let number = others.len();
    let others = move || {
        let (first, end) = window.of(number);
        let skipped = |columns: usize| (columns > 0).then(|| view! { <td data-other="" colspan=columns></td> });
        let cells = others[first..end].iter().map(|drawn| view! { <td data-other="">{drawn.view()}</td> });
        (skipped(first), cells.collect_view(), skipped(number - end))
    };
    view! {
        <tr data-example=row.example.to_string() aria-selected=is_selected.then_some("true")>
            <th scope="row">{question}</th>
            <td class="m-db mono">{name_spans(example.db.as_str())}</td>
            {listing.has_hardness.then(|| view! { <td class="m-hard">{example.hardness.clone()}</td> })}
            {compared.iter().map(|drawn| view! { <td data-picked="">{drawn.view()}</td> }).collect_view()}
            <td class="m-why muted">{why}</td>
            {others}
        </tr>
    }
}

/// A cell as it is drawn.
struct Drawn {
    cell: Option<Cell>,
    /// Against the first of the compared.
    turn: Option<Turn>,
    href: Option<String>,
}

impl Drawn {
    fn view(&self) -> AnyView {
        let (Some(cell), Some(href)) = (self.cell, self.href.clone()) else {
            return view! { <span class="cell">"not run"</span> }.into_any();
        };
        let (change, words) = match (self.turn, cell.mark) {
            (Some(Turn::Fixed), _) => (Some("fixed"), "fixed"),
            (Some(Turn::Broken), _) => (Some("broken"), "broken"),
            (None, Mark::Right) => (None, "right"),
            (None, Mark::Wrong) => (None, "wrong"),
            (None, Mark::NoAnswer) => (None, "no answer"),
            (None, Mark::Unfinished) => (None, "not done in time"),
        };
        view! {
            <a class="cell" data-outcome=outcome(cell.mark) data-change=change href=href>
                {words}
            </a>
        }
        .into_any()
    }
}

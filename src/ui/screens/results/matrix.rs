//! Questions by prompts as shapes. Rows and columns far from the view do not exist; each cell opens its rollout.

use leptos::prelude::*;

use super::{choice::Choice, columns::ColumnWindow, stop::Stop};
use crate::{
    domain::{id::Version, rollout::Purpose},
    run::{
        format::count,
        results::{Cell, Line, Listed, Listing, Piece, Turn},
        view::{Mark, RunView},
    },
    ui::{
        kit::{Blocks, Windowed, always, name_spans},
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
    let stop = Stop::new(choice, window, selected, true);
    let lines = always(move || {
        rollouts.track();
        selected.track();
        choice.listing.with(|listing| listing.lines.len())
    });
    let row = move |at: usize| {
        choice.listing.with_untracked(|listing| match listing.lines.get(at) {
            Some(Line::Heading { words, questions }) => heading(words.clone(), *questions, listing, at).into_any(),
            Some(Line::Question(row)) => app.run.with_untracked(|run| {
                let is_selected =
                    selected.with_untracked(|id| id.as_deref() == Some(listing.rows[*row].row.example.as_str()));
                rollouts
                    .with_untracked(|rollouts| line(run, &listing.rows[*row], listing, rollouts, is_selected, at, stop))
                    .into_any()
            }),
            None => ().into_any(),
        })
    };
    let first_seen = untrack(|| selected.get().and_then(|id| choice.listing.with(|listing| listing.line_of(&id))));
    let head = move || {
        choice.listing.with(|listing| {
            let columns = listing.versions.iter().enumerate();
            let all: Vec<_> =
                columns.map(|(at, version)| head(*version, at, at <= listing.after, choice, stop)).collect();
            let (compared, others) = split(all, listing.after + 1);
            (compared, view! { <th scope="col" class="m-why">"What differs"</th> }, others)
        })
    };
    let columns = move || {
        let (number, has_hardness) = choice.listing.with(|listing| (listing.versions.len(), listing.has_hardness));
        let after = choice.listing.with(|listing| listing.after);
        let others = (after + 1..number).map(|_| view! { <col class="m-candidate" /> }).collect_view();
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
        <div
            class="matrix-frame"
            style=width
            node_ref=stop.frame
            on:keydown=move |event| stop.pressed(event)
            on:focusin=move |event| stop.focused(event)
        >
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
                kept=stop.line()
            >
                <tr aria-rowindex="1">
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
fn head(version: Version, at: usize, is_compared: bool, choice: Choice, stop: Stop) -> AnyView {
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
            <a href=links::candidate(version).href() data-at=at + 1 tabindex=stop.tabindex(None, at + 1)>
                <span>{name}</span>
                <b>{version.to_string()}</b>
                {score.map(|(counts, of)| view! { {counts} <br /> {of} })}
            </a>
        </th>
    }
    .into_any()
}

fn heading(words: String, questions: usize, listing: &Listing, at: usize) -> impl IntoView + use<> {
    let others = listing.versions.len() - listing.after - 1;
    view! {
        <tr data-group="" aria-rowindex=at + 2>
            <th scope="rowgroup">{words} <span class="count">{count(questions, "question")}</span></th>
            <td class="m-db"></td>
            {listing.has_hardness.then(|| view! { <td class="m-hard"></td> })}
            {(0..=listing.after).map(|_| view! { <td></td> }).collect_view()}
            <td class="m-why"></td>
            {(others > 0).then(|| view! { <td colspan=others></td> })}
        </tr>
    }
}

fn line(
    run: &RunView,
    listed: &Listed,
    listing: &Listing,
    rollouts: &Rollouts,
    is_selected: bool,
    at: usize,
    stop: Stop,
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
        .map(|(prompt, cell)| Drawn {
            cell: *cell,
            turn: (prompt != 0).then(|| row.turn(0, prompt)).flatten(),
            href: cell.map(|cell| rollouts.to(&run.rollouts[cell.rollout].step)),
            at: (at, prompt + 1),
        })
        .collect();
    let (compared, others) = split(drawn, after + 1);
    let question = view! {
        <span class="m-id">{row.example.to_string()}</span>
        <span>{example.question.clone()}</span>
    };
    let question = match open.map(|cell| rollouts.to(&run.rollouts[cell.rollout].step)) {
        Some(place) => view! {
            <a href=place data-at="0" tabindex=stop.tabindex(Some(at), 0)>
                {question}
            </a>
        }
        .into_any(),
        None => view! { <span class="m-question">{question}</span> }.into_any(),
    };
    let (number, kept) = (others.len(), stop.other_in(at, after));
    let others = StoredValue::new_local(others);
    // What a cell shows is part of its key: it may change while the cell stays where it is.
    let key = move |piece: &Piece| match *piece {
        Piece::Cell(other) => (*piece, others.with_value(|others| others[other].key())),
        Piece::Gap { .. } => (*piece, None),
    };
    let other = move |piece: Piece| match piece {
        Piece::Cell(other) => {
            let cell = others.with_value(|others| others[other].view(stop));
            view! { <td>{cell}</td> }.into_any()
        }
        Piece::Gap { columns, .. } => view! { <td colspan=columns></td> }.into_any(),
    };
    view! {
        <tr data-example=row.example.to_string() aria-rowindex=at + 2 aria-selected=is_selected.then_some("true")>
            <th scope="row">{question}</th>
            <td class="m-db mono">{name_spans(example.db.as_str())}</td>
            {listing.has_hardness.then(|| view! { <td class="m-hard">{example.hardness.clone()}</td> })}
            {compared.iter().map(|drawn| view! { <td data-picked="">{drawn.view(stop)}</td> }).collect_view()}
            <td class="m-why muted">{why}</td>
            <For each=move || stop.drawn_in(number, kept.get()) key=key children=other />
        </tr>
    }
}

/// A cell as it is drawn.
struct Drawn {
    cell: Option<Cell>,
    /// Against the first of the compared.
    turn: Option<Turn>,
    href: Option<String>,
    /// Its line and column.
    at: (usize, usize),
}

impl Drawn {
    /// Where it leads and what it says; `None` if it was not run.
    fn key(&self) -> Option<(String, &'static str)> {
        Some((self.href.clone()?, self.words(self.cell?)))
    }

    fn words(&self, cell: Cell) -> &'static str {
        match (self.turn, cell.mark) {
            (Some(Turn::Fixed), _) => "fixed",
            (Some(Turn::Broken), _) => "broken",
            (None, Mark::Right) => "right",
            (None, Mark::Wrong) => "wrong",
            (None, Mark::NoAnswer) => "no answer",
            (None, Mark::Unfinished) => "not done in time",
        }
    }

    fn view(&self, stop: Stop) -> AnyView {
        let (Some(cell), Some(href)) = (self.cell, self.href.clone()) else {
            return view! { <span class="cell">"not run"</span> }.into_any();
        };
        let words = self.words(cell);
        view! {
            <a
                class="cell"
                data-outcome=outcome(cell.mark)
                data-change=self.turn.map(|_| words)
                href=href
                data-at=self.at.1
                tabindex=stop.tabindex(Some(self.at.0), self.at.1)
            >
                {words}
            </a>
        }
        .into_any()
    }
}

//! Questions by prompts as a table: each cell has the verdict, the query and what it returned. Far rows and columns do not exist.

use leptos::prelude::*;

use super::{choice::Choice, columns::ColumnWindow, stop::Stop};
use crate::{
    domain::{
        dataset::Example,
        id::Version,
        rollout::{Execution, Outcome, Rollout},
        sql::ResultTable,
    },
    run::{
        format::count,
        results::{Cell, Line, Listed, Listing, Piece, Turn},
        view::{Mark, RunView},
    },
    text2sql::preview::plain,
    ui::{
        kit::{Blocks, Standing, Status, Windowed, always, sql_spans},
        links::{self, Rollouts},
        route::use_here,
        state::use_app,
    },
};

const BLOCKS: Blocks = Blocks { rows: 1, row_height: 180.0 };
/// Others that are drawn until the table's width is known.
const AT_FIRST: usize = 4;
/// Rows and columns of a result that stand in a cell.
const RESULT: (usize, usize) = (3, 4);

/// The table.
#[component]
pub fn Cells(choice: Choice) -> impl IntoView {
    let (app, here) = (use_app(), use_here());
    let window = ColumnWindow::new(AT_FIRST, 1);
    let rollouts = Memo::new_with_compare(move |_| Rollouts::of(&here.location()), |_, _| true);
    let selected = here.query("row");
    let stop = Stop::new(choice, window, selected, false);
    let lines = always(move || {
        rollouts.track();
        selected.track();
        choice.listing.with(|listing| listing.lines.len())
    });
    let row = move |at: usize| {
        choice.listing.with_untracked(|listing| match listing.lines.get(at) {
            Some(Line::Heading { words, questions }) => heading(words.clone(), *questions, listing, at).into_any(),
            Some(Line::Question(row)) => app.run.with_untracked(|run| {
                let listed = &listing.rows[*row];
                let is_selected = selected.with_untracked(|id| id.as_deref() == Some(listed.row.example.as_str()));
                rollouts
                    .with_untracked(|rollouts| line(run, listed, listing, rollouts, is_selected, at, stop))
                    .into_any()
            }),
            None => ().into_any(),
        })
    };
    let first_seen = untrack(|| selected.get().and_then(|id| choice.listing.with(|listing| listing.line_of(&id))));
    let heads = move || {
        choice.listing.with(|listing| {
            let columns = listing.versions.iter().enumerate();
            columns.map(|(at, version)| head(*version, at, at <= listing.after, choice.best.get(), stop)).collect_view()
        })
    };
    let columns = move || {
        let number = choice.listing.with(|listing| listing.versions.len());
        view! {
            <col class="c-question" />
            {(0..number).map(|_| view! { <col class="c-candidate" /> }).collect_view()}
        }
    };
    let width = move || choice.listing.with(|listing| format!("--candidates:{}", listing.versions.len()));
    view! {
        <div
            class="cells-frame"
            style=width
            node_ref=stop.frame
            on:keydown=move |event| stop.pressed(event)
            on:focusin=move |event| stop.focused(event)
        >
            <Windowed
                count=Signal::derive(move || lines.get())
                row=row
                label="Questions by prompt with queries and results; each cell opens the rollout; arrow keys go from cell to cell"
                testid="results-cells"
                class="table cells"
                blocks=BLOCKS
                columns=columns
                first_seen=first_seen
                looked=window.look()
                kept=stop.line()
            >
                <tr aria-rowindex="1">
                    <th scope="col">"Question"</th>
                    {heads}
                </tr>
            </Windowed>
        </div>
    }
}

fn head(version: Version, at: usize, is_compared: bool, best: Version, stop: Stop) -> impl IntoView {
    let name = match version {
        Version::SEED => " · seed",
        version if version == best => " · best",
        _ => "",
    };
    view! {
        <th scope="col" data-picked=is_compared data-other=!is_compared>
            <a
                class="version"
                href=links::candidate(version).href()
                data-at=at + 1
                tabindex=stop.tabindex(None, at + 1)
            >
                {version.to_string()}
            </a>
            {name}
        </th>
    }
}

fn heading(words: String, questions: usize, listing: &Listing, at: usize) -> impl IntoView + use<> {
    let others = listing.versions.len() - listing.after - 1;
    view! {
        <tr data-group="" aria-rowindex=at + 2>
            <th scope="rowgroup">{words} " " <span class="count">{count(questions, "question")}</span></th>
            {(0..=listing.after).map(|_| view! { <td></td> }).collect_view()}
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
    let example = run.started.as_ref().and_then(|started| started.examples.get(listed.example));
    let question = question(example.cloned().unwrap_or_default());
    let shown = |prompt: usize| {
        let turn = (prompt != 0).then(|| row.turn(0, prompt)).flatten();
        row.cells[prompt].map(|cell| Shown {
            cell,
            turn,
            rollout: std::rc::Rc::clone(&run.rollouts[cell.rollout]),
            href: rollouts.to(&run.rollouts[cell.rollout].step),
            at: (at, prompt + 1),
        })
    };
    let compared = (0..=after).zip(&listing.versions).map(|(prompt, version)| {
        view! {
            <td data-picked="" data-label=version.to_string()>
                {one(shown(prompt), stop)}
            </td>
        }
    });
    let compared = compared.collect_view();
    let others: Vec<_> = (after + 1..row.cells.len()).map(shown).collect();
    let (number, kept) = (others.len(), stop.other_in(at, after));
    let others = StoredValue::new_local(others);
    // What a cell shows is part of its key: it may change while the cell stays where it is.
    let key = move |piece: &Piece| match *piece {
        Piece::Cell(other) => (*piece, others.with_value(|others| others[other].as_ref().map(Shown::key))),
        Piece::Gap { .. } => (*piece, None),
    };
    let other = move |piece: Piece| match piece {
        Piece::Cell(other) => {
            let cell = one(others.with_value(|others| others[other].clone()), stop);
            view! { <td>{cell}</td> }.into_any()
        }
        Piece::Gap { columns, .. } => view! { <td colspan=columns></td> }.into_any(),
    };
    view! {
        <tr data-example=row.example.to_string() aria-rowindex=at + 2 aria-selected=is_selected.then_some("true")>
            <th scope="row" data-main="">{question}</th>
            {compared}
            <For each=move || stop.drawn_in(number, kept.get()) key=key children=other />
        </tr>
    }
}

fn question(example: Example) -> impl IntoView {
    let facts = [Some(example.id.to_string()), Some(example.db.to_string()), example.hardness];
    view! {
        <span>{example.question}</span>
        <span class="note">{facts.into_iter().flatten().collect::<Vec<_>>().join(" · ")}</span>
        <pre class="code" aria-label="Gold query">
            {sql_spans(&example.gold)}
        </pre>
    }
}

/// A rollout in a cell.
#[derive(Clone)]
struct Shown {
    cell: Cell,
    turn: Option<Turn>,
    rollout: std::rc::Rc<Rollout>,
    href: String,
    /// Its line and column.
    at: (usize, usize),
}

impl Shown {
    /// Where it leads and what it says; the query and its result are those of the rollout.
    fn key(&self) -> (String, String) {
        (self.href.clone(), self.verdict().1)
    }

    fn verdict(&self) -> (Standing, String) {
        let why = self.cell.why().unwrap_or_default();
        match (self.turn, self.cell.mark) {
            (Some(Turn::Fixed), _) => (Standing::Done, "Fixed".to_owned()),
            (Some(Turn::Broken), _) => (Standing::Failed, format!("Broken: {why}")),
            (None, Mark::Right) => (Standing::Done, "Right".into()),
            (None, Mark::Wrong) => (Standing::Failed, format!("Wrong: {why}")),
            (None, Mark::NoAnswer) => (Standing::Warning, "No answer".into()),
            (None, Mark::Unfinished) => (Standing::Warning, "Not done in time".into()),
        }
    }
}

fn one(shown: Option<Shown>, stop: Stop) -> AnyView {
    let Some(shown) = shown else {
        return view! { <span class="muted">"not run"</span> }.into_any();
    };
    let (standing, words) = shown.verdict();
    let Shown { rollout, href, at: (line, column), .. } = shown;
    let result = match &rollout.outcome {
        Outcome::Judged(judgement) => match &judgement.predicted {
            Execution::Rows(table) => Some(small_result(table).into_any()),
            Execution::Failed(error) => Some(view! { <p class="note">{error.to_string()}</p> }.into_any()),
        },
        Outcome::NoAnswer { .. } | Outcome::Unfinished => None,
    };
    let query = rollout.query().filter(|query| !query.trim().is_empty()).map(|query| {
        view! { <pre class="code">{sql_spans(query)}</pre> }
    });
    view! {
        <a href=href class="cell-link" data-at=column tabindex=stop.tabindex(Some(line), column)>
            <Status standing=standing words=words />
        </a>
        {query}
        {result}
    }
    .into_any()
}

/// The beginning of a result, and how large it is.
fn small_result(table: &ResultTable) -> impl IntoView + use<> {
    let (rows, columns) = RESULT;
    let line = |row: &Vec<crate::domain::sql::Value>| {
        let cells = row.iter().take(columns).map(|value| view! { <td>{plain(value)}</td> }).collect_view();
        view! { <tr>{cells}</tr> }
    };
    let lines = table.rows.iter().take(rows).map(line).collect_view();
    let shape = format!("{}, {}", count(table.total_rows, "row"), count(table.columns.len(), "column"));
    view! {
        {(!table.rows.is_empty())
            .then(|| {
                view! {
                    <div class="table-wrap">
                        <table class="sheet">
                            <tbody>{lines}</tbody>
                        </table>
                    </div>
                }
            })}
        <p class="note">{shape}</p>
    }
}

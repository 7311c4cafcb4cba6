//! The runs in columns: verdicts, scores, and what they took.

use leptos::prelude::*;

use super::Sides;
use crate::{
    domain::id::RunId,
    ports::store::RunState,
    run::comparison::{Fact, Side, letter},
    ui::{
        kit::Parts,
        links,
        route::{Route, use_here},
        state::use_app,
    },
};

/// The table of figures.
#[component]
pub fn Figures(sides: Sides) -> impl IntoView {
    let ids: Vec<RunId> = sides.iter().map(|(id, _)| id.clone()).collect();
    let heads = sides.iter().enumerate().map(|(at, (_, side))| head(&ids, at, side)).collect_view();
    let first: Vec<Fact> = sides.first().map(|(_, side)| side.facts.clone()).unwrap_or_default();
    let rows = first
        .into_iter()
        .enumerate()
        .map(|(row, fact)| {
            let cells = sides.iter().filter_map(|(_, side)| side.facts.get(row)).enumerate();
            let cells = cells.map(|(at, fact)| cell(at, fact)).collect_view();
            view! {
                <tr data-fact=fact.slug>
                    <th scope="row">{fact.name}</th>
                    {cells}
                </tr>
            }
        })
        .collect_view();
    view! {
        <section class="card" data-flush="">
            <div class="table-wrap" role="region" aria-label="Figures" tabindex="0">
                <table
                    class="table beside-runs"
                    style=format!("--runs:{}", sides.len())
                    data-testid="compare-figures"
                >
                    <thead>
                        <tr>
                            <th scope="col">
                                <span class="vh">"Figure"</span>
                            </th>
                            {heads}
                        </tr>
                    </thead>
                    <tbody>{rows}</tbody>
                </table>
            </div>
        </section>
    }
}

fn cell(at: usize, fact: &Fact) -> impl IntoView + use<> {
    let note = fact.note.clone().map(|note| {
        view! {
            <div class="note">
                <Parts words=note />
            </div>
        }
    });
    view! {
        <td data-testid=format!("fact-{}-{}", letter(at), fact.slug)>
            <Parts words=fact.value.clone() />
            {note}
        </td>
    }
}

/// A run's letter, name and date, with the way to it and to another order.
fn head(ids: &[RunId], at: usize, side: &Side) -> impl IntoView + use<> {
    let (app, here) = (use_app(), use_here());
    let place = if side.state == RunState::Finished { Route::Results } else { Route::Run };
    let id = ids[at].clone();
    let open = move |event: leptos::ev::MouseEvent| {
        event.prevent_default();
        app.open_run(id.clone());
        here.go(place);
    };
    let to_front = (at > 0).then(|| {
        let mut order = ids.to_vec();
        order[..=at].rotate_right(1);
        view! {
            <a href=links::compare(&order).href()>{format!("Compare against\u{a0}{}", letter(at))}</a>
        }
    });
    let without = (ids.len() > 2).then(|| {
        let mut rest = ids.to_vec();
        rest.remove(at);
        view! {
            <a href=links::compare(&rest).href()>{format!("Leave {} out", letter(at))}</a>
        }
    });
    view! {
        <th scope="col">
            <span class="badge" data-tone=(at == 0).then_some("accent")>
                {letter(at).to_string()}
            </span>
            " "
            <a href=place.href() on:click=open>
                <b>
                    <Parts words=side.name.clone() />
                </b>
            </a>
            <div class="note">{side.search.clone()}</div>
            <div class="row note">{to_front} {without}</div>
        </th>
    }
}

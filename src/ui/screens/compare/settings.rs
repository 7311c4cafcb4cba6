//! Settings side by side: only those that differ, or all.

use leptos::prelude::*;

use super::Sides;
use crate::{
    run::{
        comparison::{Row, Side, letter, settings},
        format::count,
    },
    ui::{kit::Parts, route::use_here},
};

/// The table; what is shown is in the URL.
#[component]
pub fn Settings(sides: Sides) -> impl IntoView {
    let here = use_here();
    let wanted = here.query("settings");
    let shows_all = Memo::new(move |_| wanted.get().as_deref() == Some("all"));
    let of: Vec<&Side> = sides.iter().map(|(_, side)| side).collect();
    let rows = StoredValue::new(settings(&of));
    let (number, differing) = rows.with_value(|rows| (rows.len(), rows.iter().filter(|row| row.differs).count()));
    let tab = move |slug: &'static str, words: &'static str, number: usize, is_all: bool| {
        view! {
            <a
                class="filter"
                href=move || here.location().with("settings", slug).href()
                aria-current=move || (shows_all.get() == is_all).then_some("true")
                data-testid=format!("settings-{}", if is_all { "all" } else { "different" })
            >
                {words}
                " "
                <span class="count">{number}</span>
            </a>
        }
    };
    let columns = sides.len();
    let heads = (0..columns).map(|at| view! { <th scope="col">{letter(at).to_string()}</th> }).collect_view();
    let body = move || {
        let shown: Vec<Row> =
            rows.with_value(|rows| rows.iter().filter(|row| row.differs || shows_all.get()).cloned().collect());
        if shown.is_empty() {
            return view! {
                <tr>
                    <td colspan=columns + 1>{format!("All {} are the same.", count(number, "setting"))}</td>
                </tr>
            }
            .into_any();
        }
        let mut group = String::new();
        shown
            .into_iter()
            .map(|row| {
                let head = (row.group != group).then(|| {
                    group.clone_from(&row.group);
                    view! {
                        <tr data-group="">
                            <th scope="colgroup" colspan=columns + 1>
                                {row.group.clone()}
                            </th>
                        </tr>
                    }
                });
                view! {
                    {head}
                    {line(row)}
                }
            })
            .collect_view()
            .into_any()
    };
    view! {
        <section>
            <div class="section-head">
                <h2>"Settings"</h2>
                <nav class="row filters" aria-label="Which settings">
                    {tab("", "Different", differing, false)}
                    {tab("all", "All", number, true)}
                </nav>
            </div>
            <div class="card" data-flush="">
                <div class="table-wrap" role="region" aria-label="Settings" tabindex="0">
                    <table class="table beside-runs" style=format!("--runs:{columns}") data-testid="compare-settings">
                        <thead>
                            <tr>
                                <th scope="col">"Setting"</th>
                                {heads}
                            </tr>
                        </thead>
                        <tbody>{body}</tbody>
                    </table>
                </div>
            </div>
        </section>
    }
}

fn line(row: Row) -> impl IntoView {
    let cells = row.values.into_iter().map(|value| {
        view! {
            <td class:muted=value.is_apart>
                <Parts words=value.words />
            </td>
        }
    });
    let cells = cells.collect_view();
    view! {
        <tr data-differs=row.differs.then_some("")>
            <th scope="row">{row.name}</th>
            {cells}
        </tr>
    }
}

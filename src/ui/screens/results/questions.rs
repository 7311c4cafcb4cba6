//! The list of questions with its filters, search, order and columns, as a matrix or as a table.

use leptos::prelude::*;

use super::{
    ViewSwitch,
    cells::Cells,
    choice::{Choice, View},
    matrix::Matrix,
};
use crate::{
    run::{
        format::{count, thousands},
        results::{Columns, Filter, Listing, Order},
    },
    ui::{
        kit::{FilterSelect, Glyph, Icon, SearchField},
        narrow::use_narrow,
        route::use_here,
    },
};

/// Filters, search, order, columns and the list.
#[component]
pub fn Questions(choice: Choice) -> impl IntoView {
    let (here, is_narrow) = (use_here(), use_narrow());
    let (filter, search) = (choice.part(|query| query.filter), choice.part(|query| query.search.clone()));
    let (order, columns) = (choice.part(|query| query.order), choice.part(|query| query.columns));
    let only = choice.part(|query| query.only.clone());
    let one_filter = move |(i, kind): (usize, Filter)| {
        let slug = if kind == Filter::All { "" } else { kind.slug() };
        let word = kind.slug();
        let word = format!("{}{}", word[..1].to_uppercase(), &word[1..]);
        let number = move || choice.listing.with(|listing| thousands(listing.counts[i] as u64));
        view! {
            <a
                class="filter"
                href=move || here.location().with("filter", slug).href()
                aria-current=move || (filter.get() == kind).then_some("true")
                data-testid=format!("filter-{}", kind.slug())
            >
                {word} " " <span class="count">{number}</span>
            </a>
        }
    };
    let orders = Order::ALL.into_iter().skip(1).map(|order| (order.slug().to_owned(), in_order(order)));
    let chosen_order =
        move || Some(order.get()).filter(|order| *order != Order::Change).map(|order| order.slug().to_owned());
    let has_hardness = Memo::new(move |_| choice.listing.with(|listing| listing.has_hardness));
    let orders: Vec<_> = orders.collect();
    let offered = Signal::derive(move || {
        orders.iter().filter(|(slug, _)| has_hardness.get() || slug != "hardness").cloned().collect::<Vec<_>>()
    });
    let set_columns = move |all: bool| {
        let is_usual = all == (choice.view.get_untracked() == View::Matrix);
        here.select(
            "columns",
            if is_usual {
                ""
            } else if all {
                "all"
            } else {
                "compared"
            },
        );
    };
    let all_columns = move || {
        view! {
            <label class="check">
                <input
                    type="checkbox"
                    data-testid="all-columns"
                    prop:checked=move || columns.get() == Columns::All
                    on:change=move |event| set_columns(event_target_checked(&event))
                />
                "a column for every prompt"
            </label>
        }
    };
    let only_chip = move || {
        only.get().map(|only| {
            let words = format!("{} {}", only.by.words(), only.name);
            view! {
                <a class="filter" aria-current="true" href=here.location().with("only", "").href() data-testid="only">
                    {words}
                    <span class="vh">" is shown alone: show all"</span>
                    <Icon glyph=Glyph::Cross />
                </a>
            }
        })
    };
    view! {
        <section aria-label="Questions by prompt">
            <div class="section-head view-head">
                <ViewSwitch choice=choice />
                <nav class="row filters" aria-label="Filter">
                    {Filter::ALL.into_iter().enumerate().map(one_filter).collect_view()}
                    {only_chip}
                </nav>
            </div>
            <div class="card" data-flush="">
                <div class="list-head pad">
                    <SearchField
                        label="Search questions"
                        testid="results-search"
                        value=search
                        set=move |words: String| here.select("search", &words)
                    />
                    <FilterSelect
                        label="Order"
                        all="Order: by change"
                        testid="results-order"
                        options=offered
                        value=Signal::derive(chosen_order)
                        set=move |slug: String| here.select("order", &slug)
                    />
                    {move || (!is_narrow.get()).then(all_columns)}
                    {move || (choice.view.get() == View::Matrix).then(|| view! { <Legend /> })}
                </div>
                {move || match choice.view.get() {
                    View::Table => view! { <Cells choice=choice /> }.into_any(),
                    _ => view! { <Matrix choice=choice /> }.into_any(),
                }}
                {move || {
                    choice
                        .listing
                        .with(|listing| listing.lines.is_empty())
                        .then(|| {
                            let all = move || {
                                here.location().with("filter", "").with("search", "").with("only", "").href()
                            };
                            view! {
                                <div class="pad row">
                                    <p class="muted">"No question passes this filter and search."</p>
                                    <a class="button" data-size="small" href=all data-testid="show-all-questions">
                                        "Show all questions"
                                    </a>
                                </div>
                            }
                        })
                }}
                <footer class="pad" data-testid="results-count" role="status">
                    {move || choice.listing.with(in_words)}
                </footer>
            </div>
        </section>
    }
}

fn in_order(order: Order) -> String {
    format!("Order: {}", order.words())
}

fn in_words(listing: &Listing) -> String {
    let (shown, of) = (listing.questions().count(), listing.counts[0]);
    let questions = count(of, "question");
    let questions = if shown == of { questions } else { format!("{shown} of {questions}") };
    format!("{questions}, {}.", count(listing.versions.len(), "prompt"))
}

#[component]
fn Legend() -> impl IntoView {
    let key = |outcome: Option<&'static str>, change: Option<&'static str>, words: &'static str| {
        view! {
            <span>
                <i class="cell" data-outcome=outcome data-change=change></i>
                {words}
            </span>
        }
    };
    view! {
        <div class="legend">
            {key(Some("right"), None, "right")}
            {key(Some("wrong"), None, "wrong")}
            {key(Some("right"), Some("fixed"), "fixed, against the first")}
            {key(Some("wrong"), Some("broken"), "broken")}
            {key(Some("error"), None, "no answer, not scored")}
            {key(None, None, "not run")}
        </div>
    }
}

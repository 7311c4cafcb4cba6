//! The questions of a split by database, hardness and kind of failure, with counts for each prompt. A group opens its questions.

use leptos::prelude::*;

use super::{ViewSwitch, choice::Choice};
use crate::{
    domain::id::Version,
    run::results::{Columns, Group, Grouping, Only, Tally, groups},
    ui::{kit::name_spans, links, route::use_here, state::use_app},
};

/// The three tables.
#[component]
pub fn Groups(choice: Choice) -> impl IntoView {
    let here = use_here();
    let columns = choice.part(|query| query.columns);
    let has_hardness = Memo::new(move |_| choice.listing.with(|listing| listing.has_hardness));
    view! {
        <section aria-label="Groups of questions">
            <div class="section-head view-head">
                <ViewSwitch choice=choice />
                <label class="check">
                    <input
                        type="checkbox"
                        data-testid="all-columns"
                        prop:checked=move || columns.get() == Columns::All
                        on:change=move |event| {
                            here.select("columns", if event_target_checked(&event) { "all" } else { "" });
                        }
                    />
                    "a column for every prompt"
                </label>
            </div>
            <div class="groups" data-wide=move || (columns.get() == Columns::All).then_some("")>
                <OneGrouping choice=choice by=Grouping::Database />
                {move || has_hardness.get().then(|| view! { <OneGrouping choice=choice by=Grouping::Hardness /> })}
                <OneGrouping choice=choice by=Grouping::Failure />
            </div>
        </section>
    }
}

#[component]
fn OneGrouping(choice: Choice, by: Grouping) -> impl IntoView {
    let app = use_app();
    let found = Memo::new(move |_| {
        let versions = choice.listing.with(|listing| listing.versions.clone());
        let split = choice.query.with(|query| query.split);
        (app.run.with(|run| groups(run, split, &versions, by)), versions)
    });
    let title = match by {
        Grouping::Database => "By database",
        Grouping::Hardness => "By hardness",
        Grouping::Failure => "By kind of failure",
    };
    let note = match by {
        Grouping::Failure => "questions that are not right, by the reason",
        Grouping::Database | Grouping::Hardness => "right of judged",
    };
    view! {
        <div class="card" data-flush="" data-testid=format!("groups-{}", by.slug())>
            <header>
                <h3>{title}</h3>
                <p>{note}</p>
            </header>
            <div class="table-wrap" role="region" aria-label=title tabindex="0">
                <table class="table group-table">
                    {move || {
                        found
                            .with(|(groups, versions)| {
                                (
                                    heads(by, versions, choice),
                                    view! {
                                        <tbody>
                                            {groups.iter().map(|group| line(by, group, versions.len(), choice)).collect_view()}
                                        </tbody>
                                    },
                                )
                            })
                    }}
                </table>
            </div>
            {move || {
                found
                    .with(|(groups, _)| groups.is_empty())
                    .then(|| {
                        let words = match by {
                            Grouping::Failure => "Nothing failed on this split.",
                            Grouping::Database | Grouping::Hardness => "This split has no questions.",
                        };
                        view! { <p class="pad muted">{words}</p> }
                    })
            }}
        </div>
    }
}

fn heads(by: Grouping, versions: &[Version], choice: Choice) -> impl IntoView + use<> {
    let best = choice.best.get();
    let head = |version: &Version| {
        let name = match *version {
            Version::SEED => "seed ",
            version if version == best => "best ",
            _ => "",
        };
        view! {
            <th scope="col" class="num">
                {name}
                <a class="version" href=links::candidate(*version).href()>
                    {version.to_string()}
                </a>
            </th>
        }
    };
    let last = match versions.len() {
        2 if by == Grouping::Failure => Some("Change"),
        2 => Some("Share right"),
        _ => None,
    };
    view! {
        <thead>
            <tr>
                <th scope="col">{by.words()}</th>
                {versions.iter().map(head).collect_view()}
                {last.map(|words| view! { <th scope="col">{words}</th> })}
            </tr>
        </thead>
    }
}

fn line(by: Grouping, group: &Group, columns: usize, choice: Choice) -> impl IntoView + use<> {
    let here = use_here();
    let only = Only { by, name: group.name.clone() }.slug();
    let query = choice.query.get_untracked();
    let place = links::results(&here.location(), query.split.slug(), "").with("only", &only).with("columns", "");
    let href = place.with("view", "").with("filter", "").href();
    let last = match (columns, by) {
        (2, Grouping::Failure) => Some(change(&group.tallies).into_any()),
        (2, _) => Some(bars(&group.tallies).into_any()),
        _ => None,
    };
    view! {
        <tr>
            <th scope="row" class:mono=by == Grouping::Database>
                <a href=href>{name_spans(&group.name)}</a>
            </th>
            {group.tallies.iter().map(|tally| view! { <td class="num nowrap">{words(by, *tally)}</td> }).collect_view()}
            {last.map(|last| view! { <td class="g-last">{last}</td> })}
        </tr>
    }
}

fn words(by: Grouping, tally: Tally) -> AnyView {
    if by == Grouping::Failure {
        return tally.failed.to_string().into_any();
    }
    match (tally.judged, tally.missing) {
        (0, 0) => view! { <span class="muted">"not run"</span> }.into_any(),
        (judged, 0) => format!("{}/{judged}", tally.right).into_any(),
        (judged, missing) => view! {
            {format!("{}/{judged}", tally.right)}
            <small class="note">{format!("{missing} no answer")}</small>
        }
        .into_any(),
    }
}

/// The counts of both as bars; the numbers stand beside them.
fn bars(tallies: &[Tally]) -> impl IntoView + use<> {
    let bar = |(at, tally): (usize, &Tally)| {
        let share = 100.0 * tally.right as f64 / tally.judged.max(1) as f64;
        view! {
            <span class="meter" data-tone=(at == 0).then_some("muted")>
                <i style=format!("--v:{share:.0}%")></i>
            </span>
        }
    };
    view! {
        <span class="pair" aria-hidden="true">
            {tallies.iter().enumerate().map(bar).collect_view()}
        </span>
    }
}

fn change(tallies: &[Tally]) -> impl IntoView + use<> {
    let (before, after) = (tallies[0].failed, tallies[1].failed);
    let (tone, words) = match after.cmp(&before) {
        std::cmp::Ordering::Less => (Some("ok"), format!("{} fewer", before - after)),
        std::cmp::Ordering::Equal => (None, "as many".into()),
        std::cmp::Ordering::Greater => (Some("bad"), format!("{} more", after - before)),
    };
    view! {
        <span class="badge" data-tone=tone>
            {words}
        </span>
    }
}

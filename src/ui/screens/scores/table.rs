//! The table that Spider's evaluator prints: counts, execution and exact match by hardness, and the partial scores.

use leptos::prelude::*;

use crate::{
    run::{
        format::thousands,
        predictions::{Group, GroupScore, Share},
    },
    text2sql::exact_match::Component,
    ui::state::use_app,
};

/// The table.
#[component]
pub fn Table() -> impl IntoView {
    let app = use_app();
    move || {
        app.scores().map(|scores| {
            let groups = &scores.table.groups;
            let heads = groups.iter().map(|score| view! { <th class="num">{score.group.name()}</th> }).collect_view();
            let number = |score: &GroupScore| {
                view! {
                    <td class="num" data-third="" data-label=score.group.name()>
                        {thousands(score.count as u64)}
                    </td>
                }
            };
            let counts = groups.iter().map(number).collect_view();
            let line = |name: &'static str, testid: &'static str, of: fn(&GroupScore) -> Share| {
                let cells = groups.iter().map(|score| cell(score.group, of(score), testid)).collect_view();
                view! {
                    <tr>
                        <th scope="row" data-main="">
                            {name}
                        </th>
                        {cells}
                    </tr>
                }
            };
            view! {
                <section class="card" data-flush="">
                    <div class="table-wrap" role="region" aria-label="Scores by hardness" tabindex="0">
                        <table class="table scores" data-stack="" data-testid="score-table">
                            <thead>
                                <tr>
                                    <th>"By hardness of the gold query"</th>
                                    {heads}
                                </tr>
                            </thead>
                            <tbody>
                                <tr>
                                    <th scope="row" data-main="">
                                        "Questions"
                                    </th>
                                    {counts}
                                </tr>
                                {line("Execution", "score-execution", |score| score.execution)}
                                {line("Exact match", "score-exact", |score| score.exact)}
                            </tbody>
                        </table>
                    </div>
                    {partial(groups)}
                </section>
            }
        })
    }
}

/// A share of one of the groups; the overall one has the test id.
fn cell(group: Group, share: Share, testid: &'static str) -> impl IntoView + use<> {
    let testid = (group == Group::All).then_some(testid);
    let value = share.value().map_or_else(|| "–".to_owned(), |value| format!("{:.1} %", value * 100.0));
    view! {
        <td
            class="num"
            data-third=""
            data-label=group.name()
            data-testid=testid
            data-correct=share.right
            data-total=share.of
        >
            {value}
            <div class="note">{format!("{}/{}", share.right, share.of)}</div>
        </td>
    }
}

/// The partial scores of all ten components, as the evaluator prints them below its table.
fn partial(groups: &[GroupScore]) -> impl IntoView + use<> {
    let heads = groups.iter().map(|score| view! { <th class="num">{score.group.name()}</th> }).collect_view();
    let rows = Component::ALL
        .into_iter()
        .map(|component| {
            let cells = groups
                .iter()
                .map(|score| {
                    let partial = score.partial(component);
                    view! {
                        <td class="num nowrap" data-label=score.group.name()>
                            {format!("{:.3} / {:.3} / {:.3}", partial.accuracy, partial.recall, partial.f1)}
                        </td>
                    }
                })
                .collect_view();
            view! {
                <tr>
                    <th scope="row" data-main="">
                        {component.name()}
                    </th>
                    {cells}
                </tr>
            }
        })
        .collect_view();
    view! {
        <details class="fold pad" data-testid="partial-scores">
            <summary>"Partial match of ten components: accuracy / recall / F1"</summary>
            <p class="note">
                "Accuracy is over predictions that have the component, recall over gold queries that have it. As in the original, F1 is 1 where both are 0."
            </p>
            <div class="table-wrap" role="region" aria-label="Partial match" tabindex="0">
                <table class="table" data-stack="">
                    <thead>
                        <tr>
                            <th>"Component"</th>
                            {heads}
                        </tr>
                    </thead>
                    <tbody>{rows}</tbody>
                </table>
            </div>
        </details>
    }
}

//! A predicted query beside its gold query: both in colours, with their results and the differing cells marked.

use leptos::prelude::*;

use super::{CellMarks, Sheet, Side, Sql};
use crate::{
    domain::{
        rollout::{Diagnosis, Execution, Judgement},
        sql::ResultTable,
    },
    run::{
        compare_cells::{Cells, Rows, differing_cells},
        format::count,
    },
};

/// Both sides. Without a verdict there are only the queries.
#[component]
pub fn Judged(
    /// Whose prediction it is.
    #[prop(into)]
    name: String,
    #[prop(into)] query: String,
    judgement: Option<Judgement>,
    #[prop(into)] gold_sql: String,
) -> impl IntoView {
    let (predicted, gold) = sides(judgement.as_ref());
    let has_query = !query.trim().is_empty();
    view! {
        <div class="half">
            <section class="card" data-testid="predicted">
                <header>
                    <h2>"Predicted " <span class="count">{name}</span></h2>
                    <p>{predicted.note}</p>
                </header>
                {if has_query {
                    view! { <Sql text=query /> }.into_any()
                } else {
                    view! { <p class="muted">"The answer holds no SQL."</p> }.into_any()
                }}
                {predicted.sheet}
            </section>
            <section class="card" data-testid="gold">
                <header>
                    <h2>"Gold"</h2>
                    <p>{gold.note}</p>
                </header>
                <Sql text=gold_sql />
                {gold.sheet}
            </section>
        </div>
    }
}

/// One side's result and how large it is.
#[derive(Default)]
struct Shown {
    note: String,
    sheet: Option<AnyView>,
}

fn sides(judgement: Option<&Judgement>) -> (Shown, Shown) {
    let Some(judgement) = judgement else {
        return (Shown { note: "no verdict".into(), sheet: None }, Shown::default());
    };
    let rows = |table: &ResultTable| count(table.total_rows, "row");
    match (&judgement.predicted, &judgement.gold) {
        (Execution::Rows(predicted), None) => {
            let same = view! { <p class="note">"The same result."</p> }.into_any();
            (
                Shown { note: rows(predicted), sheet: Some(sheet(predicted, "Predicted result", None)) },
                Shown { note: rows(predicted), sheet: Some(same) },
            )
        }
        (Execution::Rows(predicted), Some(gold)) => {
            let order = if judgement.diagnosis == Some(Diagnosis::OrderOnly) { Rows::InOrder } else { Rows::Anywhere };
            let (ours, theirs) = differing_cells(predicted, gold, order);
            (
                Shown {
                    note: rows(predicted),
                    sheet: Some(sheet(predicted, "Predicted result", Some((Side::Predicted, ours)))),
                },
                Shown { note: rows(gold), sheet: Some(sheet(gold, "Gold result", Some((Side::Gold, theirs)))) },
            )
        }
        (Execution::Failed(error), gold) => {
            let words = error.to_string();
            let failed = view! { <p class="field-error">{words}</p> }.into_any();
            let gold = gold.as_ref().map_or_else(Shown::default, |gold| Shown {
                note: rows(gold),
                sheet: Some(sheet(gold, "Gold result", None)),
            });
            (Shown { note: "no result".into(), sheet: Some(failed) }, gold)
        }
    }
}

fn sheet(table: &ResultTable, label: &'static str, marked: Option<(Side, Cells)>) -> AnyView {
    let table = table.clone();
    match marked {
        Some((side, cells)) => view! { <Sheet table=table label=label marks=CellMarks { side, cells } /> }.into_any(),
        None => view! { <Sheet table=table label=label /> }.into_any(),
    }
}

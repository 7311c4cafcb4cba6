//! Predicted and gold side by side: the queries in colours, the results with the differing cells marked.

use std::rc::Rc;

use leptos::prelude::*;

use crate::{
    domain::{
        rollout::{Diagnosis, Execution, Outcome, Rollout},
        sql::ResultTable,
    },
    run::{
        compare_cells::{Cells, Rows, differing_cells},
        format::count,
    },
    ui::kit::{CellMarks, Sheet, Side, Sql},
};

/// Both sides. Without a verdict there is only the gold query.
#[component]
pub fn Evidence(rollout: Rc<Rollout>, gold_sql: String) -> impl IntoView {
    let query = rollout.query().unwrap_or_default().to_owned();
    let (predicted, gold) = sides(&rollout);
    let has_query = !query.trim().is_empty();
    view! {
        <div class="half">
            <section class="card" data-testid="predicted">
                <header>
                    <h2>"Predicted " <span class="count">{rollout.version.to_string()}</span></h2>
                    <p>{predicted.note}</p>
                </header>
                {if has_query {
                    view! { <Sql text=query /> }.into_any()
                } else {
                    view! { <p class="muted">"The answer holds no SQL. It stands in the messages below."</p> }.into_any()
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

fn sides(rollout: &Rollout) -> (Shown, Shown) {
    let Outcome::Judged(judgement) = &rollout.outcome else {
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

//! A predicted query beside its gold query: both in colours, with their results and the differing cells marked.

use leptos::prelude::*;

use super::{CellMarks, Sheet, Side, marked_spans};
use crate::{
    domain::{
        rollout::{Diagnosis, Execution, Judgement},
        sql::ResultTable,
    },
    run::{
        compare_cells::{Cells, Rows, differing_cells},
        format::count,
        sql_diff::{sql_diff, unmarked},
    },
    text2sql::sql_format::format_sql,
};

/// Both sides. Without a verdict there are only the queries. Where the prediction is not right, the tokens are marked that the
/// other query lacks.
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
    let compares = has_query && judgement.as_ref().is_none_or(|judgement| judgement.reward < 1.0);
    let as_written = RwSignal::new(false);
    let queries = StoredValue::new((query, gold_sql));
    let shown = Memo::new(move |_| {
        let set_out = |sql: &str| if as_written.get() { sql.trim().to_owned() } else { format_sql(sql) };
        let (ours, theirs) = queries.with_value(|(query, gold)| (set_out(query), set_out(gold)));
        if compares { sql_diff(&ours, &theirs) } else { (unmarked(&ours), unmarked(&theirs)) }
    });
    let ours = move || marked_spans(shown.with(|(ours, _)| ours.clone()), Side::Predicted);
    let theirs = move || marked_spans(shown.with(|(_, theirs)| theirs.clone()), Side::Gold);
    view! {
        <div class="stack" style="--gap:8px">
            <div class="sql-head legend">
                {compares
                    .then(|| {
                        view! {
                            <span>
                                <mark class="key-mark"></mark>
                                "only in the prediction"
                            </span>
                            <span>
                                <mark class="key-mark" data-side="want"></mark>
                                "only in the gold query"
                            </span>
                        }
                    })}
                <label class="check">
                    <input
                        type="checkbox"
                        data-testid="sql-as-written"
                        prop:checked=move || as_written.get()
                        on:change=move |event| as_written.set(event_target_checked(&event))
                    />
                    "SQL as it was written"
                </label>
            </div>
            <div class="half">
                <section class="card" data-testid="predicted">
                    <header>
                        <h2>"Predicted " <span class="count">{name}</span></h2>
                        <p>{predicted.note}</p>
                    </header>
                    {if has_query {
                        view! { <pre class="code">{ours}</pre> }.into_any()
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
                    <pre class="code">{theirs}</pre>
                    {gold.sheet}
                </section>
            </div>
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

//! A query's result as a grid, with the cells marked that differ from the other result.

use std::collections::BTreeSet;

use leptos::prelude::*;

use crate::{
    domain::sql::{ResultTable, Value},
    run::format::thousands,
    text2sql::preview::plain,
};

/// Which side of a comparison a sheet shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    Predicted,
    Gold,
}

/// Cells (row, column) that differ from the other side.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CellMarks {
    pub side: Side,
    pub cells: BTreeSet<(usize, usize)>,
}

/// A result; it scrolls sideways in itself. Below it stands how many rows are not shown.
#[component]
pub fn Sheet(
    table: ResultTable,
    /// What the result is, for readers of screens.
    #[prop(into)]
    label: String,
    #[prop(optional)] marks: Option<CellMarks>,
) -> impl IntoView {
    let shown = table.rows.len();
    let left = table.total_rows.saturating_sub(shown);
    let heads = table.columns.iter().enumerate().map(|(column, name)| {
        let class = is_numeric(&table, column).then_some("num");
        view! {
            <th scope="col" class=class>
                {name.clone()}
            </th>
        }
    });
    let head = heads.collect_view();
    let cell = |row: usize, column: usize, value: Value| {
        let diff = marks.as_ref().filter(|marks| marks.cells.contains(&(row, column))).map(|marks| marks.side);
        let mark = diff.map(|side| if side == Side::Gold { "want" } else { "" });
        let class = match value {
            Value::Integer(_) | Value::Real(_) => "num",
            Value::Null => "null",
            Value::Text(_) | Value::Blob { .. } => "",
        };
        view! {
            <td class=class data-diff=mark>
                {plain(&value)}
                {diff.map(|_| view! { <span class="vh">" differs"</span> })}
            </td>
        }
    };
    let rows = table
        .rows
        .into_iter()
        .enumerate()
        .map(|(row, values)| {
            let cells = values.into_iter().enumerate().map(|(column, value)| cell(row, column, value)).collect_view();
            view! { <tr>{cells}</tr> }
        })
        .collect_view();
    view! {
        <div class="table-wrap" role="region" aria-label=label tabindex="0">
            <table class="sheet">
                <thead>
                    <tr>{head}</tr>
                </thead>
                <tbody>{rows}</tbody>
            </table>
        </div>
        {(shown == 0).then(|| view! { <p class="note">"No rows."</p> })}
        {(left > 0)
            .then(|| {
                view! {
                    <p class="note">
                        {format!("The first {} of {} rows.", thousands(shown as u64), thousands((shown + left) as u64))}
                    </p>
                }
            })}
    }
}

/// Whether a column's values stand at the right: each is a number, or null.
fn is_numeric(table: &ResultTable, column: usize) -> bool {
    let mut values =
        table.rows.iter().filter_map(|row| row.get(column)).filter(|value| **value != Value::Null).peekable();
    values.peek().is_some() && values.all(|value| matches!(value, Value::Integer(_) | Value::Real(_)))
}

//! The tables of a database: columns with types, keys and what stands in the first rows.

use leptos::prelude::*;

use crate::{
    ports::sql::SqlError,
    run::format::{count, thousands},
    text2sql::{
        preview::{cut, plain},
        schema::{Schema, Table},
    },
    ui::kit::{Glyph, Icon},
};

/// Characters of a sample value.
const SAMPLE: usize = 40;

/// All tables, the first one open; or why the database cannot be read.
#[component]
pub fn Tables(schema: Result<Schema, SqlError>) -> impl IntoView {
    match schema {
        Ok(schema) if schema.tables.is_empty() => {
            view! { <p class="pad-l muted">"This database has no tables."</p> }.into_any()
        }
        Ok(schema) => {
            let tables = schema.tables.into_iter().enumerate().map(|(i, table)| one_table(table, i == 0));
            view! { <div class="schema">{tables.collect_view()}</div> }.into_any()
        }
        Err(error) => view! {
            <p class="field-error pad-l" role="alert">
                <Icon glyph=Glyph::Alert />
                <span>{format!("{error}. Load the data again with a working file.")}</span>
            </p>
        }
        .into_any(),
    }
}

fn one_table(table: Table, open: bool) -> impl IntoView {
    let facts = format!("{} · {}", rows(table.row_count), count(table.columns.len(), "column"));
    let columns = table
        .columns
        .iter()
        .enumerate()
        .map(|(i, column)| {
            let values = table.sample.rows.iter().filter_map(|row| row.get(i));
            let sample: Vec<_> = values.map(|value| cut(&plain(value), SAMPLE)).collect();
            // Each stays whole as long as it fits: a date has hyphens, where a line may end.
            let last = sample.len().saturating_sub(1);
            let whole = |(at, value): (usize, String)| {
                let comma = if at < last { "," } else { "" };
                view! { <span class="value">{value} {comma}</span> " " }
            };
            let sample = sample.into_iter().enumerate().map(whole).collect_view();
            let points_to = table.foreign_keys.iter().find(|key| key.column == column.name).map(|key| match &key.to {
                Some(to) => format!("→ {}.{to}", key.table),
                None => format!("→ {}", key.table),
            });
            view! {
                <tr>
                    <td class="mono">{column.name.clone()}</td>
                    <td class="note">
                        {column.data_type.clone()} {column.primary_key.then(|| view! { " " <span class="key">"key"</span> })}
                        {column.not_null.then_some(" not null")} {points_to.map(|to| format!(" {to}"))}
                    </td>
                    <td class="note">{sample}</td>
                </tr>
            }
        })
        .collect_view();
    view! {
        <details open=open>
            <summary>
                <b>{table.name.clone()}</b>
                <span class="note">{facts}</span>
            </summary>
            <div class="table-wrap">
                <table class="table" data-plain="">
                    <caption class="vh">{format!("Columns of {}", table.name)}</caption>
                    <thead class="vh">
                        <tr>
                            <th>"Column"</th>
                            <th>"Type"</th>
                            <th>"First rows"</th>
                        </tr>
                    </thead>
                    <tbody>{columns}</tbody>
                </table>
            </div>
        </details>
    }
}

fn rows(number: u64) -> String {
    if number == 1 { "1 row".into() } else { format!("{} rows", thousands(number)) }
}

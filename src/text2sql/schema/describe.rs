//! Reading a database's schema through SQL alone, so that the worker and the native twin give the same answer.
//! Names are quoted throughout: a table may be called anything.

use super::{Column, ForeignKey, Schema, Table};
use crate::{
    domain::sql::{QueryError, QueryLimits, ResultTable, Value},
    text2sql::{
        connection::Connection,
        preview::{PREVIEW_CELL, preview},
    },
};

/// Rows of a table that are kept as a sample.
const SAMPLE_ROWS: usize = 3;

const TABLES: &str = "SELECT name, sql, type FROM sqlite_master \
     WHERE type IN ('table', 'view') AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' ORDER BY rowid";

/// Tables and views in the order of their creation, without SQLite's own. A view that does not work, or a virtual table whose
/// module is missing, is listed without columns and rows. Errors are those of a file that is no (sound) database.
pub fn describe(connection: &mut dyn Connection) -> Result<Schema, QueryError> {
    let rows = connection.run(TABLES, &QueryLimits::default())?.rows;
    let tables = rows.iter().map(|row| {
        let create_sql = text(row.get(1));
        match describe_table(connection, text(row.first()), create_sql.clone()) {
            Err(QueryError::Sqlite { .. }) if !is_plain_table(row) => {
                Ok(Table { name: text(row.first()), create_sql, ..Table::default() })
            }
            table => table,
        }
    });
    Ok(Schema { tables: tables.collect::<Result<_, _>>()? })
}

fn describe_table(connection: &mut dyn Connection, name: String, create_sql: String) -> Result<Table, QueryError> {
    let limits = QueryLimits::default();
    let (string, quoted) = (quote(&name, '\''), quote(&name, '"'));
    let mut rows = |sql: String| connection.run(&sql, &limits).map(|table| table.rows);
    let columns = rows(format!("SELECT name, type, pk, \"notnull\" FROM pragma_table_info({string}) ORDER BY cid"))?;
    let keys = rows(format!(
        "SELECT \"from\", \"table\", \"to\" FROM pragma_foreign_key_list({string}) ORDER BY id DESC, seq"
    ))?;
    let count = rows(format!("SELECT count(*) FROM {quoted}"))?;
    let row_count = count.first().map_or(0, |row| number(row.first()));
    let sample = connection.run(&format!("SELECT * FROM {quoted} LIMIT {SAMPLE_ROWS}"), &limits)?;
    Ok(Table {
        name,
        create_sql,
        columns: columns.iter().map(|row| column(row)).collect(),
        foreign_keys: keys.iter().map(|row| foreign_key(row)).collect(),
        row_count,
        sample: ResultTable {
            total_rows: usize::try_from(row_count).unwrap_or(usize::MAX),
            ..preview(&sample, SAMPLE_ROWS, PREVIEW_CELL)
        },
    })
}

fn is_plain_table(row: &[Value]) -> bool {
    let is_virtual = text(row.get(1)).trim_start().to_ascii_uppercase().starts_with("CREATE VIRTUAL");
    text(row.get(2)) == "table" && !is_virtual
}

fn column(row: &[Value]) -> Column {
    Column {
        name: text(row.first()),
        data_type: text(row.get(1)),
        primary_key: number(row.get(2)) > 0,
        not_null: number(row.get(3)) > 0,
    }
}

fn foreign_key(row: &[Value]) -> ForeignKey {
    let to = row.get(2).filter(|value| **value != Value::Null);
    ForeignKey { column: text(row.first()), table: text(row.get(1)), to: to.map(|value| text(Some(value))) }
}

fn text(value: Option<&Value>) -> String {
    match value {
        Some(Value::Text(text)) => text.clone(),
        _ => String::new(),
    }
}

fn number(value: Option<&Value>) -> u64 {
    match value {
        Some(Value::Integer(number)) => u64::try_from(*number).unwrap_or(0),
        _ => 0,
    }
}

/// `name` within `mark`s, with those inside it doubled.
fn quote(name: &str, mark: char) -> String {
    let doubled = name.replace(mark, &format!("{mark}{mark}"));
    format!("{mark}{doubled}{mark}")
}

//! The schema as a prompt shows it: each table's CREATE statement, then its first rows in a comment.

use super::{Schema, Table};
use crate::text2sql::preview::{cut, plain};

/// Characters of a sample value.
const CELL: usize = 100;

/// The text that stands for `{table_info}` in a prompt: for each table its CREATE statement and, as a comment, its first
/// rows, tab-separated. Long values are cut at 100 characters, blobs shown as `<n bytes>`.
pub fn table_info(schema: &Schema) -> String {
    let tables: Vec<String> = schema.tables.iter().map(one_table).collect();
    tables.join("\n\n")
}

fn one_table(table: &Table) -> String {
    let mut info = table.create_sql.trim().to_owned();
    if table.columns.is_empty() {
        return info;
    }
    let (shown, all, name) = (table.sample.rows.len(), table.row_count, on_one_line(&table.name));
    let names = line(table.sample.columns.iter().map(|name| on_one_line(name)));
    info.push_str(&format!("\n/*\n{shown} of {all} rows of {name}:\n{names}\n"));
    for row in &table.sample.rows {
        info.push_str(&line(row.iter().map(|value| on_one_line(&cut(&plain(value), CELL)))));
        info.push('\n');
    }
    info.push_str("*/");
    info
}

fn line(cells: impl Iterator<Item = String>) -> String {
    cells.collect::<Vec<_>>().join("\t")
}

/// Without what would end the line, the cell or the comment.
fn on_one_line(text: &str) -> String {
    text.replace(['\n', '\r', '\t'], " ").replace("*/", "* /")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        domain::sql::{ResultTable, Value},
        text2sql::schema::Column,
    };

    #[test]
    fn a_table_is_its_statement_and_its_first_rows() {
        let table = Table {
            name: "pet".into(),
            create_sql: "CREATE TABLE pet (id INTEGER, note TEXT, photo BLOB)\n".into(),
            columns: vec![Column { name: "id".into(), ..Column::default() }],
            row_count: 4,
            sample: ResultTable {
                columns: vec!["id".into(), "note".into(), "photo".into()],
                rows: vec![
                    vec![Value::Integer(1), Value::Text("two\nlines */".into()), Value::Blob { blob: vec![0; 9] }],
                    vec![Value::Integer(2), Value::Text("x".repeat(103)), Value::Null],
                ],
                total_rows: 4,
            },
            ..Table::default()
        };
        let expected = format!(
            "CREATE TABLE pet (id INTEGER, note TEXT, photo BLOB)\n/*\n2 of 4 rows of pet:\nid\tnote\tphoto\n\
             1\ttwo lines * /\t<9 bytes>\n2\t{} (+3 characters)\tNULL\n*/",
            "x".repeat(100)
        );
        assert_eq!(table_info(&Schema { tables: vec![table] }), expected);
    }
}

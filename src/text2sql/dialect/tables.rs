//! What Spider's dialect knows of a database: tables with their columns, and which columns mean the same by foreign keys.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::query::Column;
use crate::text2sql::schema::{Schema, Table};

/// Tables and columns by name, in lower case, and the columns that foreign keys make one.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Tables {
    columns: HashMap<String, BTreeSet<String>>,
    /// For each column with a key, the first column of its group.
    representatives: HashMap<Column, Column>,
}

impl Tables {
    /// The tables of a database as it describes itself; views are not known to the dialect.
    pub fn of(schema: &Schema) -> Self {
        let tables: Vec<&Table> = schema.tables.iter().filter(|table| !is_view(table)).collect();
        let names = tables.iter().map(|table| {
            let columns = table.columns.iter().map(|column| column.name.to_lowercase());
            (table.name.to_lowercase(), columns.collect())
        });
        Self { columns: names.collect(), representatives: representatives(&tables) }
    }

    pub(super) fn is_table(&self, name: &str) -> bool {
        self.columns.contains_key(name)
    }

    /// All tables' names.
    pub(super) fn names(&self) -> impl Iterator<Item = &str> {
        self.columns.keys().map(String::as_str)
    }

    pub(super) fn column(&self, table: &str, column: &str) -> Option<Column> {
        let has = self.columns.get(table).is_some_and(|columns| columns.contains(column));
        has.then(|| Column::Of { table: table.to_owned(), column: column.to_owned() })
    }

    /// The column that stands for all that foreign keys join with `column`; itself if none does.
    pub(in crate::text2sql) fn representative<'a>(&'a self, column: &'a Column) -> &'a Column {
        self.representatives.get(column).unwrap_or(column)
    }
}

fn is_view(table: &Table) -> bool {
    table.create_sql.split_whitespace().take(3).any(|word| word.eq_ignore_ascii_case("view"))
}

/// Columns are joined into groups key by key, each key going to the first group that has either of its columns. Groups that a later
/// key connects stay apart, as in the reference. Keys are taken as SQLite lists them, a table's last one first: so did the
/// authors of Spider.
fn representatives(tables: &[&Table]) -> HashMap<Column, Column> {
    let name = |table: &str, column: &str| (table.to_lowercase(), column.to_lowercase());
    let all = tables.iter().flat_map(|table| table.columns.iter().map(|column| name(&table.name, &column.name)));
    let places: BTreeMap<(String, String), usize> = all.enumerate().map(|(at, column)| (column, at)).collect();
    let mut groups: Vec<BTreeSet<usize>> = Vec::new();
    for table in tables {
        for key in table.foreign_keys.iter().rev() {
            let Some(other) = tables.iter().find(|other| other.name.eq_ignore_ascii_case(&key.table)) else { continue };
            let primary = || other.columns.iter().find(|column| column.primary_key).map(|column| &column.name);
            let Some(to) = key.to.as_ref().or_else(primary) else { continue };
            let ends = [name(&table.name, &key.column), name(&other.name, to)];
            let [Some(&from), Some(&to)] = ends.each_ref().map(|end| places.get(end)) else { continue };
            match groups.iter_mut().find(|group| group.contains(&from) || group.contains(&to)) {
                Some(group) => group.extend([from, to]),
                None => groups.push(BTreeSet::from([from, to])),
            }
        }
    }
    let mut columns: Vec<Column> = vec![Column::All; places.len()];
    for ((table, column), at) in places {
        columns[at] = Column::Of { table, column };
    }
    let pairs = groups.iter().flat_map(|group| {
        let first = group.first().copied();
        group.iter().filter_map(move |at| first.map(|first| (*at, first)))
    });
    pairs.map(|(at, first)| (columns[at].clone(), columns[first].clone())).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text2sql::schema::{Column as SchemaColumn, ForeignKey};

    fn table(name: &str, columns: &[&str], keys: &[(&str, &str, Option<&str>)]) -> Table {
        let column =
            |name: &&str| SchemaColumn { name: (*name).into(), primary_key: *name == "id", ..Default::default() };
        let key = |key: &(&str, &str, Option<&str>)| ForeignKey {
            column: key.0.into(),
            table: key.1.into(),
            to: key.2.map(str::to_owned),
        };
        Table {
            name: name.into(),
            columns: columns.iter().map(column).collect(),
            foreign_keys: keys.iter().map(key).collect(),
            ..Table::default()
        }
    }

    #[test]
    fn keys_make_columns_one_and_the_first_stands_for_all() {
        let tables = Tables::of(&Schema {
            tables: vec![
                table("Owner", &["id", "name"], &[]),
                table("Pet", &["id", "Owner_ID"], &[("Owner_ID", "owner", None)]),
                table("Visit", &["pet", "owner"], &[("pet", "Pet", Some("ID")), ("owner", "Pet", Some("owner_id"))]),
            ],
        });
        let representative = |table: &str, column: &str| match tables.column(table, column) {
            Some(column) => tables.representative(&column).clone(),
            None => panic!("no {table}.{column}"),
        };
        let of = |table: &str, column: &str| Column::Of { table: table.into(), column: column.into() };
        assert_eq!(representative("visit", "owner"), of("owner", "id"));
        assert_eq!(representative("pet", "owner_id"), of("owner", "id"));
        assert_eq!(representative("visit", "pet"), of("pet", "id"));
        assert_eq!(representative("owner", "name"), of("owner", "name"));
    }

    #[test]
    fn views_are_no_tables() {
        let view = Table { create_sql: "CREATE VIEW v AS SELECT 1 AS a".into(), ..table("v", &["a"], &[]) };
        assert!(!Tables::of(&Schema { tables: vec![view] }).is_table("v"));
    }
}

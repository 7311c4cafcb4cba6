//! A query as it is compared: values blanked, DISTINCT dropped, each column replaced by the one that stands for all its foreign keys.
//! As in the reference, nested queries in conditions lose only their values, and those in FROM stay as they are; a query after a set
//! operator has its columns replaced only as far as the first query has their tables.

use std::collections::HashSet;

use crate::text2sql::dialect::{Column, ColumnUnit, Conditions, Query, Selected, TableUnit, Tables, Value, ValueUnit};

/// The canonical form of a query.
pub(super) fn canonical(query: &Query, tables: &Tables) -> Query {
    let mut query = query.clone();
    blank_values(&mut query);
    let from = query.from.units.iter().filter_map(|unit| match unit {
        TableUnit::Table(name) => Some(name.clone()),
        TableUnit::Query(_) => None,
    });
    let from = from.collect();
    Columns { tables, from: &from }.replace_in(&mut query);
    query
}

fn blank_values(query: &mut Query) {
    let Query { from, filter, having, set_operation, .. } = query;
    for condition in [&mut from.conditions, filter, having].into_iter().flat_map(|conditions| &mut conditions.all) {
        for value in [&mut condition.right, &mut condition.upper] {
            match value {
                Some(Value::Query(nested)) => blank_values(nested),
                _ => *value = None,
            }
        }
    }
    if let Some((_, other)) = set_operation {
        blank_values(other);
    }
}

struct Columns<'a> {
    tables: &'a Tables,
    /// The tables of the outermost query.
    from: &'a HashSet<String>,
}

impl Columns<'_> {
    fn replace_in(&self, query: &mut Query) {
        query.distinct = false;
        for Selected { value, .. } in &mut query.select {
            self.value_unit(value);
        }
        for Conditions { all, .. } in [&mut query.from.conditions, &mut query.filter, &mut query.having] {
            for condition in all {
                self.value_unit(&mut condition.left);
            }
        }
        for column in &mut query.group_by {
            self.column_unit(column);
        }
        for unit in query.order_by.iter_mut().flat_map(|order| &mut order.by) {
            self.value_unit(unit);
        }
        if let Some((_, other)) = &mut query.set_operation {
            self.replace_in(other);
        }
    }

    fn value_unit(&self, unit: &mut ValueUnit) {
        self.column_unit(&mut unit.first);
        if let Some((_, second)) = &mut unit.second {
            self.column_unit(second);
        }
    }

    fn column_unit(&self, unit: &mut ColumnUnit) {
        unit.distinct = false;
        if let Column::Of { table, .. } = &unit.column
            && self.from.contains(table)
        {
            unit.column = self.tables.representative(&unit.column).clone();
        }
    }
}

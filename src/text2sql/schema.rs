//! A database's schema as the agent and the screens see it.

mod describe;
mod table_info;

pub use describe::describe;
pub use table_info::table_info;

use serde::{Deserialize, Serialize};

use crate::domain::sql::ResultTable;

/// All tables of a database, in the order of their creation.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Schema {
    pub tables: Vec<Table>,
}

/// One table (or view).
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Table {
    pub name: String,
    /// The statement that made it.
    pub create_sql: String,
    pub columns: Vec<Column>,
    pub foreign_keys: Vec<ForeignKey>,
    pub row_count: u64,
    /// The first 3 rows.
    pub sample: ResultTable,
}

/// One column.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Column {
    pub name: String,
    /// As declared; may be empty.
    pub data_type: String,
    pub primary_key: bool,
    pub not_null: bool,
}

/// A reference to another table's column.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct ForeignKey {
    pub column: String,
    pub table: String,
    /// Absent: the other table's primary key.
    pub to: Option<String>,
}

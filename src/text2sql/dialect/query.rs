//! A parsed query, in the terms of Spider's evaluator. All names are lower case and stand for what they mean: aliases are gone.

/// One SELECT with what belongs to it, and the query that a set operator joins to it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Query {
    pub distinct: bool,
    pub select: Vec<Selected>,
    pub from: From,
    pub filter: Conditions,
    pub group_by: Vec<ColumnUnit>,
    pub having: Conditions,
    pub order_by: Option<OrderBy>,
    /// Whether there is a LIMIT; how many rows is never compared.
    pub has_limit: bool,
    pub set_operation: Option<(SetOperator, Box<Query>)>,
}

/// One column of the result.
#[derive(Clone, Debug, PartialEq)]
pub struct Selected {
    pub aggregate: Aggregate,
    pub value: ValueUnit,
}

/// The tables with the conditions of their joins, all in one list.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct From {
    pub units: Vec<TableUnit>,
    pub conditions: Conditions,
}

/// What rows come from.
#[derive(Clone, Debug, PartialEq)]
pub enum TableUnit {
    Table(String),
    Query(Box<Query>),
}

/// Conditions with the words between them.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Conditions {
    pub all: Vec<Condition>,
    pub connectors: Vec<Connector>,
}

/// One comparison.
#[derive(Clone, Debug, PartialEq)]
pub struct Condition {
    pub negated: bool,
    pub operator: Operator,
    pub left: ValueUnit,
    pub right: Option<Value>,
    /// The upper bound of BETWEEN.
    pub upper: Option<Value>,
}

/// What a column is compared with.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    Number(f64),
    /// With its quotes.
    Text(String),
    Column(ColumnUnit),
    Query(Box<Query>),
}

/// A column, or two with an arithmetic operator between them.
#[derive(Clone, Debug, PartialEq)]
pub struct ValueUnit {
    pub first: ColumnUnit,
    pub second: Option<(Arithmetic, ColumnUnit)>,
}

/// A column, aggregated or not.
#[derive(Clone, Debug, PartialEq)]
pub struct ColumnUnit {
    pub aggregate: Aggregate,
    pub column: Column,
    pub distinct: bool,
}

/// A column of the schema, or `*`.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Column {
    All,
    Of { table: String, column: String },
}

/// The order of rows. There is one direction for all: the last that is written.
#[derive(Clone, Debug, PartialEq)]
pub struct OrderBy {
    pub direction: Direction,
    pub by: Vec<ValueUnit>,
}

/// Names an enum whose variants are words of SQL.
macro_rules! words {
    ($(#[$doc:meta])* $name:ident { $($variant:ident = $word:literal),+ $(,)? }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum $name { $($variant),+ }

        impl $name {
            /// What the word means, if it is one of these.
            pub(super) fn of(word: &str) -> Option<Self> {
                match word {
                    $($word => Some(Self::$variant),)+
                    _ => None,
                }
            }
        }
    };
}

words! {
    /// An aggregate function. A column called `none` is taken for the absence of one, as in the reference.
    Aggregate { None = "none", Max = "max", Min = "min", Count = "count", Sum = "sum", Avg = "avg" }
}
words! {
    /// An operator between two columns; `none` as in [`Aggregate`].
    Arithmetic { None = "none", Minus = "-", Plus = "+", Times = "*", Over = "/" }
}
words! {
    /// A comparison.
    Operator {
        Not = "not", Between = "between", Equal = "=", Greater = ">", Less = "<", GreaterEqual = ">=", LessEqual = "<=",
        NotEqual = "!=", In = "in", Like = "like", Is = "is", Exists = "exists",
    }
}
words! {
    /// What joins two conditions.
    Connector { And = "and", Or = "or" }
}
words! {
    /// What joins two queries.
    SetOperator { Intersect = "intersect", Union = "union", Except = "except" }
}
words! {
    /// A direction of sorting.
    Direction { Descending = "desc", Ascending = "asc" }
}

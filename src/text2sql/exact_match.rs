//! Spider's exact set match: whether two queries have the same parts, whatever their values and the order of what has no order.
//! Ten components are compared one by one, as in the evaluator (taoyds/test-suite-sql-eval), its quirks included: JOIN conditions are
//! not compared, values and DISTINCT do not count except in nested queries of conditions, columns that foreign keys join are one.

mod canonical;
mod parts;

use super::dialect::{Query, Tables};
use canonical::canonical;

/// A part of a query that is compared by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Component {
    Select,
    SelectNoAggregate,
    Where,
    WhereNoOperator,
    GroupNoHaving,
    Group,
    Order,
    AndOr,
    /// Intersect, union, except, nested.
    Iuen,
    Keywords,
}

impl Component {
    /// In the order of Spider's table.
    pub const ALL: [Self; 10] = [
        Self::Select,
        Self::SelectNoAggregate,
        Self::Where,
        Self::WhereNoOperator,
        Self::GroupNoHaving,
        Self::Group,
        Self::Order,
        Self::AndOr,
        Self::Iuen,
        Self::Keywords,
    ];

    /// As Spider writes it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Select => "select",
            Self::SelectNoAggregate => "select(no AGG)",
            Self::Where => "where",
            Self::WhereNoOperator => "where(no OP)",
            Self::GroupNoHaving => "group(no Having)",
            Self::Group => "group",
            Self::Order => "order",
            Self::AndOr => "and/or",
            Self::Iuen => "IUEN",
            Self::Keywords => "keywords",
        }
    }
}

/// How one component compares. Its accuracy, recall and F1 are all 1 or all 0.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct PartialMatch {
    pub is_match: bool,
    /// Whether the gold query has the component at all: only then does its recall count in a table.
    pub in_gold: bool,
    /// Whether the predicted query has it: only then does its accuracy count.
    pub in_predicted: bool,
}

/// How two queries compare.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExactMatch {
    /// Whether all components match, and the tables.
    pub is_match: bool,
    partial: [PartialMatch; 10],
}

impl ExactMatch {
    /// How one component compares.
    pub fn partial(&self, component: Component) -> PartialMatch {
        self.partial[component as usize]
    }
}

/// Compares a predicted query with the gold one. A prediction that cannot be parsed is the empty query, `Query::default()`.
pub fn exact_match(gold: &Query, predicted: &Query, tables: &Tables) -> ExactMatch {
    compare(&canonical(gold, tables), &canonical(predicted, tables))
}

/// Compares queries that are in canonical form.
fn compare(gold: &Query, predicted: &Query) -> ExactMatch {
    let partial = Component::ALL.map(|component| parts::partial(component, gold, predicted));
    let is_match = partial.iter().all(|part| part.is_match) && parts::same_bag(&gold.from.units, &predicted.from.units);
    ExactMatch { is_match, partial }
}

#[cfg(test)]
mod tests;

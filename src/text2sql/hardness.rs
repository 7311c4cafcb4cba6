//! How hard a question is, by its gold query's shape: Spider's four levels, counted as its evaluator counts.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::dialect::{Aggregate, ColumnUnit, Condition, Conditions, Connector, Operator, Query, Value};

/// Spider's level of a question.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Hardness {
    Easy,
    Medium,
    Hard,
    Extra,
}

impl Hardness {
    /// All levels, the easiest first.
    pub const ALL: [Self; 4] = [Self::Easy, Self::Medium, Self::Hard, Self::Extra];

    /// As Spider writes it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Easy => "easy",
            Self::Medium => "medium",
            Self::Hard => "hard",
            Self::Extra => "extra",
        }
    }
}

impl fmt::Display for Hardness {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// The level of a gold query.
pub fn hardness(gold: &Query) -> Hardness {
    match (clauses(gold), others(gold), nested(gold)) {
        (0..=1, 0, 0) => Hardness::Easy,
        (0..=1, 0..=2, 0) | (0..=2, 0..=1, 0) => Hardness::Medium,
        (0..=2, 3.., 0) | (3, 0..=2, 0) | (0..=1, 0, 1) => Hardness::Hard,
        _ => Hardness::Extra,
    }
}

fn all_conditions(query: &Query) -> [&Conditions; 3] {
    [&query.from.conditions, &query.filter, &query.having]
}

/// Clauses, joined tables, ORs and LIKEs.
fn clauses(query: &Query) -> usize {
    let conditions = all_conditions(query);
    let ors = conditions.iter().flat_map(|conditions| &conditions.connectors).filter(|word| **word == Connector::Or);
    let likes = conditions.iter().flat_map(|conditions| &conditions.all).filter(|one| one.operator == Operator::Like);
    usize::from(!query.filter.all.is_empty())
        + usize::from(!query.group_by.is_empty())
        + usize::from(query.order_by.is_some())
        + usize::from(query.has_limit)
        + query.from.units.len().saturating_sub(1)
        + ors.count()
        + likes.count()
}

/// Queries in conditions and after set operators, without those in them.
fn nested(query: &Query) -> usize {
    let values = |condition: &'_ Condition| -> usize {
        [&condition.right, &condition.upper].into_iter().filter(|value| matches!(value, Some(Value::Query(_)))).count()
    };
    let in_conditions: usize =
        all_conditions(query).into_iter().flat_map(|conditions| &conditions.all).map(values).sum();
    in_conditions + usize::from(query.set_operation.is_some())
}

/// How many of these there are more than one of: aggregates, selected columns, conditions, columns to group by.
fn others(query: &Query) -> usize {
    let is_aggregated = |unit: &&ColumnUnit| unit.aggregate != Aggregate::None;
    let selected = query.select.iter().filter(|selected| selected.aggregate != Aggregate::None).count();
    let grouped = query.group_by.iter().filter(is_aggregated).count();
    let ordered = query.order_by.iter().flat_map(|order| &order.by);
    let ordered = ordered.flat_map(|unit| [Some(&unit.first), unit.second.as_ref().map(|(_, second)| second)]);
    let ordered = ordered.flatten().filter(is_aggregated).count();
    // In conditions the reference looks for the aggregate where the NOT stands, and takes the ANDs and ORs of HAVING for aggregates.
    let negated = |conditions: &Conditions| conditions.all.iter().filter(|condition| condition.negated).count();
    let conditions = negated(&query.filter) + negated(&query.having) + query.having.connectors.len();
    let filter_items = query.filter.all.len() + query.filter.connectors.len();
    usize::from(selected + grouped + ordered + conditions > 1)
        + usize::from(query.select.len() > 1)
        + usize::from(filter_items > 1)
        + usize::from(query.group_by.len() > 1)
}

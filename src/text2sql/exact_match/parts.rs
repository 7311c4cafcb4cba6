//! The ten components, one function for each kind of comparison.

use std::collections::BTreeSet;

use super::{Component, PartialMatch, compare};
use crate::text2sql::dialect::{Column, Conditions, Connector, Direction, Operator, Query, SetOperator, ValueUnit};

/// Compares one component of two queries in canonical form.
pub(super) fn partial(component: Component, gold: &Query, predicted: &Query) -> PartialMatch {
    match component {
        Component::Select => bags(&gold.select, &predicted.select),
        Component::SelectNoAggregate => bags(&values(gold), &values(predicted)),
        Component::Where => bags(&gold.filter.all, &predicted.filter.all),
        Component::WhereNoOperator => bags(&compared(gold), &compared(predicted)),
        Component::GroupNoHaving => bags(&grouped_names(gold), &grouped_names(predicted)),
        Component::Group => group(gold, predicted),
        Component::Order => order(gold, predicted),
        Component::AndOr => and_or(gold, predicted),
        Component::Iuen => set_operation(gold, predicted),
        Component::Keywords => bags(&keywords(gold), &keywords(predicted)),
    }
}

/// Whether both have the same items, each as often.
pub(super) fn same_bag<T: PartialEq>(gold: &[T], predicted: &[T]) -> bool {
    let mut left: Vec<&T> = gold.iter().collect();
    gold.len() == predicted.len()
        && predicted.iter().all(|item| match left.iter().position(|other| *other == item) {
            Some(at) => {
                left.swap_remove(at);
                true
            }
            None => false,
        })
}

fn bags<T: PartialEq>(gold: &[T], predicted: &[T]) -> PartialMatch {
    PartialMatch { is_match: same_bag(gold, predicted), in_gold: !gold.is_empty(), in_predicted: !predicted.is_empty() }
}

/// A component that a query has or has not; absent in both is a match.
fn one(in_gold: bool, in_predicted: bool, are_same: bool) -> PartialMatch {
    PartialMatch { is_match: in_gold == in_predicted && (are_same || !in_gold), in_gold, in_predicted }
}

fn values(query: &Query) -> Vec<&ValueUnit> {
    query.select.iter().map(|selected| &selected.value).collect()
}

fn compared(query: &Query) -> Vec<&ValueUnit> {
    query.filter.all.iter().map(|condition| &condition.left).collect()
}

/// The columns to group by, without their tables.
fn grouped_names(query: &Query) -> Vec<Option<&str>> {
    let name = |column| match column {
        &Column::All => None,
        Column::Of { column, .. } => Some(column.as_str()),
    };
    query.group_by.iter().map(|unit| name(&unit.column)).collect()
}

fn group(gold: &Query, predicted: &Query) -> PartialMatch {
    let columns = |query: &Query| query.group_by.iter().map(|unit| unit.column.clone()).collect::<Vec<_>>();
    let are_same = columns(gold) == columns(predicted) && gold.having == predicted.having;
    one(!gold.group_by.is_empty(), !predicted.group_by.is_empty(), are_same)
}

fn order(gold: &Query, predicted: &Query) -> PartialMatch {
    let are_same = gold.order_by == predicted.order_by && gold.has_limit == predicted.has_limit;
    one(gold.order_by.is_some(), predicted.order_by.is_some(), are_same)
}

fn and_or(gold: &Query, predicted: &Query) -> PartialMatch {
    let connectors = |query: &Query| query.filter.connectors.iter().copied().collect::<BTreeSet<Connector>>();
    let (gold, predicted) = (connectors(gold), connectors(predicted));
    if gold == predicted {
        // Counted even where there are none.
        return PartialMatch { is_match: true, in_gold: true, in_predicted: true };
    }
    // The reference mixes up the two counts.
    PartialMatch { is_match: false, in_gold: !predicted.is_empty(), in_predicted: !gold.is_empty() }
}

fn set_operation(gold: &Query, predicted: &Query) -> PartialMatch {
    let are_same = match (&gold.set_operation, &predicted.set_operation) {
        (Some((operator, gold)), Some((other, predicted))) => operator == other && compare(gold, predicted).is_match,
        _ => false,
    };
    one(gold.set_operation.is_some(), predicted.set_operation.is_some(), are_same)
}

fn keywords(query: &Query) -> Vec<&'static str> {
    let all: [&Conditions; 3] = [&query.from.conditions, &query.filter, &query.having];
    let conditions = || all.into_iter().flat_map(|conditions| &conditions.all);
    let has = |operator| conditions().any(|condition| condition.operator == operator);
    let set_operator = query.set_operation.as_ref().map(|(operator, _)| *operator);
    let direction = query.order_by.as_ref().map(|order| order.direction);
    let present = [
        ("where", !query.filter.all.is_empty()),
        ("group", !query.group_by.is_empty()),
        ("having", !query.having.all.is_empty()),
        ("order", direction.is_some()),
        ("asc", direction == Some(Direction::Ascending)),
        ("desc", direction == Some(Direction::Descending)),
        ("limit", query.has_limit),
        ("except", set_operator == Some(SetOperator::Except)),
        ("union", set_operator == Some(SetOperator::Union)),
        ("intersect", set_operator == Some(SetOperator::Intersect)),
        ("or", all.into_iter().any(|conditions| conditions.connectors.contains(&Connector::Or))),
        ("not", conditions().any(|condition| condition.negated)),
        ("in", has(Operator::In)),
        ("like", has(Operator::Like)),
    ];
    present.into_iter().filter(|(_, is_present)| *is_present).map(|(word, _)| word).collect()
}

//! The dialect's edges: what it understands and what it refuses.

use proptest::prelude::*;

use super::*;
use crate::text2sql::schema::{self, Schema, Table};

fn tables() -> Tables {
    let table = |name: &str, columns: &[&str]| Table {
        name: name.into(),
        columns: columns.iter().map(|name| schema::Column { name: (*name).into(), ..Default::default() }).collect(),
        ..Table::default()
    };
    Tables::of(&Schema {
        tables: vec![table("Pet", &["Id", "Name", "Owner_Id", "Weight"]), table("Owner", &["Id", "Name", "City"])],
    })
}

fn parsed(sql: &str) -> Query {
    parse(sql, &tables()).unwrap_or_else(|error| panic!("{sql}: {error}"))
}

#[track_caller]
fn refused(sql: &str, error: DialectError) {
    assert_eq!(parse(sql, &tables()), Err(error), "{sql}");
}

fn column(table: &str, column: &str) -> Column {
    Column::Of { table: table.into(), column: column.into() }
}

#[test]
fn aliases_stand_for_their_tables_and_bare_columns_for_the_first_that_has_them() {
    let query = parsed("SELECT T2.City, name FROM Pet AS T1 JOIN Owner AS T2 ON T1.Owner_Id = T2.Id;");
    let columns: Vec<_> = query.select.iter().map(|selected| selected.value.first.column.clone()).collect();
    assert_eq!(columns, [column("owner", "city"), column("pet", "name")]);
    assert_eq!(query.from.units, [TableUnit::Table("pet".into()), TableUnit::Table("owner".into())]);
    assert_eq!(query.from.conditions.all.len(), 1);
}

#[test]
fn every_clause_is_in_its_place() {
    let query = parsed(
        "SELECT DISTINCT City, count(DISTINCT name) FROM Owner WHERE id NOT IN (SELECT owner_id FROM pet) OR id BETWEEN 1 AND 5 \
         GROUP BY city HAVING count(*) >= 2 ORDER BY count(*) DESC LIMIT 3 UNION SELECT name, id FROM pet",
    );
    assert!(query.distinct && query.has_limit);
    assert_eq!(query.select[1].aggregate, Aggregate::Count);
    assert!(query.select[1].value.first.distinct);
    let [first, second] = &query.filter.all[..] else { panic!("{:?}", query.filter) };
    assert!(first.negated && first.operator == Operator::In && matches!(first.right, Some(Value::Query(_))));
    assert_eq!(second.upper, Some(Value::Number(5.0)));
    assert_eq!(query.filter.connectors, [Connector::Or]);
    assert_eq!(query.group_by.len(), 1);
    assert_eq!(query.having.all[0].left.first.aggregate, Aggregate::Count);
    assert_eq!(query.order_by.as_ref().map(|order| order.direction), Some(Direction::Descending));
    assert_eq!(query.set_operation.map(|(operator, _)| operator), Some(SetOperator::Union));
}

#[test]
fn a_value_that_is_no_literal_ends_only_at_and_a_comma_a_bracket_or_a_clause() {
    let query = parsed("SELECT id FROM pet WHERE id = weight OR id = 3 AND id > 5");
    assert_eq!(query.filter.connectors, [Connector::And]);
    assert_eq!(query.filter.all.len(), 2);
}

#[test]
fn what_the_dialect_does_not_know_is_refused_with_its_reason() {
    let unexpected = |expected, found: &str| DialectError::Unexpected { expected, found: found.into() };
    let column = |name: &str| DialectError::UnknownColumn { name: name.into() };
    let table = |name: &str| DialectError::UnknownTable { name: name.into() };
    refused("", DialectError::EndsEarly);
    refused("SELECT 1", DialectError::NoFrom);
    refused("SELECT 1 FROM pet", column("1"));
    refused("WITH x AS (SELECT id FROM pet) SELECT id FROM x", unexpected("select", "with"));
    refused("SELECT id FROM pet p", table("p"));
    refused("SELECT id FROM pet LEFT JOIN owner ON id = id", table("left"));
    refused("SELECT id FROM pets", table("pets"));
    refused("SELECT id AS owner FROM pet", DialectError::AliasIsTable { name: "owner".into() });
    refused("SELECT id FROM pet WHERE id=1", column("id=1"));
    refused("SELECT id FROM pet WHERE id <> 1", column(">"));
    refused("SELECT id FROM pet WHERE name IS NOT NULL", column("not"));
    refused("SELECT id FROM pet WHERE id IN (1, 2)", unexpected(")", ","));
    refused("SELECT id FROM pet WHERE name = 'a", DialectError::UnclosedQuote);
    refused("SELECT id FROM pet WHERE id = 1 id = 2", unexpected("and or or", "id"));
    refused("SELECT id FROM pet LIMIT", DialectError::EndsEarly);
    refused("SELECT T1.id.x FROM pet AS T1", column("t1.id.x"));
}

#[test]
fn deep_nesting_is_an_error_and_no_overflow() {
    refused(&"SELECT id FROM (".repeat(50_000), DialectError::TooDeep);
    refused(&"SELECT id FROM pet UNION ".repeat(50_000), DialectError::TooDeep);
}

proptest! {
    #[test]
    fn any_text_has_an_answer(sql in "(\\PC|[ \n'\"`,.:*()<>=!-]){0,80}") {
        let _ = parse(&sql, &tables());
    }

    #[test]
    fn any_words_have_an_answer(words in prop::collection::vec(prop::sample::select(vec![
        "select", "from", "where", "group", "by", "having", "order", "limit", "union", "join", "on", "as", "and", "or", "not", "in",
        "between", "like", "count", "(", ")", ",", ";", "*", "=", ">", "-", "1", "'x'", "pet", "owner", "id", "t1", "t1.id", "distinct",
    ]), 0..40)) {
        let _ = parse(&format!("select {}", words.join(" ")), &tables());
    }
}

//! What counts in an exact match, and what does not.

use super::*;
use crate::text2sql::{
    dialect::parse,
    hardness::hardness,
    schema::{Column, ForeignKey, Schema, Table},
};

fn tables() -> Tables {
    let table = |name: &str, columns: &[&str], keys: Vec<ForeignKey>| Table {
        name: name.into(),
        columns: columns.iter().map(|name| Column { name: (*name).into(), ..Column::default() }).collect(),
        foreign_keys: keys,
        ..Table::default()
    };
    let key = ForeignKey { column: "owner_id".into(), table: "owner".into(), to: Some("id".into()) };
    Tables::of(&Schema {
        tables: vec![
            table("owner", &["id", "name", "city"], Vec::new()),
            table("pet", &["pid", "name", "owner_id", "weight"], vec![key]),
        ],
    })
}

fn compared(gold: &str, predicted: &str) -> ExactMatch {
    let (tables, query) = (tables(), |sql| parse(sql, &tables()).unwrap_or_else(|error| panic!("{sql}: {error}")));
    exact_match(&query(gold), &query(predicted), &tables)
}

/// The components that do not match.
fn differing(gold: &str, predicted: &str) -> Vec<&'static str> {
    let result = compared(gold, predicted);
    let names: Vec<_> =
        Component::ALL.into_iter().filter(|part| !result.partial(*part).is_match).map(Component::name).collect();
    assert!(names.is_empty() || !result.is_match);
    names
}

#[test]
fn values_aliases_order_of_columns_and_distinct_do_not_count() {
    for (gold, predicted) in [
        ("SELECT name FROM pet WHERE weight > 5", "select T1.Name from pet as T1 where T1.weight > 7.5"),
        ("SELECT name, weight FROM pet LIMIT 1", "SELECT weight, name FROM pet LIMIT 3"),
        ("SELECT count(DISTINCT name) FROM pet", "SELECT count(name) FROM pet"),
        ("SELECT pid FROM pet WHERE name = 'a' AND weight = 1", "SELECT pid FROM pet WHERE weight = 2 AND name = 'b'"),
        ("SELECT owner_id FROM pet JOIN owner", "SELECT owner.id FROM owner JOIN pet ON pid = owner_id"),
    ] {
        assert!(compared(gold, predicted).is_match, "{gold} / {predicted}");
    }
}

#[test]
fn each_component_is_told_apart() {
    let sql = "SELECT name FROM pet";
    assert_eq!(differing(sql, "SELECT max(name) FROM pet"), ["select"]);
    assert_eq!(differing(sql, "SELECT weight FROM pet"), ["select", "select(no AGG)"]);
    assert_eq!(differing(sql, "SELECT name FROM pet WHERE pid = 1"), ["where", "where(no OP)", "keywords"]);
    let with = |rest: &str| format!("{sql} {rest}");
    assert_eq!(differing(&with("WHERE pid = 1"), &with("WHERE pid > 1")), ["where"]);
    assert_eq!(
        differing(&with("WHERE pid = 1 AND pid = 2"), &with("WHERE pid = 1 OR pid = 2")),
        ["and/or", "keywords"]
    );
    assert_eq!(differing(&with("GROUP BY name"), &with("GROUP BY pid")), ["group(no Having)", "group"]);
    let having = "GROUP BY name HAVING count(*) > 1";
    assert_eq!(differing(&with("GROUP BY name"), &with(having)), ["group", "keywords"]);
    assert_eq!(differing(&with("ORDER BY name"), &with("ORDER BY name DESC")), ["order", "keywords"]);
    assert_eq!(differing(&with("ORDER BY name LIMIT 1"), &with("ORDER BY name")), ["order", "keywords"]);
    let union = |rest: &str| with(&format!("UNION SELECT name FROM owner {rest}"));
    assert_eq!(differing(&union(""), &union("WHERE id = 1")), ["IUEN"]);
    assert_eq!(differing(&union(""), sql), ["IUEN", "keywords"]);
}

#[test]
fn tables_must_be_the_same_though_no_component_says_so() {
    let result = compared("SELECT count(*) FROM pet", "SELECT count(*) FROM owner");
    assert!(Component::ALL.into_iter().all(|component| result.partial(component).is_match) && !result.is_match);
}

#[test]
fn nested_queries_are_compared_whole_with_distinct_and_without_foreign_keys() {
    let nested = |nested: &str| format!("SELECT name FROM owner WHERE id IN (SELECT {nested})");
    let same = |left: &str, right: &str| compared(&nested(left), &nested(right)).is_match;
    assert!(same("owner_id FROM pet WHERE pid = 1", "owner_id FROM pet WHERE pid = 2"));
    assert!(!same("owner_id FROM pet", "DISTINCT owner_id FROM pet"));
    assert!(!same("owner_id FROM pet JOIN owner", "owner.id FROM pet JOIN owner"));
}

#[test]
fn the_empty_query_matches_where_there_is_nothing_to_match() {
    let gold = parse("SELECT name FROM pet WHERE pid = 1", &tables()).unwrap();
    let result = exact_match(&gold, &Query::default(), &tables());
    let matching: Vec<_> = Component::ALL.into_iter().filter(|part| result.partial(*part).is_match).collect();
    use Component::{AndOr, Group, GroupNoHaving, Iuen, Order};
    assert_eq!(matching, [GroupNoHaving, Group, Order, AndOr, Iuen]);
    assert!(!result.is_match);
}

#[test]
fn hardness_counts_clauses_nesting_and_what_there_is_much_of() {
    for (sql, expected) in [
        ("SELECT count(*) FROM pet WHERE pid = 1", "easy"),
        ("SELECT name, weight FROM pet WHERE pid = 1 AND weight = 2", "medium"),
        ("SELECT name FROM pet ORDER BY weight LIMIT 1", "medium"),
        ("SELECT name FROM pet WHERE pid IN (SELECT pid FROM pet)", "hard"),
        ("SELECT name, pid FROM pet WHERE pid = 1 UNION SELECT name, id FROM owner", "extra"),
        ("SELECT name FROM pet WHERE name LIKE 'a' GROUP BY name ORDER BY name LIMIT 1", "extra"),
    ] {
        assert_eq!(hardness(&parse(sql, &tables()).unwrap()).name(), expected, "{sql}");
    }
}

//! Hardness and exact set match of the published systems, component by component.

use std::{collections::HashMap, path::Path};

use promptbeam::{
    domain::id::DbId,
    text2sql::{
        dialect::{Query, Tables, parse},
        exact_match::{Component, exact_match},
        hardness::hardness,
        schema::describe,
    },
};
use serde::Deserialize;

use crate::{
    folder::{Question, prediction_file, questions, rows, spider, systems, text},
    native_sqlite::{NativeConnection, database_file},
};

/// What the reference says of one prediction.
#[derive(Deserialize)]
struct Expected {
    line: usize,
    hardness: String,
    exact_match: u8,
    pred_parsed: bool,
    partial_f1: HashMap<String, f64>,
}

/// Each database's tables, as SQLite describes them.
fn tables(spider: &Path, questions: &[Question]) -> HashMap<String, Tables> {
    let mut tables = HashMap::new();
    for Question { db_id, .. } in questions {
        if !tables.contains_key(db_id) {
            let file = database_file(&spider.join("database"), &DbId::from(db_id.as_str()));
            let file = file.unwrap_or_else(|| panic!("no database {db_id}"));
            let mut connection = NativeConnection::open(&file).unwrap_or_else(|error| panic!("{db_id}: {error}"));
            let schema = describe(&mut connection).unwrap_or_else(|error| panic!("{db_id}: {error}"));
            tables.insert(db_id.clone(), Tables::of(&schema));
        }
    }
    tables
}

fn golds(questions: &[Question], tables: &HashMap<String, Tables>) -> Vec<Query> {
    let gold = |question: &Question| {
        parse(&question.query, &tables[&question.db_id]).unwrap_or_else(|error| panic!("{}: {error}", question.query))
    };
    questions.iter().map(gold).collect()
}

#[test]
fn hardness_is_the_reference_evaluators() {
    let Some(spider) = spider() else { return };
    let questions = questions(&spider);
    let Some(expected) = text(&spider.join("dev_hardness.json")) else { return };
    let expected: Vec<String> = serde_json::from_str(&expected).expect("a list of levels");
    assert_eq!(expected.len(), questions.len(), "a level for each question");
    let golds = golds(&questions, &tables(&spider, &questions));
    let same = golds.iter().zip(&expected).filter(|(gold, expected)| hardness(gold).name() == *expected).count();
    println!("hardness: {same} of {} agree", expected.len());
    assert_eq!(same, expected.len());
}

#[test]
fn exact_match_and_its_components_are_the_reference_evaluators() {
    let Some(spider) = spider() else { return };
    let questions = questions(&spider);
    let tables = tables(&spider, &questions);
    let golds = golds(&questions, &tables);
    let mut wrong = Vec::new();
    for system in systems(&spider, ".exact.jsonl") {
        let expected: Vec<Expected> = rows(&prediction_file(&spider, &system, ".exact.jsonl"));
        let predictions = text(&prediction_file(&spider, &system, ".txt")).expect("the system's predictions");
        let predictions: Vec<&str> = predictions.lines().collect();
        let (mut agree, mut components) = (0, 0);
        for row in &expected {
            let (question, gold, predicted) = (&questions[row.line], &golds[row.line], predictions[row.line]);
            let tables = &tables[&question.db_id];
            let parsed = parse(predicted.split('\t').next().unwrap_or_default(), tables);
            let result = exact_match(gold, parsed.as_ref().unwrap_or(&Query::default()), tables);
            let differing: Vec<&str> = Component::ALL
                .into_iter()
                .filter(|part| row.partial_f1[part.name()] != f64::from(u8::from(result.partial(*part).is_match)))
                .map(Component::name)
                .collect();
            components += Component::ALL.len() - differing.len();
            let same = result.is_match == (row.exact_match == 1)
                && parsed.is_ok() == row.pred_parsed
                && hardness(gold).name() == row.hardness;
            agree += usize::from(same);
            if !same || !differing.is_empty() {
                wrong.push(format!(
                    "{system} line {}: components {differing:?}, expected {} (parsed {})\n  gold {}\n  pred {predicted}\n  ours {} {:?}",
                    row.line + 1, row.exact_match, row.pred_parsed, question.query, result.is_match, parsed.err(),
                ));
            }
        }
        let all = expected.len();
        println!(
            "{system:18} exact match, parse and hardness {agree} of {all} agree, components {components} of {}",
            10 * all
        );
    }
    assert!(wrong.is_empty(), "{} rows differ from the reference:\n{}", wrong.len(), wrong.join("\n"));
}

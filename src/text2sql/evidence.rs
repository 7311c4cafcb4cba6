//! A rollout as evidence for a critic: question, the part of the schema that its queries touch, what was written and what was
//! wanted, and how the results differ. Bounded: eight of these fit into small contexts.

use crate::{
    apo::world::Trace,
    domain::{
        dataset::Example,
        rollout::{Execution, Judgement, Outcome, Rollout, Turn},
    },
    text2sql::{
        preview::cut,
        sql_tokens::{TokenClass, tokens},
    },
};

/// Characters of each fact; about 700 tokens a failure.
const QUESTION: usize = 400;
const SCHEMA: usize = 900;
const QUERY: usize = 500;
const FINDING: usize = 400;
const SAID: usize = 300;

/// What a critic needs to know of a rollout. A right one is question and query alone: it shows what already works.
pub fn trace(example: &Example, table_info: &str, rollout: &Rollout) -> Trace {
    let mut facts = vec![fact("question", &asked(example), QUESTION)];
    let query = rollout.query().unwrap_or_default();
    let Outcome::Judged(judgement) = &rollout.outcome else {
        return Trace { is_right: false, facts };
    };
    let is_right = rollout.outcome.is_right();
    if is_right {
        facts.push(fact("query", query, QUERY));
        return Trace { is_right, facts };
    }
    let schema = touched(table_info, &[query, &example.gold]);
    if !schema.is_empty() {
        facts.push(fact("tables", &schema, SCHEMA));
    }
    facts.extend(earlier(&rollout.turns));
    match query.trim().is_empty() {
        true => facts.push(fact("answer", rollout.turns.last().map_or("", |turn| &turn.answer), SAID)),
        false => facts.push(fact("query", query, QUERY)),
    }
    facts.push(fact("gold query", &example.gold, QUERY));
    facts.push(fact("finding", &finding(judgement), FINDING));
    Trace { is_right, facts }
}

fn fact(name: &str, text: &str, limit: usize) -> (String, String) {
    (name.to_owned(), cut(text.trim(), limit))
}

fn asked(example: &Example) -> String {
    match &example.evidence {
        Some(hint) if !hint.trim().is_empty() => format!("{} (hint: {hint})", example.question),
        _ => example.question.clone(),
    }
}

/// What a self-correcting agent wrote and found before its last query, and its last check.
fn earlier(turns: &[Turn]) -> Vec<(String, String)> {
    let mut facts = Vec::new();
    for (at, turn) in turns.iter().enumerate() {
        if at + 1 < turns.len() {
            facts.push(fact(&format!("query {}", at + 1), &turn.query, QUERY));
        }
        if let Some(check) = &turn.check {
            facts.push(fact(&format!("check {}", at + 1), check, SAID));
        }
    }
    facts
}

/// The kind of failure, and the error or the difference of the results.
fn finding(judgement: &Judgement) -> String {
    let kind = judgement.diagnosis.map(|diagnosis| diagnosis.words());
    let what = match &judgement.predicted {
        Execution::Failed(error) => error.to_string(),
        Execution::Rows(_) => judgement.difference.clone(),
    };
    kind.into_iter().chain([what.as_str()]).filter(|words| !words.is_empty()).collect::<Vec<_>>().join(": ")
}

/// The statements of `{table_info}` that create the tables which `queries` name, without sample rows.
fn touched(table_info: &str, queries: &[&str]) -> String {
    let named: Vec<String> = queries.iter().flat_map(|query| names(query)).collect();
    let mut statements = Vec::new();
    let mut current: Option<String> = None;
    for line in table_info.lines() {
        let creates = line.get(..7).is_some_and(|start| start.eq_ignore_ascii_case("create "));
        if creates || line.starts_with("/*") {
            statements.extend(current.take());
        }
        match &mut current {
            Some(statement) if !line.trim().is_empty() => {
                statement.push('\n');
                statement.push_str(line);
            }
            None if creates => current = Some(line.to_owned()),
            _ => {}
        }
    }
    statements.extend(current);
    let is_touched = |statement: &String| names(statement).first().is_some_and(|name| named.contains(name));
    statements.into_iter().filter(is_touched).collect::<Vec<_>>().join("\n")
}

/// Every name in a statement, in lower case and without quotes; for one that creates a table the table's comes first.
fn names(sql: &str) -> Vec<String> {
    let is_name = |class: TokenClass| matches!(class, TokenClass::Name | TokenClass::QuotedName);
    tokens(sql)
        .filter(|(class, _)| is_name(*class))
        .map(|(_, text)| text.trim_matches(['"', '`', '[', ']']).to_lowercase())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{
        rollout::{Diagnosis, NoAnswer, Purpose},
        sql::ResultTable,
    };

    const SCHEMA_TEXT: &str = "CREATE TABLE pet (\n  id INTEGER,\n\n  name TEXT)\n/*\n1 of 9 rows of pet:\nid\tname\n1\tRex\n*/\n\nCREATE TABLE \"Owner\" (id INTEGER)\n/*\n*/\n\nCREATE TABLE visit (pet INTEGER)";

    fn rollout(query: &str, reward: f64, difference: &str) -> Rollout {
        let right = reward >= 1.0;
        let judgement = Judgement {
            reward,
            diagnosis: (!right).then_some(Diagnosis::TooManyRows),
            difference: difference.into(),
            predicted: Execution::Rows(ResultTable::default()),
            gold: None,
        };
        Rollout {
            step: "s".into(),
            version: Default::default(),
            example: "q1".into(),
            purpose: Purpose::Train,
            outcome: Outcome::Judged(judgement),
            turns: vec![Turn { answer: "Sorry, no.".into(), query: query.into(), ..Turn::default() }],
        }
    }

    fn words(rollout: &Rollout) -> String {
        let example = Example {
            id: "q1".into(),
            question: "Which pets are there?".into(),
            gold: "SELECT name FROM pet".into(),
            ..Example::default()
        };
        trace(&example, SCHEMA_TEXT, rollout).in_words(3)
    }

    #[test]
    fn a_failure_shows_the_tables_it_touches_both_queries_and_the_finding() {
        expect_test::expect![[r#"
            ## Experiment 3
            reward: 0
            question: Which pets are there?
            tables:
            CREATE TABLE pet (
              id INTEGER,
              name TEXT)
            CREATE TABLE "Owner" (id INTEGER)
            query: SELECT p.name FROM pet p, Owner
            gold query: SELECT name FROM pet
            finding: too many rows: The result has 18 rows, expected are 9.
        "#]]
        .assert_eq(&words(&rollout("SELECT p.name FROM pet p, Owner", 0.0, "The result has 18 rows, expected are 9.")));
    }

    #[test]
    fn what_works_is_question_and_query_and_no_gold_query() {
        let told = words(&rollout("SELECT name FROM pet", 1.0, ""));
        assert_eq!(told, "## Experiment 3\nreward: 1\nquestion: Which pets are there?\nquery: SELECT name FROM pet\n");
    }

    #[test]
    fn an_answer_without_a_query_is_shown_itself_and_all_is_bounded() {
        assert!(words(&rollout("", 0.0, "")).contains("answer: Sorry, no.\n"));
        let long = rollout(&"x, ".repeat(9_000), 0.0, &"y ".repeat(9_000));
        assert!(words(&long).chars().count() < 2_600);
        let refused = Rollout { outcome: Outcome::NoAnswer { reason: NoAnswer::Refused }, ..long };
        assert!(!words(&refused).contains("gold"));
    }
}

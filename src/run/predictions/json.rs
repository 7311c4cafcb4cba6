//! Prediction files in JSON: a list of queries or of objects with one, an object from question number to query, or such objects line
//! by line.

use serde_json::{Map, Value};

use super::{
    PredictionsError, Row,
    fields::{Field, split_bird},
};
use crate::text2sql::spider::Place;

/// The rows of a JSON document or of JSON lines.
pub(super) fn rows(file: &str, text: &str) -> Result<Vec<Row>, PredictionsError> {
    let document: Value = match serde_json::from_str(text) {
        Ok(document) => document,
        Err(error) => return lines(file, text, &error),
    };
    match document {
        Value::Array(list) => items(file, list),
        Value::Object(map) => object(file, map),
        other => Err(PredictionsError::NotAList { file: file.to_owned(), found: kind(&other) }),
    }
}

/// Lines that are one value each. If the first is none, the file is a broken document, and `fault` is what is wrong with it.
fn lines(file: &str, text: &str, fault: &serde_json::Error) -> Result<Vec<Row>, PredictionsError> {
    let numbered = (1..).zip(text.lines()).filter(|(_, line)| !line.trim().is_empty());
    let mut rows = Vec::new();
    for (number, line) in numbered {
        let place = Place::Line(number);
        let value = serde_json::from_str(line).map_err(|error| {
            let message = if rows.is_empty() { fault.to_string() } else { format!("{place}: {error}") };
            PredictionsError::NotJson { file: file.to_owned(), message }
        })?;
        rows.push(row(file, place, None, value)?);
    }
    Ok(rows)
}

fn items(file: &str, list: Vec<Value>) -> Result<Vec<Row>, PredictionsError> {
    (1..).map(Place::Item).zip(list).map(|(place, value)| row(file, place, None, value)).collect()
}

/// A list with a name, a lone prediction, or predictions by question.
fn object(file: &str, map: Map<String, Value>) -> Result<Vec<Row>, PredictionsError> {
    let lists = map.values().filter(|value| value.is_array()).count();
    if lists == 1 {
        let list = map.into_iter().find_map(|(_, value)| match value {
            Value::Array(list) => Some(list),
            _ => None,
        });
        return items(file, list.unwrap_or_default());
    }
    if Field::Sql.find(map.keys().map(String::as_str)).is_some() {
        return Ok(vec![row(file, Place::Item(1), None, Value::Object(map))?]);
    }
    (1..).map(Place::Item).zip(map).map(|(place, (id, value))| row(file, place, Some(id), value)).collect()
}

fn row(file: &str, place: Place, id: Option<String>, value: Value) -> Result<Row, PredictionsError> {
    let not_a_query = |value: &Value| PredictionsError::NotAQuery { file: file.to_owned(), place, found: kind(value) };
    let text = |value: &Value| match value {
        Value::String(text) => Ok(text.clone()),
        Value::Null => Ok(String::new()),
        other => Err(not_a_query(other)),
    };
    let (sql, id, db) = match value {
        Value::Object(map) => {
            let field = |field: Field| field.find(map.keys().map(String::as_str)).and_then(|at| map.values().nth(at));
            let label = |of: Field| match field(of) {
                Some(Value::String(text)) => Some(text.clone()),
                Some(Value::Number(number)) => Some(number.to_string()),
                _ => None,
            };
            let no_field =
                || PredictionsError::NoField { file: file.to_owned(), place, found: map.keys().cloned().collect() };
            (text(field(Field::Sql).ok_or_else(no_field)?)?, id.or(label(Field::Id)), label(Field::Database))
        }
        other => (text(&other)?, id, None),
    };
    let (sql, bird_db) = split_bird(&sql);
    Ok(Row { place, id, db: db.or(bird_db.map(str::to_owned)), sql: sql.trim().to_owned() })
}

fn kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "true or false",
        Value::Number(_) => "a number",
        Value::String(_) => "a text",
        Value::Array(_) => "a list",
        Value::Object(_) => "an object",
    }
}

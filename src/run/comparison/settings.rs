//! Settings side by side. They are read off `settings.json` itself, so that none can be forgotten here; texts and sets of
//! questions are told apart by letters.

use serde_json::Value;

use super::{Question, Side, letter};
use crate::{
    domain::{endpoint::without_secrets, search::Method},
    run::{format::count, protegi_words::sentence_case},
};

/// One setting of all runs.
#[derive(Clone, Debug, PartialEq)]
pub struct Row {
    pub group: String,
    pub name: String,
    /// In the order of the runs.
    pub values: Vec<String>,
    /// Whether they are not all the same.
    pub differs: bool,
}

/// What stands where a run has no such setting.
const NONE: &str = "–";

/// A setting of one run, before it is put into words.
#[derive(Clone, Debug, PartialEq)]
enum Raw {
    Plain(String),
    /// Too long to be shown: its length, and the text to tell it from others.
    Text(usize, String),
    Questions(Vec<Question>),
}

/// All settings of the runs in the order of `settings.json`, the data first. The parameters of a search stand there if one of
/// the runs makes it.
pub fn settings(sides: &[&Side]) -> Vec<Row> {
    let all: Vec<Vec<(String, Raw)>> = sides.iter().map(|side| flat(side)).collect();
    let mut paths: Vec<&String> = Vec::new();
    for (path, _) in all.iter().flatten() {
        if !paths.contains(&path) {
            paths.push(path);
        }
    }
    paths.sort_by_key(|path| rank(path));
    paths.into_iter().map(|path| row(path, &all)).collect()
}

fn row(path: &str, all: &[Vec<(String, Raw)>]) -> Row {
    let raws: Vec<Option<&Raw>> =
        all.iter().map(|side| side.iter().find(|(known, _)| known == path).map(|(_, raw)| raw)).collect();
    let differs = raws.windows(2).any(|pair| pair[0] != pair[1]);
    let mut kinds: Vec<&Raw> = Vec::new();
    for raw in raws.iter().flatten() {
        if !kinds.contains(raw) {
            kinds.push(raw);
        }
    }
    let lettered = |raw: &Raw, words: String, what: &str| match kinds.iter().position(|known| *known == raw) {
        Some(at) if differs => format!("{words}, {what} {}", letter(at)),
        _ => words,
    };
    let value = |raw: &Option<&Raw>| match raw {
        None => NONE.to_owned(),
        Some(Raw::Plain(words)) => words.clone(),
        Some(raw @ Raw::Text(words, _)) => lettered(raw, count(*words, "word"), "text"),
        Some(raw @ Raw::Questions(questions)) => lettered(raw, count(questions.len(), "question"), "set"),
    };
    let (group, name) = named(path);
    Row { group, name, values: raws.iter().map(value).collect(), differs }
}

fn flat(side: &Side) -> Vec<(String, Raw)> {
    let mut rows = vec![("data.dataset".to_owned(), Raw::Plain(side.dataset.clone()))];
    for (name, questions) in ["training", "validation", "held-out"].into_iter().zip(&side.questions) {
        rows.push((format!("data.{name} questions"), Raw::Questions(questions.clone())));
    }
    let own = match side.config.method {
        Method::Apo => "apo",
        Method::Racing => "racing",
        Method::Protegi => "protegi",
    };
    // Settings have text keys only; whatever else would be no settings to compare.
    let config = serde_json::to_value(&side.config).unwrap_or_default();
    for (name, value) in config.as_object().into_iter().flatten() {
        if !["apo", "racing", "protegi"].contains(&name.as_str()) || name == own {
            flatten(name.clone(), value, &mut rows);
        }
    }
    rows
}

fn flatten(path: String, value: &Value, rows: &mut Vec<(String, Raw)>) {
    let raw = match value {
        Value::Object(fields) => {
            fields.iter().for_each(|(name, value)| flatten(format!("{path}.{name}"), value, rows));
            return;
        }
        Value::Null => Raw::Plain("not set".into()),
        Value::Bool(true) => Raw::Plain("yes".into()),
        Value::Bool(false) => Raw::Plain("no".into()),
        Value::String(text) if text.is_empty() => Raw::Plain("not set".into()),
        Value::String(text) if path.ends_with(".url") => Raw::Plain(without_secrets(text)),
        Value::String(text) if ["agent.write", "agent.check", "agent.rewrite"].contains(&path.as_str()) => {
            Raw::Text(text.split_whitespace().count(), text.clone())
        }
        Value::String(text) => Raw::Plain(text.replace('_', " ")),
        // 3600.0 and 3600 are the same setting.
        other => Raw::Plain(other.to_string().trim_end_matches(".0").to_owned()),
    };
    rows.push((path, raw));
}

/// Groups by the beginning of their paths, in the order of the screen.
const GROUPS: [(&str, &str); 14] = [
    ("data", "Data"),
    ("method", "Search"),
    ("apo", "APO"),
    ("racing", "Paired racing"),
    ("protegi", "ProTeGi"),
    ("agent", "Agent"),
    ("models.agent", "Agent's model"),
    ("models.critic", "Critic's model"),
    ("models.editor", "Editor's model"),
    ("split", "Split"),
    ("budget", "Caps"),
    ("limits", "Query limits"),
    ("judge", "Judging"),
    ("", "Run"),
];

fn rank(path: &str) -> usize {
    let is_in = |group: &str| group.is_empty() || path == group || path.starts_with(&format!("{group}."));
    GROUPS.iter().position(|(group, _)| is_in(group)).unwrap_or(GROUPS.len())
}

fn named(path: &str) -> (String, String) {
    let (prefix, group) = GROUPS[rank(path).min(GROUPS.len() - 1)];
    let rest = path.strip_prefix(prefix).unwrap_or(path).trim_start_matches('.');
    let rest = if rest.is_empty() { path } else { rest };
    let words = rest.replace(['.', '_'], " ").replace("v0 3 0", "v0.3.0");
    (group.to_owned(), sentence_case(&words))
}

//! Settings side by side. They are read off `settings.json` itself, so that none can be forgotten here; texts and sets of
//! questions are told apart by letters. What one search has and another has not is no difference between two runs.

use serde_json::Value;

use super::{Question, Side, letter};
use crate::{
    domain::{chat::ModelRole, endpoint::without_secrets, protegi::Selector, provider::Provider, search::Method},
    run::{
        format::{bytes, count, dollars, duration, thousands},
        protegi_words::sentence_case,
    },
};

/// One setting of all runs.
#[derive(Clone, Debug, PartialEq)]
pub struct Row {
    pub group: String,
    pub name: String,
    /// In the order of the runs.
    pub values: Vec<Setting>,
    /// Whether they are not all the same, among the runs that can have it.
    pub differs: bool,
}

/// A run's value in words.
#[derive(Clone, Debug, PartialEq)]
pub struct Setting {
    pub words: String,
    /// Whether the run cannot have it: its search or its provider knows no such setting.
    pub is_apart: bool,
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
    /// It has no meaning here, and why.
    Apart(String),
}

/// All settings of the runs in the order of `settings.json`, the data first. The parameters of a search stand there if one of
/// the runs makes it; those that two searches have in common stand in one row.
pub fn settings(sides: &[&Side]) -> Vec<Row> {
    let mut all: Vec<Vec<(String, Raw)>> = sides.iter().map(|side| flat(side)).collect();
    let mut paths: Vec<String> = Vec::new();
    for (path, _) in all.iter().flatten() {
        if !paths.contains(path) {
            paths.push(path.clone());
        }
    }
    paths.sort_by_key(|path| rank(path));
    for (side, rows) in sides.iter().zip(&mut all) {
        let reason = format!("not in {}", side.config.method.short_name());
        let lacking =
            paths.iter().filter(|path| path.starts_with(SEARCH) && rows.iter().all(|(known, _)| known != *path));
        let lacking: Vec<_> = lacking.map(|path| (path.clone(), Raw::Apart(reason.clone()))).collect();
        rows.extend(lacking);
    }
    paths.iter().map(|path| row(path, &all)).collect()
}

fn row(path: &str, all: &[Vec<(String, Raw)>]) -> Row {
    let raws: Vec<Option<&Raw>> =
        all.iter().map(|side| side.iter().find(|(known, _)| known == path).map(|(_, raw)| raw)).collect();
    let is_apart = |raw: &Option<&Raw>| matches!(raw, Some(Raw::Apart(_)));
    let had: Vec<_> = raws.iter().filter(|raw| !is_apart(raw)).collect();
    let differs = had.windows(2).any(|pair| pair[0] != pair[1]);
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
    let words = |raw: &Option<&Raw>| match raw {
        None => NONE.to_owned(),
        Some(Raw::Plain(words)) => words.clone(),
        Some(Raw::Apart(reason)) => format!("{NONE}, {reason}"),
        Some(raw @ Raw::Text(words, _)) => lettered(raw, count(*words, "word"), "text"),
        Some(raw @ Raw::Questions(questions)) => lettered(raw, count(questions.len(), "question"), "set"),
    };
    let (group, name) = named(path);
    let values = raws.iter().map(|raw| Setting { words: words(raw), is_apart: is_apart(raw) }).collect();
    Row { group, name, values, differs }
}

/// The beginning of the paths of a search's own parameters, whichever search it is.
const SEARCH: &str = "search.";

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
        match name.as_str() {
            "method" => rows.push(("method".into(), Raw::Plain(side.config.method.name().into()))),
            "apo" | "racing" | "protegi" if name != own => {}
            "apo" | "racing" | "protegi" => {
                for (name, value) in value.as_object().into_iter().flatten() {
                    // APO's name for what the others call rounds.
                    let name = if name == "beam_rounds" { "rounds" } else { name };
                    flatten(format!("{SEARCH}{name}"), value, &mut rows);
                }
            }
            _ => flatten(name.clone(), value, &mut rows),
        }
    }
    for role in ModelRole::ALL {
        let provider = side.config.models.of(role).provider;
        let without = |field: &str| provider.is_simulated() || (provider.is_here() && field == "url");
        let reason = if provider.is_simulated() { "simulated" } else { "in this browser" };
        for (path, raw) in &mut rows {
            let field = path.strip_prefix("models.").and_then(|path| path.strip_prefix(role.name())?.strip_prefix('.'));
            if field.is_some_and(|field| field != "provider" && without(field)) {
                *raw = Raw::Apart(reason.into());
            }
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
        Value::String(text) => Raw::Plain(name_of(&path, value).map_or_else(|| text.replace('_', " "), str::to_owned)),
        Value::Number(number) => Raw::Plain(with_unit(&path, number)),
        other => Raw::Plain(other.to_string()),
    };
    rows.push((path, raw));
}

/// The screens' name for a value, where it has one.
fn name_of(path: &str, value: &Value) -> Option<&'static str> {
    if path.ends_with(".provider") {
        return serde_json::from_value::<Provider>(value.clone()).ok().map(Provider::name);
    }
    let selector = (path == "search.selector").then(|| serde_json::from_value::<Selector>(value.clone()).ok());
    selector.flatten().map(Selector::name)
}

fn with_unit(path: &str, number: &serde_json::Number) -> String {
    let value = number.as_f64().unwrap_or_default();
    match (path, number.as_u64()) {
        ("search.rollout_batch_timeout" | "call_timeout", _) => duration(1000.0 * value),
        ("limits.time_ms", _) => duration(value),
        ("limits.bytes", Some(number)) => bytes(number),
        ("budget.max_usd", _) => dollars(value),
        // A seed is a name rather than a number.
        (path, Some(number)) if !path.ends_with("seed") => thousands(number),
        // 3.0 and 3 are the same setting.
        _ => number.to_string().trim_end_matches(".0").to_owned(),
    }
}

/// Groups by the beginning of their paths, in the order of the screen.
const GROUPS: [(&str, &str); 12] = [
    ("data", "Data"),
    ("method", "Search"),
    ("search", "Search"),
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

/// Names of settings that are no words, and what they say.
const PLAIN: [(&str, &str); 7] = [
    ("reproduce v0 3 0", "reproduce v0.3.0"),
    ("val batch size", "validation batch size"),
    ("max prompt chars", "max prompt characters"),
    ("max usd", "max dollars"),
    ("time ms", "time"),
    ("url", "URL"),
    ("sha256", "SHA-256"),
];

fn rank(path: &str) -> usize {
    let is_in = |group: &str| group.is_empty() || path == group || path.starts_with(&format!("{group}."));
    GROUPS.iter().position(|(group, _)| is_in(group)).unwrap_or(GROUPS.len())
}

fn named(path: &str) -> (String, String) {
    let (prefix, group) = GROUPS[rank(path).min(GROUPS.len() - 1)];
    let rest = path.strip_prefix(prefix).unwrap_or(path).trim_start_matches('.');
    let rest = if rest.is_empty() { path } else { rest };
    let words = rest.replace(['.', '_'], " ");
    let words = PLAIN.iter().find(|(name, _)| *name == words).map_or(words.as_str(), |(_, plain)| plain);
    (group.to_owned(), sentence_case(words))
}

//! The critic: what it is asked and shown, and the distinct critiques in its answer, in whatever form of list they come.

use serde_json::Value;

use super::memory::Memory;
use crate::{
    apo::world::{Ask, Trace},
    domain::{
        chat::{Message, ModelRole},
        id::StepId,
        prompt::PromptTemplate,
    },
};

const CRITIC: &str = include_str!("templates/critic.md");
/// Comes last: small models keep to the form that they read last.
const ANSWER: &str = include_str!("templates/critic_answer.md");

/// Characters of one critique.
const LONGEST: usize = 800;

/// The question to the critic: at most `count` critiques of `prompt` by its `traces`.
pub fn ask(step: StepId, count: usize, prompt: &PromptTemplate, traces: &[Trace], memory: &Memory) -> Ask {
    let count = count.to_string();
    let filled = |text: &str| PromptTemplate(text.trim_end().to_owned()).render(&[("count", &count)]);
    let experiments: Vec<String> = traces.iter().enumerate().map(|(at, trace)| trace.in_words(at + 1)).collect();
    let user = format!(
        "# Prompt template\n\n{}\n\n# Experiments\n\n{}\n\n# Tried before without success\n\n{}\n\n# Your answer\n\n{}",
        prompt.as_str(),
        experiments.join("\n"),
        memory.in_words(),
        filled(ANSWER)
    );
    Ask { step, role: ModelRole::Critic, messages: vec![Message::system(filled(CRITIC)), Message::user(user)] }
}

/// At most `count` distinct critiques in an answer: the entries of a JSON list, of a numbered list, the sections below headings,
/// or the entries of a bullet list; an answer without any of these is one critique.
pub fn parse(answer: &str, count: usize) -> Vec<String> {
    let answer = answer.trim();
    let items = in_json(answer)
        .or_else(|| split_at(answer, numbered))
        .or_else(|| split_at(answer, headed))
        .or_else(|| split_at(answer, bulleted))
        .unwrap_or_else(|| vec![answer.to_owned()]);
    let mut critiques: Vec<String> = Vec::new();
    for item in items {
        let item = cut(&tidy(&item), LONGEST);
        let words = |text: &str| text.split(|c: char| !c.is_alphanumeric()).map(str::to_lowercase).collect::<String>();
        if critiques.len() < count
            && item.chars().any(char::is_alphabetic)
            && !critiques.iter().any(|known| words(known) == words(&item))
        {
            critiques.push(item);
        }
    }
    critiques
}

/// The beginning of a text, up to the end of a word, and a sign that it went on.
pub(super) fn cut(text: &str, limit: usize) -> String {
    match text.char_indices().nth(limit) {
        None => text.to_owned(),
        Some((end, _)) => {
            let end = text[..end].rfind(char::is_whitespace).unwrap_or(end);
            format!("{} …", text[..end].trim_end())
        }
    }
}

/// A list of texts or of objects with texts, alone or as an object's only list, with or without words around it.
fn in_json(answer: &str) -> Option<Vec<String>> {
    let from = answer.find(['[', '{'])?;
    let to = answer.rfind([']', '}'])?;
    let value: Value = serde_json::from_str(answer.get(from..=to)?).ok()?;
    let list = match &value {
        Value::Array(list) => list,
        Value::Object(fields) => fields.values().find_map(Value::as_array)?,
        _ => return None,
    };
    let text = |value: &Value| match value {
        Value::String(text) => Some(text.clone()),
        Value::Object(fields) => {
            let texts: Vec<&str> = fields.values().filter_map(Value::as_str).collect();
            (!texts.is_empty()).then(|| texts.join(" "))
        }
        _ => None,
    };
    let items: Vec<String> = list.iter().filter_map(text).collect();
    (!items.is_empty()).then_some(items)
}

/// The entries that begin where `starts` says so, without what stands before the first one.
fn split_at(answer: &str, starts: impl Fn(&str, usize) -> Option<usize>) -> Option<Vec<String>> {
    let mut items: Vec<String> = Vec::new();
    for line in answer.lines().filter(|line| !line.trim_start().starts_with("```")) {
        match (starts(line, items.len()), items.last_mut()) {
            (Some(text), _) => items.push(line[text..].to_owned()),
            (None, Some(item)) => {
                item.push('\n');
                item.push_str(line);
            }
            (None, None) => {}
        }
    }
    (!items.is_empty()).then_some(items)
}

/// `1.`, `2)`, `**3.**`, `### 4:`, `Critique 1:`: in sequence, so that a number in the text is none.
fn numbered(line: &str, before: usize) -> Option<usize> {
    let indent = line.len() - line.trim_start().len();
    if indent > 3 {
        return None;
    }
    let number = (before + 1).to_string();
    let at = line.find(&number)?;
    let lead = line[..at].trim_matches(|c: char| !c.is_alphabetic()).to_lowercase();
    let after = &line[at + number.len()..];
    let marked = after.starts_with(['.', ')', ':']) || after.starts_with("**") || after.trim().is_empty();
    let leads =
        matches!(lead.as_str(), "" | "critique" | "cause" | "root cause" | "issue" | "point" | "problem" | "item");
    (marked && leads).then_some(at + number.len())
}

fn headed(line: &str, _: usize) -> Option<usize> {
    line.starts_with('#').then(|| line.len() - line.trim_start_matches('#').len())
}

fn bulleted(line: &str, _: usize) -> Option<usize> {
    let mark = ["- ", "* ", "• "].into_iter().find(|mark| line.starts_with(mark))?;
    Some(mark.len())
}

/// On one line, without marks of a list or of emphasis around it.
fn tidy(item: &str) -> String {
    let flat = item.replace("**", "").replace("__", "");
    let flat = flat.split_whitespace().filter(|word| !matches!(*word, "-" | "*" | "•" | "##" | "###"));
    let flat = flat.collect::<Vec<_>>().join(" ");
    flat.trim_start_matches(['.', ')', ':', '#', '*', '-', ' ']).trim_end_matches(['#', '*', ' ']).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_of_any_form_are_taken_apart() {
        let expected = ["Case is ignored. Say how.", "Joins repeat rows. Forbid it."];
        for answer in [
            "1. Case is ignored. Say how.\n2. Joins repeat rows. Forbid it.",
            "Here are the causes:\n\n1) **Case is ignored.** Say how.\n\n2) Joins repeat rows.\n   - Forbid it.",
            "### 1. Case is ignored.\nSay how.\n### 2. Joins repeat rows.\nForbid it.",
            "**Critique 1:** Case is ignored. Say how.\n\n**Critique 2:** Joins repeat rows. Forbid it.",
            "## Case is ignored.\nSay how.\n\n## Joins repeat rows.\nForbid it.",
            "- Case is ignored. Say how.\n- Joins repeat rows.\n  Forbid it.",
            "[\"Case is ignored. Say how.\", \"Joins repeat rows. Forbid it.\"]",
            "```json\n[{\"cause\": \"Case is ignored.\", \"change\": \"Say how.\"}, {\"cause\": \"Joins repeat rows.\", \"change\": \"Forbid it.\"}]\n```",
            "{\"critiques\": [\"Case is ignored. Say how.\", \"Joins repeat rows. Forbid it.\"]}",
        ] {
            assert_eq!(parse(answer, 4), expected, "{answer}");
        }
    }

    #[test]
    fn a_number_in_the_text_is_no_entry_and_plain_text_is_one_critique() {
        assert_eq!(parse("1. Use at most\n3. of them\n2. And this", 4), ["Use at most 3. of them", "And this"]);
        assert_eq!(parse("Say that case does not matter.", 4), ["Say that case does not matter."]);
        assert!(parse(" \n", 4).is_empty());
        assert!(parse("1.\n2. ---", 4).is_empty());
    }

    #[test]
    fn repetitions_go_and_no_more_than_asked_for_stay() {
        assert_eq!(parse("- Mind NULL.\n- mind null\n- Use joins.\n- Third.", 2), ["Mind NULL.", "Use joins."]);
        let long = format!("1. {}", "word ".repeat(400));
        assert!(parse(&long, 1)[0].chars().count() <= LONGEST + 2);
    }
}

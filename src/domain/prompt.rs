//! Prompt templates: placeholders in curly brackets, substituted once and literally.
//! Braces in a schema or in values are never parsed again, and braces that are no placeholder stay as they are.

use serde::{Deserialize, Serialize};

/// A prompt with placeholders such as `{table_info}`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct PromptTemplate(pub String);

/// A stretch of a template's text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Piece<'a> {
    Text(&'a str),
    /// A placeholder's name, without its brackets.
    Placeholder(&'a str),
}

/// What is wrong with a template's placeholders; empty lists mean that it can be used.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PlaceholderReport {
    /// Required names that the template lacks.
    pub missing: Vec<String>,
    /// Names that nothing fills in: they would be sent to the model as they stand.
    pub unknown: Vec<String>,
}

impl PlaceholderReport {
    /// Whether nothing is missing or unknown.
    pub fn is_clean(&self) -> bool {
        self.missing.is_empty() && self.unknown.is_empty()
    }
}

impl PromptTemplate {
    /// The template's text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The template in pieces. A placeholder is `{name}` with a name of ASCII letters, digits and `_`, not starting with
    /// a digit; every other brace is text.
    pub fn pieces(&self) -> Vec<Piece<'_>> {
        let mut pieces = Vec::new();
        let (mut text_from, mut at) = (0, 0);
        while let Some(open) = self.0[at..].find('{').map(|i| at + i) {
            match placeholder_at(&self.0, open) {
                Some(name) => {
                    if open > text_from {
                        pieces.push(Piece::Text(&self.0[text_from..open]));
                    }
                    pieces.push(Piece::Placeholder(name));
                    at = open + name.len() + 2;
                    text_from = at;
                }
                None => at = open + 1,
            }
        }
        if text_from < self.0.len() {
            pieces.push(Piece::Text(&self.0[text_from..]));
        }
        pieces
    }

    /// The names of the placeholders, each once, in order of first appearance.
    pub fn placeholders(&self) -> Vec<&str> {
        let mut names = Vec::new();
        for piece in self.pieces() {
            if let Piece::Placeholder(name) = piece
                && !names.contains(&name)
            {
                names.push(name);
            }
        }
        names
    }

    /// Fills in `values` (name, value). Placeholders without a value stay as they stand.
    pub fn render(&self, values: &[(&str, &str)]) -> String {
        let mut text = String::with_capacity(self.0.len());
        for piece in self.pieces() {
            match piece {
                Piece::Text(part) => text.push_str(part),
                Piece::Placeholder(name) => match values.iter().find(|(known, _)| *known == name) {
                    Some((_, value)) => text.push_str(value),
                    None => {
                        text.push('{');
                        text.push_str(name);
                        text.push('}');
                    }
                },
            }
        }
        text
    }

    /// Compares the template's placeholders with the `required` ones and with all that are `known`.
    pub fn check(&self, required: &[&str], known: &[&str]) -> PlaceholderReport {
        let present = self.placeholders();
        PlaceholderReport {
            missing: required.iter().filter(|name| !present.contains(name)).map(|name| name.to_string()).collect(),
            unknown: present.iter().filter(|name| !known.contains(name)).map(|name| name.to_string()).collect(),
        }
    }

    /// Words, as separated by white space.
    pub fn words(&self) -> usize {
        self.0.split_whitespace().count()
    }

    /// Rules, counted as list items: lines that start with `-`, `*`, `•` or a number with `.` or `)`.
    pub fn rules(&self) -> usize {
        self.0.lines().filter(|line| is_list_item(line.trim_start())).count()
    }
}

fn placeholder_at(text: &str, open: usize) -> Option<&str> {
    let rest = &text[open + 1..];
    let name = &rest[..rest.find(|c: char| !(c.is_ascii_alphanumeric() || c == '_'))?];
    let starts_well = name.chars().next().is_some_and(|c| !c.is_ascii_digit());
    (starts_well && rest[name.len()..].starts_with('}')).then_some(name)
}

fn is_list_item(line: &str) -> bool {
    let bullet = ["- ", "* ", "• "].iter().any(|mark| line.starts_with(mark));
    let digits = line.len() - line.trim_start_matches(|c: char| c.is_ascii_digit()).len();
    bullet || (digits > 0 && [". ", ") "].iter().any(|mark| line[digits..].starts_with(mark)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn template(text: &str) -> PromptTemplate {
        PromptTemplate(text.into())
    }

    #[test]
    fn values_are_filled_in_once_and_never_parsed_again() {
        let prompt = template("{dialect}: {table_info} {dialect}");
        assert_eq!(prompt.render(&[("dialect", "{table_info}"), ("table_info", "T")]), "{table_info}: T {table_info}");
    }

    #[test]
    fn braces_that_are_no_placeholder_stay() {
        let text = r#"{"a": 1} { x } {} {1a} {a-b} {{ünicode}} {"#;
        assert_eq!(template(text).render(&[("a", "x")]), text);
        assert!(template(text).placeholders().is_empty());
    }

    #[test]
    fn doubled_braces_still_hold_the_placeholder() {
        assert_eq!(template("{{a}}").render(&[("a", "1")]), "{1}");
    }

    #[test]
    fn the_report_names_what_is_missing_and_what_is_unknown() {
        let report = template("{dialect} {foo} {foo}").check(&["table_info"], &["dialect", "table_info"]);
        assert_eq!(report.missing, ["table_info"]);
        assert_eq!(report.unknown, ["foo"]);
        assert!(template("{table_info}").check(&["table_info"], &["dialect", "table_info"]).is_clean());
    }

    #[test]
    fn rules_are_list_items() {
        assert_eq!(template("Do:\n- a\n  * b\n1. c\n12) d\n-x\n3.5 is a number\n• e").rules(), 5);
        assert_eq!(template("two words").words(), 2);
    }
}

//! Whether an edit copies from the training questions: eight words in a row of a question or its gold query, a whole gold
//! query, or a value that stands in one. A prompt that holds answers is no better on other questions, and looks it.

use crate::{
    domain::{candidate::Rejection, dataset::Example},
    text2sql::sql_tokens::{TokenClass, tokens},
};

/// Words in a row that are no coincidence.
const RUN: usize = 8;
/// Words of a gold query that is known as a whole.
const QUERY: usize = 5;
/// Characters of a value that is looked for outside quotes too.
const TELLING: usize = 4;

/// What `text` has of the `training` questions and its parent has not.
pub(super) fn copied(text: &str, parent: &str, training: &[&Example]) -> Option<Rejection> {
    let (words, parent_words) = (Words::of(text), Words::of(parent));
    let is_new = |run: &str| words.0.contains(run) && !parent_words.0.contains(run);
    let (lower, parent_lower) = (text.to_lowercase(), parent.to_lowercase());
    for example in training {
        let mut found = None;
        for source in [&example.question, &example.gold] {
            let source = Words::of(source);
            found = found.or_else(|| source.runs(RUN).into_iter().find(|run| is_new(run)).map(str::to_owned));
        }
        let gold = Words::of(&example.gold);
        if found.is_none() && gold.count() >= QUERY && is_new(&gold.0) {
            found = Some(gold.0);
        }
        let found = found.or_else(|| {
            let has = |value: &String| has_value(text, &lower, value) && !has_value(parent, &parent_lower, value);
            literals(&example.gold).into_iter().find(has)
        });
        if let Some(found) = found {
            return Some(Rejection::Copied { example: example.id.clone(), text: found.trim().to_owned() });
        }
    }
    None
}

/// A text as its words in lower case, each between single spaces.
struct Words(String);

impl Words {
    fn of(text: &str) -> Self {
        let mut words = String::from(" ");
        for word in text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()) {
            words.extend(word.chars().flat_map(char::to_lowercase));
            words.push(' ');
        }
        Self(words)
    }

    fn count(&self) -> usize {
        self.0.matches(' ').count() - 1
    }

    /// Every stretch of `length` words, with the spaces around it.
    fn runs(&self, length: usize) -> Vec<&str> {
        let spaces: Vec<usize> = self.0.match_indices(' ').map(|(at, _)| at).collect();
        spaces.windows(length + 1).map(|ends| &self.0[ends[0]..=ends[length]]).collect()
    }
}

/// The string values of a query, without wildcards at their ends.
fn literals(sql: &str) -> Vec<String> {
    let strings = tokens(sql).filter(|(class, text)| *class == TokenClass::String && text.starts_with('\''));
    let values = strings.map(|(_, text)| text.trim_matches('\'').replace("''", "'").trim_matches('%').to_owned());
    values.filter(|value| value.chars().count() >= 2 && value.chars().any(char::is_alphanumeric)).collect()
}

/// In quotes, whatever its case; outside of them only what looks like a value, which a lower-case word does not.
fn has_value(text: &str, lower: &str, value: &str) -> bool {
    let quoted = lower.match_indices(&value.to_lowercase()).any(|(at, found)| {
        let (before, after) = (lower[..at].chars().next_back(), lower[at + found.len()..].chars().next());
        before.is_some_and(is_quote) && after.is_some_and(is_quote)
    });
    let is_telling = value.chars().count() >= TELLING
        && value.chars().skip(1).any(|c| c.is_uppercase() || c.is_numeric() || c.is_whitespace());
    quoted || is_telling && stands_alone(text, value)
}

fn is_quote(c: char) -> bool {
    matches!(c, '\'' | '"' | '`' | '“' | '”' | '‘' | '’' | '%')
}

fn stands_alone(text: &str, value: &str) -> bool {
    text.match_indices(value).any(|(at, found)| {
        let before = text[..at].chars().next_back().is_none_or(|c| !c.is_alphanumeric());
        before && text[at + found.len()..].chars().next().is_none_or(|c| !c.is_alphanumeric())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn example(question: &str, gold: &str) -> Example {
        Example { id: "q1".into(), question: question.into(), gold: gold.into(), ..Example::default() }
    }

    fn found(text: &str, question: &str, gold: &str) -> Option<String> {
        match copied(text, "Write SQL. Values such as 'USA' are texts.", &[&example(question, gold)])? {
            Rejection::Copied { text, .. } => Some(text),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn eight_words_of_a_question_are_copied_and_seven_are_not() {
        let question = "What is the average age of all singers from France?";
        assert!(found("Mind: what is the AVERAGE age, of all singers!", question, "SELECT 1").is_some());
        assert_eq!(found("Mind: what is the average age of all dogs.", question, "SELECT 1"), None);
    }

    #[test]
    fn a_gold_query_is_copied_also_when_it_is_short() {
        let gold = "SELECT count(*) FROM singer WHERE age > 20";
        assert!(found("For example:\nselect count( * )\nfrom singer where age>20", "How many?", gold).is_some());
        assert_eq!(found("Use COUNT(*) to count.", "How many?", "SELECT count(*) FROM singer"), None);
    }

    #[test]
    fn a_value_of_a_gold_query_counts_in_quotes_or_where_it_looks_like_one() {
        let gold =
            "SELECT name FROM t WHERE country = 'France' AND code = 'AB 12' AND kind LIKE '%open%' AND land = 'USA'";
        assert_eq!(found("Compare country with \"france\".", "Which?", gold).as_deref(), Some("France"));
        assert_eq!(found("The code AB 12 is one.", "Which?", gold).as_deref(), Some("AB 12"));
        assert_eq!(found("Leave nothing open. It is as in France.", "Which?", gold), None);
        assert_eq!(found("Write 'USA' in capitals.", "Which?", gold), None, "the parent has it");
    }
}

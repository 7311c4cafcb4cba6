//! The simulated practice model's rule book: it plays agent, critic and editor on the built-in sample without any network.
//! It is no language model. It knows the sample's questions, the mistakes that a prompt can prevent, and by which words a
//! prompt prevents them (`www/sample/README.md` describes the file). The same request always gets the same answer.

mod agent;
mod protegi;
mod reviewers;

use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;

use crate::domain::{
    chat::{Message, ModelRole},
    rng::SplitMix64,
};

/// What the practice model knows: the content of `practice.json`.
#[derive(Clone, Debug, Deserialize)]
pub struct PracticeBook {
    rules: Vec<Rule>,
    remarks: Vec<Remark>,
    questions: Vec<Question>,
}

/// Something that a prompt can address, so that a kind of mistake is no longer made.
#[derive(Clone, Debug, Deserialize)]
struct Rule {
    id: String,
    /// The instruction as a prompt would state it.
    rule: String,
    /// What a critic says after a failure of this kind.
    critique: String,
    /// Groups of lower-case words; a prompt with all words of one group in one passage addresses the rule.
    phrases: Vec<Vec<String>>,
}

/// A general remark of a critic that saw no failure, and the harmless sentence that an editor makes of it.
#[derive(Clone, Debug, Deserialize)]
struct Remark {
    remark: String,
    critique: String,
}

#[derive(Clone, Debug, Deserialize)]
struct Question {
    question: String,
    gold: String,
    /// Ids of the rules without which the answer is wrong.
    needs: Vec<String>,
    /// The wrong query for each needed rule.
    mistakes: BTreeMap<String, String>,
    /// A wrong query that is written whatever the prompt says.
    stubborn: Option<String>,
}

impl PracticeBook {
    /// Reads `practice.json`.
    pub fn from_json(json: &str) -> serde_json::Result<Self> {
        serde_json::from_str(json)
    }

    /// The answer in a role, drawn from `seed` and the messages alone. `None` when the agent is asked about something
    /// that is no question of the sample, which a rule book cannot answer.
    pub fn answer(&self, seed: u64, role: ModelRole, messages: &[Message]) -> Option<String> {
        let text = messages.iter().map(|message| message.content.as_str()).collect::<Vec<_>>().join("\n\n");
        let mut rng = SplitMix64::labelled(seed, &text);
        match role {
            ModelRole::Agent => self.query_or_review(&text, &mut rng),
            ModelRole::Critic => Some(self.review(&text, &mut rng)),
            ModelRole::Editor => Some(self.rework(&text, &mut rng)),
        }
    }

    /// The rule that a question needs.
    fn rule(&self, id: &str) -> Option<&Rule> {
        self.rules.iter().find(|rule| rule.id == id)
    }
}

impl Rule {
    /// Whether a prompt with these passages addresses the rule.
    fn is_addressed(&self, prompt: &Passages) -> bool {
        self.phrases.iter().any(|group| prompt.0.iter().any(|words| group.iter().all(|word| words.contains(word))))
    }
}

/// A text as the lower-case words of each paragraph and each list item.
struct Passages(Vec<BTreeSet<String>>);

impl Passages {
    fn of(text: &str) -> Self {
        let mut passages = vec![BTreeSet::new()];
        for line in text.to_lowercase().lines().map(str::trim) {
            if line.is_empty() || starts_item(line) {
                passages.push(BTreeSet::new());
            }
            let words = line.split(|c: char| !(c.is_ascii_alphanumeric() || c == '_')).filter(|word| !word.is_empty());
            if let Some(passage) = passages.last_mut() {
                passage.extend(words.map(str::to_owned));
            }
        }
        Self(passages)
    }
}

fn starts_item(line: &str) -> bool {
    let after_digits = line.trim_start_matches(|c: char| c.is_ascii_digit());
    line.starts_with(['-', '*', '+', '•', '#'])
        || (after_digits.len() < line.len() && after_digits.starts_with(['.', ')']))
}

#[cfg(test)]
mod tests {
    use super::*;

    pub const JSON: &str = include_str!("../../www/sample/practice.json");
    pub const SEED_PROMPT: &str = include_str!("../../www/sample/seed_prompt.md");

    pub fn book() -> PracticeBook {
        PracticeBook::from_json(JSON).unwrap()
    }

    fn addressed(book: &PracticeBook, prompt: &str) -> Vec<String> {
        let passages = Passages::of(prompt);
        book.rules.iter().filter(|rule| rule.is_addressed(&passages)).map(|rule| rule.id.clone()).collect()
    }

    #[test]
    fn the_seed_prompt_addresses_nothing_and_each_rule_exactly_itself() {
        let book = book();
        assert!(addressed(&book, SEED_PROMPT).is_empty());
        for rule in &book.rules {
            assert_eq!(addressed(&book, &format!("{SEED_PROMPT}\n- {}\n", rule.rule)), [rule.id.as_str()]);
        }
        for remark in &book.remarks {
            assert!(addressed(&book, &remark.remark).is_empty(), "{}", remark.remark);
        }
    }

    #[test]
    fn a_rule_in_the_users_own_words_counts() {
        assert_eq!(
            addressed(&book(), "Always ignore the case of\nnames.\n\nUse a LEFT\nJOIN for lists."),
            ["case", "outer"]
        );
    }

    #[test]
    fn words_of_different_list_items_do_not_make_a_phrase() {
        assert!(addressed(&book(), "- ignore weather\n- in any case").is_empty());
    }

    #[test]
    fn every_need_has_its_rule_and_its_mistake() {
        let book = book();
        assert_eq!(book.questions.len(), 72);
        for question in &book.questions {
            for need in &question.needs {
                assert!(book.rule(need).is_some() && question.mistakes.contains_key(need), "{}", question.question);
            }
        }
    }
}

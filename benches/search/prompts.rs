//! Prompts of a simulated world: text that looks like one, in which marks such as `[R03]` say which rules and traps a line
//! stands for. A garbled line has lost its mark's number and with it its effect.

use promptbeam::domain::{prompt::PromptTemplate, rng::SplitMix64};

const VOCABULARY: [&str; 40] = [
    "always", "before", "column", "compare", "count", "every", "filter", "first", "given", "group", "include",
    "instead", "join", "keep", "last", "list", "match", "name", "never", "number", "only", "order", "query",
    "question", "row", "same", "select", "should", "sort", "table", "text", "that", "then", "unless", "use", "value",
    "when", "where", "which", "write",
];

/// What a line of a prompt stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mark {
    Rule(usize),
    Trap(usize),
    /// A sentence without effect.
    Note(usize),
}

/// The rules and traps that a prompt holds, as bits.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Held {
    pub rules: u64,
    pub traps: u64,
}

impl Mark {
    /// The mark in letters and digits: `R03`.
    pub fn name(self) -> String {
        match self {
            Mark::Rule(number) => format!("R{number:02}"),
            Mark::Trap(number) => format!("X{number:02}"),
            Mark::Note(number) => format!("N{number:02}"),
        }
    }

    /// The mark that `text` begins with.
    pub fn at(text: &str) -> Option<Self> {
        let kind = match text.as_bytes().first()? {
            b'R' => Mark::Rule,
            b'X' => Mark::Trap,
            b'N' => Mark::Note,
            _ => return None,
        };
        text.get(1..3)?.parse().ok().map(kind)
    }

    /// A list item that stands for it, in wording number `wording`.
    pub fn line(self, wording: usize) -> String {
        let name = self.name();
        format!("- [{name}] {}", words(&format!("{name}/{wording}"), 9))
    }
}

impl Held {
    /// What the prompt `text` holds.
    pub fn of(text: &str) -> Self {
        let mut held = Self::default();
        for mark in text.split('[').skip(1).filter(|rest| rest.as_bytes().get(3) == Some(&b']')).filter_map(Mark::at) {
            match mark {
                Mark::Rule(number) => held.rules |= 1 << number,
                Mark::Trap(number) => held.traps |= 1 << number,
                Mark::Note(_) => {}
            }
        }
        held
    }
}

/// The mark that a line of a prompt stands for.
pub fn mark_of(line: &str) -> Option<Mark> {
    line.strip_prefix("- [").and_then(Mark::at)
}

/// A sentence of `count` words or a few more; the same for the same label.
pub fn words(label: &str, count: usize) -> String {
    let mut rng = SplitMix64::labelled(0, label);
    let count = count + rng.below(6);
    (0..count).map(|_| VOCABULARY[rng.below(VOCABULARY.len())]).collect::<Vec<_>>().join(" ")
}

/// The seed prompt with these rules.
pub fn seed_prompt(rules: &[usize]) -> PromptTemplate {
    let mut text = "You write one {dialect} query that answers a question about a database.\n\n\
                    These are its tables:\n\n{table_info}\n\n\
                    Answer with the query in a fenced block. Keep to this:"
        .to_owned();
    for rule in rules {
        text.push('\n');
        text.push_str(&Mark::Rule(*rule).line(0));
    }
    PromptTemplate(text)
}

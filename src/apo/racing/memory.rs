//! What did not work, for the critic: the newest rejected edits, so that they are not proposed again.
//! Source: the history of failed steps in TextGrad-like optimizers, cut to what fits into a prompt.

use std::collections::VecDeque;

use super::critiques::cut;

/// Rejected edits that the critic is told of.
const KEPT: usize = 10;
/// Characters of an edit.
const EDIT: usize = 240;

/// The newest rejected edits, oldest first.
#[derive(Clone, Debug, Default)]
pub struct Memory(VecDeque<String>);

impl Memory {
    /// Remembers that an edit after `critique` came to nothing, and why.
    pub fn rejected(&mut self, critique: &str, why: &str) {
        if self.0.len() == KEPT {
            self.0.pop_front();
        }
        let flat = critique.split_whitespace().collect::<Vec<_>>().join(" ");
        self.0.push_back(format!("{} ({why})", cut(&flat, EDIT)));
    }

    /// The edits as a list, or that there is none.
    pub fn in_words(&self) -> String {
        if self.0.is_empty() {
            return "Nothing yet.".to_owned();
        }
        self.0.iter().map(|line| format!("* {line}")).collect::<Vec<_>>().join("\n")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_newest_ten_are_told() {
        let mut memory = Memory::default();
        assert_eq!(memory.in_words(), "Nothing yet.");
        (1..=12).for_each(|i| memory.rejected(&format!("- Add\nrule {i}."), "1 fixed, 2 broken"));
        let told = memory.in_words();
        assert_eq!(told.lines().count(), 10);
        assert!(told.starts_with("* - Add rule 3. (1 fixed, 2 broken)"), "{told}");
    }
}

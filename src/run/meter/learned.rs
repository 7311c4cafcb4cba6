//! What the calls of one role have taught about the next: characters in a token, and how long answers get.

use super::Bill;

/// Characters per token of English with SQL, before anything was measured.
pub const CHARS_PER_TOKEN: f64 = 3.6;
/// Longest answer, in tokens, that is reckoned with before there was one.
const LONG: f64 = 4096.0;
/// How many times longer than the longest so far an answer may get.
const LONGER: f64 = 2.0;
/// Answers after which the longest so far says something.
const TELLING: u32 = 5;

#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Learned {
    chars: f64,
    tokens: f64,
    answers: u32,
    longest: f64,
}

impl Learned {
    pub(super) fn heed(&mut self, bill: &Bill) {
        if let Some(tokens) = bill.tokens.input.filter(|tokens| *tokens > 0 && bill.asked > 0) {
            self.chars += bill.asked as f64;
            self.tokens += tokens as f64;
        }
        if let Some(tokens) = bill.tokens.output {
            self.answers += 1;
            self.longest = self.longest.max(tokens as f64);
        }
    }

    /// Tokens of so many characters.
    pub(super) fn input(&self, chars: u64) -> f64 {
        let per_token = if self.tokens > 0.0 { self.chars / self.tokens } else { CHARS_PER_TOKEN };
        (chars as f64 / per_token).ceil()
    }

    /// Tokens of the longest answer to be reckoned with.
    pub(super) fn longest(&self) -> f64 {
        if self.answers < TELLING { LONG.max(LONGER * self.longest) } else { LONGER * self.longest }
    }
}

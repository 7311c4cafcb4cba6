//! Looking through a file for keys before it leaves: those that were entered, and whatever looks like one. No part of a run has a
//! place for a key, but a prompt, a question or an answer may hold one that somebody pasted.

/// How the keys of well-known services begin.
const BEGINNINGS: [&str; 11] =
    ["sk-", "sk_", "gsk_", "xai-", "AIza", "hf_", "ghp_", "github_pat_", "AKIA", "pplx-", "Bearer "];
/// Characters that follow such a beginning, at least.
const LENGTH: usize = 16;

/// How the first thing that looks like a key begins, so that it can be named without being shown; `None` if there is none.
pub fn key_like(text: &str) -> Option<&'static str> {
    BEGINNINGS.into_iter().find(|beginning| text.match_indices(beginning).any(|(at, _)| is_key(text, at, beginning)))
}

fn is_key(text: &str, at: usize, beginning: &str) -> bool {
    let is_part = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
    let is_inside_a_word = text[..at].chars().next_back().is_some_and(is_part);
    let rest = &text[at + beginning.len()..];
    let secret = &rest[..rest.find(|c| !is_part(c)).unwrap_or(rest.len())];
    // A name of words has no digits, and a word has few letters.
    !is_inside_a_word && secret.len() >= LENGTH && secret.contains(|c: char| c.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_looks_like_a_key_is_found_and_words_are_not() {
        for (text, beginning) in [
            (r#"{"text":"my key is sk-proj-abcDEF1234567890xyz"}"#, "sk-"),
            ("AIzaSyA1234567890abcdefghijk", "AIza"),
            ("Authorization: Bearer abcdef0123456789abcdef", "Bearer "),
        ] {
            assert_eq!(key_like(text), Some(beginning), "{text}");
        }
        for text in [
            "task-0123456789abcdef0123",
            "sk-short1",
            "risk-averse",
            "ask_every_question_that_there_is",
            "sk-a-name-made-of-words-alone",
            "é sk-",
        ] {
            assert_eq!(key_like(text), None, "{text}");
        }
    }
}

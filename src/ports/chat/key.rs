//! A provider's key. It is neither printed nor serialized, and what a provider says passes through `scrub` before it is
//! shown or kept: providers repeat keys in their messages.

use std::fmt;

/// Characters of a provider's message that are kept.
const MESSAGE_CHARS: usize = 300;
const HIDDEN: &str = "[key]";
const PREFIXES: &[&str] = &["sk-", "sk_", "pk-", "gsk_", "xai-", "hf_", "AIza", "eyJ"];

/// A key, or none.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct ApiKey(String);

impl ApiKey {
    /// The key itself, for the header it belongs in and nowhere else.
    pub fn reveal(&self) -> &str {
        &self.0
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether it can stand in a header: printable ASCII without blanks.
    pub fn is_sendable(&self) -> bool {
        self.0.bytes().all(|byte| byte.is_ascii_graphic())
    }

    /// `text` without this key and without anything that looks like one, cut to 300 characters.
    pub fn scrub(&self, text: &str) -> String {
        let without = if self.is_empty() { text.to_owned() } else { text.replace(&self.0, HIDDEN) };
        let mut scrubbed = String::with_capacity(without.len());
        let mut after_bearer = false;
        for token in tokens(&without) {
            if !token.starts_with(is_key_char) {
                scrubbed.push_str(token);
                continue;
            }
            scrubbed.push_str(if after_bearer || looks_like_a_key(token) { HIDDEN } else { token });
            after_bearer = token.eq_ignore_ascii_case("bearer");
        }
        scrubbed.trim().chars().take(MESSAGE_CHARS).collect()
    }
}

impl From<&str> for ApiKey {
    /// Blanks around the key, as copying brings them along, are not part of it.
    fn from(text: &str) -> Self {
        Self(text.trim().to_owned())
    }
}

impl fmt::Debug for ApiKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.is_empty() { "ApiKey(none)" } else { "ApiKey(hidden)" })
    }
}

fn is_key_char(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '*' | '.' | '•' | '…')
}

/// `text` in pieces that are wholly of key characters or wholly not.
fn tokens(text: &str) -> impl Iterator<Item = &str> {
    let mut rest = text;
    std::iter::from_fn(move || {
        let inside = is_key_char(rest.chars().next()?);
        let end = rest.find(|c| is_key_char(c) != inside).unwrap_or(rest.len());
        let (token, after) = rest.split_at(end);
        rest = after;
        Some(token)
    })
}

/// Providers' prefixes, and keys whose middle the provider has starred out.
fn looks_like_a_key(token: &str) -> bool {
    let prefixed = PREFIXES.iter().any(|prefix| token.starts_with(prefix)) && token.len() >= 8;
    let starred =
        (token.contains("***") || token.contains("••")) && token.contains(|c: char| c.is_ascii_alphanumeric());
    prefixed || starred
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_never_printed() {
        let key = ApiKey::from(" canary-4711\n");
        assert_eq!(key.reveal(), "canary-4711");
        assert!(!format!("{key:?}").contains("4711"));
    }

    #[test]
    fn keys_in_a_providers_message_are_hidden_and_the_rest_is_kept() {
        let key = ApiKey::from("canary-4711");
        for (message, scrubbed) in [
            ("Bad key canary-4711!", "Bad key [key]!"),
            ("Bad key: sk-proj-abc_DEF123.", "Bad key: [key]"),
            ("Incorrect key provided: abcd****wxyz (see docs)", "Incorrect key provided: [key] (see docs)"),
            ("header was \"Bearer abc.def\" here", "header was \"Bearer [key]\" here"),
            ("a task-based **bold** model sk-1", "a task-based **bold** model sk-1"),
        ] {
            assert_eq!(key.scrub(message), scrubbed);
        }
    }

    #[test]
    fn a_long_message_is_cut_after_the_key_was_taken_out_of_it() {
        let key = ApiKey::from("canary-4711");
        let scrubbed = key.scrub(&format!("{}canary-4711", "ä".repeat(295)));
        assert_eq!(scrubbed.chars().count(), 300);
        assert!(!scrubbed.contains("canary"));
    }

    #[test]
    fn only_printable_keys_can_be_sent() {
        assert!(ApiKey::from("sk-1").is_sendable() && ApiKey::default().is_sendable());
        assert!(!ApiKey::from("sk 1").is_sendable() && !ApiKey::from("schlüssel").is_sendable());
    }
}

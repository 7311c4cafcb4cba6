//! The browser's own model, Chrome's Prompt API: whether it is there, and what its refusals mean. It takes no seed, no limit on
//! its answer and from a page no temperature, and tells no usage. `browser/chat/built_in.rs` does the asking.
//! Source: webmachinelearning.github.io/prompt-api, November 2026.

use crate::domain::{
    chat::Message,
    problem::{ChatError, LocalFault},
};

/// What `LanguageModel.availability()` says. That the name `LanguageModel` is there says nothing.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Availability {
    /// The browser was not asked yet.
    #[default]
    Unknown,
    Unavailable,
    /// The browser fetches it once the user has clicked.
    Downloadable,
    Downloading,
    Available,
}

impl Availability {
    /// The state of that name; what is not known here is not available.
    pub fn named(name: &str) -> Self {
        match name {
            "available" => Self::Available,
            "downloadable" => Self::Downloadable,
            "downloading" => Self::Downloading,
            _ => Self::Unavailable,
        }
    }

    /// Why a call cannot be made now, if it cannot.
    pub fn hindrance(self) -> Option<ChatError> {
        let fault = match self {
            Self::Available | Self::Unknown => return None,
            Self::Downloadable | Self::Downloading => LocalFault::BuiltInNotReady,
            Self::Unavailable => LocalFault::NoBuiltIn,
        };
        Some(ChatError::Local { fault })
    }
}

/// A conversation as the browser wants it: what goes before, and what is asked.
pub fn parts(messages: &[Message]) -> (&[Message], &str) {
    messages.split_last().map_or((&[], ""), |(last, before)| (before, &last.content))
}

/// Why there is no answer, by the name of the browser's exception.
pub fn refused(name: &str, message: &str) -> ChatError {
    let fault = match name {
        "QuotaExceededError" => return ChatError::ContextTooLong,
        // The answer was held back, for its quality or its content.
        "NotReadableError" => return ChatError::Refused,
        "NotAllowedError" => LocalFault::BuiltInNotReady,
        "NotSupportedError" => LocalFault::NoBuiltIn,
        _ => LocalFault::Crashed { message: format!("{name}: {message}") },
    };
    ChatError::Local { fault }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_four_states_and_anything_else_are_known() {
        let states = ["available", "downloadable", "downloading", "unavailable", "after-download"];
        let hindered = states.map(|name| Availability::named(name).hindrance());
        let not_ready = Some(ChatError::Local { fault: LocalFault::BuiltInNotReady });
        let none = Some(ChatError::Local { fault: LocalFault::NoBuiltIn });
        assert_eq!(hindered, [None, not_ready.clone(), not_ready, none.clone(), none]);
    }

    #[test]
    fn the_last_message_is_asked_and_the_others_go_before() {
        let messages = [Message::system("Write SQL."), Message::user("How many?")];
        assert_eq!(parts(&messages), (&messages[..1], "How many?"));
        assert_eq!(parts(&[]), (&[][..], ""));
    }

    #[test]
    fn exceptions_are_told_apart_by_their_names() {
        assert_eq!(refused("QuotaExceededError", "The input is too large."), ChatError::ContextTooLong);
        assert_eq!(refused("NotReadableError", ""), ChatError::Refused);
        assert!(refused("OperationError", "").is_transient());
        assert!(!refused("NotAllowedError", "").is_transient());
    }
}

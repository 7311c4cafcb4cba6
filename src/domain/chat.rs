//! What is said to a model and what comes back, independent of any provider's wire format.

use serde::{Deserialize, Serialize};

use super::usage::TokenUsage;

/// Which of the three models of a run is meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ModelRole {
    /// Writes SQL; its prompt is the one that is optimized.
    Agent,
    /// Writes the textual gradient.
    Critic,
    /// Applies the gradient to the template.
    Editor,
}

impl ModelRole {
    /// All roles, in the order of the screens.
    pub const ALL: [ModelRole; 3] = [ModelRole::Agent, ModelRole::Critic, ModelRole::Editor];

    /// The role's name in lower case, as in `data-testid`s and settings files.
    pub fn name(self) -> &'static str {
        match self {
            ModelRole::Agent => "agent",
            ModelRole::Critic => "critic",
            ModelRole::Editor => "editor",
        }
    }
}

/// Who speaks in a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Speaker {
    System,
    User,
    Assistant,
}

impl Speaker {
    /// The name that chat formats use.
    pub fn name(self) -> &'static str {
        match self {
            Speaker::System => "system",
            Speaker::User => "user",
            Speaker::Assistant => "assistant",
        }
    }
}

/// One chat message.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Message {
    #[serde(rename = "role")]
    pub speaker: Speaker,
    pub content: String,
}

impl Message {
    /// Instructions to the model.
    pub fn system(content: impl Into<String>) -> Self {
        Self { speaker: Speaker::System, content: content.into() }
    }

    /// What the user says.
    pub fn user(content: impl Into<String>) -> Self {
        Self { speaker: Speaker::User, content: content.into() }
    }

    /// What the model said.
    pub fn assistant(content: impl Into<String>) -> Self {
        Self { speaker: Speaker::Assistant, content: content.into() }
    }
}

/// A model's whole answer. `text` may be empty: an empty critique or edit has a meaning of its own in APO.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct ChatAnswer {
    pub text: String,
    /// Reasoning that the provider sent apart from the answer; never part of a prompt.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub reasoning: String,
    /// What this answer took; nothing if it came from the cache.
    pub usage: TokenUsage,
    /// Whether it was not asked for: the page had it from an identical request before.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub from_cache: bool,
    /// What was asked otherwise than the settings say, because the model does not take it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub adjusted: Vec<Adjustment>,
}

/// A setting that a model does not take as it is. It changes what an experiment means, so it is kept with the answer.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "adjustment", rename_all = "snake_case")]
pub enum Adjustment {
    /// The model takes no temperature but its own.
    TemperatureLeftOut { asked: f64 },
    /// The provider's scale ends lower.
    TemperatureLowered { asked: f64, sent: f64 },
    /// The model takes no limit on the tokens of an answer.
    TokenLimitLeftOut { asked: u32 },
}

/// A field of a request that a model may refuse.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RequestField {
    Temperature,
    MaxTokens,
    MaxCompletionTokens,
}

impl RequestField {
    /// All fields that may be refused.
    pub const ALL: [RequestField; 3] =
        [RequestField::Temperature, RequestField::MaxTokens, RequestField::MaxCompletionTokens];

    /// Its name in a request.
    pub fn name(self) -> &'static str {
        match self {
            RequestField::Temperature => "temperature",
            RequestField::MaxTokens => "max_tokens",
            RequestField::MaxCompletionTokens => "max_completion_tokens",
        }
    }
}

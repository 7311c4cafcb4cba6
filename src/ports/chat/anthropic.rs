//! Anthropic's Messages as text. Unlike Chat Completions the system text stands apart, a token limit must be given, and a
//! page has to say that it calls from a browser on purpose.

use serde::Serialize;
use serde_json::Value;

use super::{ChatRequest, failure, wire::Reading};
use crate::domain::{
    chat::{ChatAnswer, Message, Speaker},
    problem::ChatError,
    usage::TokenUsage,
};

/// The token limit where the settings name none: every model of the family can give that many.
const MAX_TOKENS: u32 = 4096;

/// What is sent beside the key.
pub(super) fn headers() -> [(&'static str, String); 2] {
    [("anthropic-version", "2023-06-01".into()), ("anthropic-dangerous-direct-browser-access", "true".into())]
}

#[derive(Serialize)]
struct Body<'a> {
    model: &'a str,
    max_tokens: u32,
    #[serde(skip_serializing_if = "Option::is_none")]
    system: Option<String>,
    messages: Vec<&'a Message>,
    #[serde(skip_serializing_if = "Option::is_none")]
    temperature: Option<f64>,
}

/// The request's JSON.
pub(super) fn body(request: &ChatRequest, model: &str, temperature: Option<f64>) -> String {
    let (system, messages) = apart(&request.messages);
    let body = Body { model, max_tokens: limit(request), system, messages, temperature };
    serde_json::to_string(&body).expect("texts and numbers can always be written as JSON")
}

/// The token limit that is sent.
pub(super) fn limit(request: &ChatRequest) -> u32 {
    request.max_tokens.unwrap_or(MAX_TOKENS)
}

/// The system text, and the messages of user and assistant.
pub(super) fn apart(messages: &[Message]) -> (Option<String>, Vec<&Message>) {
    let (system, others): (Vec<_>, Vec<_>) = messages.iter().partition(|message| message.speaker == Speaker::System);
    let system: Vec<_> = system.into_iter().map(|message| message.content.as_str()).collect();
    ((!system.is_empty()).then(|| system.join("\n\n")), others)
}

/// The answer in a reply, or why there is none.
pub(super) fn read(reading: Reading<'_>) -> Result<ChatAnswer, ChatError> {
    let object = failure::object(reading)?;
    let malformed = |detail: &str| ChatError::Malformed { detail: detail.to_owned() };
    let parts = object.get("content").and_then(Value::as_array).ok_or_else(|| malformed("it has no content"))?;
    let of_kind = |kind: &str, field: &str| -> String {
        let is_kind = |part: &&Value| part.get("type").and_then(Value::as_str) == Some(kind);
        parts.iter().filter(is_kind).filter_map(|part| part.get(field)?.as_str()).collect()
    };
    let (text, reasoning) = (of_kind("text", "text"), of_kind("thinking", "thinking"));
    let usage = usage(object.get("usage"));
    match object.get("stop_reason").and_then(Value::as_str).unwrap_or_default() {
        "max_tokens" => Err(ChatError::Truncated { at: usage.output.and_then(|tokens| tokens.try_into().ok()) }),
        "refusal" => Err(ChatError::Refused),
        "model_context_window_exceeded" => Err(ChatError::ContextTooLong),
        // A model may well say nothing, but then it says that it is done.
        "end_turn" | "stop_sequence" => Ok(ChatAnswer { text, reasoning, usage, ..ChatAnswer::default() }),
        _ if text.is_empty() => Err(malformed("its content is empty")),
        _ => Ok(ChatAnswer { text, reasoning, usage, ..ChatAnswer::default() }),
    }
}

/// Anthropic counts what it read from its cache, and what it put there, apart from the rest of the input.
fn usage(usage: Option<&Value>) -> TokenUsage {
    let number = |name: &str| usage?.get(name)?.as_u64();
    let cached = number("cache_read_input_tokens");
    let written = number("cache_creation_input_tokens").unwrap_or(0);
    let input = number("input_tokens").map(|rest| rest + cached.unwrap_or(0) + written);
    TokenUsage { input, output: number("output_tokens"), cached, usd: None }
}

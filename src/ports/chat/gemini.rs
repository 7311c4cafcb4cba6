//! Google's generateContent as text: the model stands in the path, the assistant is called model, and a refused prompt
//! comes back without any candidate.

use std::fmt::Write;

use serde::Serialize;
use serde_json::Value;

use super::{ChatRequest, anthropic::apart, failure, wire::Reading};
use crate::domain::{
    chat::{ChatAnswer, Message, Speaker},
    problem::ChatError,
    usage::TokenUsage,
};

/// The path of a request, with the model's name as the list gives it or without the list's `models/`.
pub(super) fn path(model: &str) -> String {
    let mut path = String::from("/models/");
    for byte in model.strip_prefix("models/").unwrap_or(model).bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' => path.push(byte.into()),
            _ => write!(path, "%{byte:02X}").expect("a string takes everything"),
        }
    }
    path + ":generateContent"
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Body<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    system_instruction: Option<Content<'a>>,
    contents: Vec<Content<'a>>,
    generation_config: GenerationConfig,
}

#[derive(Serialize)]
struct Content<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    role: Option<&'static str>,
    parts: [Part<'a>; 1],
}

#[derive(Serialize)]
struct Part<'a> {
    text: &'a str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct GenerationConfig {
    #[serde(skip_serializing_if = "Option::is_none")]
    temperature: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    max_output_tokens: Option<u32>,
}

/// The request's JSON.
pub(super) fn body(request: &ChatRequest, temperature: Option<f64>, max_output_tokens: Option<u32>) -> String {
    let (system, messages) = apart(&request.messages);
    let body = Body {
        system_instruction: system.as_deref().map(|text| Content { role: None, parts: [Part { text }] }),
        contents: messages.into_iter().map(said).collect(),
        generation_config: GenerationConfig { temperature, max_output_tokens },
    };
    serde_json::to_string(&body).expect("texts and numbers can always be written as JSON")
}

fn said(message: &Message) -> Content<'_> {
    let role = if message.speaker == Speaker::Assistant { "model" } else { "user" };
    Content { role: Some(role), parts: [Part { text: &message.content }] }
}

/// The answer in a reply, or why there is none.
pub(super) fn read(reading: Reading<'_>) -> Result<ChatAnswer, ChatError> {
    let object = failure::object(reading)?;
    let malformed = |detail: &str| ChatError::Malformed { detail: detail.to_owned() };
    if object.get("promptFeedback").is_some_and(|feedback| feedback.get("blockReason").is_some()) {
        return Err(ChatError::Refused);
    }
    let candidate = object.get("candidates").and_then(|candidates| candidates.as_array()?.first());
    let candidate = candidate.ok_or_else(|| malformed("it has no candidates"))?;
    let parts = candidate.get("content").and_then(|content| content.get("parts")?.as_array());
    let texts = |of_thoughts: bool| -> String {
        let is_wanted = |part: &&Value| part.get("thought").and_then(Value::as_bool).unwrap_or(false) == of_thoughts;
        parts.into_iter().flatten().filter(is_wanted).filter_map(|part| part.get("text")?.as_str()).collect()
    };
    let (text, reasoning) = (texts(false), texts(true));
    let usage = usage(object.get("usageMetadata"));
    match candidate.get("finishReason").and_then(Value::as_str).unwrap_or_default() {
        "MAX_TOKENS" => Err(ChatError::Truncated { at: usage.output.and_then(|tokens| tokens.try_into().ok()) }),
        "SAFETY" | "RECITATION" | "LANGUAGE" | "BLOCKLIST" | "PROHIBITED_CONTENT" | "SPII" => Err(ChatError::Refused),
        // A model may well say nothing, but then it says that it is done.
        "STOP" => Ok(ChatAnswer { text, reasoning, usage, ..ChatAnswer::default() }),
        _ if text.is_empty() => Err(malformed("its candidate is empty")),
        _ => Ok(ChatAnswer { text, reasoning, usage, ..ChatAnswer::default() }),
    }
}

/// The names of the models that can answer, without the list's `models/`.
pub(super) fn read_models(reading: Reading<'_>) -> Result<Vec<String>, ChatError> {
    let object = failure::object(reading)?;
    let listed = object.get("models").and_then(Value::as_array);
    let listed = listed.ok_or_else(|| ChatError::Malformed { detail: "it has no list of models".into() })?;
    let answers = |model: &&Value| {
        let methods = model.get("supportedGenerationMethods").and_then(Value::as_array);
        methods.is_none_or(|methods| methods.iter().any(|method| method == "generateContent"))
    };
    let name = |model: &Value| {
        let name = model.get("name")?.as_str()?;
        Some(name.strip_prefix("models/").unwrap_or(name).to_owned())
    };
    Ok(listed.iter().filter(answers).filter_map(name).collect())
}

/// Thoughts are counted apart and paid for as output.
fn usage(usage: Option<&Value>) -> TokenUsage {
    let number = |name: &str| usage?.get(name)?.as_u64();
    let said = number("candidatesTokenCount");
    let thought = number("thoughtsTokenCount");
    let output =
        if said.is_none() && thought.is_none() { None } else { Some(said.unwrap_or(0) + thought.unwrap_or(0)) };
    TokenUsage { input: number("promptTokenCount"), output, cached: number("cachedContentTokenCount"), usd: None }
}

//! OpenAI's Chat Completions as text: what is sent, and what an answer says. Pure, so that every provider's habits can be
//! tested on the bytes it sends; `browser/chat.rs` does the sending. The wire types do not leave this module.

mod failure;

use serde::Serialize;
use serde_json::{Map, Value};

use super::{ChatRequest, key::ApiKey};
use crate::domain::{chat::ChatAnswer, chat::Message, problem::ChatError, usage::TokenUsage};

pub use failure::unsupported;

/// What came back over HTTP.
#[derive(Clone, Copy, Debug)]
pub struct Reply<'a> {
    pub status: u16,
    /// The header of that name, in seconds, where the browser shows it.
    pub retry_after: Option<&'a str>,
    pub body: &'a str,
}

/// How one endpoint's model wants a request; learned from its refusals.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Dialect {
    pub temperature: TemperatureField,
    pub token_limit: TokenLimitField,
}

/// Whether a temperature is sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TemperatureField {
    Sent,
    /// The model takes none but its own.
    LeftOut,
}

/// Under which name the token limit is sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TokenLimitField {
    MaxTokens,
    MaxCompletionTokens,
    LeftOut,
}

/// A parameter that a model refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Parameter {
    Temperature,
    MaxTokens,
    MaxCompletionTokens,
}

impl Dialect {
    /// What to try first at `base_url`: OpenAI's own newer models refuse `max_tokens`, most others know nothing else.
    pub fn of(base_url: &str) -> Self {
        let host = base_url.split("://").nth(1).unwrap_or_default().split(['/', ':']).next().unwrap_or_default();
        let is_openai = host == "api.openai.com" || host.ends_with(".api.openai.com");
        let token_limit = if is_openai { TokenLimitField::MaxCompletionTokens } else { TokenLimitField::MaxTokens };
        Self { temperature: TemperatureField::Sent, token_limit }
    }

    /// The next thing to try after `refused`; `None` if that parameter was not sent.
    pub fn without(self, refused: Parameter) -> Option<Self> {
        match (refused, self.temperature, self.token_limit) {
            (Parameter::Temperature, TemperatureField::Sent, _) => {
                Some(Self { temperature: TemperatureField::LeftOut, ..self })
            }
            (Parameter::MaxTokens, _, TokenLimitField::MaxTokens) => {
                Some(Self { token_limit: TokenLimitField::MaxCompletionTokens, ..self })
            }
            (Parameter::MaxCompletionTokens, _, TokenLimitField::MaxCompletionTokens) => {
                Some(Self { token_limit: TokenLimitField::LeftOut, ..self })
            }
            _ => None,
        }
    }
}

/// Where completions are asked for. `base_url` is what stands before `/chat/completions`, or ends with it.
pub fn completions_url(base_url: &str) -> String {
    format!("{}/chat/completions", base(base_url))
}

/// Where the models are listed.
pub fn models_url(base_url: &str) -> String {
    format!("{}/models", base(base_url))
}

fn base(url: &str) -> &str {
    let url = url.trim().trim_end_matches('/');
    url.strip_suffix("/chat/completions").unwrap_or(url).trim_end_matches('/')
}

#[derive(Serialize)]
struct Body<'a> {
    model: &'a str,
    messages: &'a [Message],
    #[serde(skip_serializing_if = "Option::is_none")]
    temperature: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    max_tokens: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    max_completion_tokens: Option<u32>,
}

/// The request's JSON.
pub fn body(request: &ChatRequest, model: &str, dialect: Dialect) -> String {
    let limit_as = |field| request.max_tokens.filter(|_| dialect.token_limit == field);
    let body = Body {
        model,
        messages: &request.messages,
        temperature: request.temperature.filter(|_| dialect.temperature == TemperatureField::Sent),
        max_tokens: limit_as(TokenLimitField::MaxTokens),
        max_completion_tokens: limit_as(TokenLimitField::MaxCompletionTokens),
    };
    serde_json::to_string(&body).expect("texts and numbers can always be written as JSON")
}

/// The answer in a reply, or why there is none.
pub fn read(reply: &Reply<'_>, key: &ApiKey) -> Result<ChatAnswer, ChatError> {
    let object = object(reply, key)?;
    let malformed = |detail: &str| ChatError::Malformed { detail: detail.to_owned() };
    let choices = object.get("choices").and_then(Value::as_array);
    let choice = choices.ok_or_else(|| malformed("it has no choices"))?.first();
    let choice = choice.and_then(Value::as_object).ok_or_else(|| malformed("its list of choices is empty"))?;
    if let Some(error) = failure::in_object(choice, reply, key) {
        return Err(error);
    }
    let message = choice.get("message").and_then(Value::as_object).ok_or_else(|| malformed("its choice is empty"))?;
    let refusal = message.get("refusal").and_then(Value::as_str).unwrap_or_default();
    let finish = choice.get("finish_reason").and_then(Value::as_str).unwrap_or_default();
    let content = content(message.get("content"));
    match finish {
        "content_filter" | "refusal" | "safety" => return Err(ChatError::Refused),
        _ if !refusal.is_empty() => return Err(ChatError::Refused),
        "length" | "max_tokens" => return Err(ChatError::Truncated),
        // A model may well say nothing, but then it says that it is done.
        "stop" | "eos" | "end_turn" => {}
        _ if content.is_empty() => return Err(malformed("its choice is empty")),
        _ => {}
    }
    let (thought, text) = split_thought(&content);
    let apart = ["reasoning_content", "reasoning"].iter().find_map(|name| message.get(*name)?.as_str());
    let reasoning = apart.filter(|reasoning| !reasoning.is_empty()).unwrap_or(thought).to_owned();
    Ok(ChatAnswer { text: text.to_owned(), reasoning, usage: usage(object.get("usage")) })
}

/// The names in a reply to a request for the models, in alphabetical order.
pub fn read_models(reply: &Reply<'_>, key: &ApiKey) -> Result<Vec<String>, ChatError> {
    let listed = match serde_json::from_str(reply.body) {
        // Together answers with the bare list.
        Ok(Value::Array(listed)) if reply.status == 200 && listed.iter().all(|model| model.get("error").is_none()) => {
            listed
        }
        _ => {
            let mut object = object(reply, key)?;
            let listed = ["data", "models"].iter().find_map(|name| object.remove(*name));
            match listed {
                Some(Value::Array(listed)) => listed,
                _ => return Err(ChatError::Malformed { detail: "it has no list of models".into() }),
            }
        }
    };
    let name = |model: &Value| ["id", "name"].iter().find_map(|field| Some(model.get(*field)?.as_str()?.to_owned()));
    let mut names: Vec<String> = listed.iter().filter_map(name).collect();
    names.sort();
    names.dedup();
    Ok(names)
}

/// A successful reply's JSON object, taken out of the list that some gateways wrap it in.
fn object(reply: &Reply<'_>, key: &ApiKey) -> Result<Map<String, Value>, ChatError> {
    let parsed = serde_json::from_str(reply.body).map(|value| match value {
        Value::Array(list) => list.into_iter().next().unwrap_or_default(),
        value => value,
    });
    match parsed {
        Ok(Value::Object(object)) => match failure::in_object(&object, reply, key) {
            Some(error) => Err(error),
            None if (200..300).contains(&reply.status) => Ok(object),
            None => Err(failure::of_status(reply, key)),
        },
        _ if (200..300).contains(&reply.status) => {
            let beginning = key.scrub(reply.body);
            let detail = if beginning.is_empty() { "it is empty".into() } else { format!("it begins: {beginning}") };
            Err(ChatError::Malformed { detail: key.scrub(&detail) })
        }
        _ => Err(failure::of_status(reply, key)),
    }
}

/// A message's text: a string, or the text parts of a list.
fn content(content: Option<&Value>) -> String {
    match content {
        Some(Value::String(text)) => text.clone(),
        Some(Value::Array(parts)) => parts.iter().filter_map(|part| part.get("text")?.as_str()).collect(),
        _ => String::new(),
    }
}

/// What a local model thought aloud before its answer, and the answer. Only thoughts at the beginning count: a prompt that
/// an editor wrote may speak of the tags. Some chat templates write the opening tag themselves, so it may be missing.
fn split_thought(text: &str) -> (&str, &str) {
    let begun = text.trim_start().strip_prefix("<think>");
    let body = begun.unwrap_or(text);
    match (begun, body.split_once("</think>")) {
        (Some(_), Some((thought, answer))) => (thought.trim(), answer.trim_start()),
        (Some(_), None) => (body.trim(), ""),
        (None, Some((thought, answer))) if !thought.contains("<think>") => (thought.trim(), answer.trim_start()),
        (None, _) => ("", text),
    }
}

fn usage(usage: Option<&Value>) -> TokenUsage {
    let number = |name: &str| usage?.get(name)?.as_u64();
    TokenUsage { input: number("prompt_tokens"), output: number("completion_tokens") }
}

#[cfg(test)]
mod tests;

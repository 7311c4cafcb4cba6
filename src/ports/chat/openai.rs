//! OpenAI's Chat Completions as text, which most providers and all servers of one's own speak, each with habits of its own.

use serde::Serialize;
use serde_json::Value;

use super::{ChatRequest, capability::TokenLimitField, failure, wire::Reading};
use crate::domain::{
    chat::{ChatAnswer, Message},
    problem::ChatError,
    provider::Provider,
    usage::TokenUsage,
};

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
pub(super) fn body(
    request: &ChatRequest,
    model: &str,
    temperature: Option<f64>,
    token_limit: TokenLimitField,
) -> String {
    let limit_as = |field| request.max_tokens.filter(|_| token_limit == field);
    let body = Body {
        model,
        messages: &request.messages,
        temperature,
        max_tokens: limit_as(TokenLimitField::MaxTokens),
        max_completion_tokens: limit_as(TokenLimitField::MaxCompletionTokens),
    };
    serde_json::to_string(&body).expect("texts and numbers can always be written as JSON")
}

/// The answer in a reply, or why there is none.
pub(super) fn read(reading: Reading<'_>) -> Result<ChatAnswer, ChatError> {
    let object = failure::object(reading)?;
    let malformed = |detail: &str| ChatError::Malformed { detail: detail.to_owned() };
    let choices = object.get("choices").and_then(Value::as_array);
    let choice = choices.ok_or_else(|| malformed("it has no choices"))?.first();
    let choice = choice.and_then(Value::as_object).ok_or_else(|| malformed("its list of choices is empty"))?;
    if let Some(error) = failure::in_object(choice, reading) {
        return Err(error);
    }
    let message = choice.get("message").and_then(Value::as_object).ok_or_else(|| malformed("its choice is empty"))?;
    let refusal = message.get("refusal").and_then(Value::as_str).unwrap_or_default();
    let finish = choice.get("finish_reason").and_then(Value::as_str).unwrap_or_default();
    let content = content(message.get("content"));
    let usage = usage(object.get("usage"), reading.provider);
    match finish {
        "content_filter" | "refusal" | "safety" => return Err(ChatError::Refused),
        _ if !refusal.is_empty() => return Err(ChatError::Refused),
        "length" | "max_tokens" => {
            return Err(ChatError::Truncated { at: usage.output.and_then(|tokens| tokens.try_into().ok()) });
        }
        // A model may well say nothing, but then it says that it is done.
        "stop" | "eos" | "end_turn" => {}
        _ if content.is_empty() => return Err(malformed("its choice is empty")),
        _ => {}
    }
    let (thought, text) = split_thought(&content);
    let apart = ["reasoning_content", "reasoning"].iter().find_map(|name| message.get(*name)?.as_str());
    let reasoning = apart.filter(|reasoning| !reasoning.is_empty()).unwrap_or(thought).to_owned();
    Ok(ChatAnswer { text: text.to_owned(), reasoning, usage, ..ChatAnswer::default() })
}

/// The names in a reply to a request for the models.
pub(super) fn read_models(reading: Reading<'_>) -> Result<Vec<String>, ChatError> {
    let listed = match serde_json::from_str(&reading.reply.body) {
        // Together answers with the bare list.
        Ok(Value::Array(listed))
            if reading.reply.is_success() && listed.iter().all(|model| model.get("error").is_none()) =>
        {
            listed
        }
        _ => {
            let mut object = failure::object(reading)?;
            let listed = ["data", "models"].iter().find_map(|name| object.remove(*name));
            match listed {
                Some(Value::Array(listed)) => listed,
                _ => return Err(ChatError::Malformed { detail: "it has no list of models".into() }),
            }
        }
    };
    let name = |model: &Value| ["id", "name"].iter().find_map(|field| Some(model.get(*field)?.as_str()?.to_owned()));
    Ok(listed.iter().filter_map(name).collect())
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

fn usage(usage: Option<&Value>, provider: Provider) -> TokenUsage {
    let number = |name: &str| usage?.get(name)?.as_u64();
    let details = |name: &str| usage?.get("prompt_tokens_details")?.get(name)?.as_u64();
    TokenUsage {
        input: number("prompt_tokens"),
        output: number("completion_tokens"),
        // DeepSeek has a name of its own.
        cached: details("cached_tokens").or_else(|| number("prompt_cache_hit_tokens")),
        // Others may count in another currency.
        usd: (provider == Provider::OpenRouter).then(|| usage?.get("cost")?.as_f64()).flatten(),
    }
}

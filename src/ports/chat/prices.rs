//! Prices from OpenRouter's public list, the only one that machines can read without a key. A price found there is that of the
//! vendor's own endpoint as OpenRouter knows it; where somebody else serves the same model nothing is guessed.

use serde_json::Value;

use super::{
    failure,
    key::ApiKey,
    wire::{HttpRequest, Reading, Reply},
};
use crate::domain::{budget::Price, problem::ChatError, provider::Provider};

/// Where the list is.
const LIST: &str = "https://openrouter.ai/api/v1/models";

/// The request for the list; it carries no key.
pub fn request() -> HttpRequest {
    HttpRequest { url: LIST.into(), headers: vec![], body: None }
}

/// Whether prices of `provider`'s models can be in the list.
pub fn knows(provider: Provider) -> bool {
    vendor(provider).is_some()
}

/// The price of `provider`'s `model` in a reply to `request`; `None` if the list does not have it.
pub fn read(reply: &Reply, provider: Provider, model: &str) -> Result<Option<Price>, ChatError> {
    let reading = Reading { reply, key: &ApiKey::default(), provider: Provider::OpenRouter };
    let object = failure::object(reading)?;
    let listed = object.get("data").and_then(Value::as_array);
    let listed = listed.ok_or_else(|| ChatError::Malformed { detail: "it has no list of models".into() })?;
    let Some(vendor) = vendor(provider) else { return Ok(None) };
    let wanted = plain(&format!("{vendor}{}", model.trim().trim_start_matches("models/")));
    let named = |name: &str| listed.iter().find(|entry| id(entry).is_some_and(|id| plain(id) == name));
    // A dated name is a version of the one without a date.
    Ok(named(&wanted).or_else(|| named(undated(&wanted)?)).and_then(price))
}

/// How the list names a provider's own models.
fn vendor(provider: Provider) -> Option<&'static str> {
    Some(match provider {
        Provider::OpenRouter => "",
        Provider::OpenAi => "openai/",
        Provider::Anthropic => "anthropic/",
        Provider::Gemini => "google/",
        Provider::Mistral => "mistralai/",
        Provider::DeepSeek => "deepseek/",
        Provider::XAi => "x-ai/",
        _ => return None,
    })
}

fn id(entry: &Value) -> Option<&str> {
    entry.get("id")?.as_str()
}

/// One spelling for `claude-sonnet-4.5` and `claude-sonnet-4-5`.
fn plain(name: &str) -> String {
    name.to_ascii_lowercase().replace('.', "-")
}

/// The name without a date of eight digits at its end, as one number or three; `None` if there is none.
fn undated(name: &str) -> Option<&str> {
    let end = name.trim_end_matches(|c: char| c.is_ascii_digit() || c == '-');
    let digits = name[end.len()..].chars().filter(char::is_ascii_digit).count();
    let is_date = digits >= 8;
    let tail = name.rmatch_indices('-').find(|(at, _)| {
        let digits = name[*at..].chars().filter(char::is_ascii_digit).count();
        digits == 8
    });
    is_date.then_some(tail).flatten().map(|(at, _)| &name[..at])
}

fn price(entry: &Value) -> Option<Price> {
    let side = |name: &str| {
        let text = entry.get("pricing")?.get(name)?;
        let per_token: f64 = match text {
            Value::String(text) => text.parse().ok()?,
            number => number.as_f64()?,
        };
        // The list writes -1 where it depends on the request.
        let per_million = (per_token * 1e12).round() / 1e6;
        (per_token >= 0.0 && per_million.is_finite()).then_some(per_million)
    };
    Some(Price { input: Some(side("prompt")?), output: Some(side("completion")?) })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(provider: Provider, model: &str) -> Option<Price> {
        let body = r#"{"data":[
            {"id":"openai/gpt-4.1-mini","pricing":{"prompt":"0.0000004","completion":"0.0000016"}},
            {"id":"anthropic/claude-sonnet-4.5","pricing":{"prompt":"0.000003","completion":"0.000015"}},
            {"id":"openrouter/auto","pricing":{"prompt":"-1","completion":"-1"}},
            {"id":"meta/free","pricing":{"prompt":"0","completion":"0"}},
            {"id":"broken"}]}"#;
        read(&Reply { status: 200, headers: vec![], body: body.into() }, provider, model).unwrap()
    }

    #[test]
    fn vendors_models_are_found_by_their_own_names() {
        let mini = Some(Price { input: Some(0.4), output: Some(1.6) });
        assert_eq!(found(Provider::OpenAi, "gpt-4.1-mini"), mini);
        assert_eq!(found(Provider::OpenAi, "gpt-4.1-mini-2025-04-14"), mini);
        assert_eq!(found(Provider::OpenRouter, "openai/gpt-4.1-mini"), mini);
        let sonnet = Some(Price { input: Some(3.0), output: Some(15.0) });
        assert_eq!(found(Provider::Anthropic, "claude-sonnet-4-5-20250929"), sonnet);
        assert_eq!(found(Provider::OpenRouter, "meta/free"), Some(Price::FREE));
    }

    #[test]
    fn what_is_not_listed_is_unknown_and_never_free() {
        assert_eq!(found(Provider::OpenAi, "gpt-4.1"), None);
        assert_eq!(found(Provider::OpenRouter, "openrouter/auto"), None);
        assert_eq!(found(Provider::OpenRouter, "broken"), None);
        assert_eq!(found(Provider::Groq, "openai/gpt-4.1-mini"), None, "another server, another price");
        let garbage = Reply { status: 200, headers: vec![], body: "<html>".into() };
        assert!(read(&garbage, Provider::OpenAi, "m").is_err());
    }
}

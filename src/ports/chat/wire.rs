//! What goes over HTTP to an endpoint and what its reply means, whatever format it speaks. Pure, so that every provider's
//! habits can be tested on the bytes it sends; `browser/chat.rs` does the sending. The wire types do not leave the files
//! of their formats.

use super::{
    ChatRequest, anthropic,
    capability::{Capability, TemperatureField, TokenLimitField},
    failure, gemini,
    key::ApiKey,
    openai,
};
use crate::domain::{
    chat::{Adjustment, ChatAnswer, RequestField},
    config::ModelConfig,
    endpoint::{check_url, may_carry_key},
    problem::ChatError,
    provider::{KeyHeader, Provider, WireFormat},
};

/// Why a key is not sent over plain http.
pub const UNENCRYPTED: &str = "A key must not travel unencrypted, not even in the local network: give the server https, or take the key out of its field.";

/// A model at an address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Endpoint {
    /// Who stands behind the address, also if the settings only name the address.
    pub provider: Provider,
    /// Base URL without a slash at its end.
    pub base: String,
    /// The model's name as the endpoint knows it.
    pub model: String,
}

impl Endpoint {
    /// The model that the settings name. One in this browser has no address, and is told from others by its file.
    pub fn of(config: &ModelConfig) -> Self {
        if config.provider.is_here() {
            let base = format!("{}://{}", config.provider.id(), config.sha256);
            return Self { provider: config.provider, base, model: config.name.trim().to_owned() };
        }
        let url = config.url.trim().trim_end_matches('/');
        let ends = ["/chat/completions", "/messages", "/models"];
        let base = ends.iter().find_map(|end| url.strip_suffix(end)).unwrap_or(url).trim_end_matches('/');
        Self { provider: config.provider.behind(base), base: base.to_owned(), model: config.name.trim().to_owned() }
    }

    /// The format that it speaks.
    pub fn format(&self) -> WireFormat {
        self.provider.format()
    }
}

/// A request as it goes out: a POST if it has a body, else a GET. It holds the key, so it cannot be printed.
#[derive(Clone, PartialEq, Eq)]
pub struct HttpRequest {
    pub url: String,
    /// Nothing but what the endpoint needs: many refuse preflights for more.
    pub headers: Vec<(&'static str, String)>,
    pub body: Option<String>,
}

/// What came back over HTTP.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Reply {
    pub status: u16,
    /// The headers that the browser shows to a page.
    pub headers: Vec<(String, String)>,
    pub body: String,
}

impl Reply {
    /// The header of that name.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(known, _)| known.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
    }

    pub(super) fn is_success(&self) -> bool {
        (200..300).contains(&self.status)
    }
}

/// A reply with what is needed to read it.
#[derive(Clone, Copy)]
pub(super) struct Reading<'a> {
    pub reply: &'a Reply,
    pub key: &'a ApiKey,
    pub provider: Provider,
}

/// The request for a completion. Fails if the settings cannot make one.
pub fn completion(
    endpoint: &Endpoint,
    request: &ChatRequest,
    capability: Capability,
    key: &ApiKey,
) -> Result<HttpRequest, ChatError> {
    if endpoint.model.is_empty() {
        return Err(ChatError::Misconfigured { detail: "Name the model, as the endpoint knows it.".into() });
    }
    let (base, model) = (&endpoint.base, &endpoint.model);
    let (temperature, _) = temperature(request, capability);
    let (path, body) = match endpoint.format() {
        WireFormat::ChatCompletions => {
            ("/chat/completions".to_owned(), openai::body(request, model, temperature, capability.token_limit))
        }
        WireFormat::Messages => ("/messages".to_owned(), anthropic::body(request, model, temperature)),
        WireFormat::GenerateContent => {
            let is_sent = capability.token_limit != TokenLimitField::LeftOut;
            (gemini::path(model), gemini::body(request, temperature, request.max_tokens.filter(|_| is_sent)))
        }
    };
    let mut headers = headers(endpoint, key)?;
    headers.push(("content-type", "application/json".into()));
    Ok(HttpRequest { url: format!("{base}{path}"), headers, body: Some(body) })
}

/// The request for the list of models.
pub fn models(endpoint: &Endpoint, key: &ApiKey) -> Result<HttpRequest, ChatError> {
    let query = match endpoint.format() {
        WireFormat::ChatCompletions => "",
        WireFormat::Messages => "?limit=1000",
        WireFormat::GenerateContent => "?pageSize=1000",
    };
    Ok(HttpRequest { url: format!("{}/models{query}", endpoint.base), headers: headers(endpoint, key)?, body: None })
}

fn headers(endpoint: &Endpoint, key: &ApiKey) -> Result<Vec<(&'static str, String)>, ChatError> {
    let misconfigured = |detail: &str| ChatError::Misconfigured { detail: detail.to_owned() };
    check_url(&endpoint.base).map_err(misconfigured)?;
    if !key.is_sendable() {
        return Err(misconfigured("The key has characters that no key has. Copy it again."));
    }
    let mut headers = Vec::new();
    if !key.is_empty() {
        if !may_carry_key(&endpoint.base) {
            return Err(misconfigured(UNENCRYPTED));
        }
        let header = endpoint.provider.preset().map_or(KeyHeader::Bearer, |preset| preset.key_header);
        headers.push(match header {
            KeyHeader::Bearer => ("authorization", format!("Bearer {}", key.reveal())),
            KeyHeader::ApiKey => ("api-key", key.reveal().to_owned()),
            KeyHeader::XApiKey => ("x-api-key", key.reveal().to_owned()),
            KeyHeader::XGoogApiKey => ("x-goog-api-key", key.reveal().to_owned()),
        });
    }
    if endpoint.format() == WireFormat::Messages {
        headers.extend(anthropic::headers());
    }
    Ok(headers)
}

/// The answer in a reply to `completion`, or why there is none. What was asked otherwise than `request` says stands in it.
pub fn read_answer(
    endpoint: &Endpoint,
    request: &ChatRequest,
    capability: Capability,
    reply: &Reply,
    key: &ApiKey,
) -> Result<ChatAnswer, ChatError> {
    let reading = Reading { reply, key, provider: endpoint.provider };
    let answer = match endpoint.format() {
        WireFormat::ChatCompletions => openai::read(reading),
        WireFormat::Messages => anthropic::read(reading),
        WireFormat::GenerateContent => gemini::read(reading),
    };
    match answer {
        Ok(answer) => Ok(ChatAnswer { adjusted: adjusted(request, capability), ..answer }),
        Err(ChatError::Truncated { at }) => {
            // It was cut off at what was asked for, even if fewer tokens were counted.
            let limit = match endpoint.format() {
                WireFormat::Messages => Some(anthropic::limit(request)),
                WireFormat::ChatCompletions | WireFormat::GenerateContent => request.max_tokens,
            };
            Err(ChatError::Truncated { at: at.max(limit) })
        }
        Err(error @ ChatError::BadRequest { .. }) => {
            let can_do_without = |field: &RequestField| {
                let is_sent = match field {
                    RequestField::Temperature => request.temperature.is_some(),
                    RequestField::MaxTokens | RequestField::MaxCompletionTokens => request.max_tokens.is_some(),
                };
                is_sent && capability.without(*field, endpoint.format()).is_some()
            };
            let sent: Vec<_> = RequestField::ALL.into_iter().filter(can_do_without).collect();
            Err(failure::refused_field(reply, &sent).map_or(error, |field| ChatError::FieldRefused { field }))
        }
        Err(error) => Err(error),
    }
}

/// The names in a reply to `models`, in alphabetical order.
pub fn read_models(endpoint: &Endpoint, reply: &Reply, key: &ApiKey) -> Result<Vec<String>, ChatError> {
    let reading = Reading { reply, key, provider: endpoint.provider };
    let mut names = match endpoint.format() {
        WireFormat::ChatCompletions | WireFormat::Messages => openai::read_models(reading),
        WireFormat::GenerateContent => gemini::read_models(reading),
    }?;
    names.sort();
    names.dedup();
    Ok(names)
}

/// The temperature to send, and whether that is what was asked for.
fn temperature(request: &ChatRequest, capability: Capability) -> (Option<f64>, Option<Adjustment>) {
    match (request.temperature, capability.temperature) {
        (None, _) => (None, None),
        (Some(asked), TemperatureField::LeftOut) => (None, Some(Adjustment::TemperatureLeftOut { asked })),
        (Some(asked), TemperatureField::UpTo(sent)) if asked > sent => {
            (Some(sent), Some(Adjustment::TemperatureLowered { asked, sent }))
        }
        (asked, TemperatureField::UpTo(_)) => (asked, None),
    }
}

/// What is asked otherwise than `request` says.
pub fn adjusted(request: &ChatRequest, capability: Capability) -> Vec<Adjustment> {
    let (_, temperature) = temperature(request, capability);
    let is_left_out = capability.token_limit == TokenLimitField::LeftOut;
    let limit = request.max_tokens.filter(|_| is_left_out).map(|asked| Adjustment::TokenLimitLeftOut { asked });
    temperature.into_iter().chain(limit).collect()
}

#[cfg(test)]
mod tests;

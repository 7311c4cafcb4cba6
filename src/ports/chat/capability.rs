//! What a model takes: known by its family before the first call, and corrected by its refusals. OpenAI's reasoning models
//! and Claude from Opus 4.7 on take no temperature; OpenAI renamed the token limit, and most others know only the old name.

use std::{cell::RefCell, collections::HashMap, rc::Rc};

use serde::{Deserialize, Serialize};

use super::wire::Endpoint;
use crate::domain::{
    chat::RequestField,
    provider::{Provider, WireFormat},
};

/// How one endpoint's model wants a request.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Capability {
    pub temperature: TemperatureField,
    pub token_limit: TokenLimitField,
}

/// Whether a temperature is sent.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TemperatureField {
    /// From 0 to this.
    UpTo(f64),
    /// The model takes none but its own.
    LeftOut,
}

/// Under which name the token limit is sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TokenLimitField {
    /// The format's own name: `max_tokens`, or `maxOutputTokens` for Gemini.
    MaxTokens,
    MaxCompletionTokens,
    LeftOut,
}

impl Capability {
    /// What to try first.
    pub fn of(endpoint: &Endpoint) -> Self {
        // Gateways put the maker's name in front: `openai/gpt-5`.
        let model = endpoint.model.rsplit('/').next().unwrap_or_default().to_ascii_lowercase();
        let longest = if endpoint.format() == WireFormat::Messages { 1.0 } else { 2.0 };
        let fixed = openai_reasons(&model)
            || claude_reasons(&model)
            || endpoint.provider == Provider::BuiltIn
            || endpoint.provider == Provider::DeepSeek && deepseek_reasons(&model);
        let temperature = if fixed { TemperatureField::LeftOut } else { TemperatureField::UpTo(longest) };
        let token_limit = match endpoint.provider {
            Provider::BuiltIn => TokenLimitField::LeftOut,
            Provider::OpenAi | Provider::Azure => TokenLimitField::MaxCompletionTokens,
            _ => TokenLimitField::MaxTokens,
        };
        Self { temperature, token_limit }
    }

    /// The next thing to try after `refused`; `None` if that field was not sent or cannot be left out.
    pub fn without(self, refused: RequestField, format: WireFormat) -> Option<Self> {
        let limit = |token_limit| Some(Self { token_limit, ..self });
        match (refused, self.temperature, self.token_limit) {
            (RequestField::Temperature, TemperatureField::UpTo(_), _) => {
                Some(Self { temperature: TemperatureField::LeftOut, ..self })
            }
            (RequestField::MaxTokens, _, TokenLimitField::MaxTokens) => match format {
                WireFormat::ChatCompletions => limit(TokenLimitField::MaxCompletionTokens),
                WireFormat::GenerateContent => limit(TokenLimitField::LeftOut),
                WireFormat::Messages => None,
            },
            (RequestField::MaxCompletionTokens, _, TokenLimitField::MaxCompletionTokens) => {
                limit(TokenLimitField::LeftOut)
            }
            _ => None,
        }
    }
}

/// o1, o3, o4-mini, gpt-5, gpt-5-mini; not gpt-5-chat, and not gpt-5.1 and later, which do without reasoning by default.
fn openai_reasons(model: &str) -> bool {
    let is_o = model.strip_prefix('o').is_some_and(|rest| {
        let number = rest.split('-').next().unwrap_or_default();
        !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit())
    });
    let is_five = model
        .strip_prefix("gpt-5")
        .is_some_and(|rest| (rest.is_empty() || rest.starts_with('-')) && !rest.starts_with("-chat"));
    is_o || is_five
}

/// Claude Opus 4.7 and later, as `claude-opus-4-7` or `claude-opus-4.7`.
fn claude_reasons(model: &str) -> bool {
    let Some(version) = model.strip_prefix("claude-opus-") else { return false };
    let mut numbers = version.split(['-', '.']).map_while(|part| part.parse::<u32>().ok());
    let major = numbers.next().unwrap_or(0);
    // A date stands where there is no minor version.
    let minor = numbers.next().filter(|minor| *minor < 100).unwrap_or(0);
    (major, minor) >= (4, 7)
}

/// DeepSeek's own reasoning model: it takes a temperature and does not use it, which nobody would see.
fn deepseek_reasons(model: &str) -> bool {
    model.starts_with("deepseek-reasoner")
}

/// What models take, learned once for all roles that share one. Clones share it.
#[derive(Clone, Default)]
pub struct Capabilities(Rc<Shared>);

#[derive(Default)]
struct Shared {
    known: RefCell<HashMap<(String, String), Capability>>,
    told: RefCell<Option<Told>>,
}

/// Called with everything that was learned, as JSON.
type Told = Box<dyn Fn(String)>;

/// A model with what it was found to take, as it is kept.
#[derive(Serialize, Deserialize)]
struct Learned {
    base: String,
    model: String,
    capability: Capability,
}

impl Capabilities {
    /// What is known of a model.
    pub fn of(&self, endpoint: &Endpoint) -> Capability {
        self.0.known.borrow().get(&key(endpoint)).copied().unwrap_or_else(|| Capability::of(endpoint))
    }

    /// The model has refused a field. Calls that went out before and are refused too change nothing more.
    pub fn refused(&self, endpoint: &Endpoint, field: RequestField) {
        if let Some(capability) = self.of(endpoint).without(field, endpoint.format()) {
            self.0.known.borrow_mut().insert(key(endpoint), capability);
            if let Some(told) = &*self.0.told.borrow() {
                told(self.to_json());
            }
        }
    }

    /// Calls `told` with everything that is known whenever something is learned.
    pub fn keep_with(&self, told: impl Fn(String) + 'static) {
        *self.0.told.borrow_mut() = Some(Box::new(told));
    }

    /// Takes in what was learned before; what cannot be read is learned again.
    pub fn recall(&self, json: &str) {
        let learned: Vec<Learned> = serde_json::from_str(json).unwrap_or_default();
        let known = learned.into_iter().map(|learned| ((learned.base, learned.model), learned.capability));
        self.0.known.borrow_mut().extend(known);
    }

    fn to_json(&self) -> String {
        let known = self.0.known.borrow();
        let mut learned: Vec<Learned> = known
            .iter()
            .map(|((base, model), capability)| Learned {
                base: base.clone(),
                model: model.clone(),
                capability: *capability,
            })
            .collect();
        learned.sort_by(|a, b| (&a.base, &a.model).cmp(&(&b.base, &b.model)));
        serde_json::to_string(&learned).expect("texts and numbers can always be written as JSON")
    }
}

fn key(endpoint: &Endpoint) -> (String, String) {
    (endpoint.base.clone(), endpoint.model.clone())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn endpoint(provider: Provider, model: &str) -> Endpoint {
        let base = provider.preset().map_or("", |preset| preset.url).to_owned();
        Endpoint { provider, base, model: model.into() }
    }

    #[test]
    fn families_are_known_before_the_first_call() {
        let open = Provider::OpenAi;
        for (provider, model, temperature) in [
            (open, "gpt-4.1-mini", TemperatureField::UpTo(2.0)),
            (open, "gpt-5", TemperatureField::LeftOut),
            (open, "gpt-5-mini-2025-08-07", TemperatureField::LeftOut),
            (open, "gpt-5-chat-latest", TemperatureField::UpTo(2.0)),
            (open, "gpt-5.1", TemperatureField::UpTo(2.0)),
            (open, "o4-mini", TemperatureField::LeftOut),
            (Provider::OpenRouter, "openai/o3", TemperatureField::LeftOut),
            (Provider::OpenRouter, "anthropic/claude-opus-4.7", TemperatureField::LeftOut),
            (Provider::Anthropic, "claude-opus-4-20250514", TemperatureField::UpTo(1.0)),
            (Provider::Anthropic, "claude-opus-4-8", TemperatureField::LeftOut),
            (Provider::Anthropic, "claude-opus-5", TemperatureField::LeftOut),
            (Provider::Anthropic, "claude-sonnet-4-5", TemperatureField::UpTo(1.0)),
            (Provider::Ollama, "olmo2", TemperatureField::UpTo(2.0)),
            (Provider::DeepSeek, "deepseek-chat", TemperatureField::UpTo(2.0)),
            (Provider::DeepSeek, "deepseek-reasoner", TemperatureField::LeftOut),
            (Provider::XAi, "grok-4", TemperatureField::UpTo(2.0)),
        ] {
            assert_eq!(Capability::of(&endpoint(provider, model)).temperature, temperature, "{model}");
        }
    }

    #[test]
    fn only_openai_itself_gets_the_newer_name_of_the_token_limit() {
        for (provider, field) in [
            (Provider::OpenAi, TokenLimitField::MaxCompletionTokens),
            (Provider::Azure, TokenLimitField::MaxCompletionTokens),
            (Provider::Mistral, TokenLimitField::MaxTokens),
            (Provider::OpenAiCompatible, TokenLimitField::MaxTokens),
        ] {
            assert_eq!(Capability::of(&endpoint(provider, "m")).token_limit, field);
        }
    }

    #[test]
    fn a_refusal_is_learned_once_for_all_roles_and_only_for_that_model() {
        let (mini, other) = (endpoint(Provider::Groq, "mini"), endpoint(Provider::Groq, "other"));
        let capabilities = Capabilities::default();
        let shared = capabilities.clone();
        // Two calls were in flight when the first was refused.
        capabilities.refused(&mini, RequestField::MaxTokens);
        capabilities.refused(&mini, RequestField::MaxTokens);
        capabilities.refused(&mini, RequestField::Temperature);
        let learned =
            Capability { temperature: TemperatureField::LeftOut, token_limit: TokenLimitField::MaxCompletionTokens };
        assert_eq!(shared.of(&mini), learned);
        assert_eq!(shared.of(&other), Capability::of(&other));
        capabilities.refused(&mini, RequestField::MaxCompletionTokens);
        assert_eq!(shared.of(&mini).token_limit, TokenLimitField::LeftOut);
        for field in RequestField::ALL {
            assert_eq!(shared.of(&mini).without(field, WireFormat::ChatCompletions), None, "nothing is left");
        }
    }

    #[test]
    fn what_was_learned_is_still_known_after_a_reload() {
        let mini = endpoint(Provider::Groq, "mini");
        let (before, kept) = (Capabilities::default(), Rc::new(RefCell::new(String::new())));
        let told = Rc::clone(&kept);
        before.keep_with(move |json| *told.borrow_mut() = json);
        before.refused(&mini, RequestField::Temperature);
        let after = Capabilities::default();
        after.recall("what an older page wrote");
        assert_eq!(after.of(&mini), Capability::of(&mini));
        after.recall(&kept.borrow());
        assert_eq!(after.of(&mini).temperature, TemperatureField::LeftOut);
    }
}

//! The port to the evaluation cache: answers to requests at temperature 0, kept over runs. It is not the journal's memo,
//! which knows the steps of one run. Whoever loses the cache loses money and time, nothing else. Twin: `MemoryAnswers`.

use std::{cell::RefCell, collections::BTreeMap, fmt::Write};

use futures::future::{FutureExt, ready};
use serde::Serialize;
use sha2::{Digest, Sha256};

use super::{
    chat::{ChatRequest, wire::Endpoint},
    store::{StoreError, Stored},
};
use crate::domain::{
    chat::{ChatAnswer, Message},
    endpoint::{authority, origin},
    provider::WireFormat,
};

/// Part of every key: raised when the same request would be written to an endpoint otherwise than before.
const FORMAT: u32 = 1;

/// Which requests are the same: those of one key go to the same model with the same words and parameters.
/// A hash, so nothing of a request can be read from it; the key of the endpoint is no part of it.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct AnswerKey(String);

/// What is hashed, in this order.
#[derive(Serialize)]
struct Canonical<'a> {
    version: u32,
    format: &'static str,
    base: &'a str,
    model: &'a str,
    messages: &'a [Message],
    temperature: Option<f64>,
    max_tokens: Option<u32>,
}

impl AnswerKey {
    /// The key of `request` at `endpoint`.
    pub fn of(endpoint: &Endpoint, request: &ChatRequest) -> Self {
        // Taken apart in full, so that a new field cannot be forgotten here.
        let Endpoint { provider, base, model } = endpoint;
        let ChatRequest { step: _, role: _, messages, temperature, max_tokens } = request;
        let path = base.split_once("://").map_or("", |(_, rest)| &rest[authority(base).len()..]);
        let canonical = Canonical {
            version: FORMAT,
            format: match provider.format() {
                WireFormat::ChatCompletions => "chat_completions",
                WireFormat::Messages => "messages",
                WireFormat::GenerateContent => "generate_content",
            },
            base: &format!("{}{path}", origin(base)),
            model,
            messages,
            // Minus zero is the same request.
            temperature: temperature.map(|temperature| temperature + 0.0),
            max_tokens: *max_tokens,
        };
        let text = serde_json::to_string(&canonical).expect("texts and numbers can always be written as JSON");
        let mut hex = String::with_capacity(64);
        for byte in Sha256::digest(text) {
            write!(hex, "{byte:02x}").expect("a text takes everything that is written to it");
        }
        Self(hex)
    }

    /// 64 hexadecimal digits.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// What the cache holds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct CacheSize {
    pub answers: usize,
    /// Bytes of all answers as JSON.
    pub bytes: u64,
}

/// Answers by the requests that they are to.
pub trait AnswerCache {
    /// The answer, as it was when it was paid for; absent also if what is kept cannot be read.
    fn get<'a>(&'a self, key: &'a AnswerKey) -> Stored<'a, Option<ChatAnswer>>;
    /// Keeps an answer, instead of the one before.
    fn put<'a>(&'a self, key: &'a AnswerKey, answer: &'a ChatAnswer) -> Stored<'a, ()>;
    fn size(&self) -> Stored<'_, CacheSize>;
    /// Deletes all answers.
    fn clear(&self) -> Stored<'_, ()>;
}

/// A cache that lasts as long as the page.
#[derive(Default)]
pub struct MemoryAnswers {
    answers: RefCell<BTreeMap<AnswerKey, String>>,
}

impl AnswerCache for MemoryAnswers {
    fn get<'a>(&'a self, key: &'a AnswerKey) -> Stored<'a, Option<ChatAnswer>> {
        let known = self.answers.borrow().get(key).and_then(|json| serde_json::from_str(json).ok());
        ready(Ok(known)).boxed_local()
    }

    fn put<'a>(&'a self, key: &'a AnswerKey, answer: &'a ChatAnswer) -> Stored<'a, ()> {
        let kept = json_of(answer).map(|json| {
            self.answers.borrow_mut().insert(key.clone(), json);
        });
        ready(kept).boxed_local()
    }

    fn size(&self) -> Stored<'_, CacheSize> {
        let answers = self.answers.borrow();
        let bytes = answers.values().map(|json| json.len() as u64).sum();
        ready(Ok(CacheSize { answers: answers.len(), bytes })).boxed_local()
    }

    fn clear(&self) -> Stored<'_, ()> {
        self.answers.borrow_mut().clear();
        ready(Ok(())).boxed_local()
    }
}

/// An answer as it is kept.
pub fn json_of(answer: &ChatAnswer) -> Result<String, StoreError> {
    serde_json::to_string(answer).map_err(|error| StoreError::Failed { message: error.to_string() })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{
        chat::ModelRole,
        config::{ModelConfig, Provider},
        id::StepId,
    };

    fn request() -> ChatRequest {
        ChatRequest {
            step: StepId::from("r01/q1/write1"),
            role: ModelRole::Agent,
            messages: vec![Message::system("Write SQL."), Message::user("How many?")],
            temperature: Some(0.0),
            max_tokens: None,
        }
    }

    fn key(provider: Provider, url: &str, name: &str, change: impl FnOnce(&mut ChatRequest)) -> AnswerKey {
        let config = ModelConfig { provider, url: url.into(), name: name.into(), ..ModelConfig::default() };
        let mut request = request();
        change(&mut request);
        AnswerKey::of(&Endpoint::of(&config), &request)
    }

    const OPEN: Provider = Provider::OpenAiCompatible;
    const URL: &str = "https://models.example.com/v1";

    #[test]
    fn a_key_is_the_same_from_release_to_release() {
        let key = key(OPEN, URL, "m", |_| {});
        expect_test::expect!["47616d58731b7e28390d530eadb88b721dd43c562e88a7acf7cf615a63f0f88c"]
            .assert_eq(key.as_str());
    }

    #[test]
    fn place_role_and_spelling_of_the_address_make_no_other_request() {
        let usual = key(OPEN, URL, "m", |_| {});
        assert_eq!(key(OPEN, " HTTPS://Models.Example.com/v1/chat/completions ", " m ", |_| {}), usual);
        assert_eq!(key(OPEN, URL, "m", |request| request.step = StepId::from("held_out/v3/q1/write1")), usual);
        assert_eq!(key(OPEN, URL, "m", |request| request.role = ModelRole::Critic), usual);
        assert_eq!(key(OPEN, URL, "m", |request| request.temperature = Some(-0.0)), usual);
        // Another name for the same format at the same address.
        assert_eq!(key(Provider::Vllm, URL, "m", |_| {}), usual);
    }

    #[test]
    fn whatever_an_answer_may_depend_on_makes_another_request() {
        let keys = [
            key(OPEN, URL, "m", |_| {}),
            key(OPEN, "https://models.example.com/V1", "m", |_| {}),
            key(OPEN, "https://models.example.com:8443/v1", "m", |_| {}),
            key(OPEN, "http://models.example.com/v1", "m", |_| {}),
            key(Provider::Anthropic, URL, "m", |_| {}),
            key(Provider::Gemini, URL, "m", |_| {}),
            key(OPEN, URL, "M", |_| {}),
            key(OPEN, URL, "m", |request| request.temperature = None),
            key(OPEN, URL, "m", |request| request.temperature = Some(0.1)),
            key(OPEN, URL, "m", |request| request.max_tokens = Some(500)),
            key(OPEN, URL, "m", |request| request.messages[1].content.push(' ')),
            key(OPEN, URL, "m", |request| request.messages[0].speaker = crate::domain::chat::Speaker::User),
            key(OPEN, URL, "m", |request| request.messages.truncate(1)),
        ];
        for (i, one) in keys.iter().enumerate() {
            assert!(keys[..i].iter().all(|other| other != one), "{i}");
        }
    }
}

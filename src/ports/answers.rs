//! The port to the evaluation cache: answers to requests at temperature 0, kept over runs. It is not the journal's memo,
//! which knows the steps of one run. Whoever loses the cache loses money and time, nothing else. Twin: `MemoryAnswers`.

use std::{
    cell::{Cell, RefCell},
    collections::BTreeMap,
    fmt::Write,
};

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

/// Bytes of all answers that are kept at most, as JSON; the ones that were used longest ago go first. Some 20,000 answers.
pub const MOST_BYTES: u64 = 32_000_000;

/// An answer that is kept, as far as it matters for which one goes first.
#[derive(Clone, Debug, PartialEq)]
pub struct Kept<K> {
    pub key: K,
    pub bytes: u64,
    /// When it was last given or kept; on any scale.
    pub used_at: f64,
}

/// Which of the answers go, so that the others take nine tenths of `most` bytes at most: none while all of them fit into it.
/// The tenth is room for those to come, so that not every one of them sends another away.
pub fn surplus<K>(mut kept: Vec<Kept<K>>, most: u64) -> Vec<K> {
    let mut bytes: u64 = kept.iter().map(|kept| kept.bytes).sum();
    if bytes <= most {
        return Vec::new();
    }
    kept.sort_by(|a, b| a.used_at.total_cmp(&b.used_at));
    let goes = |kept: &Kept<K>| {
        let is_over = bytes > most / 10 * 9;
        bytes -= if is_over { kept.bytes } else { 0 };
        is_over
    };
    let number = kept.iter().map(goes).take_while(|goes| *goes).count();
    kept.truncate(number);
    kept.into_iter().map(|kept| kept.key).collect()
}

/// What the cache holds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct CacheSize {
    pub answers: usize,
    /// Bytes of all answers as JSON.
    pub bytes: u64,
}

/// Answers by the requests that they are to: as many as there is room for.
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
pub struct MemoryAnswers {
    /// With the use that was their last, counted over all answers.
    answers: RefCell<BTreeMap<AnswerKey, (String, u64)>>,
    uses: Cell<u64>,
    most_bytes: u64,
}

impl Default for MemoryAnswers {
    fn default() -> Self {
        Self::bounded(MOST_BYTES)
    }
}

impl MemoryAnswers {
    /// A cache of at most so many bytes.
    pub fn bounded(most_bytes: u64) -> Self {
        Self { answers: RefCell::default(), uses: Cell::new(0), most_bytes }
    }

    fn use_number(&self) -> u64 {
        self.uses.set(self.uses.get() + 1);
        self.uses.get()
    }

    fn make_room(&self) {
        let mut answers = self.answers.borrow_mut();
        let kept = answers.iter().map(|(key, (json, used))| Kept {
            key: key.clone(),
            bytes: json.len() as u64,
            used_at: *used as f64,
        });
        let surplus = surplus(kept.collect(), self.most_bytes);
        surplus.iter().for_each(|key| drop(answers.remove(key)));
    }
}

impl AnswerCache for MemoryAnswers {
    fn get<'a>(&'a self, key: &'a AnswerKey) -> Stored<'a, Option<ChatAnswer>> {
        let mut answers = self.answers.borrow_mut();
        let known = answers.get_mut(key).and_then(|(json, used)| {
            *used = self.use_number();
            serde_json::from_str(json).ok()
        });
        ready(Ok(known)).boxed_local()
    }

    fn put<'a>(&'a self, key: &'a AnswerKey, answer: &'a ChatAnswer) -> Stored<'a, ()> {
        let kept = json_of(answer).map(|json| {
            self.answers.borrow_mut().insert(key.clone(), (json, self.use_number()));
            self.make_room();
        });
        ready(kept).boxed_local()
    }

    fn size(&self) -> Stored<'_, CacheSize> {
        let answers = self.answers.borrow();
        let bytes = answers.values().map(|(json, _)| json.len() as u64).sum();
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
    fn the_answers_that_were_used_longest_ago_go_when_there_is_no_room() {
        let kept = |used: &[f64]| -> Vec<Kept<usize>> {
            used.iter().enumerate().map(|(key, used_at)| Kept { key, bytes: 100, used_at: *used_at }).collect()
        };
        assert_eq!(surplus(kept(&[3.0, 1.0, 2.0]), 300), Vec::<usize>::new());
        // 400 bytes of 300: down to 270, which only two of them leave.
        assert_eq!(surplus(kept(&[3.0, 1.0, 2.0, 4.0]), 300), [1, 2]);
        assert_eq!(surplus(kept(&[1.0]), 50), [0], "what does not fit at all is not kept");

        let cache = MemoryAnswers::bounded(1_000);
        let keys: Vec<_> = (0..50).map(|i| key(OPEN, URL, &format!("m{i}"), |_| {})).collect();
        let answer = ChatAnswer { text: "SELECT 1".into(), ..ChatAnswer::default() };
        for key in &keys {
            cache.put(key, &answer).now_or_never().unwrap().unwrap();
            // The first is asked for again and again.
            assert!(cache.get(&keys[0]).now_or_never().unwrap().unwrap().is_some());
        }
        let size = cache.size().now_or_never().unwrap().unwrap();
        assert!(size.bytes <= 1_000 && size.answers >= 3, "{size:?}");
        assert!(cache.get(&keys[49]).now_or_never().unwrap().unwrap().is_some());
        assert!(cache.get(&keys[1]).now_or_never().unwrap().unwrap().is_none());
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

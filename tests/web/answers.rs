//! The evaluation cache in IndexedDB. Every test opens a database of its own name and empties it first.

use promptbeam::{
    browser::answers::IndexedDbAnswers,
    domain::{
        chat::{ChatAnswer, Message, ModelRole},
        config::{ModelConfig, Provider},
        id::StepId,
        usage::TokenUsage,
    },
    ports::{
        answers::{AnswerCache, AnswerKey, CacheSize, MemoryAnswers},
        chat::{ChatRequest, wire::Endpoint},
    },
};
use wasm_bindgen_test::wasm_bindgen_test;

fn key(question: &str) -> AnswerKey {
    let url = "https://models.example.com/v1".into();
    let config = ModelConfig { provider: Provider::OpenAiCompatible, url, name: "m".into(), ..ModelConfig::default() };
    let request = ChatRequest {
        step: StepId::default(),
        role: ModelRole::Agent,
        messages: vec![Message::user(question)],
        temperature: Some(0.0),
        max_tokens: None,
    };
    AnswerKey::of(&Endpoint::of(&config), &request)
}

fn answer(text: &str) -> ChatAnswer {
    let usage = TokenUsage { input: Some(10), output: Some(5), ..TokenUsage::default() };
    ChatAnswer { text: text.into(), usage, ..ChatAnswer::default() }
}

#[wasm_bindgen_test]
async fn an_answer_is_there_after_reopening_until_it_is_cleared() {
    let cache = IndexedDbAnswers::open("answers").await.unwrap();
    cache.clear().await.unwrap();
    cache.put(&key("How many chairs?"), &answer("SELECT 'Stühle'")).await.unwrap();
    drop(cache);

    let cache = IndexedDbAnswers::open("answers").await.unwrap();
    assert_eq!(cache.get(&key("How many chairs?")).await.unwrap(), Some(answer("SELECT 'Stühle'")));
    assert_eq!(cache.get(&key("How many tables?")).await.unwrap(), None);
    cache.clear().await.unwrap();
    assert_eq!(cache.get(&key("How many chairs?")).await.unwrap(), None);
    assert_eq!(cache.size().await.unwrap(), CacheSize::default());
}

#[wasm_bindgen_test]
async fn the_size_is_that_of_the_cache_in_memory_also_when_an_answer_was_replaced() {
    let (cache, twin) = (IndexedDbAnswers::open("answers-size").await.unwrap(), MemoryAnswers::default());
    cache.clear().await.unwrap();
    for (question, text) in [("one", "SELECT 1"), ("two", "SELECT 'zwölf'"), ("one", "SELECT 1 -- again")] {
        cache.put(&key(question), &answer(text)).await.unwrap();
        twin.put(&key(question), &answer(text)).await.unwrap();
    }
    let size = cache.size().await.unwrap();
    assert_eq!((size, size.answers), (twin.size().await.unwrap(), 2));
    assert_eq!(cache.get(&key("one")).await.unwrap(), Some(answer("SELECT 1 -- again")));
}

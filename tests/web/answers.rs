//! The evaluation cache in IndexedDB. Every test opens a database of its own name and empties it first.

use std::rc::Rc;

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
        clock::{Clock, ManualClock},
    },
};
use wasm_bindgen::JsValue;
use wasm_bindgen_futures::JsFuture;
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

async fn open(name: &str, clock: &ManualClock) -> IndexedDbAnswers {
    IndexedDbAnswers::open(name, Rc::new(clock.clone())).await.unwrap()
}

#[wasm_bindgen_test]
async fn an_answer_is_there_after_reopening_until_it_is_cleared() {
    let clock = ManualClock::default();
    let cache = open("answers", &clock).await;
    cache.clear().await.unwrap();
    cache.put(&key("How many chairs?"), &answer("SELECT 'Stühle'")).await.unwrap();
    drop(cache);

    let cache = open("answers", &clock).await;
    assert_eq!(cache.get(&key("How many chairs?")).await.unwrap(), Some(answer("SELECT 'Stühle'")));
    assert_eq!(cache.get(&key("How many tables?")).await.unwrap(), None);
    cache.clear().await.unwrap();
    assert_eq!(cache.get(&key("How many chairs?")).await.unwrap(), None);
    assert_eq!(cache.size().await.unwrap(), CacheSize::default());
}

#[wasm_bindgen_test]
async fn the_size_is_that_of_the_cache_in_memory_also_when_an_answer_was_replaced() {
    let (cache, twin) = (open("answers-size", &ManualClock::default()).await, MemoryAnswers::default());
    cache.clear().await.unwrap();
    for (question, text) in [("one", "SELECT 1"), ("two", "SELECT 'zwölf'"), ("one", "SELECT 1 -- again")] {
        cache.put(&key(question), &answer(text)).await.unwrap();
        twin.put(&key(question), &answer(text)).await.unwrap();
    }
    let size = cache.size().await.unwrap();
    assert_eq!((size, size.answers), (twin.size().await.unwrap(), 2));
    assert_eq!(cache.get(&key("one")).await.unwrap(), Some(answer("SELECT 1 -- again")));
}

#[wasm_bindgen_test]
async fn there_are_never_more_bytes_than_allowed_and_those_used_longest_ago_go_first() {
    let clock = ManualClock::default();
    let cache = open("answers-bounded", &clock).await.bounded(2_000);
    cache.clear().await.unwrap();
    for number in 0..60 {
        cache.put(&key(&format!("number {number}")), &answer("SELECT 1")).await.unwrap();
        // Two hours, so that the use of the first is worth noting.
        clock.run(clock.sleep(7_200_000.0)).unwrap();
        assert!(cache.get(&key("number 0")).await.unwrap().is_some(), "number 0 after {number}");
        let size = cache.size().await.unwrap();
        // An answer is some 60 bytes; what was put since the last look may lie above.
        assert!(size.bytes <= 2_000 + 2_000 / 32 + 100, "{size:?}");
    }
    assert!(cache.get(&key("number 59")).await.unwrap().is_some());
    assert!(cache.get(&key("number 1")).await.unwrap().is_none());
    assert!(cache.size().await.unwrap().answers > 10);
}

#[wasm_bindgen_test]
async fn two_tabs_share_one_cache_and_its_bound() {
    let clock = ManualClock::default();
    let (one, other) =
        (open("answers-tabs", &clock).await.bounded(4_000), open("answers-tabs", &clock).await.bounded(4_000));
    one.clear().await.unwrap();
    for number in 0..40 {
        clock.run(clock.sleep(1.0)).unwrap();
        // The same answer in both at once, and one of each tab's own.
        let (shared, own) = (key(&format!("shared {number}")), key(&format!("own {number}")));
        let texts = (answer("SELECT 'one'"), answer("SELECT 'other'"));
        let (put, also_put) = futures::future::join(one.put(&shared, &texts.0), other.put(&shared, &texts.1)).await;
        put.and(also_put).unwrap();
        other.put(&own, &texts.1).await.unwrap();
        let (here, there) = (one.get(&shared).await.unwrap(), other.get(&shared).await.unwrap());
        assert!(here == there && (here == Some(texts.0) || here == Some(texts.1)));
        assert!(one.get(&own).await.unwrap().is_some(), "what one tab keeps the other finds");
    }
    let size = one.size().await.unwrap();
    assert!(size.bytes <= 4_000 + 2 * (4_000 / 32 + 200), "{size:?}");
    assert_eq!(size, other.size().await.unwrap());
    // Cleared in one tab, it is empty in the other.
    one.clear().await.unwrap();
    assert_eq!(other.get(&key("own 39")).await.unwrap(), None);
}

#[wasm_bindgen_test]
async fn answers_that_an_older_page_kept_are_found_and_go_first() {
    let clock = ManualClock::default();
    clock.run(clock.sleep(1_000.0)).unwrap();
    let cache = open("answers-older", &clock).await;
    cache.clear().await.unwrap();
    // As they were written before their use was noted: keys of two parts.
    let (question, json) = (key("an old question"), serde_json::to_string(&answer("SELECT 'old'")).unwrap());
    put_as_before("answers-older", question.as_str(), &json).await;
    assert_eq!(cache.get(&question).await.unwrap(), Some(answer("SELECT 'old'")));
    assert_eq!(cache.size().await.unwrap(), CacheSize { answers: 1, bytes: json.len() as u64 });
    // Room for two and a half.
    let cache = cache.bounded(json.len() as u64 * 5 / 2);
    for new in ["a new question", "a newer one"] {
        cache.put(&key(new), &answer("SELECT 'new'")).await.unwrap();
    }
    assert_eq!(cache.get(&question).await.unwrap(), None);
    assert_eq!(cache.size().await.unwrap().answers, 2);
}

/// Puts `json` into the cache `name`, under the key that pages gave an answer before they noted its use.
async fn put_as_before(name: &str, request: &str, json: &str) {
    let put = js_sys::Function::new_with_args(
        "name, request, json",
        "return new Promise((resolve, reject) => {
            const opening = indexedDB.open(name);
            opening.onerror = reject;
            opening.onsuccess = () => {
                const transaction = opening.result.transaction('answers', 'readwrite');
                transaction.objectStore('answers').put(json, [request, json.length]);
                transaction.onabort = reject;
                transaction.oncomplete = () => { opening.result.close(); resolve(); };
            };
        })",
    );
    let done = put.call3(&JsValue::UNDEFINED, &name.into(), &request.into(), &json.into()).unwrap();
    JsFuture::from(js_sys::Promise::from(done)).await.unwrap();
}

//! What goes to llama.cpp inside the page and what comes back: OpenAI's Chat Completions with a seed, and refusals as
//! `www/in_page_model.js` hands them on. `browser/chat/in_page.rs` does the asking.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{
    ChatRequest,
    key::ApiKey,
    openai,
    wire::{Reading, Reply},
};
use crate::domain::{
    chat::{ChatAnswer, Message},
    config::{LONGEST_ANSWER, ModelConfig},
    problem::{ChatError, LocalFault},
    provider::Provider,
    rng::SplitMix64,
};

#[derive(Serialize)]
struct Body<'a> {
    messages: &'a [Message],
    #[serde(skip_serializing_if = "Option::is_none")]
    temperature: Option<f64>,
    max_tokens: u32,
    seed: u32,
}

/// The request's JSON. The seed of its sampling follows from the run's and the step, so that a run can be repeated.
pub fn body(request: &ChatRequest, config: &ModelConfig, seed: u64) -> String {
    let most = config.max_tokens.unwrap_or(LONGEST_ANSWER);
    let body = Body {
        messages: &request.messages,
        temperature: request.temperature,
        max_tokens: request.max_tokens.map_or(most, |asked| asked.min(most)),
        // llama.cpp takes the largest number for "any seed".
        seed: (SplitMix64::labelled(seed, request.step.as_str()).next_u64() >> 33) as u32,
    };
    serde_json::to_string(&body).expect("texts and numbers can always be written as JSON")
}

/// The answer in a reply, or why there is none. An answer that is cut off is not asked for again: the limit is the user's own.
pub fn read(body: String) -> Result<ChatAnswer, ChatError> {
    let (reply, key) = (Reply { status: 200, headers: vec![], body }, ApiKey::default());
    match openai::read(Reading { reply: &reply, key: &key, provider: Provider::InPage }) {
        Err(ChatError::Truncated { .. }) => Err(ChatError::Truncated { at: None }),
        answer => answer,
    }
}

/// Tokens a second.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Pace {
    /// Of the request, without what was kept of the one before; absent if nothing was left.
    pub read: Option<f64>,
    /// Of the answer.
    pub written: f64,
}

/// How fast a reply was made, as llama.cpp measured it.
pub fn pace(reply: &str) -> Option<Pace> {
    /// Tokens below which a measurement says little.
    const TELLING: u64 = 8;
    let reply: Value = serde_json::from_str(reply).ok()?;
    let timings = reply.get("timings")?;
    let number = |name: &str| timings.get(name).and_then(Value::as_f64).filter(|number| *number > 0.0);
    let is_telling = timings.get("prompt_n").and_then(Value::as_u64)? >= TELLING;
    Some(Pace { read: number("prompt_per_second").filter(|_| is_telling), written: number("predicted_per_second")? })
}

/// A model that is loaded.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub struct Loaded {
    /// Threads of the processor; 1 unless the page is cross-origin isolated.
    pub threads: u32,
    /// Whether the graphics card does the work.
    pub gpu: bool,
    /// What the graphics card gave as its reason, if it was tried and failed.
    pub gpu_failed: Option<String>,
}

/// What `www/in_page_model.js` rejects with.
#[derive(Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
enum Rejection {
    /// llama.cpp refused the request; `code` is its name for that.
    Refused {
        code: String,
        message: String,
    },
    NotLoaded {
        message: String,
    },
    Unsupported {
        lacks: String,
    },
    Crashed {
        message: String,
    },
}

/// llama.cpp's name for a request that does not fit the context.
const TOO_LONG: &str = "exceed_context_size_error";

/// Why a model that is called `name` did not answer, by what the page's script rejected with.
pub fn refused(rejection: &str, name: &str) -> ChatError {
    let name = name.to_owned();
    let fault = match serde_json::from_str(rejection) {
        Ok(Rejection::Refused { code, .. }) if code == TOO_LONG => return ChatError::ContextTooLong,
        Ok(Rejection::Refused { message, .. }) => return ChatError::BadRequest { status: 400, message },
        Ok(Rejection::NotLoaded { message }) => LocalFault::NotLoaded { name, message },
        Ok(Rejection::Unsupported { lacks }) => LocalFault::Unsupported { lacks },
        Ok(Rejection::Crashed { message }) => LocalFault::Crashed { message },
        Err(_) => LocalFault::Crashed { message: rejection.to_owned() },
    };
    ChatError::Local { fault }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{chat::ModelRole, id::StepId};

    fn request(step: &str, max_tokens: Option<u32>) -> ChatRequest {
        let messages = vec![Message::user("How many?")];
        ChatRequest { step: StepId::from(step), role: ModelRole::Agent, messages, temperature: Some(0.0), max_tokens }
    }

    #[test]
    fn a_request_has_the_users_limit_and_a_seed_of_its_own_step() {
        let config = ModelConfig { max_tokens: Some(64), ..ModelConfig::default() };
        let sent = |step, tokens, seed| -> Value {
            serde_json::from_str(&body(&request(step, tokens), &config, seed)).unwrap()
        };
        let first = sent("seed/q1/write1", None, 7);
        assert_eq!((&first["max_tokens"], &first["temperature"]), (&64.into(), &0.0.into()));
        assert_eq!(first["messages"][0]["role"], "user");
        assert_eq!(sent("seed/q1/write1", Some(16), 7)["max_tokens"], 16);
        assert_eq!(sent("seed/q1/write1", None, 7), first);
        assert_ne!(sent("seed/q2/write1", None, 7)["seed"], first["seed"]);
        assert_ne!(sent("seed/q1/write1", None, 8)["seed"], first["seed"]);
    }

    #[test]
    fn an_answer_has_its_usage_and_its_pace_and_one_that_is_cut_off_is_none() {
        let reply = |finish: &str| {
            format!(
                r#"{{"choices":[{{"finish_reason":"{finish}","index":0,"message":{{"role":"assistant","content":"SELECT 1"}}}}],
                "usage":{{"completion_tokens":16,"prompt_tokens":33,"prompt_tokens_details":{{"cached_tokens":32}}}},
                "timings":{{"prompt_n":33,"prompt_per_second":12.5,"predicted_per_second":9.0}}}}"#
            )
        };
        let answer = read(reply("stop")).unwrap();
        assert_eq!((answer.text.as_str(), answer.usage.input, answer.usage.output), ("SELECT 1", Some(33), Some(16)));
        assert_eq!(answer.usage.cached, Some(32));
        assert_eq!(read(reply("length")), Err(ChatError::Truncated { at: None }));
        assert_eq!(pace(&reply("stop")), Some(Pace { read: Some(12.5), written: 9.0 }));
        assert_eq!(pace("{}"), None);
    }

    #[test]
    fn what_the_script_rejects_with_becomes_a_typed_error() {
        let long = r#"{"kind":"refused","code":"exceed_context_size_error","message":"request (3031 tokens) exceeds"}"#;
        assert_eq!(refused(long, "m.gguf"), ChatError::ContextTooLong);
        let lacking = refused(r#"{"kind":"unsupported","lacks":"Memory64"}"#, "m.gguf");
        assert_eq!(lacking, ChatError::Local { fault: LocalFault::Unsupported { lacks: "Memory64".into() } });
        let not_loaded = refused(r#"{"kind":"not_loaded","message":"(ABORT) OOM"}"#, "m.gguf");
        assert!(matches!(not_loaded, ChatError::Local { fault: LocalFault::NotLoaded { .. } }));
        assert!(refused("odd", "m.gguf").is_transient(), "it is started anew");
    }
}

//! The formats on the bytes that endpoints send.

use super::*;
use crate::domain::{
    chat::{Message, ModelRole},
    id::StepId,
};

mod anthropic;
mod gemini;
mod openai;
mod requests;

const KEY: &str = "canary-4711";

fn at(provider: Provider) -> Endpoint {
    let url = provider.preset().map_or("", |preset| preset.url);
    let url = if url.is_empty() { "http://h/v1" } else { url };
    Endpoint { provider, base: url.into(), model: "m".into() }
}

fn ask(temperature: Option<f64>, max_tokens: Option<u32>) -> ChatRequest {
    ChatRequest {
        step: StepId::from("r01/q1/write1"),
        role: ModelRole::Agent,
        messages: vec![Message::system("Be brief."), Message::user("Hi")],
        temperature,
        max_tokens,
    }
}

fn reply(status: u16, body: &str) -> Reply {
    Reply { status, headers: vec![], body: body.into() }
}

fn read_from(provider: Provider, reply: &Reply) -> Result<ChatAnswer, ChatError> {
    let endpoint = at(provider);
    read_answer(&endpoint, &ask(None, None), Capability::of(&endpoint), reply, &ApiKey::from(KEY))
}

fn malformed(detail: &str) -> ChatError {
    ChatError::Malformed { detail: detail.into() }
}

fn body_of(endpoint: &Endpoint, request: &ChatRequest, capability: Capability) -> String {
    completion(endpoint, request, capability, &ApiKey::default()).ok().and_then(|http| http.body).unwrap()
}

//! Anthropic's Messages on the bytes that it sends.

use super::*;
use crate::domain::usage::TokenUsage;

fn answer(status: u16, body: &str) -> Result<ChatAnswer, ChatError> {
    read_from(Provider::Anthropic, &reply(status, body))
}

#[track_caller]
fn check(status: u16, error: &str, expected: ChatError) {
    let body = format!(r#"{{"type":"error","error":{error},"request_id":"req_1"}}"#);
    assert_eq!(answer(status, &body), Err(expected), "{status} {body}");
}

#[test]
fn an_answer_is_read_with_its_thoughts_apart_and_all_its_tokens() {
    let body = r#"{"id":"msg_1","type":"message","role":"assistant","model":"claude","content":[
        {"type":"thinking","thinking":"Hm.","signature":"x"},{"type":"text","text":"SELECT "},
        {"type":"text","text":"1"}],"stop_reason":"end_turn","stop_sequence":null,
        "usage":{"input_tokens":10,"cache_creation_input_tokens":200,"cache_read_input_tokens":3000,"output_tokens":7}}"#;
    let usage = TokenUsage { input: Some(3210), output: Some(7), cached: Some(3000), ..TokenUsage::default() };
    let expected = ChatAnswer { text: "SELECT 1".into(), reasoning: "Hm.".into(), usage, ..ChatAnswer::default() };
    assert_eq!(answer(200, body), Ok(expected));
}

#[test]
fn the_stop_reason_decides_what_an_answer_is() {
    let ended = |reason: &str| {
        let body = format!(
            r#"{{"content":[{{"type":"text","text":"SEL"}}],"stop_reason":"{reason}","usage":{{"input_tokens":1,"output_tokens":9}}}}"#
        );
        answer(200, &body).map(|answer| answer.text)
    };
    assert_eq!(ended("stop_sequence").unwrap(), "SEL");
    assert_eq!(ended("max_tokens"), Err(ChatError::Truncated { at: Some(4096) }));
    assert_eq!(ended("refusal"), Err(ChatError::Refused));
    assert_eq!(ended("model_context_window_exceeded"), Err(ChatError::ContextTooLong));
    assert_eq!(answer(200, r#"{"content":[],"stop_reason":"end_turn"}"#).unwrap().text, "");
    assert_eq!(answer(200, r#"{"content":[],"stop_reason":"tool_use"}"#), Err(malformed("its content is empty")));
    assert_eq!(answer(200, r#"{"type":"message"}"#), Err(malformed("it has no content")));
}

#[test]
fn each_refusal_is_told_by_its_type() {
    check(401, r#"{"type":"authentication_error","message":"invalid x-api-key"}"#, ChatError::Auth { status: 401 });
    let no_access = ChatError::NoAccess { status: 403, message: "Not you, [key].".into() };
    check(403, r#"{"type":"permission_error","message":"Not you, canary-4711."}"#, no_access);
    check(404, r#"{"type":"not_found_error","message":"model: x"}"#, ChatError::ModelNotFound);
    check(402, r#"{"type":"billing_error","message":"Pay."}"#, ChatError::OutOfCredit);
    check(429, r#"{"type":"enforced_spend_limit_reached","message":"Stop."}"#, ChatError::OutOfCredit);
    let low = r#"{"type":"invalid_request_error","message":"Your credit balance is too low to access the API."}"#;
    check(400, low, ChatError::OutOfCredit);
    let limited = ChatError::RateLimited { retry_after_ms: None };
    check(429, r#"{"type":"rate_limit_error","message":"This would exceed your rate limit."}"#, limited);
    check(529, r#"{"type":"overloaded_error","message":"Overloaded"}"#, ChatError::Overloaded { status: 529 });
    check(200, r#"{"type":"overloaded_error","message":"Overloaded"}"#, ChatError::Overloaded { status: 529 });
    check(500, r#"{"type":"api_error","message":"Internal"}"#, ChatError::Overloaded { status: 500 });
    check(413, r#"{"type":"request_too_large","message":"Too large"}"#, ChatError::ContextTooLong);
    let long = r#"{"type":"invalid_request_error","message":"prompt is too long: 210000 tokens > 200000 maximum"}"#;
    check(400, long, ChatError::ContextTooLong);
}

#[test]
fn a_refused_temperature_is_named_in_the_message_alone_and_the_token_limit_stays() {
    let endpoint = at(Provider::Anthropic);
    let read = |message: &str| {
        let body = format!(r#"{{"type":"error","error":{{"type":"invalid_request_error","message":"{message}"}}}}"#);
        let request = ask(Some(0.5), Some(64));
        read_answer(&endpoint, &request, Capability::of(&endpoint), &reply(400, &body), &ApiKey::default())
    };
    let refused = Err(ChatError::FieldRefused { field: RequestField::Temperature });
    assert_eq!(read("`temperature` is deprecated for this model."), refused);
    assert!(matches!(read("max_tokens: 64 is too many"), Err(ChatError::BadRequest { .. })));
}

#[test]
fn models_are_listed() {
    let body = r#"{"data":[{"type":"model","id":"claude-b"},{"type":"model","id":"claude-a"}],"has_more":false}"#;
    let listed = read_models(&at(Provider::Anthropic), &reply(200, body), &ApiKey::default());
    assert_eq!(listed.unwrap(), ["claude-a", "claude-b"]);
}

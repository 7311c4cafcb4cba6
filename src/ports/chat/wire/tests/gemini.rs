//! Google's generateContent on the bytes that it sends.

use super::*;
use crate::domain::usage::TokenUsage;

fn answer(status: u16, body: &str) -> Result<ChatAnswer, ChatError> {
    read_from(Provider::Gemini, &reply(status, body))
}

#[track_caller]
fn check(status: u16, rest: &str, expected: ChatError) {
    let body = format!(r#"{{"error":{{"code":{status},{rest}}}}}"#);
    assert_eq!(answer(status, &body), Err(expected.clone()), "{body}");
    assert_eq!(answer(status, &format!("[{body}]")), Err(expected), "in a list: {body}");
}

#[test]
fn an_answer_is_read_with_its_thoughts_apart_and_all_its_tokens() {
    let body = r#"{"candidates":[{"content":{"role":"model","parts":[{"text":"Hm.","thought":true},
        {"text":"SELECT "},{"text":"1","thoughtSignature":"x"}]},"finishReason":"STOP","index":0}],
        "usageMetadata":{"promptTokenCount":12,"cachedContentTokenCount":8,"candidatesTokenCount":3,
        "thoughtsTokenCount":40,"totalTokenCount":55},"modelVersion":"gemini"}"#;
    let usage = TokenUsage { input: Some(12), output: Some(43), cached: Some(8), ..TokenUsage::default() };
    let expected = ChatAnswer { text: "SELECT 1".into(), reasoning: "Hm.".into(), usage, ..ChatAnswer::default() };
    assert_eq!(answer(200, body), Ok(expected));
}

#[test]
fn the_finish_reason_decides_what_an_answer_is() {
    let ended = |reason: &str| {
        let body =
            format!(r#"{{"candidates":[{{"content":{{"parts":[{{"text":"SEL"}}]}},"finishReason":"{reason}"}}]}}"#);
        answer(200, &body).map(|answer| answer.text)
    };
    assert_eq!(ended("STOP").unwrap(), "SEL");
    assert_eq!(ended("MAX_TOKENS"), Err(ChatError::Truncated { at: None }));
    for reason in ["SAFETY", "RECITATION", "BLOCKLIST", "PROHIBITED_CONTENT", "SPII"] {
        assert_eq!(ended(reason), Err(ChatError::Refused), "{reason}");
    }
    let eaten = r#"{"candidates":[{"content":{"role":"model"},"finishReason":"MAX_TOKENS"}],
        "usageMetadata":{"promptTokenCount":12,"thoughtsTokenCount":64}}"#;
    assert_eq!(answer(200, eaten), Err(ChatError::Truncated { at: Some(64) }));
    let silent = r#"{"candidates":[{"content":{"role":"model"},"finishReason":"STOP"}]}"#;
    assert_eq!(answer(200, silent).unwrap().text, "");
    let other = r#"{"candidates":[{"finishReason":"OTHER"}]}"#;
    assert_eq!(answer(200, other), Err(malformed("its candidate is empty")));
    assert_eq!(answer(200, r#"{"candidates":[]}"#), Err(malformed("it has no candidates")));
    assert_eq!(answer(200, r#"{"promptFeedback":{"blockReason":"SAFETY"}}"#), Err(ChatError::Refused));
}

#[test]
fn each_refusal_is_told_by_its_status_and_its_details() {
    let bad_key =
        r#""message":"API key not valid.","status":"INVALID_ARGUMENT","details":[{"reason":"API_KEY_INVALID"}]"#;
    check(400, bad_key, ChatError::Auth { status: 400 });
    check(403, r#""message":"no","status":"PERMISSION_DENIED""#, ChatError::Auth { status: 403 });
    let referrer =
        r#""message":"Blocked.","status":"PERMISSION_DENIED","details":[{"reason":"API_KEY_HTTP_REFERRER_BLOCKED"}]"#;
    check(403, referrer, ChatError::NoAccess { status: 403, message: "Blocked.".into() });
    let region = r#""message":"Not from here.","status":"FAILED_PRECONDITION""#;
    check(400, region, ChatError::NoAccess { status: 400, message: "Not from here.".into() });
    check(404, r#""message":"models/x is not found","status":"NOT_FOUND""#, ChatError::ModelNotFound);
    check(402, r#""message":"Pay","status":"RESOURCE_EXHAUSTED""#, ChatError::OutOfCredit);
    let per_minute = r#""status":"RESOURCE_EXHAUSTED","details":[
        {"@type":"QuotaFailure","violations":[{"quotaId":"GenerateRequestsPerMinutePerProjectPerModel"}]},
        {"@type":"RetryInfo","retryDelay":"37s"}]"#;
    check(429, per_minute, ChatError::RateLimited { retry_after_ms: Some(37_000) });
    check(429, &per_minute.replace("PerMinute", "PerDay"), ChatError::DailyQuota);
    check(503, r#""message":"The model is overloaded.","status":"UNAVAILABLE""#, ChatError::Overloaded { status: 503 });
    check(500, r#""message":"Internal","status":"INTERNAL""#, ChatError::Overloaded { status: 500 });
    let long = r#""message":"The input token count (1200000) exceeds the maximum number of tokens allowed (1048576).","status":"INVALID_ARGUMENT""#;
    check(400, long, ChatError::ContextTooLong);
    let other = ChatError::BadRequest { status: 400, message: "[key] is odd".into() };
    check(400, r#""message":"canary-4711 is odd","status":"INVALID_ARGUMENT""#, other);
}

#[test]
fn an_error_inside_200_is_an_error() {
    let body = r#"{"error":{"code":503,"message":"Overloaded","status":"UNAVAILABLE"}}"#;
    assert_eq!(answer(200, body), Err(ChatError::Overloaded { status: 503 }));
}

#[test]
fn only_models_that_can_answer_are_listed() {
    let body = r#"{"models":[{"name":"models/gemini-b","supportedGenerationMethods":["generateContent","countTokens"]},
        {"name":"models/embedding","supportedGenerationMethods":["embedContent"]},{"name":"models/gemini-a"}]}"#;
    let listed = read_models(&at(Provider::Gemini), &reply(200, body), &ApiKey::default());
    assert_eq!(listed.unwrap(), ["gemini-a", "gemini-b"]);
}

#[test]
fn a_models_name_cannot_change_the_path() {
    let url = |model: &str| {
        let endpoint = Endpoint { model: model.into(), ..at(Provider::Gemini) };
        completion(&endpoint, &ask(None, None), Capability::of(&endpoint), &ApiKey::default()).ok().unwrap().url
    };
    let base = "https://generativelanguage.googleapis.com/v1beta/models/";
    assert_eq!(url("models/gemini-2.5-pro"), format!("{base}gemini-2.5-pro:generateContent"));
    assert_eq!(url("a?b/../c"), format!("{base}a%3Fb%2F..%2Fc:generateContent"));
}

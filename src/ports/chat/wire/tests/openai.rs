//! Chat Completions on the bytes that endpoints send.

use super::*;
use crate::domain::usage::TokenUsage;

fn answer(status: u16, body: &str) -> Result<ChatAnswer, ChatError> {
    read_from(Provider::OpenAiCompatible, &reply(status, body))
}

#[track_caller]
fn check(status: u16, body: &str, expected: ChatError) {
    assert_eq!(answer(status, body), Err(expected), "{status} {body}");
}

fn limited(ms: impl Into<Option<u32>>) -> ChatError {
    ChatError::RateLimited { retry_after_ms: ms.into() }
}

fn refused(status: u16, message: &str) -> ChatError {
    ChatError::BadRequest { status, message: message.into() }
}

/// A whole reply around a choice.
fn choice(choice: &str) -> Result<ChatAnswer, ChatError> {
    answer(200, &format!(r#"{{"choices":[{choice}]}}"#))
}

/// A whole reply around a content that ended by itself.
fn said(content: &str) -> ChatAnswer {
    let content = serde_json::to_string(content).unwrap();
    choice(&format!(r#"{{"message":{{"content":{content}}},"finish_reason":"stop"}}"#)).unwrap()
}

#[test]
fn an_answer_is_read_with_its_tokens() {
    let body = r#"{"id":"c1","object":"chat.completion","choices":[{"index":0,"message":{"role":"assistant",
        "content":"SELECT 1","refusal":null},"finish_reason":"stop"}],
        "usage":{"prompt_tokens":12,"completion_tokens":3,"total_tokens":15,"prompt_tokens_details":{"cached_tokens":8}}}"#;
    let usage = TokenUsage { input: Some(12), output: Some(3), cached: Some(8), ..TokenUsage::default() };
    assert_eq!(answer(200, body).unwrap(), ChatAnswer { text: "SELECT 1".into(), usage, ..ChatAnswer::default() });
    assert_eq!(answer(200, &format!("[{body}]")).unwrap().text, "SELECT 1");
}

#[test]
fn tokens_that_nobody_counted_are_unknown_and_not_zero() {
    assert_eq!(said("SELECT 1").usage, TokenUsage::default());
}

#[test]
fn a_model_may_say_nothing_if_it_says_that_it_is_done() {
    assert_eq!(said("").text, "");
    assert_eq!(choice(r#"{"message":{"content":null},"finish_reason":"stop"}"#).unwrap().text, "");
}

#[test]
fn what_holds_no_answer_is_malformed_and_never_an_empty_text() {
    for (body, detail) in [
        ("", "it is empty"),
        ("null", "it begins: null"),
        ("SELECT 1", "it begins: SELECT 1"),
        ("<!DOCTYPE html><p>Hi", "it begins: <!DOCTYPE html><p>Hi"),
        ("bad canary-4711", "it begins: bad [key]"),
        ("[]", "it begins: []"),
        ("{}", "it has no choices"),
        (r#"{"choices":null}"#, "it has no choices"),
        (r#"{"choices":[]}"#, "its list of choices is empty"),
        (r#"{"choices":[{}]}"#, "its choice is empty"),
        (r#"{"choices":[{"message":{}}]}"#, "its choice is empty"),
        (r#"{"choices":[{"message":{"content":null},"finish_reason":"tool_calls"}]}"#, "its choice is empty"),
        (r#"{"choices":[{"message":{"content":""},"finish_reason":null}]}"#, "its choice is empty"),
    ] {
        check(200, body, malformed(detail));
    }
}

#[test]
fn texts_in_parts_and_without_a_finish_reason_are_answers() {
    let parts = r#"{"message":{"content":[{"type":"text","text":"SELECT "},{"type":"text","text":"1"}]}}"#;
    assert_eq!(choice(parts).unwrap().text, "SELECT 1");
}

#[test]
fn an_answer_that_was_cut_off_or_declined_is_an_error_of_its_own() {
    let ended = |reason: &str| choice(&format!(r#"{{"message":{{"content":"SEL"}},"finish_reason":"{reason}"}}"#));
    assert_eq!(ended("length"), Err(ChatError::Truncated { at: None }));
    assert_eq!(ended("content_filter"), Err(ChatError::Refused));
    let refusal = r#"{"message":{"content":null,"refusal":"I cannot help with that"},"finish_reason":"stop"}"#;
    assert_eq!(choice(refusal), Err(ChatError::Refused));
}

#[test]
fn thoughts_before_the_answer_are_kept_apart_from_it() {
    for (content, reasoning, text) in [
        ("<think>Hm.\n</think>\n\nSELECT 1", "Hm.", "SELECT 1"),
        ("Hm.</think>SELECT 1", "Hm.", "SELECT 1"),
        ("<think>Hm, endless", "Hm, endless", ""),
        (" SELECT 1 ", "", " SELECT 1 "),
        ("Write <think>a plan</think> first.", "", "Write <think>a plan</think> first."),
    ] {
        let answer = said(content);
        assert_eq!((answer.reasoning.as_str(), answer.text.as_str()), (reasoning, text), "{content}");
    }
    let apart = r#"{"message":{"content":"SELECT 1","reasoning_content":"Hm."},"finish_reason":"stop"}"#;
    assert_eq!(choice(apart).unwrap().reasoning, "Hm.");
}

#[test]
fn a_bad_key_is_told_from_other_refusals() {
    let openai = r#"{"error":{"message":"Incorrect API key provided: sk-ab***.","type":"invalid_request_error",
        "param":null,"code":"invalid_api_key"}}"#;
    check(401, openai, ChatError::Auth { status: 401 });
    check(401, "", ChatError::Auth { status: 401 });
    let google = r#"[{"error":{"code":400,"message":"API key not valid.","status":"INVALID_ARGUMENT",
        "details":[{"reason":"API_KEY_INVALID"}]}}]"#;
    check(400, google, ChatError::Auth { status: 400 });
    let region = r#"{"error":{"code":"unsupported_country_region_territory","message":"Not here."}}"#;
    check(403, region, ChatError::NoAccess { status: 403, message: "Not here.".into() });
    check(403, "<html>Forbidden</html>", ChatError::NoAccess { status: 403, message: String::new() });
    let xai = r#"{"code":"Client specified an invalid argument","error":"Incorrect API key provided: xa***yz."}"#;
    check(400, xai, ChatError::Auth { status: 400 });
}

#[test]
fn an_account_without_credit_is_never_a_rate_limit() {
    let openai = r#"{"error":{"message":"Over your quota","type":"insufficient_quota","code":"insufficient_quota"}}"#;
    check(429, openai, ChatError::OutOfCredit);
    check(402, r#"{"error":{"message":"Insufficient Balance"}}"#, ChatError::OutOfCredit);
    check(429, r#"{"error":{"type":"tokens","code":"project_spend_limit_exceeded"}}"#, ChatError::OutOfCredit);
    let per_day = r#"{"error":{"code":429,"status":"RESOURCE_EXHAUSTED","details":[{"violations":[
        {"quotaId":"GenerateRequestsPerDayPerProjectPerModel-FreeTier"}]}]}}"#;
    check(429, per_day, ChatError::DailyQuota);
}

#[test]
fn an_unknown_model_or_path_is_named_as_such() {
    check(404, r#"{"error":{"message":"no such model","code":"model_not_found"}}"#, ChatError::ModelNotFound);
    check(404, "404 page not found", ChatError::ModelNotFound);
    check(400, r#"{"object":"error","type":"invalid_model","code":"1500"}"#, ChatError::ModelNotFound);
    check(400, r#"{"error":{"message":"x is not a valid model ID","code":400}}"#, ChatError::ModelNotFound);
    check(404, r#"{"error":"model 'x' not found, try pulling it first"}"#, ChatError::ModelNotFound);
}

#[test]
fn a_rate_limit_says_when_to_try_again_wherever_that_stands() {
    check(429, "", limited(None));
    for (message, ms) in [
        ("Please try again in 5.289s. Visit", Some(5289)),
        ("Please try again in 7m12.5s.", Some(432_500)),
        ("Please retry after 20 seconds", Some(20_000)),
        ("Try again in 350ms", Some(350)),
        ("Try again in a while", None),
        ("Rate limit reached for 5s models", None),
    ] {
        check(429, &format!(r#"{{"error":{{"message":"{message}","type":"tokens"}}}}"#), limited(ms));
    }
    let google = r#"{"error":{"code":429,"details":[{"retryDelay":"37s"}]}}"#;
    check(429, google, limited(37_000));
    let with = |headers: &[(&str, &str)], body: &str| {
        let headers = headers.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        read_from(Provider::Groq, &Reply { headers, ..reply(429, body) })
    };
    assert_eq!(with(&[("Retry-After", "2")], r#"{"error":"Try again in 9s"}"#), Err(limited(2000)));
    assert_eq!(with(&[("retry-after-ms", "350"), ("retry-after", "1")], ""), Err(limited(350)));
    assert_eq!(with(&[("retry-after", "Wed, 21 Oct 2026 07:28:00 GMT")], ""), Err(limited(None)));
    let left = [("x-ratelimit-remaining-tokens", "0"), ("x-ratelimit-reset-tokens", "1m0.5s")];
    assert_eq!(with(&left, ""), Err(limited(60_500)));
    let enough = [("x-ratelimit-remaining-tokens", "7"), ("x-ratelimit-reset-tokens", "6m0s")];
    assert_eq!(with(&enough, ""), Err(limited(None)));
}

#[test]
fn an_overloaded_or_failing_server_may_be_asked_again() {
    for status in [408, 409, 500, 502, 503, 504, 524, 529] {
        let error = answer(status, "<html><title>Bad gateway</title></html>").unwrap_err();
        assert_eq!(error, ChatError::Overloaded { status });
        assert!(error.is_transient());
    }
    let anthropic = r#"{"type":"error","error":{"type":"overloaded_error","message":"Overloaded"}}"#;
    check(529, anthropic, ChatError::Overloaded { status: 529 });
}

#[test]
fn a_request_that_is_too_long_fails_by_itself_and_not_the_run() {
    check(400, r#"{"error":{"code":"context_length_exceeded","param":"messages"}}"#, ChatError::ContextTooLong);
    check(400, r#"{"error":{"code":400,"type":"exceed_context_size_error"}}"#, ChatError::ContextTooLong);
    check(400, r#"{"error":{"code":400,"type":"BadRequestError","param":"input_tokens"}}"#, ChatError::ContextTooLong);
    check(413, "<html>Request Entity Too Large</html>", ChatError::ContextTooLong);
    let worded = r#"{"error":{"message":"This model's maximum context length is 65536 tokens.","code":"400"}}"#;
    check(400, worded, ChatError::ContextTooLong);
    let together = read_from(Provider::Together, &reply(403, r#"{"error":{"message":"no","code":null}}"#));
    assert_eq!(together, Err(ChatError::ContextTooLong));
}

#[test]
fn a_filtered_request_was_declined() {
    check(400, r#"{"error":{"code":"content_filter","status":400}}"#, ChatError::Refused);
    let azure = r#"{"error":{"code":null,"innererror":{"code":"ResponsibleAIPolicyViolation"}}}"#;
    check(400, azure, ChatError::Refused);
    let openrouter = r#"{"error":{"code":403,"message":"flagged","metadata":{"flagged_input":"x"}}}"#;
    check(403, openrouter, ChatError::Refused);
}

#[test]
fn errors_that_come_with_status_200_are_errors() {
    let ok = r#""message":{"content":"SELECT 1"},"finish_reason":"stop""#;
    check(200, r#"{"error":{"code":429,"message":"Slow down","metadata":{}}}"#, limited(None));
    let in_choice = format!(r#"{{"choices":[{{"error":{{"code":502,"message":"Upstream"}},{ok}}}]}}"#);
    check(200, &in_choice, ChatError::Overloaded { status: 502 });
    check(200, r#"{"error":"the model has crashed"}"#, refused(200, "the model has crashed"));
    assert_eq!(answer(200, &format!(r#"{{"error":null,"choices":[{{{ok}}}]}}"#)).unwrap().text, "SELECT 1");
}

#[test]
fn other_refusals_keep_the_message_without_the_key() {
    check(422, r#"{"detail":[{"loc":["body","model"],"msg":"field required"}]}"#, refused(422, "field required"));
    check(422, r#"{"detail":"Not like this"}"#, refused(422, "Not like this"));
    check(400, r#"{"error":{"message":"canary-4711 is odd","code":400}}"#, refused(400, "[key] is odd"));
    check(400, "plain words", refused(400, "plain words"));
    check(418, "<html>teapot</html>", refused(418, ""));
}

#[test]
fn a_field_that_a_model_does_not_take_is_recognized_and_only_if_it_was_sent() {
    let endpoint = at(Provider::OpenAiCompatible);
    let capability = Capability::of(&endpoint);
    let read = |status, body: &str, request: &ChatRequest| {
        read_answer(&endpoint, request, capability, &reply(status, body), &ApiKey::default())
    };
    let field = |field| Err(ChatError::FieldRefused { field });
    let both = ask(Some(0.0), Some(64));
    for (status, body, refused) in [
        (400, r#"{"error":{"param":"temperature","code":"unsupported_value"}}"#, RequestField::Temperature),
        (400, r#"{"error":{"param":"max_tokens","code":"unsupported_parameter"}}"#, RequestField::MaxTokens),
        (
            422,
            r#"{"detail":[{"type":"extra_forbidden","loc":["body","max_tokens"],"msg":"no"}]}"#,
            RequestField::MaxTokens,
        ),
        // No field of its own: the message names it, and the one to use instead.
        (
            400,
            r#"{"error":{"message":"'max_tokens' is not supported. Use 'max_completion_tokens', and no temperature."}}"#,
            RequestField::MaxTokens,
        ),
    ] {
        assert_eq!(read(status, body, &both), field(refused), "{body}");
        assert!(matches!(read(status, body, &ask(None, None)), Err(ChatError::BadRequest { .. })), "{body}");
    }
    for body in [
        r#"{"error":{"message":"no","param":"temperature","code":"decimal_above_max_value"}}"#,
        r#"{"error":{"message":"no","param":"messages","code":"unsupported_value"}}"#,
        r#"{"error":{"message":"no","param":"max_completion_tokens","code":"unsupported_parameter"}}"#,
    ] {
        assert_eq!(read(400, body, &both), Err(refused(400, "no")), "{body}");
    }
}

#[test]
fn models_are_listed_by_name() {
    let names = |status, body: &str| read_models(&at(Provider::Together), &reply(status, body), &ApiKey::default());
    assert_eq!(names(200, r#"{"object":"list","data":[{"id":"b"},{"id":"a"},{"id":"b"}]}"#).unwrap(), ["a", "b"]);
    assert_eq!(names(200, r#"[{"id":"a"}]"#).unwrap(), ["a"]);
    assert_eq!(names(200, r#"{"models":[{"name":"a"}]}"#).unwrap(), ["a"]);
    assert_eq!(names(200, r#"{"data":[]}"#).unwrap(), [""; 0]);
    assert_eq!(names(200, "{}"), Err(malformed("it has no list of models")));
    assert_eq!(names(401, "{}"), Err(ChatError::Auth { status: 401 }));
}

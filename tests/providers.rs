//! What a provider's refusal becomes: from the bytes that it sends, in all three formats, to what the run does and what the
//! user reads. Each row repeats the key where providers do, and the key is in no word.

#![cfg(not(target_arch = "wasm32"))]

use promptbeam::{
    domain::{
        chat::{Message, ModelRole},
        config::ModelConfig,
        id::StepId,
        problem::ChatError,
        provider::Provider::{self, *},
        rng::SplitMix64,
    },
    ports::chat::{
        ChatRequest,
        capability::Capability,
        key::ApiKey,
        wire::{Endpoint, Reply, read_answer},
    },
    run::{
        remedy::{Contact, of_chat},
        retry::{Next, Tries},
    },
};

const CANARY: &str = "canary-4711";
const PAGE: &str = "https://promptbeam.example";

/// What the run does with a failed call.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Then {
    /// Waits and tries again, at least so many milliseconds later.
    Waits(f64),
    /// Asks once more with twice the tokens.
    AsksForMore,
    /// Does not ask again: the run pauses, or the question stays without an answer.
    Ends,
}

struct Row {
    provider: Provider,
    status: u16,
    headers: &'static [(&'static str, &'static str)],
    body: &'static str,
}

fn row(provider: Provider, status: u16, body: &'static str) -> Row {
    Row { provider, status, headers: &[], body }
}

fn request() -> ChatRequest {
    ChatRequest {
        step: StepId::from("r01/q1/write1"),
        role: ModelRole::Agent,
        messages: vec![Message::user("Hi")],
        temperature: None,
        max_tokens: None,
    }
}

fn error_of(row: &Row) -> (ChatError, ModelConfig) {
    let url = row.provider.preset().unwrap().url;
    let url = if url.is_empty() { "https://llm.example.com/v1" } else { url };
    let config = ModelConfig { provider: row.provider, url: url.into(), name: "m".into(), ..ModelConfig::default() };
    let endpoint = Endpoint::of(&config);
    let headers = row.headers.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    let reply = Reply { status: row.status, headers, body: row.body.into() };
    let answer = read_answer(&endpoint, &request(), Capability::of(&endpoint), &reply, &ApiKey::from(CANARY));
    (answer.expect_err(row.body), config)
}

fn then(error: ChatError) -> Then {
    let mut request = request();
    match Tries::new(SplitMix64::labelled(7, "row")).failed(error, &mut request) {
        Next::After(ms) => Then::Waits(ms),
        Next::Otherwise => Then::AsksForMore,
        Next::GiveUp(_) => Then::Ends,
    }
}

/// Every row has this title, its words or remedy hold `says`, and the run does `expected`.
#[track_caller]
fn check(title: &str, says: &str, expected: Then, rows: &[Row]) {
    for row in rows {
        let (error, config) = error_of(row);
        let told = of_chat(&error, Contact::of(&config, PAGE));
        let text = format!("{}: {} {} {:?}", told.title, told.words, told.remedy, told.causes);
        assert_eq!(told.title, title, "{:?} {} {}", row.provider, row.status, row.body);
        assert!(text.contains(says), "{text} does not say {says}");
        assert!(!text.contains(CANARY), "{text}");
        match (then(error), expected) {
            (Then::Waits(waited), Then::Waits(least)) => assert!(waited >= least, "{waited} ms: {}", row.body),
            (done, expected) => assert_eq!(done, expected, "{}", row.body),
        }
    }
}

#[test]
fn a_bad_key_ends_the_calls_and_asks_for_a_key() {
    check(
        "The key was not accepted",
        "Enter a valid key",
        Then::Ends,
        &[
            row(
                OpenAi,
                401,
                r#"{"error":{"message":"Incorrect API key provided: canary-4711.","type":"invalid_request_error","code":"invalid_api_key"}}"#,
            ),
            row(OpenRouter, 401, r#"{"error":{"code":401,"message":"No auth credentials found"}}"#),
            row(Mistral, 401, r#"{"detail":"Unauthorized"}"#),
            row(
                XAi,
                400,
                r#"{"code":"Client specified an invalid argument","error":"Incorrect API key provided: canary-4711."}"#,
            ),
            row(Azure, 401, r#"{"error":{"code":"401","message":"Access denied due to invalid subscription key."}}"#),
            row(
                LiteLlm,
                401,
                r#"{"error":{"message":"Authentication Error, canary-4711","type":"auth_error","code":"401"}}"#,
            ),
            row(
                Anthropic,
                401,
                r#"{"type":"error","error":{"type":"authentication_error","message":"invalid x-api-key canary-4711"}}"#,
            ),
            row(
                Gemini,
                400,
                r#"{"error":{"code":400,"message":"API key not valid.","status":"INVALID_ARGUMENT","details":[{"reason":"API_KEY_INVALID"}]}}"#,
            ),
            row(Gemini, 403, r#"[{"error":{"code":403,"message":"Not allowed.","status":"PERMISSION_DENIED"}}]"#),
        ],
    );
    let anthropic = row(Anthropic, 401, r#"{"type":"error","error":{"type":"authentication_error","message":"CORS"}}"#);
    let (error, config) = error_of(&anthropic);
    assert!(of_chat(&error, Contact::of(&config, PAGE)).remedy.contains("calls from web pages"));
}

#[test]
fn a_key_without_access_ends_the_calls_and_says_what_the_provider_said() {
    check(
        "Not allowed",
        "what the key may do",
        Then::Ends,
        &[
            row(
                OpenAi,
                403,
                r#"{"error":{"code":"unsupported_country_region_territory","message":"Not here, canary-4711."}}"#,
            ),
            row(OpenAiCompatible, 403, "<!DOCTYPE html><title>Attention Required! | Cloudflare</title>"),
            row(
                Anthropic,
                403,
                r#"{"type":"error","error":{"type":"permission_error","message":"Not for canary-4711."}}"#,
            ),
            row(
                Gemini,
                400,
                r#"{"error":{"code":400,"message":"User location is not supported.","status":"FAILED_PRECONDITION"}}"#,
            ),
        ],
    );
}

#[test]
fn an_unknown_model_or_path_ends_the_calls_and_leads_to_the_list() {
    check(
        "Unknown model or path",
        "from the list",
        Then::Ends,
        &[
            row(OpenAi, 404, r#"{"error":{"message":"The model `m` does not exist","code":"model_not_found"}}"#),
            row(OpenRouter, 400, r#"{"error":{"message":"m is not a valid model ID","code":400}}"#),
            row(
                Mistral,
                400,
                r#"{"object":"error","message":"Invalid model: m","type":"invalid_model","code":"1500"}"#,
            ),
            row(Ollama, 404, r#"{"error":"model 'm' not found"}"#),
            row(
                Vllm,
                404,
                r#"{"object":"error","message":"The model `m` does not exist.","type":"NotFoundError","code":404}"#,
            ),
            row(OpenAiCompatible, 404, r#"{"detail":"Not Found"}"#),
            row(Anthropic, 404, r#"{"type":"error","error":{"type":"not_found_error","message":"model: m"}}"#),
            row(Gemini, 404, r#"{"error":{"code":404,"message":"models/m is not found","status":"NOT_FOUND"}}"#),
        ],
    );
    check(
        "Unknown model or path",
        "deployment",
        Then::Ends,
        &[row(Azure, 404, r#"{"error":{"code":"DeploymentNotFound","message":"The deployment does not exist."}}"#)],
    );
}

#[test]
fn money_is_never_waited_for() {
    check(
        "No credit left",
        "Add credit",
        Then::Ends,
        &[
            row(
                OpenAi,
                429,
                r#"{"error":{"message":"You exceeded your current quota.","type":"insufficient_quota","code":"insufficient_quota"}}"#,
            ),
            row(
                OpenAi,
                429,
                r#"{"error":{"message":"Limit.","type":"insufficient_quota","code":"project_spend_limit_exceeded"}}"#,
            ),
            row(
                DeepSeek,
                402,
                r#"{"error":{"message":"Insufficient Balance","type":"unknown_error","code":"invalid_request_error"}}"#,
            ),
            row(OpenRouter, 402, r#"{"error":{"code":402,"message":"Insufficient credits"}}"#),
            row(OpenRouter, 200, r#"{"error":{"code":402,"message":"Insufficient credits"}}"#),
            row(Together, 402, r#"{"error":{"message":"Payment required","code":null}}"#),
            row(Anthropic, 402, r#"{"type":"error","error":{"type":"billing_error","message":"Pay."}}"#),
            row(
                Anthropic,
                429,
                r#"{"type":"error","error":{"type":"enforced_spend_limit_reached","message":"Stop."}}"#,
            ),
            row(
                Anthropic,
                400,
                r#"{"type":"error","error":{"type":"invalid_request_error","message":"Your credit balance is too low to access the Anthropic API."}}"#,
            ),
            row(Gemini, 402, r#"{"error":{"code":402,"message":"Prepay."}}"#),
        ],
    );
    check(
        "The day's quota is used up",
        "Resume tomorrow",
        Then::Ends,
        &[row(
            Gemini,
            429,
            r#"{"error":{"code":429,"status":"RESOURCE_EXHAUSTED","details":[{"violations":[{"quotaId":"GenerateRequestsPerDayPerProjectPerModel-FreeTier"}]},{"retryDelay":"40s"}]}}"#,
        )],
    );
}

#[test]
fn a_rate_limit_waits_as_long_as_the_provider_says_wherever_it_says_so() {
    let limited = |says_ms: f64, row: Row| check("Rate limited (429)", "tried again", Then::Waits(says_ms), &[row]);
    limited(0.0, row(OpenAi, 429, r#"{"error":{"message":"Slow down.","code":"rate_limit_exceeded"}}"#));
    limited(
        5_289.0,
        row(
            Groq,
            429,
            r#"{"error":{"message":"Rate limit reached. Please try again in 5.289s.","type":"tokens","code":"rate_limit_exceeded"}}"#,
        ),
    );
    limited(20_000.0, row(Azure, 429, r#"{"error":{"code":"429","message":"Please retry after 20 seconds."}}"#));
    limited(
        2_000.0,
        Row { headers: &[("retry-after", "2")], ..row(Mistral, 429, r#"{"message":"Requests rate limit exceeded"}"#) },
    );
    limited(1_500.0, Row { headers: &[("Retry-After-Ms", "1500")], ..row(OpenAi, 429, "") });
    limited(0.0, row(OpenRouter, 200, r#"{"error":{"code":429,"message":"Provider returned error","metadata":{}}}"#));
    limited(0.0, row(OpenAiCompatible, 429, "<html><title>Too Many Requests</title></html>"));
    limited(
        9_000.0,
        Row {
            headers: &[("retry-after", "9")],
            ..row(Anthropic, 429, r#"{"type":"error","error":{"type":"rate_limit_error","message":"Rate limit"}}"#)
        },
    );
    limited(
        37_000.0,
        row(
            Gemini,
            429,
            r#"[{"error":{"code":429,"status":"RESOURCE_EXHAUSTED","details":[{"@type":"RetryInfo","retryDelay":"37s"}]}}]"#,
        ),
    );
}

#[test]
fn an_overloaded_or_failing_provider_is_asked_again() {
    check(
        "The provider is failing",
        "Wait a little",
        Then::Waits(0.0),
        &[
            row(OpenAi, 500, r#"{"error":{"message":"The server had an error","type":"server_error"}}"#),
            row(OpenAiCompatible, 502, "<html><title>502 Bad Gateway</title><center>cloudflare</center></html>"),
            row(OpenAiCompatible, 524, "<!DOCTYPE html><title>A timeout occurred</title>"),
            row(
                OpenRouter,
                200,
                r#"{"choices":[{"error":{"code":502,"message":"Upstream"},"message":{"content":"SEL"}}]}"#,
            ),
            row(Ollama, 503, r#"{"error":"server busy, please try again"}"#),
            row(Anthropic, 529, r#"{"type":"error","error":{"type":"overloaded_error","message":"Overloaded"}}"#),
            row(Anthropic, 200, r#"{"type":"error","error":{"type":"overloaded_error","message":"Overloaded"}}"#),
            row(Gemini, 503, r#"{"error":{"code":503,"message":"The model is overloaded.","status":"UNAVAILABLE"}}"#),
        ],
    );
}

#[test]
fn a_request_that_is_too_long_is_not_sent_again() {
    check(
        "Too long for the model",
        "larger context",
        Then::Ends,
        &[
            row(OpenAi, 400, r#"{"error":{"message":"Too long","param":"messages","code":"context_length_exceeded"}}"#),
            row(LlamaCpp, 400, r#"{"error":{"code":400,"message":"too long","type":"exceed_context_size_error"}}"#),
            row(
                Vllm,
                400,
                r#"{"object":"error","message":"This model's maximum context length is 4096 tokens.","type":"BadRequestError","code":400}"#,
            ),
            row(Together, 403, r#"{"error":{"message":"Input too long","code":null}}"#),
            row(Groq, 413, r#"{"error":{"message":"Request too large","type":"tokens","code":"rate_limit_exceeded"}}"#),
            row(
                Anthropic,
                400,
                r#"{"type":"error","error":{"type":"invalid_request_error","message":"prompt is too long: 210000 tokens > 200000 maximum"}}"#,
            ),
            row(
                Anthropic,
                200,
                r#"{"content":[{"type":"text","text":"SEL"}],"stop_reason":"model_context_window_exceeded"}"#,
            ),
            row(
                Gemini,
                400,
                r#"{"error":{"code":400,"message":"The input token count (9) exceeds the maximum number of tokens allowed (8).","status":"INVALID_ARGUMENT"}}"#,
            ),
        ],
    );
}

#[test]
fn declined_content_is_not_asked_for_again() {
    check(
        "The model declined",
        "another model",
        Then::Ends,
        &[
            row(OpenAi, 200, r#"{"choices":[{"message":{"content":"SEL"},"finish_reason":"content_filter"}]}"#),
            row(OpenAi, 200, r#"{"choices":[{"message":{"content":null,"refusal":"No."},"finish_reason":"stop"}]}"#),
            row(
                Azure,
                400,
                r#"{"error":{"code":"content_filter","message":"Filtered","innererror":{"code":"ResponsibleAIPolicyViolation"}}}"#,
            ),
            row(
                OpenRouter,
                403,
                r#"{"error":{"code":403,"message":"Flagged","metadata":{"reasons":["violence"],"flagged_input":"x"}}}"#,
            ),
            row(Anthropic, 200, r#"{"content":[],"stop_reason":"refusal"}"#),
            row(Gemini, 200, r#"{"candidates":[{"finishReason":"SAFETY"}]}"#),
            row(Gemini, 200, r#"{"promptFeedback":{"blockReason":"PROHIBITED_CONTENT"}}"#),
        ],
    );
}

#[test]
fn a_cut_off_answer_is_asked_for_once_more() {
    check(
        "The answer was cut off",
        "after 64 tokens",
        Then::AsksForMore,
        &[
            row(
                OpenAi,
                200,
                r#"{"choices":[{"message":{"content":"SEL"},"finish_reason":"length"}],"usage":{"completion_tokens":64}}"#,
            ),
            row(
                Gemini,
                200,
                r#"{"candidates":[{"finishReason":"MAX_TOKENS"}],"usageMetadata":{"thoughtsTokenCount":64}}"#,
            ),
        ],
    );
    // Its limit is always sent, and so always known.
    check(
        "The answer was cut off",
        "after 4096 tokens",
        Then::AsksForMore,
        &[row(Anthropic, 200, r#"{"content":[{"type":"text","text":"SEL"}],"stop_reason":"max_tokens"}"#)],
    );
}

#[test]
fn what_is_no_answer_names_the_format_and_the_usual_address() {
    check(
        "Not an answer",
        "Chat Completions: it begins: <!DOCTYPE html>",
        Then::Waits(0.0),
        &[row(OpenAiCompatible, 200, "<!DOCTYPE html><title>Sign in</title>")],
    );
    check("Not an answer", "https://api.anthropic.com/v1", Then::Waits(0.0), &[row(Anthropic, 200, "{\"conten")]);
    check("Not an answer", "Gemini's generateContent", Then::Waits(0.0), &[row(Gemini, 200, "[]")]);
}

#[test]
fn any_other_refusal_keeps_the_providers_words_without_the_key() {
    check(
        "The request was refused",
        "field required",
        Then::Ends,
        &[
            row(Vllm, 422, r#"{"detail":[{"loc":["body","messages"],"msg":"field required","type":"missing"}]}"#),
            row(OpenAiCompatible, 400, r#"{"detail":"canary-4711: field required"}"#),
            row(Ollama, 400, r#"{"error":"field required for Bearer canary-4711"}"#),
            row(
                Anthropic,
                400,
                r#"{"type":"error","error":{"type":"invalid_request_error","message":"messages: field required"}}"#,
            ),
            row(Gemini, 400, r#"[{"error":{"code":400,"message":"field required","status":"INVALID_ARGUMENT"}}]"#),
        ],
    );
}

//! What goes out: address, headers and body of each format.

use super::*;
use crate::domain::config::ModelConfig;

fn sent(provider: Provider, key: &str) -> HttpRequest {
    let endpoint = at(provider);
    let http = completion(&endpoint, &ask(Some(0.5), Some(64)), Capability::of(&endpoint), &ApiKey::from(key));
    http.ok().unwrap()
}

fn names(http: &HttpRequest) -> Vec<&str> {
    http.headers.iter().map(|(name, _)| *name).collect()
}

#[test]
fn each_provider_gets_its_key_in_its_own_header_and_nothing_that_it_does_not_need() {
    for (provider, url, headers) in [
        (Provider::OpenAi, "https://api.openai.com/v1/chat/completions", &["authorization"][..]),
        (Provider::Azure, "https://your-resource.openai.azure.com/openai/v1/chat/completions", &["api-key"]),
        (
            Provider::Anthropic,
            "https://api.anthropic.com/v1/messages",
            &["x-api-key", "anthropic-version", "anthropic-dangerous-direct-browser-access"],
        ),
        (
            Provider::Gemini,
            "https://generativelanguage.googleapis.com/v1beta/models/m:generateContent",
            &["x-goog-api-key"],
        ),
    ] {
        let http = sent(provider, KEY);
        assert_eq!(http.url, url);
        let expected: Vec<_> = headers.iter().copied().chain(["content-type"]).collect();
        assert_eq!(names(&http), expected);
        let value = if provider == Provider::OpenAi { format!("Bearer {KEY}") } else { KEY.to_owned() };
        assert_eq!(http.headers[0].1, value);
        assert!(!http.url.contains(KEY) && !http.body.is_some_and(|body| body.contains(KEY)));
    }
    assert_eq!(names(&sent(Provider::Ollama, "")), ["content-type"]);
}

#[test]
fn each_format_has_its_own_body() {
    let body = |provider| sent(provider, "").body.unwrap();
    let messages = r#""messages":[{"role":"system","content":"Be brief."},{"role":"user","content":"Hi"}]"#;
    assert_eq!(body(Provider::Groq), format!(r#"{{"model":"m",{messages},"temperature":0.5,"max_tokens":64}}"#));
    assert_eq!(
        body(Provider::OpenAi),
        format!(r#"{{"model":"m",{messages},"temperature":0.5,"max_completion_tokens":64}}"#)
    );
    assert_eq!(
        body(Provider::Anthropic),
        r#"{"model":"m","max_tokens":64,"system":"Be brief.","messages":[{"role":"user","content":"Hi"}],"temperature":0.5}"#
    );
    assert_eq!(
        body(Provider::Gemini),
        r#"{"systemInstruction":{"parts":[{"text":"Be brief."}]},"contents":[{"role":"user","parts":[{"text":"Hi"}]}],"generationConfig":{"temperature":0.5,"maxOutputTokens":64}}"#
    );
}

#[test]
fn a_conversation_keeps_its_turns_in_each_format() {
    let mut request = ask(None, None);
    request.messages = vec![Message::user("Hi"), Message::assistant("SELECT 2"), Message::user("No")];
    let body = |provider| body_of(&at(provider), &request, Capability::of(&at(provider)));
    assert_eq!(
        body(Provider::Anthropic),
        r#"{"model":"m","max_tokens":4096,"messages":[{"role":"user","content":"Hi"},{"role":"assistant","content":"SELECT 2"},{"role":"user","content":"No"}]}"#
    );
    assert_eq!(
        body(Provider::Gemini),
        r#"{"contents":[{"role":"user","parts":[{"text":"Hi"}]},{"role":"model","parts":[{"text":"SELECT 2"}]},{"role":"user","parts":[{"text":"No"}]}],"generationConfig":{}}"#
    );
}

#[test]
fn what_a_model_does_not_take_is_left_out_and_told_with_the_answer() {
    let endpoint = Endpoint { model: "gpt-5".into(), ..at(Provider::OpenAi) };
    let capability = Capability::of(&endpoint);
    let request = ask(Some(0.7), None);
    assert!(!body_of(&endpoint, &request, capability).contains("temperature"));
    let said = reply(200, r#"{"choices":[{"message":{"content":"Hi"},"finish_reason":"stop"}]}"#);
    let answer = read_answer(&endpoint, &request, capability, &said, &ApiKey::default()).unwrap();
    assert_eq!(answer.adjusted, [Adjustment::TemperatureLeftOut { asked: 0.7 }]);
    let unasked = read_answer(&endpoint, &ask(None, None), capability, &said, &ApiKey::default()).unwrap();
    assert_eq!(unasked.adjusted, []);
    let without = Capability { token_limit: TokenLimitField::LeftOut, ..capability };
    assert!(!body_of(&endpoint, &ask(None, Some(9)), without).contains('9'));
    let answer = read_answer(&endpoint, &ask(None, Some(9)), without, &said, &ApiKey::default()).unwrap();
    assert_eq!(answer.adjusted, [Adjustment::TokenLimitLeftOut { asked: 9 }]);
}

#[test]
fn a_temperature_above_the_providers_scale_is_lowered_and_told_with_the_answer() {
    let endpoint = at(Provider::Anthropic);
    let (capability, request) = (Capability::of(&endpoint), ask(Some(1.3), None));
    assert!(body_of(&endpoint, &request, capability).contains(r#""temperature":1.0"#));
    let said = reply(200, r#"{"content":[{"type":"text","text":"Hi"}],"stop_reason":"end_turn"}"#);
    let answer = read_answer(&endpoint, &request, capability, &said, &ApiKey::default()).unwrap();
    assert_eq!(answer.adjusted, [Adjustment::TemperatureLowered { asked: 1.3, sent: 1.0 }]);
}

#[test]
fn base_urls_may_end_as_users_copy_them() {
    for (provider, url) in [
        (Provider::OpenAiCompatible, "http://localhost/v1"),
        (Provider::OpenAiCompatible, " http://localhost/v1/ "),
        (Provider::OpenAiCompatible, "http://localhost/v1/chat/completions/"),
        (Provider::Anthropic, "http://localhost/v1/messages"),
        (Provider::Gemini, "http://localhost/v1/models"),
    ] {
        let config = ModelConfig { provider, url: url.into(), name: " m ".into(), ..ModelConfig::default() };
        let endpoint = Endpoint::of(&config);
        assert_eq!((endpoint.base.as_str(), endpoint.model.as_str()), ("http://localhost/v1", "m"), "{url}");
    }
}

#[test]
fn models_are_asked_for_in_each_format() {
    let url = |provider| models(&at(provider), &ApiKey::from(KEY)).ok().unwrap().url;
    assert_eq!(url(Provider::Mistral), "https://api.mistral.ai/v1/models");
    assert_eq!(url(Provider::Anthropic), "https://api.anthropic.com/v1/models?limit=1000");
    assert_eq!(url(Provider::Gemini), "https://generativelanguage.googleapis.com/v1beta/models?pageSize=1000");
}

#[test]
fn settings_that_cannot_make_a_request_are_said_before_anything_is_sent() {
    let fails = |endpoint: Endpoint, key: &str| {
        let capability = Capability::of(&endpoint);
        let http = completion(&endpoint, &ask(None, None), capability, &ApiKey::from(key));
        matches!(http.err(), Some(ChatError::Misconfigured { .. }))
    };
    let good = at(Provider::OpenAi);
    assert!(!fails(good.clone(), KEY));
    assert!(fails(good.clone(), "schlüssel"));
    assert!(fails(Endpoint { model: String::new(), ..good.clone() }, KEY));
    assert!(fails(Endpoint { base: "http://example.com/v1".into(), ..good }, KEY));
}

#[test]
fn a_key_is_sent_encrypted_or_on_this_machine_and_nowhere_else() {
    let to = |base: &str, key: &str| {
        let endpoint = Endpoint { base: base.into(), ..at(Provider::Vllm) };
        let key = ApiKey::from(key);
        let http = completion(&endpoint, &ask(None, None), Capability::of(&endpoint), &key);
        (http.err(), models(&endpoint, &key).err())
    };
    let refused = Some(ChatError::Misconfigured { detail: UNENCRYPTED.into() });
    for base in ["http://192.168.1.7:8000/v1", "http://box.local:8000/v1"] {
        assert_eq!(to(base, KEY), (refused.clone(), refused.clone()), "{base}");
        assert_eq!(to(base, ""), (None, None), "without a key there is nothing to hide");
    }
    for base in ["https://192.168.1.7:8000/v1", "http://127.0.0.1:8000/v1", "http://localhost:8000/v1"] {
        assert_eq!(to(base, KEY), (None, None), "{base}");
    }
}

//! What an endpoint's refusal means, by status and error codes. Providers word their messages as they like, so those
//! decide nothing; only a waiting time is looked for in them.

use serde_json::{Map, Value};

use super::{Parameter, Reply};
use crate::{domain::problem::ChatError, ports::chat::key::ApiKey};

const NO_CREDIT: &[&str] = &[
    "insufficient_quota",
    "credit_balance_exhausted",
    "organization_spend_limit_exceeded",
    "project_spend_limit_exceeded",
    "organization_usage_limit_exceeded",
    "enforced_spend_limit_reached",
    "billing_error",
    "billing_hard_limit_reached",
    "billing_not_active",
];
const BAD_KEY: &[&str] = &["invalid_api_key", "authentication_error", "API_KEY_INVALID", "UNAUTHENTICATED"];
const NO_MODEL: &[&str] = &["model_not_found", "not_found_error", "NOT_FOUND", "invalid_model"];
const TOO_LONG: &[&str] = &["context_length_exceeded", "exceed_context_size_error", "request_too_large"];
const DECLINED: &[&str] = &["content_filter", "content_policy_violation", "ResponsibleAIPolicyViolation"];
const RATE: &[&str] = &["rate_limit_exceeded", "rate_limit_error", "RESOURCE_EXHAUSTED", "slow_down"];
const OVERLOAD: &[&str] = &["overloaded_error", "UNAVAILABLE", "server_error"];
const NO_REGION: &[&str] = &["unsupported_country_region_territory"];

/// What an endpoint says of a failure.
#[derive(Debug, Default)]
struct Failure {
    message: String,
    /// Everything that stands in the place of a code: `code`, `type`, `status`, also of the details.
    codes: Vec<String>,
    /// The field that is meant.
    param: Option<String>,
    /// Waiting time in milliseconds, if said in a field of its own.
    wait_ms: Option<f64>,
}

/// The error that stands in a reply's object or in a choice, also under status 200.
pub(super) fn in_object(object: &Map<String, Value>, reply: &Reply<'_>, key: &ApiKey) -> Option<ChatError> {
    Failure::of(object).map(|failure| failure.error(reply, key))
}

/// The error that only the status speaks of; the body is a web page, plain words or nothing.
pub(super) fn of_status(reply: &Reply<'_>, key: &ApiKey) -> ChatError {
    let is_page = reply.body.trim_start().starts_with('<');
    let message = if is_page { String::new() } else { reply.body.to_owned() };
    Failure { message, ..Failure::default() }.error(reply, key)
}

/// The parameter that the model does not take, if the refusal names one that can be left out or renamed.
pub fn unsupported(reply: &Reply<'_>) -> Option<Parameter> {
    if !matches!(reply.status, 400 | 422) {
        return None;
    }
    let object = match serde_json::from_str(reply.body).ok()? {
        Value::Object(object) => object,
        Value::Array(list) => list.into_iter().next()?.as_object()?.clone(),
        _ => return None,
    };
    let failure = Failure::of(&object)?;
    let refuses = ["unsupported_parameter", "unsupported_value", "extra_forbidden"];
    if !failure.codes.iter().any(|code| refuses.contains(&code.as_str())) {
        return None;
    }
    match failure.param?.as_str() {
        "temperature" => Some(Parameter::Temperature),
        "max_tokens" => Some(Parameter::MaxTokens),
        "max_completion_tokens" => Some(Parameter::MaxCompletionTokens),
        _ => None,
    }
}

impl Failure {
    /// The shapes that endpoints use: `{"error": {…}}`, `{"error": "…"}`, `{"detail": …}`, `{"object": "error", …}`.
    fn of(object: &Map<String, Value>) -> Option<Self> {
        let mut failure = Self::default();
        match (object.get("error").filter(|error| !error.is_null()), object.get("detail")) {
            (Some(Value::Object(error)), _) => failure.gather(error),
            (Some(Value::String(message)), _) | (None, Some(Value::String(message))) => {
                failure.message = message.clone();
            }
            (None, Some(Value::Object(detail))) => failure.gather(detail),
            (None, Some(Value::Array(faults))) => {
                let fault = faults.first().and_then(Value::as_object)?;
                failure.gather(fault);
                let place = fault.get("loc").and_then(Value::as_array).and_then(|place| place.last()?.as_str());
                failure.param = place.map(str::to_owned);
            }
            _ if object.get("object").and_then(Value::as_str) == Some("error") => failure.gather(object),
            _ => return None,
        }
        Some(failure)
    }

    fn gather(&mut self, error: &Map<String, Value>) {
        let text = |name: &str| error.get(name).and_then(Value::as_str).map(str::to_owned);
        self.message = text("message").or_else(|| text("msg")).unwrap_or_default();
        self.param = text("param");
        for name in ["code", "type", "status", "reason"] {
            match error.get(name) {
                Some(Value::String(code)) => self.codes.push(code.clone()),
                Some(Value::Number(code)) => self.codes.push(code.to_string()),
                _ => {}
            }
        }
        if let Some(code) = error.get("innererror").and_then(|inner| inner.get("code")?.as_str()) {
            self.codes.push(code.to_owned());
        }
        // OpenRouter's moderation.
        if error.get("metadata").is_some_and(|metadata| metadata.get("flagged_input").is_some()) {
            self.codes.push("content_filter".into());
        }
        error
            .get("details")
            .and_then(Value::as_array)
            .into_iter()
            .flatten()
            .for_each(|detail| self.gather_google(detail));
    }

    fn gather_google(&mut self, detail: &Value) {
        self.codes.extend(detail.get("reason").and_then(Value::as_str).map(str::to_owned));
        if let Some(delay) = detail.get("retryDelay").and_then(Value::as_str) {
            self.wait_ms = duration_ms(delay).map(|(ms, _)| ms);
        }
        for violation in detail.get("violations").and_then(Value::as_array).into_iter().flatten() {
            let quota = violation.get("quotaId").and_then(Value::as_str).unwrap_or_default();
            if quota.contains("PerDay") {
                // Used up until tomorrow: waiting helps as little as with an empty account.
                self.codes.push("insufficient_quota".into());
            }
        }
    }

    fn error(&self, reply: &Reply<'_>, key: &ApiKey) -> ChatError {
        let says = |known: &[&str]| self.codes.iter().any(|code| known.contains(&code.as_str()));
        let status = self.status(reply.status);
        let too_many_tokens = status == 400 && self.param.as_deref() == Some("input_tokens");
        match status {
            402 => ChatError::OutOfCredit,
            _ if says(NO_CREDIT) => ChatError::OutOfCredit,
            401 => ChatError::Auth { status },
            _ if says(BAD_KEY) => ChatError::Auth { status },
            413 => ChatError::ContextTooLong,
            _ if says(TOO_LONG) || too_many_tokens => ChatError::ContextTooLong,
            _ if says(DECLINED) => ChatError::Refused,
            404 => ChatError::ModelNotFound,
            _ if says(NO_MODEL) => ChatError::ModelNotFound,
            429 => self.rate_limited(reply),
            _ if says(RATE) => self.rate_limited(reply),
            408 | 409 | 500..=599 => ChatError::Overloaded { status },
            _ if says(OVERLOAD) => ChatError::Overloaded { status },
            403 if !says(NO_REGION) => ChatError::Auth { status },
            _ => ChatError::BadRequest { status, message: key.scrub(&self.message) },
        }
    }

    /// Gateways answer 200 and put the real status into the error.
    fn status(&self, http: u16) -> u16 {
        let inside = self.codes.iter().find_map(|code| code.parse().ok().filter(|code| (400..600).contains(code)));
        if (200..300).contains(&http) { inside.unwrap_or(http) } else { http }
    }

    fn rate_limited(&self, reply: &Reply<'_>) -> ChatError {
        let header = reply.retry_after.and_then(|seconds| seconds.trim().parse::<f64>().ok()).map(|s| s * 1000.0);
        let wait = header.or(self.wait_ms).or_else(|| wait_in_words(&self.message));
        let retry_after_ms = wait.filter(|ms| (0.0..=f64::from(u32::MAX)).contains(ms)).map(|ms| ms.ceil() as u32);
        ChatError::RateLimited { retry_after_ms }
    }
}

/// Milliseconds of "try again in 5.2s", "retry after 20 seconds" and the like.
fn wait_in_words(message: &str) -> Option<f64> {
    let message = message.to_ascii_lowercase();
    let phrases = ["try again in ", "try again after ", "retry in ", "retry after "];
    phrases.iter().find_map(|phrase| {
        let mut rest = &message[message.find(phrase)? + phrase.len()..];
        let mut total = None;
        while let Some((ms, length)) = duration_ms(rest) {
            total = Some(total.unwrap_or(0.0) + ms);
            rest = &rest[length..];
        }
        total
    })
}

/// Milliseconds of one number with its unit at the beginning of `text`, and its length in bytes.
fn duration_ms(text: &str) -> Option<(f64, usize)> {
    let digits = text.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(text.len());
    let number: f64 = text[..digits].parse().ok()?;
    let blank = usize::from(text[digits..].starts_with(' '));
    let unit = &text[digits + blank..];
    let unit = &unit[..unit.find(|c: char| !c.is_ascii_alphabetic()).unwrap_or(unit.len())];
    let factor = match unit {
        "ms" | "millisecond" | "milliseconds" => 1.0,
        "s" | "sec" | "second" | "seconds" => 1e3,
        "m" | "min" | "minute" | "minutes" => 6e4,
        "h" | "hour" | "hours" => 3.6e6,
        _ => return None,
    };
    Some((number * factor, digits + blank + unit.len()))
}

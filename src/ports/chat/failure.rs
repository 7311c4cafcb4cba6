//! What an endpoint's refusal means, by status and error codes. Providers word their messages as they like, so those
//! decide only where a provider gives no code that tells one refusal from another.

mod wait;

use serde_json::{Map, Value};

use super::wire::{Reading, Reply};
use crate::domain::{chat::RequestField, problem::ChatError, provider::Provider};

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
const BAD_KEY: &[&str] =
    &["invalid_api_key", "authentication_error", "API_KEY_INVALID", "UNAUTHENTICATED", "PERMISSION_DENIED"];
const NO_ACCESS: &[&str] = &[
    "unsupported_country_region_territory",
    "permission_error",
    "API_KEY_HTTP_REFERRER_BLOCKED",
    "API_KEY_SERVICE_BLOCKED",
    "SERVICE_DISABLED",
    "FAILED_PRECONDITION",
];
const NO_MODEL: &[&str] = &["model_not_found", "not_found_error", "NOT_FOUND", "invalid_model", "DeploymentNotFound"];
const TOO_LONG: &[&str] = &["context_length_exceeded", "exceed_context_size_error", "request_too_large"];
const DECLINED: &[&str] = &["content_filter", "content_policy_violation", "ResponsibleAIPolicyViolation"];
const RATE: &[&str] = &["rate_limit_exceeded", "rate_limit_error", "RESOURCE_EXHAUSTED", "slow_down"];
/// Codes of failing servers, with the status that goes with them where the reply says 200.
const OVERLOAD: &[(&str, u16)] = &[
    ("overloaded_error", 529),
    ("UNAVAILABLE", 503),
    ("DEADLINE_EXCEEDED", 504),
    ("server_error", 500),
    ("api_error", 500),
    ("INTERNAL", 500),
];
/// A quota of the day.
const DAILY: &str = "quota of the day";
/// The codes of a value that is out of range: such a field is taken, only not with this value.
const OUT_OF_RANGE: &[&str] =
    &["invalid_value", "invalid_type", "decimal_above_max_value", "decimal_below_min_value", "integer_above_max_value"];

/// Refusals that have no code of their own with some provider, by the words that all of its versions share.
const WORDED: &[(&[&str], Worded)] = &[
    // Anthropic.
    (&["prompt is too long"], Worded::TooLong),
    (&["credit balance is too low"], Worded::NoCredit),
    // Gemini.
    (&["token count", "exceeds"], Worded::TooLong),
    // DeepSeek, OpenRouter, Together, vLLM and LM Studio.
    (&["maximum context length"], Worded::TooLong),
    (&["context length", "tokens"], Worded::TooLong),
    // OpenRouter.
    (&["is not a valid model id"], Worded::NoModel),
    // xAI.
    (&["incorrect api key provided"], Worded::BadKey),
];

#[derive(Clone, Copy, PartialEq, Eq)]
enum Worded {
    TooLong,
    NoCredit,
    NoModel,
    BadKey,
}

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

/// A successful reply's JSON object, taken out of the list that some gateways wrap it in.
pub(super) fn object(reading: Reading<'_>) -> Result<Map<String, Value>, ChatError> {
    let Reading { reply, key, .. } = reading;
    match parsed(reply) {
        Some(object) => match in_object(&object, reading) {
            Some(error) => Err(error),
            None if reply.is_success() => Ok(object),
            None => Err(of_status(reading)),
        },
        None if reply.is_success() => {
            let beginning = key.scrub(&reply.body);
            let detail = if beginning.is_empty() { "it is empty".into() } else { format!("it begins: {beginning}") };
            Err(ChatError::Malformed { detail: key.scrub(&detail) })
        }
        None => Err(of_status(reading)),
    }
}

/// The error that stands in a reply's object or in a choice, also under status 200.
pub(super) fn in_object(object: &Map<String, Value>, reading: Reading<'_>) -> Option<ChatError> {
    Failure::of(object, reading.reply).map(|failure| failure.error(reading))
}

/// Which of the fields that were `sent` the endpoint does not take, if its refusal names one.
pub(super) fn refused_field(reply: &Reply, sent: &[RequestField]) -> Option<RequestField> {
    let failure = Failure::of(&parsed(reply)?, reply).filter(|_| matches!(reply.status, 400 | 422))?;
    if failure.codes.iter().any(|code| OUT_OF_RANGE.contains(&code.as_str())) {
        return None;
    }
    let names = |field: &RequestField, text: &str| {
        let mut words = text.split(|c: char| !c.is_ascii_alphanumeric() && c != '_');
        words.any(|word| {
            word == field.name()
                || *field == RequestField::MaxTokens && matches!(word, "maxOutputTokens" | "max_output_tokens")
        })
    };
    // The first that is named: what follows is often the advice to use another one.
    let text = failure.param.as_deref().unwrap_or(&failure.message);
    let named = sent.iter().filter(|field| names(field, text));
    named.min_by_key(|field| text.find(field.name())).copied()
}

fn parsed(reply: &Reply) -> Option<Map<String, Value>> {
    match serde_json::from_str(&reply.body).ok()? {
        Value::Object(object) => Some(object),
        Value::Array(list) => match list.into_iter().next()? {
            Value::Object(object) => Some(object),
            _ => None,
        },
        _ => None,
    }
}

/// The error that only the status speaks of; the body is a web page, plain words or nothing.
fn of_status(reading: Reading<'_>) -> ChatError {
    let body = &reading.reply.body;
    let is_page = body.trim_start().starts_with('<');
    let message = if is_page { String::new() } else { body.to_owned() };
    Failure { message, ..Failure::default() }.error(reading)
}

impl Failure {
    /// The shapes that endpoints use: `{"error": {…}}`, `{"error": "…"}`, `{"detail": …}`, `{"object": "error", …}`, and
    /// under an error's status `{"message": …}`.
    fn of(object: &Map<String, Value>, reply: &Reply) -> Option<Self> {
        let mut failure = Self::default();
        let is_bare = object.get("object").and_then(Value::as_str) == Some("error")
            || !reply.is_success() && object.contains_key("message");
        match (object.get("error").filter(|error| !error.is_null()), object.get("detail")) {
            (Some(Value::Object(error)), _) => failure.gather(error),
            (Some(Value::String(message)), _) | (None, Some(Value::String(message))) => {
                failure.message = message.clone();
                failure.codes.extend(object.get("code").and_then(Value::as_str).map(str::to_owned));
            }
            (None, Some(Value::Object(detail))) => failure.gather(detail),
            (None, Some(Value::Array(faults))) => {
                let fault = faults.first().and_then(Value::as_object)?;
                failure.gather(fault);
                let place = fault.get("loc").and_then(Value::as_array).and_then(|place| place.last()?.as_str());
                failure.param = place.map(str::to_owned);
            }
            _ if is_bare => failure.gather(object),
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
        let flagged = |metadata: &Value| metadata.get("flagged_input").or(metadata.get("reasons")).is_some();
        if error.get("metadata").is_some_and(flagged) {
            self.codes.push("content_filter".into());
        }
        error.get("details").and_then(Value::as_array).into_iter().flatten().for_each(|it| self.gather_google(it));
    }

    fn gather_google(&mut self, detail: &Value) {
        self.codes.extend(detail.get("reason").and_then(Value::as_str).map(str::to_owned));
        if let Some(delay) = detail.get("retryDelay").and_then(Value::as_str) {
            self.wait_ms = wait::duration_ms(delay).map(|(ms, _)| ms);
        }
        for violation in detail.get("violations").and_then(Value::as_array).into_iter().flatten() {
            let quota = violation.get("quotaId").and_then(Value::as_str).unwrap_or_default();
            if quota.contains("PerDay") {
                self.codes.push(DAILY.into());
            }
        }
    }

    fn error(&self, reading: Reading<'_>) -> ChatError {
        let Reading { reply, key, provider } = reading;
        let says = |known: &[&str]| self.codes.iter().any(|code| known.contains(&code.as_str()));
        let fails = OVERLOAD.iter().find(|(code, _)| says(&[code]));
        let status = self.status(reply.status);
        let too_many_tokens = status == 400 && self.param.as_deref() == Some("input_tokens");
        let no_access = || ChatError::NoAccess { status, message: key.scrub(&self.message) };
        match status {
            402 => ChatError::OutOfCredit,
            _ if says(NO_CREDIT) => ChatError::OutOfCredit,
            _ if says(&[DAILY]) => ChatError::DailyQuota,
            401 => ChatError::Auth { status },
            _ if says(NO_ACCESS) => no_access(),
            _ if says(BAD_KEY) => ChatError::Auth { status },
            413 => ChatError::ContextTooLong,
            _ if says(TOO_LONG) || too_many_tokens => ChatError::ContextTooLong,
            _ if says(DECLINED) => ChatError::Refused,
            404 => ChatError::ModelNotFound,
            _ if says(NO_MODEL) => ChatError::ModelNotFound,
            429 => self.rate_limited(reply),
            _ if says(RATE) => self.rate_limited(reply),
            408 | 409 | 500..=599 => ChatError::Overloaded { status },
            _ if fails.is_some() => ChatError::Overloaded { status: fails.map_or(status, |(_, status)| *status) },
            // Together says so when the prompt does not fit.
            403 if provider == Provider::Together => ChatError::ContextTooLong,
            403 => no_access(),
            _ => match self.worded() {
                Some(Worded::TooLong) => ChatError::ContextTooLong,
                Some(Worded::NoCredit) => ChatError::OutOfCredit,
                Some(Worded::NoModel) => ChatError::ModelNotFound,
                Some(Worded::BadKey) => ChatError::Auth { status },
                None => ChatError::BadRequest { status, message: key.scrub(&self.message) },
            },
        }
    }

    fn worded(&self) -> Option<Worded> {
        let message = self.message.to_ascii_lowercase();
        let fits = |(words, _): &&(&[&str], Worded)| words.iter().all(|word| message.contains(word));
        WORDED.iter().find(fits).map(|(_, class)| *class)
    }

    /// Gateways answer 200 and put the real status into the error.
    fn status(&self, http: u16) -> u16 {
        let inside = self.codes.iter().find_map(|code| code.parse().ok().filter(|code| (400..600).contains(code)));
        if (200..300).contains(&http) { inside.unwrap_or(http) } else { http }
    }

    fn rate_limited(&self, reply: &Reply) -> ChatError {
        let wait = wait::in_headers(reply).or(self.wait_ms).or_else(|| wait::in_words(&self.message));
        let retry_after_ms = wait.filter(|ms| (0.0..=f64::from(u32::MAX)).contains(ms)).map(|ms| ms.ceil() as u32);
        ChatError::RateLimited { retry_after_ms }
    }
}

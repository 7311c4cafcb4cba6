//! What goes wrong with the outside world during a run, as data: the screens turn it into words and a remedy.

use serde::{Deserialize, Serialize};

use super::budget::Cap;
use super::chat::{Adjustment, RequestField};

/// Why a model call failed. Mapped at the edge from status codes and error codes, never from message text.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, thiserror::Error)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum ChatError {
    /// The browser could not reach the endpoint: wrong host, offline, CORS, mixed content; a page cannot tell these apart.
    #[error("the endpoint could not be reached")]
    Network,
    /// No answer within the time limit.
    #[error("no answer within {limit_ms} ms")]
    Timeout { limit_ms: u32 },
    /// 401, or a code that says so under another status.
    #[error("the key was not accepted")]
    Auth { status: u16 },
    /// 403: the key is known, but not for this model, region or page.
    #[error("the provider does not allow this (HTTP {status}): {message}")]
    NoAccess { status: u16, message: String },
    /// 402, or 429 with a quota code: waiting does not help.
    #[error("the account has no credit left")]
    OutOfCredit,
    /// 429 for a quota of the day: it is used up until tomorrow.
    #[error("the day's quota is used up")]
    DailyQuota,
    /// 404, or an error code that names the model.
    #[error("the endpoint does not know this model or path")]
    ModelNotFound,
    /// 429. `retry_after_ms` if the provider said when.
    #[error("too many requests")]
    RateLimited { retry_after_ms: Option<u32> },
    /// 408, 409, 5xx, 529.
    #[error("the provider is overloaded or failing (HTTP {status})")]
    Overloaded { status: u16 },
    /// The request does not fit the model's context.
    #[error("the request is longer than the model's context")]
    ContextTooLong,
    /// The provider or the model declined.
    #[error("the model or the provider declined to answer")]
    Refused,
    /// The answer hit the token limit, after `at` tokens if that is known.
    #[error("the answer was cut off at the token limit")]
    Truncated {
        #[serde(default, skip_serializing_if = "Option::is_none")]
        at: Option<u32>,
    },
    /// The model does not take a field that was sent. The next try goes without it, or by its other name.
    #[error("the model does not take {}", field.name())]
    FieldRefused { field: RequestField },
    /// Something arrived that is not an answer in the endpoint's format.
    #[error("the endpoint's answer could not be understood")]
    Malformed { detail: String },
    /// The provider refused the request (HTTP 400 and the like) with this scrubbed message.
    #[error("the provider refused the request (HTTP {status}): {message}")]
    BadRequest { status: u16, message: String },
    /// The settings cannot make a request: no URL, no model name.
    #[error("{detail}")]
    Misconfigured { detail: String },
    /// A model in this browser cannot be asked.
    #[error("{fault}")]
    Local { fault: LocalFault },
}

/// Why a model in this browser cannot be asked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[serde(tag = "fault", rename_all = "snake_case")]
pub enum LocalFault {
    /// The run's model file is not stored in this browser.
    #[error("the model file {name} is not in this browser")]
    FileMissing { name: String, sha256: String },
    /// llama.cpp could not load the file; `message` is its own. Memory that does not suffice looks like any other reason.
    #[error("{name} could not be loaded: {message}")]
    NotLoaded { name: String, message: String },
    /// The browser lacks what llama.cpp needs.
    #[error("this browser cannot run models inside the page: it lacks {lacks}")]
    Unsupported { lacks: String },
    /// The model's worker died under the request. It is started anew for the next one.
    #[error("the model inside the page stopped: {message}")]
    Crashed { message: String },
    /// The browser brings no model along, or not on this machine.
    #[error("this browser has no built-in model here")]
    NoBuiltIn,
    /// The browser's model has to be downloaded first, which takes a click.
    #[error("the browser's built-in model is not downloaded yet")]
    BuiltInNotReady,
}

impl ChatError {
    /// Whether a call that ended so may have been answered, and billed: a refusal by status was not.
    pub fn may_be_billed(&self) -> bool {
        matches!(
            self,
            ChatError::Timeout { .. } | ChatError::Refused | ChatError::Truncated { .. } | ChatError::Malformed { .. }
        )
    }

    /// Whether trying again may help without anybody doing something.
    pub fn is_transient(&self) -> bool {
        matches!(
            self,
            ChatError::Network
                | ChatError::Timeout { .. }
                | ChatError::RateLimited { .. }
                | ChatError::Overloaded { .. }
                | ChatError::Malformed { .. }
                | ChatError::FieldRefused { .. }
                | ChatError::Local { fault: LocalFault::Crashed { .. } }
        )
    }
}

/// Something that got in the way of a run.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "problem", rename_all = "snake_case")]
pub enum Problem {
    /// A model call failed.
    Chat { error: ChatError },
    /// A model was asked otherwise than the settings say.
    Adjusted { model: String, adjustment: Adjustment },
    /// A gold query failed: a fault of the dataset, never a reward.
    Gold { example: super::id::ExampleId, message: String },
    /// A database could not be opened.
    Database { db: super::id::DbId, message: String },
    /// The SQL engine itself failed.
    Engine { message: String },
    /// The next call might pass a cap: `spent` of `most` is used, and it may take `next`.
    BudgetReached { cap: Cap, most: f64, spent: f64, next: f64 },
    /// So many percent of a cap are used.
    BudgetUsed { cap: Cap, percent: u8, most: f64 },
    /// The journal could not be written.
    Storage { message: String },
    /// An answer could not be kept for identical requests to come.
    Uncached { message: String },
    /// A batch of rollouts was not done in `rollout_batch_timeout`.
    BatchTimeout { limit_s: f64, unfinished: usize },
    /// The journal's facts and this run's decisions differ (another version of the page, or an edited file).
    Diverged { step: String },
}

/// What a problem did to the run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Effect {
    /// The call waited and was tried again.
    Retried,
    /// The run paused; nothing was scored.
    Paused,
    /// Nothing failed; whoever reads the scores should know it.
    Noted,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn problems_of_older_journals_still_load() {
        let old: ChatError = serde_json::from_str(r#"{"kind":"truncated"}"#).unwrap();
        assert_eq!(old, ChatError::Truncated { at: None });
    }
}

//! Trying a model call again: full jitter on what may pass by itself, at once and otherwise on what a model did not take,
//! never on what needs somebody.

use crate::{
    domain::{problem::ChatError, rng::SplitMix64},
    ports::chat::ChatRequest,
};

const BASE_MS: f64 = 1_000.0;
const LONGEST_MS: f64 = 60_000.0;

/// Refusals of fields that one call may meet: each model has fewer fields than that.
const REFUSALS: u32 = 8;

/// The tries of one call.
#[derive(Clone, Debug)]
pub struct Tries {
    rng: SplitMix64,
    /// Tries so far that failed by themselves.
    failed: u32,
    refused: u32,
    doubled: bool,
}

/// What follows a failed try.
#[derive(Clone, Debug, PartialEq)]
pub enum Next {
    /// Try again after so many milliseconds.
    After(f64),
    /// Ask otherwise, at once: nothing is wrong with the endpoint.
    Otherwise,
    /// Nothing: this is why there is no answer.
    GiveUp(ChatError),
}

impl Tries {
    /// None so far; `rng` decides on the jitter.
    pub fn new(rng: SplitMix64) -> Self {
        Self { rng, failed: 0, refused: 0, doubled: false }
    }

    /// Takes in why a try failed, and changes the request where the next try must be another one: an answer that was cut
    /// off is asked for once more with twice the tokens.
    pub fn failed(&mut self, error: ChatError, request: &mut ChatRequest) -> Next {
        match error {
            ChatError::FieldRefused { .. } if self.refused < REFUSALS => {
                self.refused += 1;
                Next::Otherwise
            }
            ChatError::Truncated { at: Some(tokens) } if !self.doubled => {
                self.doubled = true;
                let limit = request.max_tokens.unwrap_or(0).max(tokens);
                request.max_tokens = Some(limit.saturating_mul(2));
                Next::Otherwise
            }
            // Twice the limit is more than the model can: it stays cut off.
            ChatError::BadRequest { .. } if self.doubled => {
                Next::GiveUp(ChatError::Truncated { at: request.max_tokens })
            }
            error => {
                self.failed += 1;
                match wait_before_next(&error, self.failed, &mut self.rng) {
                    Some(wait) => Next::After(wait),
                    None => Next::GiveUp(error),
                }
            }
        }
    }
}

/// How long to wait before the next try, in milliseconds; `None` to give up. `attempt` counts the tries so far, from 1.
///
/// Six tries for limits, overload and a lost network; three where each try may take the whole time limit or the endpoint
/// talks nonsense. The wait is uniform in 0..min(60 s, 1 s · 2^(attempt−1)), but at least what the provider asked for.
fn wait_before_next(error: &ChatError, attempt: u32, rng: &mut SplitMix64) -> Option<f64> {
    let (tries, at_least) = match error {
        ChatError::RateLimited { retry_after_ms } => (6, retry_after_ms.map_or(0.0, f64::from)),
        ChatError::Overloaded { .. } | ChatError::Network => (6, 0.0),
        ChatError::Timeout { .. } | ChatError::Malformed { .. } => (3, 0.0),
        _ => return None,
    };
    if attempt >= tries {
        return None;
    }
    let longest = LONGEST_MS.min(BASE_MS * 2_f64.powi(attempt as i32 - 1));
    let jitter = rng.unit() * longest;
    // After a hint the jitter comes on top, so that not all calls return at the same moment.
    Some(if at_least > 0.0 { at_least + jitter.min(at_least) } else { jitter })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{
        chat::{ModelRole, RequestField},
        id::StepId,
    };

    fn waits(error: ChatError) -> Vec<f64> {
        let mut rng = SplitMix64::labelled(1, "retry");
        (1..).map_while(|attempt| wait_before_next(&error, attempt, &mut rng)).collect()
    }

    #[test]
    fn waits_grow_within_their_bounds_and_end() {
        let waits = waits(ChatError::Overloaded { status: 503 });
        assert_eq!(waits.len(), 5);
        for (i, wait) in waits.iter().enumerate() {
            assert!((0.0..1_000.0 * 2_f64.powi(i as i32)).contains(wait), "{waits:?}");
        }
    }

    #[test]
    fn the_providers_hint_is_respected() {
        let waits = waits(ChatError::RateLimited { retry_after_ms: Some(5_000) });
        assert!(waits.iter().all(|wait| (5_000.0..=10_000.0).contains(wait)), "{waits:?}");
    }

    fn request() -> ChatRequest {
        ChatRequest {
            step: StepId::from("r01/q1/write1"),
            role: ModelRole::Agent,
            messages: vec![],
            temperature: None,
            max_tokens: None,
        }
    }

    #[test]
    fn a_truncated_answer_is_asked_for_once_more_with_twice_the_tokens() {
        let (mut tries, mut request) = (Tries::new(SplitMix64::labelled(1, "t")), request());
        let cut = |at| ChatError::Truncated { at };
        assert_eq!(tries.failed(cut(Some(4096)), &mut request), Next::Otherwise);
        assert_eq!(request.max_tokens, Some(8192));
        let mut too_many = tries.clone();
        assert_eq!(tries.failed(cut(Some(8192)), &mut request), Next::GiveUp(cut(Some(8192))));
        let refused = ChatError::BadRequest { status: 400, message: "max_tokens: 8192 > 4096".into() };
        assert_eq!(too_many.failed(refused, &mut request), Next::GiveUp(cut(Some(8192))));
        let mut unknown = Tries::new(SplitMix64::labelled(1, "t"));
        assert_eq!(unknown.failed(cut(None), &mut request), Next::GiveUp(cut(None)), "there is nothing to double");
    }

    #[test]
    fn a_refused_field_costs_no_try_and_no_time_and_has_an_end() {
        let (mut tries, mut request) = (Tries::new(SplitMix64::labelled(1, "t")), request());
        let refused = ChatError::FieldRefused { field: RequestField::Temperature };
        assert_eq!(tries.failed(refused.clone(), &mut request), Next::Otherwise);
        assert!(matches!(tries.failed(ChatError::Network, &mut request), Next::After(wait) if wait < 1_000.0));
        let rest = (0..).map(|_| tries.failed(refused.clone(), &mut request)).take(100);
        assert_eq!(rest.filter(|next| *next == Next::Otherwise).count(), 7);
    }

    #[test]
    fn what_needs_somebody_is_not_tried_again() {
        assert!(waits(ChatError::Auth { status: 401 }).is_empty());
        assert!(waits(ChatError::OutOfCredit).is_empty());
        assert!(waits(ChatError::DailyQuota).is_empty());
        assert_eq!(waits(ChatError::Malformed { detail: String::new() }).len(), 2);
    }
}

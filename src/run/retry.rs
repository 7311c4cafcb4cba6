//! Trying a model call again: full jitter on what may pass by itself, at once and otherwise on what a model did not take,
//! never on what needs somebody.

use crate::{
    domain::{problem::ChatError, rng::SplitMix64},
    ports::chat::ChatRequest,
};

const BASE_MS: f64 = 1_000.0;
const LONGEST_MS: f64 = 60_000.0;
/// Tries of one call that may fail by themselves.
const MOST_TRIES: u32 = 6;
/// Of those, the ones that may take the whole time limit or bring nonsense.
const MOST_COSTLY: u32 = 3;

/// Refusals of fields that one call may meet: each model has fewer fields than that.
const REFUSALS: u32 = 8;

/// The tries of one call.
#[derive(Clone, Debug)]
pub struct Tries {
    rng: SplitMix64,
    /// Tries so far that failed by themselves.
    failed: u32,
    /// Of those, the ones that took the whole time limit or brought nonsense.
    costly: u32,
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
        Self { rng, failed: 0, costly: 0, refused: 0, doubled: false }
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
            error => match self.wait_before_next(&error) {
                Some(wait) => Next::After(wait),
                None => Next::GiveUp(error),
            },
        }
    }

    /// Counts a try that failed by itself and says how long to wait before the next one, in milliseconds; `None` to give up.
    ///
    /// Six tries, of which three may take the whole time limit or bring nonsense: refusals that cost nothing do not use those
    /// up. The wait is uniform in 0..min(60 s, 1 s · 2^(tries−1)), but at least what the provider asked for.
    fn wait_before_next(&mut self, error: &ChatError) -> Option<f64> {
        let (is_costly, at_least) = match error {
            ChatError::RateLimited { retry_after_ms } => (false, retry_after_ms.map_or(0.0, f64::from)),
            ChatError::Overloaded { .. } | ChatError::Network => (false, 0.0),
            ChatError::Timeout { .. } | ChatError::Malformed { .. } => (true, 0.0),
            _ => return None,
        };
        self.failed += 1;
        self.costly += u32::from(is_costly);
        if self.failed >= MOST_TRIES || is_costly && self.costly >= MOST_COSTLY {
            return None;
        }
        let longest = LONGEST_MS.min(BASE_MS * 2_f64.powi(self.failed as i32 - 1));
        let jitter = self.rng.unit() * longest;
        // After a hint the jitter comes on top, so that not all calls return at the same moment.
        Some(if at_least > 0.0 { at_least + jitter.min(at_least) } else { jitter })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{
        chat::{ModelRole, RequestField},
        id::StepId,
    };

    fn waits(error: ChatError) -> Vec<f64> {
        let mut tries = Tries::new(SplitMix64::labelled(1, "retry"));
        std::iter::from_fn(|| tries.wait_before_next(&error)).collect()
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
    fn refusals_do_not_use_up_the_tries_of_what_takes_long() {
        let (mut tries, mut request) = (Tries::new(SplitMix64::labelled(1, "t")), request());
        let mut goes_on = |error| matches!(tries.failed(error, &mut request), Next::After(_));
        assert!(goes_on(ChatError::RateLimited { retry_after_ms: None }));
        assert!(goes_on(ChatError::Overloaded { status: 503 }));
        assert!(goes_on(ChatError::Timeout { limit_ms: 1 }));
        assert!(goes_on(ChatError::Malformed { detail: String::new() }));
        assert!(goes_on(ChatError::Network));
        assert!(!goes_on(ChatError::Network), "six in all");
    }

    #[test]
    fn what_needs_somebody_is_not_tried_again() {
        assert!(waits(ChatError::Auth { status: 401 }).is_empty());
        assert!(waits(ChatError::OutOfCredit).is_empty());
        assert!(waits(ChatError::DailyQuota).is_empty());
        assert_eq!(waits(ChatError::Malformed { detail: String::new() }).len(), 2);
    }
}

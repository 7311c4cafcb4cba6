//! Trying a model call again: full jitter on what may pass by itself, at once and otherwise on what a model did not take,
//! never on what needs somebody.

use crate::{
    domain::{
        problem::{ChatError, LocalFault},
        rng::SplitMix64,
    },
    ports::chat::ChatRequest,
};

const BASE_MS: f64 = 1_000.0;
const LONGEST_MS: f64 = 60_000.0;

/// The longest wait after so many failures in a row, in milliseconds: 1 s after the first, then twice as long each time, up
/// to 60 s. Full jitter draws from nothing to this.
pub fn longest_wait_ms(failures: u32) -> f64 {
    LONGEST_MS.min(BASE_MS * 2_f64.powi(failures.saturating_sub(1).min(16) as i32))
}

/// Tries of one call that may be refused as too many: they cost nothing, and the window shrinks under them.
const MOST_LIMITED: u32 = 12;
/// Tries that may meet a failing server, or none.
const MOST_FAILING: u32 = 6;
/// Tries that may each take the whole time limit.
const MOST_LATE: u32 = 4;
/// Tries that may bring nonsense, and a bill with it.
const MOST_MALFORMED: u32 = 4;

/// Refusals of fields that one call may meet: each model has fewer fields than that.
const REFUSALS: u32 = 8;

/// The tries of one call.
#[derive(Clone, Debug)]
pub struct Tries {
    rng: SplitMix64,
    /// Tries so far that failed by themselves, by how.
    limited: u32,
    failing: u32,
    late: u32,
    malformed: u32,
    /// Fields that were refused.
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
        Self { rng, limited: 0, failing: 0, late: 0, malformed: 0, refused: 0, doubled: false }
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
    /// Each way to fail has tries of its own, so that a provider on a bad day, who fails in all of them, is borne with. The wait is
    /// uniform in 0..min(60 s, 1 s · 2^(tries−1)), but at least what the provider asked for.
    fn wait_before_next(&mut self, error: &ChatError) -> Option<f64> {
        let (tries, most) = match error {
            ChatError::RateLimited { .. } => (&mut self.limited, MOST_LIMITED),
            ChatError::Overloaded { .. } | ChatError::Network => (&mut self.failing, MOST_FAILING),
            ChatError::Timeout { .. } => (&mut self.late, MOST_LATE),
            ChatError::Malformed { .. } | ChatError::Local { fault: LocalFault::Crashed { .. } } => {
                (&mut self.malformed, MOST_MALFORMED)
            }
            _ => return None,
        };
        *tries += 1;
        if *tries >= most {
            return None;
        }
        let failed = self.limited + self.failing + self.late + self.malformed;
        let jitter = self.rng.unit() * longest_wait_ms(failed);
        // After a hint the jitter comes on top, so that not all calls return at the same moment.
        Some(match error {
            ChatError::RateLimited { retry_after_ms: Some(wait) } if *wait > 0 => {
                let at_least = f64::from(*wait);
                at_least + jitter.min(at_least)
            }
            _ => jitter,
        })
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
    fn each_way_to_fail_has_tries_of_its_own() {
        let (mut tries, mut request) = (Tries::new(SplitMix64::labelled(1, "t")), request());
        let mut lasts = |error: ChatError| {
            (1..).find(|_| matches!(tries.failed(error.clone(), &mut request), Next::GiveUp(_))).unwrap()
        };
        assert_eq!(lasts(ChatError::RateLimited { retry_after_ms: None }), 12);
        assert_eq!(lasts(ChatError::Overloaded { status: 503 }), 6);
        assert_eq!(lasts(ChatError::Timeout { limit_ms: 1 }), 4);
        assert_eq!(lasts(ChatError::Malformed { detail: String::new() }), 4);
    }

    #[test]
    fn what_needs_somebody_is_not_tried_again() {
        assert!(waits(ChatError::Auth { status: 401 }).is_empty());
        assert!(waits(ChatError::OutOfCredit).is_empty());
        assert!(waits(ChatError::DailyQuota).is_empty());
        assert!(waits(ChatError::Local { fault: LocalFault::NoBuiltIn }).is_empty());
        assert_eq!(waits(ChatError::Local { fault: LocalFault::Crashed { message: String::new() } }).len(), 3);
        assert_eq!(waits(ChatError::Malformed { detail: String::new() }).len(), 3);
    }
}

//! Trying a model call again: full jitter on what may pass by itself, never on what needs somebody.

use crate::domain::{problem::ChatError, rng::SplitMix64};

const BASE_MS: f64 = 1_000.0;
const LONGEST_MS: f64 = 60_000.0;

/// How long to wait before the next try, in milliseconds; `None` to give up. `attempt` counts the tries so far, from 1.
///
/// Six tries for limits, overload and a lost network; three where each try may take the whole time limit or the endpoint
/// talks nonsense. The wait is uniform in 0..min(60 s, 1 s · 2^(attempt−1)), but at least what the provider asked for.
pub fn wait_before_next(error: &ChatError, attempt: u32, rng: &mut SplitMix64) -> Option<f64> {
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

    #[test]
    fn what_needs_somebody_is_not_tried_again() {
        assert!(waits(ChatError::Auth { status: 401 }).is_empty());
        assert!(waits(ChatError::OutOfCredit).is_empty());
        assert_eq!(waits(ChatError::Malformed { detail: String::new() }).len(), 2);
    }
}

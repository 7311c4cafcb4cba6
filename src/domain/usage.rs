//! Tokens, calls and time that models took, by role. Answers from the cache are counted, and took nothing.

use std::ops::AddAssign;

use serde::{Deserialize, Serialize};

use super::budget::Price;

/// Tokens of one or more calls. `None` means that the provider did not say, which is not 0.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct TokenUsage {
    /// All tokens of the request, also those that the provider had in its cache.
    pub input: Option<u64>,
    /// All tokens of the answer, also those of reasoning.
    pub output: Option<u64>,
    /// Those of `input` that came from the provider's cache, which are cheaper.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cached: Option<u64>,
    /// US dollars, where the provider says what the call was billed at.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub usd: Option<f64>,
}

/// What one role's calls took so far.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Usage {
    /// Answered calls, also those that the cache answered: so a run has as many however much it paid for.
    pub calls: u64,
    /// Those of `calls` that the cache answered.
    pub cached_calls: u64,
    /// Tokens in, over the calls that reported them.
    pub input_tokens: u64,
    /// Tokens out, over the calls that reported them.
    pub output_tokens: u64,
    /// Paid calls whose provider reported no tokens.
    pub unmetered_calls: u64,
    /// Calls that gave no answer that can be used, and may have been billed: their tokens are in the sums as far as told.
    #[serde(default)]
    pub lost_calls: u64,
    /// US dollars, over the calls whose cost is known.
    #[serde(default)]
    pub usd: f64,
    /// Calls, answered or lost, whose cost is not known.
    #[serde(default)]
    pub unpriced_calls: u64,
    /// Sum of the calls' durations in milliseconds (calls overlap: this is not wall time).
    pub busy_ms: f64,
}

impl Usage {
    /// The usage of one answered call that took `elapsed_ms` of a model with that price.
    pub fn of_call(tokens: TokenUsage, price: Price, elapsed_ms: f64) -> Self {
        let usd = price.of_call(&tokens);
        Self {
            calls: 1,
            cached_calls: 0,
            input_tokens: tokens.input.unwrap_or(0),
            output_tokens: tokens.output.unwrap_or(0),
            unmetered_calls: u64::from(tokens.input.is_none() || tokens.output.is_none()),
            lost_calls: 0,
            usd: usd.unwrap_or(0.0),
            unpriced_calls: u64::from(usd.is_none()),
            busy_ms: elapsed_ms,
        }
    }

    /// The usage of one call that the cache answered.
    pub fn of_cached_call() -> Self {
        Self { calls: 1, cached_calls: 1, ..Self::default() }
    }

    /// Answered calls that went to a provider.
    pub fn paid_calls(&self) -> u64 {
        self.calls - self.cached_calls
    }

    /// The usage of one call that was lost after `elapsed_ms`.
    pub fn of_lost_call(tokens: TokenUsage, price: Price, elapsed_ms: f64) -> Self {
        Self { calls: 0, lost_calls: 1, ..Self::of_call(tokens, price, elapsed_ms) }
    }

    /// Tokens in and out.
    pub fn tokens(&self) -> u64 {
        self.input_tokens + self.output_tokens
    }
}

impl AddAssign for Usage {
    fn add_assign(&mut self, other: Self) {
        self.calls += other.calls;
        self.cached_calls += other.cached_calls;
        self.input_tokens += other.input_tokens;
        self.output_tokens += other.output_tokens;
        self.unmetered_calls += other.unmetered_calls;
        self.lost_calls += other.lost_calls;
        self.usd += other.usd;
        self.unpriced_calls += other.unpriced_calls;
        self.busy_ms += other.busy_ms;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_cache_answered_is_counted_apart_and_took_no_tokens() {
        let tokens = TokenUsage { input: Some(10), output: Some(5), ..TokenUsage::default() };
        let mut usage = Usage::of_call(tokens, Price::default(), 200.0);
        usage += Usage::of_cached_call();
        assert_eq!((usage.calls, usage.cached_calls, usage.paid_calls(), usage.unpriced_calls), (2, 1, 1, 1));
        assert_eq!((usage.tokens(), usage.unmetered_calls, usage.busy_ms), (15, 0, 200.0));
    }
}

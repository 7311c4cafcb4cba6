//! What a run may take: the price of each model, and caps on calls, tokens and money. What is not known is absent, never 0.

use serde::{Deserialize, Serialize};

use super::{chat::ModelRole, usage::TokenUsage};

/// Dearest price that is taken for one, in US dollars per million tokens.
pub const DEAREST: f64 = 100_000.0;

/// What a model's tokens cost, in US dollars per million. Tokens from the provider's own cache are counted at the full
/// price: a cost is at most too high.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Price {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub input: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub output: Option<f64>,
}

impl Price {
    /// Whether it can be taken for one: each side is unknown, or from 0 to `DEAREST`.
    pub fn is_plausible(&self) -> bool {
        [self.input, self.output].into_iter().flatten().all(|side| (0.0..=DEAREST).contains(&side))
    }

    /// Nothing is paid.
    pub const FREE: Price = Price { input: Some(0.0), output: Some(0.0) };

    /// Both sides, if both are known.
    pub fn known(&self) -> Option<(f64, f64)> {
        self.input.zip(self.output)
    }

    /// US dollars for so many tokens, if the price is known.
    pub fn of(&self, input: f64, output: f64) -> Option<f64> {
        let (per_input, per_output) = self.known()?;
        Some((input * per_input + output * per_output) / 1e6)
    }

    /// US dollars for a call: what the provider says that it was, else by its tokens, if those and the price are known.
    pub fn of_call(&self, tokens: &TokenUsage) -> Option<f64> {
        tokens.usd.or_else(|| {
            let free = *self == Self::FREE;
            if free { Some(0.0) } else { self.of(tokens.input? as f64, tokens.output? as f64) }
        })
    }
}

/// The price of each role's model.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Prices {
    pub agent: Price,
    pub critic: Price,
    pub editor: Price,
}

impl Prices {
    /// One role's price.
    pub fn of(&self, role: ModelRole) -> Price {
        match role {
            ModelRole::Agent => self.agent,
            ModelRole::Critic => self.critic,
            ModelRole::Editor => self.editor,
        }
    }

    /// One role's price, to be changed.
    pub fn of_mut(&mut self, role: ModelRole) -> &mut Price {
        match role {
            ModelRole::Agent => &mut self.agent,
            ModelRole::Critic => &mut self.critic,
            ModelRole::Editor => &mut self.editor,
        }
    }

    /// Whether money can be capped: every price is known.
    pub fn are_known(&self) -> bool {
        ModelRole::ALL.into_iter().all(|role| self.of(role).known().is_some())
    }
}

/// What may be capped.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Cap {
    Calls,
    Tokens,
    Money,
}

impl Cap {
    /// All of them, in the order of the screens.
    pub const ALL: [Cap; 3] = [Cap::Calls, Cap::Tokens, Cap::Money];

    /// The setting's name, as in `settings.json`.
    pub fn name(self) -> &'static str {
        match self {
            Cap::Calls => "max_calls",
            Cap::Tokens => "max_tokens",
            Cap::Money => "max_usd",
        }
    }
}

/// The most that a run may take over all its sessions; what is absent is not capped.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Budget {
    /// Calls that were answered or may have been: refused requests (429, 503 and the like) and answers from this browser's
    /// cache take nothing.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_calls: Option<u64>,
    /// Tokens in and out, over all models.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_tokens: Option<u64>,
    /// US dollars, over all models.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_usd: Option<f64>,
}

impl Budget {
    /// One cap.
    pub fn of(&self, cap: Cap) -> Option<f64> {
        match cap {
            Cap::Calls => self.max_calls.map(|calls| calls as f64),
            Cap::Tokens => self.max_tokens.map(|tokens| tokens as f64),
            Cap::Money => self.max_usd,
        }
    }

    /// The first cap that `spend` exceeds.
    pub fn exceeded_by(&self, spend: Spend) -> Option<Cap> {
        // A rounding error of the sum is no excess.
        let exceeds = |cap: &Cap| self.of(*cap).is_some_and(|most| spend.of(*cap) > most * (1.0 + 1e-12));
        Cap::ALL.into_iter().find(exceeds)
    }
}

/// What was or may be taken from a budget.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Spend {
    pub calls: f64,
    pub tokens: f64,
    pub usd: f64,
}

impl Spend {
    /// What is taken of one cap.
    pub fn of(&self, cap: Cap) -> f64 {
        match cap {
            Cap::Calls => self.calls,
            Cap::Tokens => self.tokens,
            Cap::Money => self.usd,
        }
    }

    /// Both together.
    pub fn plus(self, other: Self) -> Self {
        Self { calls: self.calls + other.calls, tokens: self.tokens + other.tokens, usd: self.usd + other.usd }
    }

    /// Without `other`, and not below nothing.
    pub fn minus(self, other: Self) -> Self {
        let less = |a: f64, b: f64| (a - b).max(0.0);
        Self {
            calls: less(self.calls, other.calls),
            tokens: less(self.tokens, other.tokens),
            usd: less(self.usd, other.usd),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_price_is_per_million_tokens_and_unknown_unless_both_sides_are_known() {
        let price = Price { input: Some(0.4), output: Some(1.6) };
        let tokens = TokenUsage { input: Some(1_000), output: Some(100), ..TokenUsage::default() };
        assert!((price.of_call(&tokens).unwrap() - 0.00056).abs() < 1e-12);
        assert_eq!(Price { output: None, ..price }.of_call(&tokens), None);
        assert_eq!(price.of_call(&TokenUsage { output: None, ..tokens }), None);
        assert_eq!(Price::FREE.of_call(&TokenUsage::default()), Some(0.0), "nothing is paid, however much it was");
        let billed = TokenUsage { usd: Some(0.002), ..tokens };
        assert_eq!(Price::default().of_call(&billed), Some(0.002), "the provider's bill goes before any price");
    }

    #[test]
    fn the_first_exceeded_cap_is_named() {
        let budget = Budget { max_calls: Some(3), max_usd: Some(0.3), ..Budget::default() };
        let spend = |calls, usd| Spend { calls, tokens: 1e9, usd };
        assert_eq!(budget.exceeded_by(spend(3.0, 0.1 + 0.2)), None, "0.1 + 0.2 is not more than 0.3");
        assert_eq!(budget.exceeded_by(spend(4.0, 0.1)), Some(Cap::Calls));
        assert_eq!(budget.exceeded_by(spend(1.0, 0.31)), Some(Cap::Money));
    }
}

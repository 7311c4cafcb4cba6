//! What each of the three models has taken, and what that costs at the prices that are known.

use std::rc::Rc;

use super::RunView;
use crate::{
    domain::{
        budget::{Cap, Price, Prices},
        chat::ModelRole,
        event::{CallLost, ModelAnswered},
        problem::Problem,
        usage::{TokenUsage, Usage},
    },
    run::format::{count, dollars, short},
};

/// Usage of each role.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct RoleUsage {
    pub agent: Usage,
    pub critic: Usage,
    pub editor: Usage,
    /// In the order of `ModelRole::ALL`.
    billed: [Billed; 3],
}

/// What one role's paid and lost calls have told about their cost.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Billed {
    /// Calls whose bill the provider told.
    pub told: u64,
    /// Their sum in US dollars.
    pub told_usd: f64,
    /// Calls that are reckoned by their tokens.
    pub metered: u64,
    input: u64,
    output: u64,
    /// Calls of which neither is known.
    pub untold: u64,
}

impl Billed {
    fn take(&mut self, tokens: &TokenUsage) {
        match (tokens.usd, tokens.input.zip(tokens.output)) {
            (Some(usd), _) => {
                self.told += 1;
                self.told_usd += usd;
            }
            (None, Some((input, output))) => {
                self.metered += 1;
                self.input += input;
                self.output += output;
            }
            (None, None) => self.untold += 1,
        }
    }

    /// US dollars at that price over the calls whose cost is known, and the number of the others.
    fn cost(&self, price: Price) -> (f64, u64) {
        if price == Price::FREE {
            return (self.told_usd, 0);
        }
        match price.of(self.input as f64, self.output as f64) {
            Some(usd) => (self.told_usd + usd, self.untold),
            None => (self.told_usd, self.metered + self.untold),
        }
    }

    fn plus(self, other: Self) -> Self {
        Self {
            told: self.told + other.told,
            told_usd: self.told_usd + other.told_usd,
            metered: self.metered + other.metered,
            input: self.input + other.input,
            output: self.output + other.output,
            untold: self.untold + other.untold,
        }
    }

    /// Which calls are priced how, as a sentence: `120 calls by their tokens, 3 as billed by the provider ($0.0021)`.
    pub fn words(&self) -> String {
        let Self { told, told_usd, metered, untold, .. } = *self;
        let parts = [
            (metered, format!("{} by their tokens", count(metered as usize, "call"))),
            (told, format!("{} as billed by the provider ({})", count(told as usize, "call"), dollars(told_usd))),
            (untold, format!("{} of unknown cost, because no tokens were told", count(untold as usize, "call"))),
        ];
        let known: Vec<_> = parts.into_iter().filter(|(calls, _)| *calls > 0).map(|(_, words)| words).collect();
        if known.is_empty() { "No call was paid for yet".into() } else { known.join(", ") }
    }
}

impl RoleUsage {
    /// One role's usage.
    pub fn of(&self, role: ModelRole) -> &Usage {
        match role {
            ModelRole::Agent => &self.agent,
            ModelRole::Critic => &self.critic,
            ModelRole::Editor => &self.editor,
        }
    }

    fn of_mut(&mut self, role: ModelRole) -> &mut Usage {
        match role {
            ModelRole::Agent => &mut self.agent,
            ModelRole::Critic => &mut self.critic,
            ModelRole::Editor => &mut self.editor,
        }
    }

    /// What the calls of some roles have told about their cost.
    pub fn billed(&self, roles: &[ModelRole]) -> Billed {
        roles.iter().fold(Billed::default(), |sum, role| sum.plus(self.billed[*role as usize]))
    }

    /// All roles together.
    pub fn total(&self) -> Usage {
        let mut total = self.agent;
        total += self.critic;
        total += self.editor;
        total
    }

    /// An answered call of a model with that price.
    pub(super) fn answered(&mut self, call: &ModelAnswered, price: Price) {
        let (role, tokens) = (call.role, call.answer.usage);
        if call.answer.from_cache {
            *self.of_mut(role) += Usage::of_cached_call();
        } else {
            self.billed[role as usize].take(&tokens);
            *self.of_mut(role) += Usage::of_call(tokens, price, call.elapsed_ms);
        }
    }

    /// A lost call of a model with that price.
    pub(super) fn lost(&mut self, call: &CallLost, price: Price) {
        self.billed[call.role as usize].take(&call.usage);
        *self.of_mut(call.role) += Usage::of_lost_call(call.usage, price, call.elapsed_ms);
    }

    fn reprice(&mut self, prices: &Prices) {
        for role in ModelRole::ALL {
            let (usd, unpriced_calls) = self.billed[role as usize].cost(prices.of(role));
            let usage = self.of_mut(role);
            (usage.usd, usage.unpriced_calls) = (usd, unpriced_calls);
        }
    }
}

impl RunView {
    /// What the models cost, as far as it is known now.
    pub fn prices(&self) -> Prices {
        self.started.as_ref().map_or_else(Prices::default, |started| started.config.models.prices())
    }

    /// What the run costs so far, in a few words: dollars where they are known, else tokens.
    pub fn money_words(&self) -> String {
        let usage = self.usage.total();
        self.dollar_words().unwrap_or_else(|| match usage.unpriced_calls {
            0 => format!("{} tokens", short(usage.tokens())),
            _ => format!("{} tokens, price unknown", short(usage.tokens())),
        })
    }

    /// What the run costs so far in dollars, as far as it is known; `None` where no model has a price.
    pub fn dollar_words(&self) -> Option<String> {
        let usage = self.usage.total();
        let calls = usage.paid_calls() + usage.lost_calls;
        let costs = |role| self.prices().of(role).known().is_some_and(|price| price != (0.0, 0.0));
        let is_priced = ModelRole::ALL.into_iter().any(costs);
        match (usage.unpriced_calls, is_priced || usage.usd > 0.0) {
            (0, true) => Some(dollars(usage.usd)),
            (unpriced, true) if unpriced < calls => Some(format!("≥ {}", dollars(usage.usd))),
            _ => None,
        }
    }

    /// Takes other prices, for the calls so far too.
    pub(super) fn reprice(&mut self, prices: &Prices) {
        if let Some(started) = &mut self.started {
            Rc::make_mut(started).config.models.set_prices(prices);
        }
        let prices = self.prices();
        self.usage.reprice(&prices);
        // The shares of a cap on money that were passed may not be passed at these prices.
        let is_of_money = |problem: &Problem| matches!(problem, Problem::BudgetUsed { cap: Cap::Money, .. });
        self.problems.retain(|known| !is_of_money(&known.problem));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cost_is_told_reckoned_or_unknown_and_never_guessed() {
        let mut billed = Billed::default();
        assert_eq!(billed.words(), "No call was paid for yet");
        let tokens = |input, output, usd| TokenUsage { input, output, usd, cached: None };
        billed.take(&tokens(Some(1_000), Some(100), None));
        billed.take(&tokens(Some(1_000), Some(100), Some(0.5)));
        billed.take(&tokens(Some(1_000), None, None));
        let price = Price { input: Some(1.0), output: Some(10.0) };
        assert_eq!(billed.cost(price), (0.502, 1));
        assert_eq!(billed.cost(Price::default()), (0.5, 2), "without a price only the bill is known");
        assert_eq!(billed.cost(Price::FREE), (0.5, 0));
        assert_eq!(
            billed.words(),
            "1 call by their tokens, 1 call as billed by the provider ($0.50), 1 call of unknown cost, because no tokens were told"
        );
    }
}

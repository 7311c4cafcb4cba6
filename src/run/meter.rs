//! What a run has taken and may still take. Each call is reserved before it is sent, by what it may take at most as far as
//! that is known, so that calls in flight together cannot pass a cap; what it took takes the place of that when it has ended.

mod learned;

use std::{
    cell::{Cell, RefCell},
    rc::Rc,
    task::{Poll, Waker},
};

use futures::future::poll_fn;

pub use self::learned::CHARS_PER_TOKEN;
use self::learned::Learned;
use crate::{
    domain::{
        budget::{Budget, Cap, Price, Spend},
        chat::{Message, ModelRole},
        config::ModelsConfig,
        event::{CallLost, ModelAnswered},
        usage::TokenUsage,
    },
    ports::chat::ChatRequest,
};

/// Shares of a cap, in percent, at which a run says how much is used.
pub const WARNED_AT: [u8; 2] = [50, 80];

/// A call that was sent and has ended, answered or lost.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Bill {
    pub role: ModelRole,
    pub tokens: TokenUsage,
    /// Characters of the request.
    pub asked: u64,
    /// Characters of the answer.
    pub answered: u64,
}

impl Bill {
    /// The bill of an answered call.
    pub fn of(call: &ModelAnswered) -> Self {
        let ModelAnswered { role, answer, asked_chars, .. } = call;
        let answered = answer.text.chars().count() + answer.reasoning.chars().count();
        Self { role: *role, tokens: answer.usage, asked: *asked_chars, answered: answered as u64 }
    }

    /// The bill of a lost call.
    pub fn of_lost(call: &CallLost) -> Self {
        Self { role: call.role, tokens: call.usage, asked: call.asked_chars, answered: 0 }
    }
}

/// A cap that keeps a call from being sent.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Reached {
    pub cap: Cap,
    pub most: f64,
    pub spent: f64,
    /// What the call may take.
    pub next: f64,
}

/// A share of a cap that was passed.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Passed {
    pub cap: Cap,
    pub percent: u8,
    pub most: f64,
}

/// The meter of one session of a run.
pub struct Meter {
    budget: Budget,
    prices: [Price; 3],
    spent: Cell<Spend>,
    reserved: Cell<Spend>,
    /// Reservations that are held.
    held: Cell<usize>,
    learned: RefCell<[Learned; 3]>,
    waiting: RefCell<Vec<Waker>>,
}

/// What one call may take; given back on drop.
pub struct Reservation {
    meter: Rc<Meter>,
    spend: Spend,
}

/// Characters of a request's messages.
pub fn chars_asked(messages: &[Message]) -> u64 {
    messages.iter().map(|message| message.content.chars().count() as u64).sum()
}

impl Meter {
    /// A meter for `models` that goes on from `bills`.
    pub fn new(budget: Budget, models: &ModelsConfig, bills: &[Bill]) -> Rc<Self> {
        let prices = ModelRole::ALL.map(|role| models.of(role).cost());
        let (spent, reserved, held) = (Cell::default(), Cell::default(), Cell::new(0));
        let (learned, waiting) = (RefCell::default(), RefCell::default());
        let meter = Self { budget, prices, spent, reserved, held, learned, waiting };
        bills.iter().for_each(|bill| meter.take(bill));
        Rc::new(meter)
    }

    /// What was taken so far.
    pub fn spent(&self) -> Spend {
        self.spent.get()
    }

    /// Sets aside what `request` may take. Where that does not fit, calls in flight are waited for: they may take less than
    /// was set aside for them. An error if it does not fit though nothing is in flight.
    pub async fn reserve(self: &Rc<Self>, request: &ChatRequest) -> Result<Reservation, Reached> {
        poll_fn(|context| {
            let spend = self.at_most(request);
            let taken = self.spent.get().plus(self.reserved.get());
            let Some(cap) = self.budget.exceeded_by(taken.plus(spend)) else {
                self.reserved.set(self.reserved.get().plus(spend));
                self.held.set(self.held.get() + 1);
                return Poll::Ready(Ok(Reservation { meter: Rc::clone(self), spend }));
            };
            if self.held.get() > 0 {
                self.waiting.borrow_mut().push(context.waker().clone());
                return Poll::Pending;
            }
            let most = self.budget.of(cap).unwrap_or_default();
            Poll::Ready(Err(Reached { cap, most, spent: self.spent.get().of(cap), next: spend.of(cap) }))
        })
        .await
    }

    /// What a call may take at most: its tokens in by its length, and the longest answer that it may get.
    fn at_most(&self, request: &ChatRequest) -> Spend {
        let learned = &self.learned.borrow()[index(request.role)];
        let input = learned.input(chars_asked(&request.messages));
        let output = request.max_tokens.map_or_else(|| learned.longest(), f64::from);
        self.spend(request.role, input, output, None)
    }

    fn spend(&self, role: ModelRole, input: f64, output: f64, billed: Option<f64>) -> Spend {
        // Without a price there is no cap on money (`RunConfig::validate`).
        let usd = billed.or_else(|| self.prices[index(role)].of(input, output)).unwrap_or(0.0);
        Spend { calls: 1.0, tokens: input + output, usd }
    }

    /// Takes an ended call in; tokens that the provider does not tell are estimated from the texts.
    fn take(&self, bill: &Bill) {
        let mut learned = self.learned.borrow_mut();
        let learned = &mut learned[index(bill.role)];
        learned.heed(bill);
        let input = bill.tokens.input.map_or_else(|| learned.input(bill.asked), |tokens| tokens as f64);
        let output = bill.tokens.output.map_or_else(|| learned.input(bill.answered), |tokens| tokens as f64);
        self.spent.set(self.spent.get().plus(self.spend(bill.role, input, output, bill.tokens.usd)));
    }

    fn release(&self, spend: Spend) {
        self.held.set(self.held.get() - 1);
        // Sums of fractions do not always come back to nothing.
        self.reserved.set(if self.held.get() == 0 { Spend::default() } else { self.reserved.get().minus(spend) });
        self.waiting.take().into_iter().for_each(Waker::wake);
    }
}

impl Reservation {
    /// The call has ended with `bill`: returns the shares of caps that were passed by it.
    pub fn settle(self, bill: &Bill) -> Vec<Passed> {
        let meter = Rc::clone(&self.meter);
        let before = meter.spent();
        meter.take(bill);
        let after = meter.spent();
        let mut passed = Vec::new();
        for cap in Cap::ALL {
            let Some(most) = meter.budget.of(cap) else { continue };
            for percent in WARNED_AT {
                let mark = most * f64::from(percent) / 100.0;
                if before.of(cap) < mark && after.of(cap) >= mark {
                    passed.push(Passed { cap, percent, most });
                }
            }
        }
        passed
    }
}

impl Drop for Reservation {
    fn drop(&mut self) {
        self.meter.release(self.spend);
    }
}

fn index(role: ModelRole) -> usize {
    match role {
        ModelRole::Agent => 0,
        ModelRole::Critic => 1,
        ModelRole::Editor => 2,
    }
}

#[cfg(test)]
mod tests;

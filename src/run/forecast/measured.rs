//! What was measured of a run's calls: sums over finished rollouts, critiques and edits, from which the rest is foreseen.

use std::collections::HashMap;

use crate::domain::{chat::ModelRole, event::ModelAnswered, id::StepId};

/// Numbers of which only the mean and its uncertainty are wanted.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Series {
    n: u32,
    sum: f64,
    squares: f64,
}

impl Series {
    /// Takes one more number in.
    pub fn push(&mut self, value: f64) {
        self.n += 1;
        self.sum += value;
        self.squares += value * value;
    }

    /// How many there are.
    pub fn len(&self) -> u32 {
        self.n
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.n == 0
    }

    /// The mean, if there is any number.
    pub fn mean(&self) -> Option<f64> {
        (self.n > 0).then(|| self.sum / f64::from(self.n))
    }

    /// How far the sum of `more` further numbers may lie above its expectation with a probability of 10 %. Source: the
    /// prediction interval of Student's t. `None` before two numbers.
    pub fn above(&self, more: f64) -> Option<f64> {
        if self.n < 2 {
            return None;
        }
        let n = f64::from(self.n);
        let variance = ((self.squares - self.sum * self.sum / n) / (n - 1.0)).max(0.0);
        Some(t90(self.n - 1) * variance.sqrt() * more * (1.0 / n + 1.0 / more.max(1.0)).sqrt())
    }
}

/// The 90 % point of Student's t, from a table; between its rows the larger value.
fn t90(freedom: u32) -> f64 {
    const TABLE: [(u32, f64); 12] = [
        (1, 3.078),
        (2, 1.886),
        (3, 1.638),
        (4, 1.533),
        (5, 1.476),
        (6, 1.440),
        (8, 1.397),
        (10, 1.372),
        (15, 1.341),
        (20, 1.325),
        (30, 1.310),
        (60, 1.296),
    ];
    TABLE.iter().rev().find(|(known, _)| *known <= freedom).map_or(3.078, |(_, t)| *t)
}

/// The calls of one kind of work.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Work {
    /// Calls a piece.
    pub calls: Series,
    /// Tokens in a piece; for rollouts for each character of the first request, which evens out large and small schemas.
    pub input: Series,
    /// Tokens out a piece.
    pub output: Series,
    /// US dollars a piece, where the provider told the bill.
    pub billed: Series,
    /// Milliseconds of calls a piece.
    pub busy_ms: Series,
}

/// The calls of a piece of work so far.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
struct Open {
    calls: u32,
    first_asked: f64,
    input: Option<f64>,
    output: Option<f64>,
    billed: Option<f64>,
    busy_ms: f64,
}

/// What a run's journal tells about the cost of its parts.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Measured {
    pub rollouts: Work,
    pub critiques: Work,
    pub edits: Work,
    open: HashMap<StepId, Open>,
    asked: f64,
    tokens: f64,
    /// Of each role, in the order of `ModelRole::ALL`: tokens in and out, and the milliseconds that they took.
    paces: [(f64, f64); 3],
}

impl Measured {
    /// Takes an answered call in. Critiques and edits are a call each.
    pub fn answered(&mut self, call: &ModelAnswered) {
        let (tokens, asked) = (call.answer.usage, call.asked_chars as f64);
        let (input, output) = (tokens.input.map(|tokens| tokens as f64), tokens.output.map(|tokens| tokens as f64));
        if let Some(input) = input.filter(|input| *input > 0.0 && asked > 0.0) {
            self.asked += asked;
            self.tokens += input;
        }
        if let (Some(input), Some(output), false) = (input, output, call.answer.from_cache) {
            let (tokens, ms) = &mut self.paces[at(call.role)];
            *tokens += (input - tokens_kept(call)).max(0.0) + output;
            *ms += call.elapsed_ms;
        }
        let rollout = rollout_of(&call.step);
        let started = self.open.get(&rollout).copied();
        let both = |known: fn(&Open) -> Option<f64>, new: Option<f64>| match &started {
            Some(open) => Some(known(open)? + new?),
            None => new,
        };
        let open = Open {
            calls: started.map_or(0, |open| open.calls) + 1,
            first_asked: started.map_or(asked, |open| open.first_asked),
            input: both(|open| open.input, input),
            output: both(|open| open.output, output),
            billed: both(|open| open.billed, tokens.usd),
            busy_ms: started.map_or(0.0, |open| open.busy_ms) + call.elapsed_ms,
        };
        match call.role {
            ModelRole::Agent => {
                self.open.insert(rollout, open);
            }
            ModelRole::Critic => self.critiques.take(open, 1.0),
            ModelRole::Editor => self.edits.take(open, 1.0),
        }
    }

    /// A rollout has ended whose first request has `chars` characters with the seed prompt.
    pub fn rolled_out(&mut self, step: &StepId, chars: f64) {
        if let Some(open) = self.open.remove(step) {
            self.rollouts.take(open, chars.max(1.0));
        }
    }

    /// Tokens a second that a role's model read and wrote, without those that it had kept, if that was measured.
    pub fn tokens_per_second(&self, role: ModelRole) -> Option<f64> {
        let (tokens, ms) = self.paces[at(role)];
        (tokens > 0.0 && ms > 0.0).then(|| 1000.0 * tokens / ms)
    }

    /// Characters in a token, if that was measured.
    pub fn chars_per_token(&self) -> Option<f64> {
        (self.tokens > 0.0).then(|| self.asked / self.tokens)
    }
}

impl Work {
    fn take(&mut self, piece: Open, size: f64) {
        self.calls.push(f64::from(piece.calls));
        self.busy_ms.push(piece.busy_ms);
        for (series, value) in [
            (&mut self.input, piece.input.map(|input| input / size)),
            (&mut self.output, piece.output),
            (&mut self.billed, piece.billed),
        ] {
            if let Some(value) = value {
                series.push(value);
            }
        }
    }
}

fn at(role: ModelRole) -> usize {
    match role {
        ModelRole::Agent => 0,
        ModelRole::Critic => 1,
        ModelRole::Editor => 2,
    }
}

/// Tokens of a request that its provider still had from the one before: they took no time.
fn tokens_kept(call: &ModelAnswered) -> f64 {
    call.answer.usage.cached.unwrap_or(0) as f64
}

/// The rollout that an agent's call belongs to.
fn rollout_of(call: &StepId) -> StepId {
    call.as_str().rsplit_once('/').map_or_else(|| call.clone(), |(rollout, _)| StepId::from(rollout))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn three_equal_numbers_leave_no_doubt_and_different_ones_do() {
        let series = |values: &[f64]| {
            let mut series = Series::default();
            values.iter().for_each(|value| series.push(*value));
            series
        };
        assert_eq!(series(&[2.0, 2.0, 2.0]).above(100.0), Some(0.0));
        assert_eq!(series(&[2.0]).above(100.0), None);
        // Standard deviation 2, t 1.886: 100 × 2 × 1.886 × √(1/3 + 1/100).
        let above = series(&[2.0, 4.0, 6.0]).above(100.0).unwrap();
        assert!((above - 221.01).abs() < 0.01, "{above}");
    }
}

//! Two prompts on the same questions: paired counts, and whether a difference is more than chance.
//! Source: McNemar's test in its exact binomial form, two-sided. Used once, on held-out questions, never inside the search.

mod interval;
mod reach;
mod reason;
mod told;

use std::collections::HashMap;

use serde::Serialize;

pub use self::{
    interval::Interval,
    reach::{Reach, can_prove, needs, questions_for, reach},
    reason::{WhyNot, why_not_better},
    told::{Evidence, Told, headline, told},
};

use crate::domain::{id::ExampleId, rollout::Outcome};

/// How two prompts compare, question by question.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Paired {
    pub both_right: usize,
    /// The first wrong, the second right.
    pub fixed: usize,
    /// The first right, the second wrong.
    pub broken: usize,
    pub both_wrong: usize,
    /// Questions without a reward from one of the two: counted nowhere else.
    pub missing: usize,
}

/// What may be said of the second prompt.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Verdict {
    Better {
        p: f64,
    },
    NotProven {
        p: f64,
    },
    Worse {
        p: f64,
    },
    /// The search ended with the prompt that it began with.
    Unchanged,
}

/// Chance that is accepted of calling a difference real when there is none.
const LEVEL: f64 = 0.05;

impl Paired {
    /// Compares outcomes by question; questions that only one side has do not count.
    pub fn of<'a>(
        first: impl IntoIterator<Item = (&'a ExampleId, &'a Outcome)>,
        second: impl IntoIterator<Item = (&'a ExampleId, &'a Outcome)>,
    ) -> Self {
        let first: HashMap<_, _> = first.into_iter().collect();
        let mut paired = Self::default();
        for (id, after) in second {
            let Some(before) = first.get(id) else { continue };
            let right = |outcome: &Outcome| outcome.reward().map(|_| outcome.is_right());
            paired.count(right(before), right(after));
        }
        paired
    }

    /// Counts one more question: whether the first and the second have it right, `None` without a reward.
    pub fn count(&mut self, first: Option<bool>, second: Option<bool>) {
        *match (first, second) {
            (Some(true), Some(true)) => &mut self.both_right,
            (Some(false), Some(true)) => &mut self.fixed,
            (Some(true), Some(false)) => &mut self.broken,
            (Some(false), Some(false)) => &mut self.both_wrong,
            _ => &mut self.missing,
        } += 1;
    }

    /// Questions that both were judged on.
    pub fn judged(&self) -> usize {
        self.both_right + self.fixed + self.broken + self.both_wrong
    }

    /// Questions on which the two differ.
    pub fn discordant(&self) -> usize {
        self.fixed + self.broken
    }

    /// How much larger the second prompt's share of right answers is, on the questions that both were judged on; 0 without any.
    pub fn gain(&self) -> f64 {
        (self.fixed as f64 - self.broken as f64) / self.judged().max(1) as f64
    }

    /// The gains that the exact test does not refute; `None` where the two never differ, which tells nothing of how they would.
    pub fn interval(&self) -> Option<Interval> {
        Interval::of(self)
    }

    /// The verdict on the second prompt.
    pub fn verdict(&self) -> Verdict {
        let p = mcnemar(self.fixed, self.broken);
        match p < LEVEL {
            true if self.fixed > self.broken => Verdict::Better { p },
            true => Verdict::Worse { p },
            false => Verdict::NotProven { p },
        }
    }
}

/// Questions that must be fixed, with none broken, before a verdict can be `Better`.
pub fn fixes_needed() -> usize {
    (1..).find(|fixed| mcnemar(*fixed, 0) < LEVEL).expect("p halves with each question")
}

/// The exact two-sided p of `b` against `c` discordant pairs: how often a fair coin would be at least this uneven.
pub fn mcnemar(b: usize, c: usize) -> f64 {
    let n = b + c;
    // ln C(n, i) − n ln 2, from the one before; sums of exponentials of these stay exact enough for any split size.
    let mut ln_term = -(n as f64) * std::f64::consts::LN_2;
    let mut tail = 0.0;
    for i in 0..=b.min(c) {
        tail += ln_term.exp();
        ln_term += ((n - i) as f64 / (i + 1) as f64).ln();
    }
    (2.0 * tail).min(1.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn p_equals_the_published_exact_values() {
        let table = [
            (6, 0, 0.031),
            (8, 1, 0.039),
            (9, 2, 0.065),
            (10, 3, 0.092),
            (12, 3, 0.035),
            (12, 4, 0.077),
            (15, 5, 0.041),
        ];
        for (b, c, p) in table {
            assert!((mcnemar(b, c) - p).abs() < 0.0005, "{b}-{c}: {}", mcnemar(b, c));
            assert_eq!(mcnemar(b, c), mcnemar(c, b));
        }
        assert_eq!(mcnemar(0, 0), 1.0);
        assert_eq!(mcnemar(3, 3), 1.0);
    }

    #[test]
    fn p_equals_enumeration_for_all_small_counts() {
        for n in 0_u32..=40 {
            let mut coefficients = vec![1_u64];
            for i in 0..n {
                coefficients.push(coefficients[i as usize] * u64::from(n - i) / u64::from(i + 1));
            }
            for b in 0..=n {
                let k = b.min(n - b) as usize;
                let tail: u64 = coefficients[..=k].iter().sum();
                let exact = (2.0 * tail as f64 / 2_f64.powi(n as i32)).min(1.0);
                assert!((mcnemar(b as usize, (n - b) as usize) - exact).abs() < 1e-12, "{b} of {n}");
            }
        }
    }

    #[test]
    fn six_fixed_questions_are_the_least_that_proves_a_gain() {
        assert_eq!(fixes_needed(), 6);
    }

    #[test]
    fn large_counts_do_not_underflow() {
        assert!(mcnemar(1200, 1000) < 1e-4);
        assert!((mcnemar(1000, 1000) - 1.0).abs() < 1e-9);
    }
}

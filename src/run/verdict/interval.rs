//! An interval for the gain that agrees with the test: it holds 0 exactly when p is not below .05.
//! Source: Clopper, Pearson 1934, on the share of fixed questions among those on which two prompts differ, as McNemar's test
//! conditions on their number; turned into points over all pairs. How many differ is taken as it was found.

use serde::Serialize;

use super::{LEVEL, Paired};

/// Steps of the bisection: to the last bit of a share.
const HALVINGS: usize = 60;

/// The gains that are not refuted at the 5 % level, as shares of the questions that both were judged on, −1 to 1.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Interval {
    pub low: f64,
    pub high: f64,
}

impl Interval {
    /// The interval of `paired`; `None` where the two never differ.
    pub(super) fn of(paired: &Paired) -> Option<Self> {
        let (fixed, broken, discordant) = (paired.fixed, paired.broken, paired.discordant());
        if discordant == 0 {
            return None;
        }
        let scale = discordant as f64 / paired.judged() as f64;
        let gain = |share: f64| scale * (2.0 * share - 1.0);
        // The upper bound of one side is what the lower bound of the other leaves.
        Some(Self { low: gain(lower(fixed, discordant)), high: -gain(lower(broken, discordant)) })
    }

    /// Whether no gain at all is refuted.
    pub fn excludes_zero(&self) -> bool {
        self.low > 0.0 || self.high < 0.0
    }
}

/// The share at which so many of `n`, or more, come up with a probability of half the level.
fn lower(successes: usize, n: usize) -> f64 {
    if successes == 0 {
        return 0.0;
    }
    let (mut low, mut high) = (0.0, 1.0);
    for _ in 0..HALVINGS {
        let middle = 0.5 * (low + high);
        if at_least(successes, n, middle) < 0.5 * LEVEL { low = middle } else { high = middle }
    }
    low
}

/// The probability of `from` or more successes in `n` trials.
fn at_least(from: usize, n: usize, share: f64) -> f64 {
    let (ln_hit, ln_miss) = (share.ln(), (1.0 - share).ln());
    let choose: f64 = (0..from).map(|i| ((n - i) as f64 / (i + 1) as f64).ln()).sum();
    let mut ln_term = choose + from as f64 * ln_hit + (n - from) as f64 * ln_miss;
    let mut sum = 0.0;
    for i in from..=n {
        sum += ln_term.exp();
        ln_term += ((n - i) as f64 / (i + 1) as f64).ln() + ln_hit - ln_miss;
    }
    sum
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::run::verdict::mcnemar;

    fn paired(fixed: usize, broken: usize, others: usize) -> Paired {
        Paired { fixed, broken, both_right: others, ..Paired::default() }
    }

    #[test]
    fn the_interval_excludes_zero_exactly_when_p_is_below_the_level() {
        for n in 1..=40 {
            for fixed in 0..=n {
                let interval = paired(fixed, n - fixed, 7).interval().unwrap();
                let p = mcnemar(fixed, n - fixed);
                assert_eq!(interval.excludes_zero(), p < LEVEL, "{fixed} to {}: {interval:?}, p {p}", n - fixed);
            }
        }
    }

    #[test]
    fn the_gain_lies_within_and_swapping_the_prompts_mirrors_it() {
        for n in 1..=40 {
            for fixed in 0..=n {
                let here = paired(fixed, n - fixed, 11);
                let (gain, interval) = (here.gain(), here.interval().unwrap());
                assert!(interval.low <= gain && gain <= interval.high, "{here:?} {interval:?}");
                let there = paired(n - fixed, fixed, 11).interval().unwrap();
                assert!((interval.low + there.high).abs() < 1e-12 && (interval.high + there.low).abs() < 1e-12);
            }
        }
    }

    #[test]
    fn bounds_equal_published_clopper_pearson_bounds() {
        // 95 % bounds of 10 of 10 and of 8 of 10, from published tables: 0.6915 and (0.4439, 0.9748).
        assert!((lower(10, 10) - 0.6915).abs() < 5e-5);
        assert!((lower(8, 10) - 0.4439).abs() < 5e-5);
        assert!((1.0 - lower(2, 10) - 0.9748).abs() < 5e-5);
        let interval = paired(10, 0, 90).interval().unwrap();
        assert!((interval.low - 0.0383).abs() < 5e-5 && (interval.high - 0.1).abs() < 1e-12, "{interval:?}");
    }

    #[test]
    fn prompts_that_never_differ_have_no_interval_and_many_pairs_do_not_underflow() {
        assert_eq!(paired(0, 0, 50).interval(), None);
        let interval = paired(1200, 1000, 3000).interval().unwrap();
        assert!(interval.low > 0.0 && interval.high < 0.08, "{interval:?}");
    }
}

//! What a held-out split can prove, told before the run: how many questions a better prompt has to fix more than it breaks,
//! and how many questions a gain of a given size would need.

use super::{LEVEL, fixes_needed, mcnemar};
use crate::run::format::{count, points};

/// Shares of questions on which two prompts of a search plausibly differ.
const PLAUSIBLE: [f64; 3] = [0.1, 0.2, 0.3];
/// Gains that users ask about, with the share of questions on which the prompts then plausibly differ.
const ASKED: [(f64, f64); 2] = [(0.08, 0.20), (0.15, 0.25)];
/// Normal quantiles of the test's level, two-sided, and of 8 chances in 10.
const Z_LEVEL: f64 = 1.959_964;
const Z_POWER: f64 = 0.841_621;

/// What is needed where two prompts differ on so many of the held-out questions.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Reach {
    /// The share of questions on which they differ.
    pub share: f64,
    /// So many questions, rounded.
    pub discordant: usize,
    /// Questions that must be fixed beyond those that are broken; `None` if nothing can be proven.
    pub net: Option<usize>,
}

/// The reach of a split of `held_out` questions at plausible shares.
pub fn reach(held_out: usize) -> [Reach; 3] {
    PLAUSIBLE.map(|share| {
        let discordant = (share * held_out as f64).round() as usize;
        Reach { share, discordant, net: least_net(discordant) }
    })
}

impl Reach {
    /// On how many questions the prompts differ: `20 % (5 of 24)`.
    pub fn differ_words(&self, held_out: usize) -> String {
        format!("{:.0} % ({} of {held_out})", 100.0 * self.share, self.discordant)
    }

    /// What "better" takes then: `7 more fixed than broken, +29.2 points`.
    pub fn takes_words(&self, held_out: usize) -> String {
        match self.net {
            Some(net) => format!("{net} more fixed than broken, {}", points(net as f64 / held_out.max(1) as f64)),
            None => "cannot be proven".into(),
        }
    }
}

/// What a split of `held_out` questions can prove at best, in a sentence.
pub fn can_prove(held_out: usize) -> String {
    let least = fixes_needed();
    let questions = count(held_out, "held-out question");
    match held_out {
        0 => "Without held-out questions the run ends without a verdict: luck and gain will look the same.".into(),
        few if few < least => {
            format!(
                "{questions} cannot prove a gain, whatever happens: that takes at least {least} fixed and none broken."
            )
        }
        _ => format!(
            "Of {questions} a better prompt must fix at least {least} and break none ({}); each one that it breaks asks for \
             more. A smaller real gain will read “not proven”.",
            points(least as f64 / held_out as f64)
        ),
    }
}

/// The questions that gains of 8 and of 15 points would need, in a sentence.
pub fn needs() -> String {
    let [(first, small), (second, large)] = ASKED.map(|(gain, discordant)| {
        let questions = questions_for(gain, discordant);
        // The sign stays with its number at a line's end.
        let differ = 100.0 * discordant;
        (questions, format!("for {:.0} points (where the prompts differ on {differ:.0}\u{a0}%)", 100.0 * gain))
    });
    format!(
        "To prove a true gain in 8 of 10 runs takes about {first} held-out questions {small}, about {second} {large}."
    )
}

/// The smallest surplus of fixed over broken questions, among so many that differ, that the test takes for a gain.
fn least_net(discordant: usize) -> Option<usize> {
    let proves = |broken: &usize| mcnemar(discordant - broken, *broken) < LEVEL;
    (0..=discordant / 2).rev().find(proves).map(|broken| discordant - 2 * broken)
}

/// Held-out questions after which a true gain of `gain` (a share, such as 0.08) is proven in 8 of 10 runs, where the prompts
/// differ on a share `discordant` of the questions, at least the gain. Source: Connor 1987, McNemar's test in its normal form;
/// the exact test needs a few more.
pub fn questions_for(gain: f64, discordant: f64) -> usize {
    let spread = (discordant - gain * gain).max(0.0);
    ((Z_LEVEL * discordant.sqrt() + Z_POWER * spread.sqrt()) / gain).powi(2).ceil() as usize
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The chance that the exact test proves the gain, over all outcomes.
    fn power(questions: usize, gain: f64, discordant: f64) -> f64 {
        let pmf = |n: usize, share: f64| -> Vec<f64> {
            let mut ln_term = n as f64 * (1.0 - share).ln();
            (0..=n)
                .map(|i| {
                    let term = ln_term.exp();
                    ln_term += ((n - i) as f64 / (i + 1) as f64).ln() + share.ln() - (1.0 - share).ln();
                    term
                })
                .collect()
        };
        let fixed_share = 0.5 * (1.0 + gain / discordant);
        pmf(questions, discordant)
            .into_iter()
            .enumerate()
            .filter_map(|(n, weight)| {
                let least = (n + least_net(n)?) / 2;
                Some(weight * pmf(n, fixed_share)[least..].iter().sum::<f64>())
            })
            .sum()
    }

    #[test]
    fn eight_points_need_about_243_questions_and_fifteen_about_85() {
        assert_eq!(questions_for(0.08, 0.20), 243);
        assert_eq!(questions_for(0.15, 0.25), 85);
    }

    #[test]
    fn the_exact_test_proves_a_gain_there_nearly_as_often_as_reckoned() {
        for (gain, discordant) in [(0.08, 0.20), (0.15, 0.25), (0.05, 0.15)] {
            let questions = questions_for(gain, discordant);
            let power = power(questions, gain, discordant);
            assert!((0.73..0.81).contains(&power), "{gain} of {discordant}: {power} at {questions}");
        }
    }

    #[test]
    fn the_net_needed_grows_more_slowly_than_what_differs() {
        let net = |discordant| least_net(discordant);
        assert_eq!([0, 5, 6, 7, 9, 15, 20].map(net), [None, None, Some(6), Some(7), Some(7), Some(9), Some(10)]);
        for discordant in 6..=200 {
            let net = least_net(discordant).unwrap();
            let broken = (discordant - net) / 2;
            assert!(mcnemar(discordant - broken, broken) < LEVEL);
            assert!(broken + 1 > discordant / 2 || mcnemar(discordant - broken - 1, broken + 1) >= LEVEL);
        }
    }

    #[test]
    fn what_a_split_can_prove_is_said_in_words() {
        assert!(can_prove(0).contains("without a verdict"));
        assert!(can_prove(5).starts_with("5 held-out questions cannot prove"));
        assert!(can_prove(24).contains("at least 6 and break none (+25.0 points)"));
        assert_eq!(
            needs(),
            "To prove a true gain in 8 of 10 runs takes about 243 held-out questions for 8 points (where the prompts differ on \
             20\u{a0}%), about 85 for 15 points (where the prompts differ on 25\u{a0}%)."
        );
        let told = reach(24).map(|reach| (reach.differ_words(24), reach.takes_words(24)));
        assert_eq!(told[1], ("20 % (5 of 24)".into(), "cannot be proven".into()));
        assert_eq!(told[2], ("30 % (7 of 24)".into(), "7 more fixed than broken, +29.2 points".into()));
    }

    #[test]
    fn a_small_split_proves_nothing_unless_the_prompts_differ_a_lot() {
        let nets = |held_out| reach(held_out).map(|reach| (reach.discordant, reach.net));
        assert_eq!(nets(24), [(2, None), (5, None), (7, Some(7))]);
        assert_eq!(nets(100), [(10, Some(8)), (20, Some(10)), (30, Some(12))]);
        assert_eq!(nets(0), [(0, None); 3]);
    }
}

//! Successive halving: ⌈log₂ K⌉ phases with the same share of the budget; each keeps the better half.
//! Source: Karnin, Koren, Somekh, ICML 2013: ⌊B / (|S_r| · ⌈log₂ K⌉)⌋ further questions for each prompt left.

/// One phase.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Phase {
    /// Further questions for each prompt that is left, at least 1.
    pub more: usize,
    /// Prompts that are left after it.
    pub kept: usize,
}

/// The phases for `prompts` out of `budget` evaluations.
pub fn phases(prompts: usize, budget: usize) -> Vec<Phase> {
    let mut left = prompts;
    let count = prompts.max(1).next_power_of_two().trailing_zeros() as usize;
    (0..count)
        .map(|_| {
            let more = (budget / (left * count)).max(1);
            left = left.div_ceil(2);
            Phase { more, kept: left }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn worked(prompts: usize, budget: usize) -> Vec<(usize, usize)> {
        phases(prompts, budget).into_iter().map(|phase| (phase.more, phase.kept)).collect()
    }

    #[test]
    fn the_phases_are_those_of_the_formula_worked_by_hand() {
        // K = 8, B = 240: 3 phases of 80. 80 / 8 = 10, 80 / 4 = 20, 80 / 2 = 40.
        assert_eq!(worked(8, 240), [(10, 4), (20, 2), (40, 1)]);
        // K = 5, B = 100: ⌈log₂ 5⌉ = 3. ⌊100 / 15⌋ = 6, ⌊100 / 9⌋ = 11, ⌊100 / 6⌋ = 16.
        assert_eq!(worked(5, 100), [(6, 3), (11, 2), (16, 1)]);
        assert_eq!(worked(2, 10), [(5, 1)]);
        assert!(worked(1, 10).is_empty(), "with one prompt there is nothing to halve");
    }
}

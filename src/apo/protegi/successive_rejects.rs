//! Successive rejects: K − 1 phases, each of which brings those left to more questions and rejects the worst. It has nothing
//! to tune. Source: Audibert, Bubeck, Munos, COLT 2010, as ProTeGi has it: n_k = ⌈(B − K) / (logbar K · (K + 1 − k))⌉.

/// Questions that each prompt left has been asked by the end of phase 1, 2 … `prompts` − 1, out of `budget` evaluations.
pub fn schedule(prompts: usize, budget: usize) -> Vec<usize> {
    let logbar = 0.5 + (2..=prompts).map(|i| 1.0 / i as f64).sum::<f64>();
    let spread = budget.saturating_sub(prompts) as f64 / logbar;
    (1..prompts).map(|phase| (spread / (prompts + 1 - phase) as f64).ceil() as usize).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_schedule_is_that_of_the_formula_worked_by_hand() {
        // K = 4, B = 100: logbar 4 = 1/2 + 1/2 + 1/3 + 1/4 = 1.583333; 96 / 1.583333 = 60.631579.
        // n_1 = 60.63 / 4 = 15.16 → 16; n_2 = 60.63 / 3 = 20.21 → 21; n_3 = 60.63 / 2 = 30.32 → 31.
        assert_eq!(schedule(4, 100), [16, 21, 31]);
        // K = 2: logbar 2 = 1; n_1 = (20 − 2) / (1 · 2) = 9.
        assert_eq!(schedule(2, 20), [9]);
        assert!(schedule(1, 20).is_empty(), "with one prompt there is nothing to reject");
    }

    #[test]
    fn the_budget_is_never_passed_and_nearly_used_up() {
        for prompts in 2..60_usize {
            for budget in [2 * prompts, 5 * prompts, 12 * prompts, 25 * prompts] {
                let ends = schedule(prompts, budget);
                let (mut before, mut spent) = (0, 0);
                for (phase, end) in ends.iter().enumerate() {
                    spent += (prompts - phase) * (end - before);
                    before = *end;
                }
                assert!(spent <= budget, "{prompts} prompts, {budget}: {spent}");
                assert!(spent + 2 * prompts >= budget, "{prompts} prompts, {budget}: {spent}");
            }
        }
    }
}

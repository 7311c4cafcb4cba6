//! UCB-E: as UCB, with a width that does not depend on time. It explores more evenly, which suits finding the best prompt
//! better than earning along the way. Source: ProTeGi, a_i = Q_i + c·√(c / (N_i + 10⁻³)).

use super::arm::Arm;

/// The bound of a prompt with the weight `c`.
pub fn bound(arm: Arm, c: f64) -> f64 {
    arm.mean() + c * (c / (arm.questions as f64 + 1e-3)).sqrt()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bounds_are_those_of_the_formula_worked_by_hand() {
        // Q = 0.6, N = 10, c = 1: √(1 / 10.001) = 0.316212.
        let arm = Arm { questions: 10, sum: 6.0 };
        assert!((bound(arm, 1.0) - 0.916_212).abs() < 1e-5);
        // c = 2: 2·√(2 / 10.001) = 2 · 0.447191 = 0.894383.
        assert!((bound(arm, 2.0) - 1.494_383).abs() < 1e-5);
        // N = 0, c = 1: √1000 = 31.6228.
        assert!((bound(Arm::default(), 1.0) - 31.6228).abs() < 1e-3);
        assert_eq!(bound(arm, 0.0), 0.6, "without a weight only the mean counts");
    }
}

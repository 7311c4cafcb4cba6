//! UCB: a prompt's mean and a width that shrinks with its own evaluations and grows with the steps of the round.
//! Source: ProTeGi, a_i = Q_i + c·√(ln t / (N_i + 10⁻³)); t counts the steps made, 1 at the second.

use super::arm::Arm;

/// The bound of a prompt after `steps` steps, at least 1, with the weight `c`.
pub fn bound(arm: Arm, steps: u32, c: f64) -> f64 {
    arm.mean() + c * (f64::from(steps).ln() / (arm.questions as f64 + 1e-3)).sqrt()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bounds_are_those_of_the_formula_worked_by_hand() {
        // Q = 6/10, N = 10, t = 5, c = 1: √(1.609438 / 10.001) = √0.160928 = 0.401158.
        let arm = Arm { questions: 10, sum: 6.0 };
        assert!((bound(arm, 5, 1.0) - 1.001_158).abs() < 1e-6);
        // c = 2 doubles the width: 0.6 + 0.802316.
        assert!((bound(arm, 5, 2.0) - 1.402_316).abs() < 1e-5);
        // ln 1 = 0: after one step there is no width yet, as in the original.
        assert_eq!(bound(arm, 1, 1.0), 0.6);
        // N = 0, t = 2: √(0.693147 / 0.001) = √693.147 = 26.3277. Who was never asked goes first.
        assert!((bound(Arm::default(), 2, 1.0) - 26.3277).abs() < 1e-3);
    }

    #[test]
    fn few_evaluations_outweigh_a_somewhat_better_mean() {
        // t = 8, ln 8 = 2.079442. N = 4: √(2.079442 / 4.001) = 0.720922; N = 40: √(2.079442 / 40.001) = 0.228002.
        let (few, many) = (Arm { questions: 4, sum: 2.0 }, Arm { questions: 40, sum: 28.0 });
        assert!((bound(few, 8, 1.0) - 1.220_922).abs() < 1e-5 && (bound(many, 8, 1.0) - 0.928_002).abs() < 1e-5);
        assert!(bound(few, 8, 0.1) < bound(many, 8, 0.1), "with a small weight the mean decides");
    }
}

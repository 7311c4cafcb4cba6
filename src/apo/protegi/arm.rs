//! A prompt as a bandit sees it: on how many questions it was evaluated, and what they summed up to.

/// An arm of a bandit.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Arm {
    /// The N of the formulas.
    pub questions: usize,
    /// Sum of the rewards; one that is missing counts nothing.
    pub sum: f64,
}

impl Arm {
    /// The Q of the formulas: the mean reward, 0 before the first question.
    pub fn mean(self) -> f64 {
        if self.questions == 0 { 0.0 } else { self.sum / self.questions as f64 }
    }
}

//! Uniform allocation: the same number of questions for every prompt. What the bandits have to beat.

/// Questions for each of `prompts` out of `budget` evaluations.
pub fn questions(prompts: usize, budget: usize) -> usize {
    budget / prompts.max(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_budget_is_shared_out_in_equal_parts_and_never_passed() {
        assert_eq!(questions(4, 100), 25);
        assert_eq!(questions(3, 100), 33, "the hundredth is left");
        assert_eq!(questions(0, 100), 100);
    }
}

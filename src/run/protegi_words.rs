//! ProTeGi's decisions in words: how a round's evaluations were spread, and what that did to each prompt.

use super::format::{count, score_words};
use crate::domain::{
    protegi::{Contender, ContenderFate, Selector},
    score::Score,
};

/// How many evaluations went to how many prompts, and who came first.
pub fn spread_words(selector: Selector, contenders: &[Contender]) -> String {
    let evaluations: usize = contenders.iter().map(|contender| contender.questions).sum();
    let spread = format!(
        "{} spread {} over {}",
        sentence_case(selector.name()),
        count(evaluations, "evaluation"),
        count(contenders.len(), "prompt")
    );
    match contenders.first() {
        Some(first) => format!("{spread}; first is {}", contender_words(first)),
        None => spread,
    }
}

/// One prompt's part in it.
pub fn contender_words(contender: &Contender) -> String {
    let Contender { version, questions, mean, fate } = contender;
    let share = match questions {
        0 => "not evaluated".to_owned(),
        planned => {
            let (planned, mean) = (*planned, *mean);
            let correct = (mean * planned as f64).round() as usize;
            score_words(&Score { mean, planned, correct, finished: planned, no_answer: 0 })
        }
    };
    match fate {
        ContenderFate::Ranked => format!("{version}, {share}"),
        ContenderFate::Dropped { phase } => format!("{version}, {share}, dropped in phase {phase}"),
    }
}

/// The text with a capital at its beginning.
pub fn sentence_case(name: &str) -> String {
    let mut letters = name.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::id::Version;

    #[test]
    fn a_spread_is_told_with_its_counts() {
        let contender = |version, questions, right: usize, fate| Contender {
            version: Version(version),
            questions,
            mean: right as f64 / f64::from(questions as u32).max(1.0),
            fate,
        };
        let contenders = [
            contender(3, 12, 10, ContenderFate::Ranked),
            contender(0, 6, 3, ContenderFate::Dropped { phase: 2 }),
            contender(1, 0, 0, ContenderFate::Ranked),
        ];
        assert_eq!(
            spread_words(Selector::SuccessiveRejects, &contenders),
            "Successive rejects spread 18 evaluations over 3 prompts; first is v3, 83.3 % (10/12)"
        );
        assert_eq!(contender_words(&contenders[1]), "v0, 50.0 % (3/6), dropped in phase 2");
        assert_eq!(contender_words(&contenders[2]), "v1, not evaluated");
    }
}

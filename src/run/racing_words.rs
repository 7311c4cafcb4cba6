//! Paired racing's decisions in words: one sentence each, with the counts that they rest on.

use super::format::count;
use crate::domain::{
    id::Version,
    racing::{Confirmation, Evidence, Fate, Lead, ParentChoice, RoundEnding, SearchEnd, Standing},
};

/// Who is edited, and why.
pub fn parent_words(parent: Version, why: &ParentChoice) -> String {
    match why {
        ParentChoice::Best => format!("{parent} is edited: the best so far"),
        ParentChoice::Front { members, questions } => {
            let others: Vec<String> = members.iter().filter(|one| **one != parent).map(Version::to_string).collect();
            let right = count(*questions, "question");
            format!("{parent} is edited: drawn with its {right} from prompts that complement {}", others.join(", "))
        }
    }
}

/// What the critic was shown.
pub fn evidence_words(evidence: &Evidence) -> String {
    let (failures, guards) = (count(evidence.failures.len(), "failure"), count(evidence.guards.len(), "right answer"));
    let mut kinds: Vec<&str> = evidence.failures.iter().filter_map(|(_, kind)| kind.map(|kind| kind.words())).collect();
    kinds.sort_unstable();
    kinds.dedup();
    let kinds = if kinds.is_empty() { String::new() } else { format!(" ({})", kinds.join(", ")) };
    let reused = match evidence.reused {
        0 => String::new(),
        reused => format!(", {reused} of them known from before"),
    };
    format!("The critic saw {failures}{kinds} and {guards}{reused}")
}

/// Where everybody stood at a cut of the race, best first.
pub fn cut_words(questions: usize, standings: &[Standing]) -> String {
    let told: Vec<String> = standings.iter().map(standing_words).collect();
    format!("After {}: {}", count(questions, "question"), told.join("; "))
}

/// One challenger at a cut.
pub fn standing_words(standing: &Standing) -> String {
    let Standing { version, fixed, broken, fate } = standing;
    let fate = match fate {
        Fate::Kept => "goes on",
        Fate::Behind => "dropped, behind",
        Fate::Outrun => "dropped, others are ahead",
    };
    format!("{version} +{fixed} −{broken}, {fate}")
}

/// What a round came to.
pub fn ending_words(ending: RoundEnding) -> String {
    match ending {
        RoundEnding::Replaced { by, fixed, broken } => {
            format!("{by} is the new best: {fixed} fixed, {broken} broken on all of validation")
        }
        RoundEnding::Shorter { by, fixed, broken } => {
            format!("{by} is the new best: as good ({fixed} fixed, {broken} broken) and shorter")
        }
        RoundEnding::Kept { against, fixed, broken } => {
            format!("the best stays: {against} fixed {fixed} and broke {broken} on all of validation")
        }
        RoundEnding::AllDropped => "the best stays: every challenger fell behind".into(),
        RoundEnding::NoChildren => "the best stays: no edit could be used".into(),
        RoundEnding::NoFailures => "the parent failed on no training question".into(),
    }
}

/// How the winner stood against the seed once more.
pub fn confirmation_words(confirmation: Confirmation) -> String {
    let Confirmation { winner, questions, fixed, broken, validation, needed } = confirmation;
    let training = format!("{fixed} fixed and {broken} broken of {}", count(questions, "training question"));
    let counts = match validation {
        Lead { questions: 0, .. } => training,
        Lead { questions, fixed, broken } => format!("{training}, {fixed} and {broken} of {questions} of validation"),
    };
    match confirmation.holds() {
        true => format!("{winner} is clearly ahead of the seed: {counts}"),
        false => format!("the seed is kept: {winner} has {counts}, and had to be {needed} ahead"),
    }
}

/// Why a search ended.
pub fn search_end_words(reason: SearchEnd) -> String {
    match reason {
        SearchEnd::Rounds { rounds } => format!("all {} are done", count(rounds as usize, "round")),
        SearchEnd::Patience { rounds } => {
            format!("{} in a row brought no better prompt", count(rounds as usize, "round"))
        }
        SearchEnd::Solved => "the best prompt is right on every validation question".into(),
        SearchEnd::NothingToLearn => "the best prompt failed on no training question".into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::rollout::Diagnosis;

    #[test]
    fn decisions_are_told_with_their_counts() {
        let front = ParentChoice::Front { members: vec![Version(0), Version(3)], questions: 12 };
        assert_eq!(
            parent_words(Version(3), &front),
            "v3 is edited: drawn with its 12 questions from prompts that complement v0"
        );
        let evidence = Evidence {
            failures: vec![("q1".into(), Some(Diagnosis::TooManyRows)), ("q2".into(), Some(Diagnosis::TooManyRows))],
            guards: vec!["q3".into()],
            reused: 1,
            asked: 8,
        };
        assert_eq!(
            evidence_words(&evidence),
            "The critic saw 2 failures (too many rows) and 1 right answer, 1 of them known from before"
        );
        let standing = |version, fixed, broken, fate| Standing { version: Version(version), fixed, broken, fate };
        assert_eq!(
            cut_words(6, &[standing(1, 2, 0, Fate::Kept), standing(2, 0, 2, Fate::Behind)]),
            "After 6 questions: v1 +2 −0, goes on; v2 +0 −2, dropped, behind"
        );
        let look = |fixed, validation| Confirmation {
            winner: Version(3),
            questions: 50,
            fixed,
            broken: 1,
            validation,
            needed: 6,
        };
        assert_eq!(
            confirmation_words(look(5, Lead { questions: 40, fixed: 7, broken: 2 })),
            "v3 is clearly ahead of the seed: 5 fixed and 1 broken of 50 training questions, 7 and 2 of 40 of validation"
        );
        assert_eq!(
            confirmation_words(look(3, Lead::default())),
            "the seed is kept: v3 has 3 fixed and 1 broken of 50 training questions, and had to be 6 ahead"
        );
        assert_eq!(ending_words(RoundEnding::AllDropped), "the best stays: every challenger fell behind");
        assert_eq!(search_end_words(SearchEnd::Patience { rounds: 3 }), "3 rounds in a row brought no better prompt");
    }
}

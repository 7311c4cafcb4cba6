//! Who is edited next: half of the time the best prompt, else one that is right on questions where others are wrong.
//! Source: GEPA's selection from the per-instance Pareto front (Agrawal et al., 2025), over prompts that ran to the end of a race.

use crate::domain::{id::Version, racing::ParentChoice, rng::SplitMix64};

/// The parent of a round. `finished` are the prompts that answered all of validation, with what was right.
pub fn choose(mut rng: SplitMix64, best: Version, finished: &[(Version, &[bool])]) -> (Version, ParentChoice) {
    let front = front(finished);
    if front.len() < 2 || rng.unit() < 0.5 {
        return (best, ParentChoice::Best);
    }
    let all: usize = front.iter().map(|(_, questions)| questions).sum();
    let mut chance = rng.below(all);
    let drawn = front.iter().find(|(_, questions)| {
        let is_drawn = chance < *questions;
        chance = chance.saturating_sub(*questions);
        is_drawn
    });
    let (parent, questions) = *drawn.expect("the draw is below the sum of all chances");
    let members = front.into_iter().map(|(version, _)| version).collect();
    (parent, ParentChoice::Front { members, questions })
}

/// Prompts that cannot be left out without losing a question, with the questions that they are right on. A prompt is left out if
/// each of its questions is somebody else's too; the one with the fewest questions goes first, of equals the younger.
fn front(finished: &[(Version, &[bool])]) -> Vec<(Version, usize)> {
    let count = |right: &[bool]| right.iter().filter(|right| **right).count();
    let mut front: Vec<(Version, &[bool])> = finished.to_vec();
    let mut order = front.clone();
    order.sort_by_key(|(version, right)| (count(right), std::cmp::Reverse(*version)));
    for (version, right) in order {
        let others = || front.iter().filter(|(other, _)| *other != version);
        let is_covered = (0..right.len()).all(|at| !right[at] || others().any(|(_, other)| other[at]));
        if is_covered {
            front.retain(|(other, _)| *other != version);
        }
    }
    front.into_iter().map(|(version, right)| (version, count(right))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn right(marks: &str) -> Vec<bool> {
        marks.chars().map(|c| c == '+').collect()
    }

    #[test]
    fn the_front_holds_who_is_right_where_all_others_are_wrong() {
        let (a, b, c) = (right("+++--"), right("++---"), right("----+"));
        let finished = [(Version(0), &a[..]), (Version(1), &b[..]), (Version(2), &c[..])];
        assert_eq!(front(&finished), [(Version(0), 3), (Version(2), 1)]);
    }

    #[test]
    fn of_two_equals_the_older_stays_and_the_best_is_the_parent() {
        let a = right("++-");
        let finished = [(Version(0), &a[..]), (Version(3), &a[..])];
        assert_eq!(front(&finished), [(Version(0), 2)]);
        let chosen = choose(SplitMix64::labelled(1, "x"), Version(0), &finished);
        assert_eq!(chosen, (Version(0), ParentChoice::Best));
    }

    #[test]
    fn half_of_the_draws_are_from_the_front_by_questions() {
        let (a, b) = (right("+++-"), right("---+"));
        let finished = [(Version(0), &a[..]), (Version(1), &b[..])];
        let draws = (0..4000).map(|i| choose(SplitMix64::labelled(i, "x"), Version(0), &finished));
        let (mut best, mut second) = (0, 0);
        for (parent, why) in draws {
            best += usize::from(why == ParentChoice::Best);
            second += usize::from(parent == Version(1));
        }
        assert!((1900..2100).contains(&best), "{best}");
        assert!((430..570).contains(&second), "a quarter of the other half: {second}");
    }
}

//! The race: challengers meet the best prompt on the validation questions in one shuffled order, a few at first, and whoever falls
//! behind is asked no more. The best prompt's answers are known, so only challengers cost.
//! Sources: successive halving; paired comparison on the same instances as in CAPO (racing), with plain counts instead of a test.

use crate::domain::{
    id::Version,
    racing::{Fate, Standing},
};

/// A point of the race: after so many questions at most so many challengers go on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cut {
    pub questions: usize,
    pub keep: usize,
}

/// The cuts on `validation` questions: after 6 three go on, after 18 one, which is looked at again after 48 and at the end. With
/// fewer than 48 questions the first two come after a quarter and a half of them at the latest. A cut with less than a quarter
/// of the questions still to come is left out: it could save next to nothing.
pub fn cuts(validation: usize) -> Vec<Cut> {
    let early = [
        Cut { questions: 6.min(validation.div_ceil(4)), keep: 3 },
        Cut { questions: 18.min(validation.div_ceil(2)), keep: 1 },
        Cut { questions: 48, keep: 1 },
    ];
    let mut cuts: Vec<Cut> = Vec::new();
    for cut in early {
        if cut.questions >= 2
            && cuts.last().is_none_or(|last| last.questions < cut.questions)
            && 4 * cut.questions <= 3 * validation
        {
            cuts.push(cut);
        }
    }
    cuts.push(Cut { questions: validation, keep: 1 });
    cuts
}

/// A challenger's answers beside those of the best, in the order of the race.
#[derive(Clone, Copy, Debug)]
pub struct Runner<'a> {
    pub version: Version,
    /// Characters of its prompt.
    pub length: usize,
    pub right: &'a [bool],
}

/// Where challengers stand against the answers of the best, best first: by what they gained, then the shorter, then the older.
/// `fate` says who goes on: nobody who is behind. The reference forgives one question up to 18; in `benches/search` those calls
/// bring nothing.
pub fn standings(best: &[bool], runners: &[Runner<'_>], cut: Cut) -> Vec<Standing> {
    let mut ranked: Vec<(Standing, usize)> = runners
        .iter()
        .map(|runner| {
            let pairs = || best.iter().zip(runner.right);
            let fixed = pairs().filter(|(best, own)| !**best && **own).count();
            let broken = pairs().filter(|(best, own)| **best && !**own).count();
            (Standing { version: runner.version, fixed, broken, fate: Fate::Kept }, runner.length)
        })
        .collect();
    ranked.sort_by_key(|(standing, length)| (-standing.delta(), *length, standing.version));
    let mut kept = 0;
    for (standing, _) in &mut ranked {
        standing.fate = match standing.delta() {
            delta if delta < 0 => Fate::Behind,
            _ if kept == cut.keep => Fate::Outrun,
            _ => Fate::Kept,
        };
        kept += usize::from(standing.fate == Fate::Kept);
    }
    ranked.into_iter().map(|(standing, _)| standing).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn points(validation: usize) -> Vec<(usize, usize)> {
        cuts(validation).into_iter().map(|cut| (cut.questions, cut.keep)).collect()
    }

    #[test]
    fn cuts_come_after_6_18_and_48_questions_and_earlier_where_there_are_fewer() {
        assert_eq!(points(100), [(6, 3), (18, 1), (48, 1), (100, 1)]);
        assert_eq!(points(50), [(6, 3), (18, 1), (50, 1)], "two questions more would not be worth a cut");
        assert_eq!(points(24), [(6, 3), (12, 1), (24, 1)]);
        assert_eq!(points(10), [(3, 3), (5, 1), (10, 1)]);
        assert_eq!(points(5), [(2, 3), (3, 1), (5, 1)]);
        assert_eq!(points(2), [(2, 1)]);
        assert_eq!(points(1), [(1, 1)]);
    }

    fn fates(best: &str, runners: &[(&str, usize)], cut: Cut) -> Vec<(u32, usize, usize, Fate)> {
        let right = |marks: &str| marks.chars().map(|c| c == '+').collect::<Vec<_>>();
        let answers: Vec<Vec<bool>> = runners.iter().map(|(marks, _)| right(marks)).collect();
        let runners: Vec<Runner<'_>> = runners
            .iter()
            .zip(&answers)
            .zip(1..)
            .map(|(((_, length), right), version)| Runner { version: Version(version), length: *length, right })
            .collect();
        standings(&right(best), &runners, cut).into_iter().map(|s| (s.version.0, s.fixed, s.broken, s.fate)).collect()
    }

    #[test]
    fn the_better_half_goes_on_and_ties_favour_the_shorter_prompt() {
        let runners = [("++-+", 90), ("++++", 90), ("++-+", 80), ("+---", 10)];
        let told = fates("++--", &runners, Cut { questions: 4, keep: 2 });
        assert_eq!(
            told,
            [(2, 2, 0, Fate::Kept), (3, 1, 0, Fate::Kept), (1, 1, 0, Fate::Outrun), (4, 0, 1, Fate::Behind)]
        );
    }

    #[test]
    fn who_is_behind_goes_and_who_is_level_stays() {
        let told = fates("+++-", &[("+++-", 9), ("++--", 1)], Cut { questions: 4, keep: 3 });
        assert_eq!(told, [(1, 0, 0, Fate::Kept), (2, 0, 1, Fate::Behind)]);
    }
}

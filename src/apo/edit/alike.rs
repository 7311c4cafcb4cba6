//! Whether two templates differ by next to nothing, so that scoring the second would only measure the first again.
//! Similarity alone would not do: one new rule in a long prompt leaves it 97 % alike, and is a real change.

use similar::{Algorithm, DiffTag, capture_diff_slices};

/// From this share of equal words on, texts may be the same.
const ALIKE: f64 = 0.97;
/// Words that may differ between two texts that are the same.
const WORDS: usize = 6;

/// Share of equal words from which on two lines are one line in two wordings.
const SAME_LINE: f64 = 0.8;

/// Whether the texts have the same lines in nearly the same words: 97 % of all words equal, 6 different at most, and no line that is
/// another one. Case, punctuation and white space do not count.
pub(super) fn are_alike(one: &str, other: &str) -> bool {
    let (one, other) = (lines(one), lines(other));
    if one.len() != other.len() {
        return false;
    }
    let (mut changed, mut all) = (0, 0);
    for (one, other) in one.into_iter().zip(other) {
        let (one, other) = (words(one), words(other));
        let (here, both) = (different(&one, &other), one.len() + other.len());
        if changed + here > WORDS || share(here, both) < SAME_LINE {
            return false;
        }
        (changed, all) = (changed + here, all + both);
    }
    share(changed, all) >= ALIKE
}

/// Words of the one that the other has not, in order, and the other way round.
fn different(one: &[String], other: &[String]) -> usize {
    if one == other {
        return 0;
    }
    let ops = capture_diff_slices(Algorithm::Myers, one, other);
    let changes = ops.iter().filter(|op| op.tag() != DiffTag::Equal);
    changes.map(|op| op.old_range().len() + op.new_range().len()).sum()
}

fn share(different: usize, all: usize) -> f64 {
    1.0 - different as f64 / all.max(1) as f64
}

fn lines(text: &str) -> Vec<&str> {
    text.lines().map(str::trim).filter(|line| !line.is_empty()).collect()
}

fn words(text: &str) -> Vec<String> {
    let words = text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
    words.map(str::to_lowercase).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn long(last: &str) -> String {
        let first: Vec<String> = (0..100).map(|i| format!("word{i}")).collect();
        format!("{}\n{last}", first.join(" "))
    }

    #[test]
    fn a_word_or_two_and_other_punctuation_make_no_other_prompt() {
        assert!(are_alike(&long("Use only listed tables."), &long("use only the listed tables")));
        assert!(are_alike("Write SQL.", "write  SQL"));
    }

    #[test]
    fn a_new_line_however_short_and_a_changed_sentence_do() {
        assert!(!are_alike(&long("Use tables."), &long("Use tables.\n- no DISTINCT")));
        assert!(!are_alike(&long("Use only the listed tables."), &long("Return one column per thing asked.")));
        assert!(!are_alike("Write SQL.", "Write good SQL."), "short texts differ by a word");
        assert!(!are_alike(&long("- mind rule 12"), &long("- mind rule 13")), "so do short rules in long texts");
    }
}

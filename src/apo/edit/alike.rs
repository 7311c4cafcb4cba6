//! Whether two templates differ by next to nothing, so that scoring the second would only measure the first again.
//! Similarity alone would not do: one new rule in a long prompt leaves it 97 % alike, and is a real change.

use similar::{Algorithm, DiffTag, capture_diff_slices};

/// From this share of equal words on, texts may be the same.
const ALIKE: f64 = 0.97;
/// Words that may differ between two texts that are the same.
const WORDS: usize = 6;

/// Whether the texts have equally many lines, share 97 % of their words, and differ in 6 words at most. Case, punctuation and
/// white space do not count.
pub(super) fn are_alike(one: &str, other: &str) -> bool {
    if lines(one) != lines(other) {
        return false;
    }
    let (one, other) = (words(one), words(other));
    if one.len().abs_diff(other.len()) > WORDS {
        return false;
    }
    let changed: usize = capture_diff_slices(Algorithm::Myers, &one, &other)
        .iter()
        .filter(|op| op.tag() != DiffTag::Equal)
        .map(|op| op.old_range().len() + op.new_range().len())
        .sum();
    let all = (one.len() + other.len()).max(1) as f64;
    changed <= WORDS && 1.0 - changed as f64 / all >= ALIKE
}

fn lines(text: &str) -> usize {
    text.lines().filter(|line| !line.trim().is_empty()).count()
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
    }
}

//! Fuzzy matching: a typed word is found where its letters stand in order, in pieces that begin where a word begins; the first may
//! also lie inside of one, with three letters or more. So `gtr` finds "Go to Run" and `lidat` "validation", but no sentence is found by
//! letters strewn over it.
//! Crates for this were weighed (November 2026): `nucleo-matcher` adds 114 kB to the page, `sublime_fuzzy` is not kept up.

/// A text for finding: its letters in lower case, and where its words begin.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Letters {
    letters: Vec<char>,
    begins: Vec<bool>,
}

/// Letters that a first piece inside of a word has at least.
const INSIDE: usize = 3;
/// Points for a letter, for each that follows the one before, for a piece where a word begins, and for a whole word; taken off for each piece.
const LETTER: i32 = 10;
const IN_ROW: i32 = 6;
const BEGINS: i32 = 8;
const WHOLE: i32 = 6;
const PIECE: i32 = 12;
/// Points for a letter in a text's own part.
const OWN: i32 = 4;

impl Letters {
    /// The letters of a text, in its order and number.
    pub fn of(text: &str) -> Self {
        let mut begins = Vec::new();
        let mut before = ' ';
        for letter in text.chars() {
            // In a script without cases words may follow each other without a space.
            let is_caseless = letter.is_alphabetic() && !letter.is_lowercase() && !letter.is_uppercase();
            let is_new = !before.is_alphanumeric()
                || letter.is_numeric() != before.is_numeric()
                || letter.is_uppercase() && before.is_lowercase();
            begins.push(letter.is_alphanumeric() && (is_new || is_caseless));
            before = letter;
        }
        // One letter for one, so that places stay what they are.
        let letters = text.chars().map(|letter| letter.to_lowercase().next().unwrap_or(letter)).collect();
        Self { letters, begins }
    }

    /// How well `word` is found, and at which places; `None` if it is not. The first `own` letters count more than the rest.
    pub fn find(&self, word: &Letters, own: usize) -> Option<(i32, Vec<usize>)> {
        let (word, text) = (&word.letters, &self.letters);
        let (rows, columns) = (word.len(), text.len());
        if !is_in_order(word, text) {
            return None;
        }
        // By the letters of the word and of the text that are left: the length of the piece that begins there, and the best
        // sum from there on with the length of the piece that it begins with, 0 where it begins later.
        let width = columns + 1;
        let mut runs = vec![0_usize; (rows + 1) * width];
        let mut best = vec![None::<(i32, usize)>; (rows + 1) * width];
        best[rows * width..].fill(Some((0, 0)));
        for row in (0..rows).rev() {
            for column in (0..columns).rev() {
                let here = row * width + column;
                if word[row] == text[column] {
                    runs[here] = 1 + runs[here + width + 1];
                }
                let mut most = best[here + 1].map(|(score, _)| (score, 0));
                let shortest = match (self.begins[column], row) {
                    (true, _) => 1,
                    (false, 0) => INSIDE,
                    (false, _) => usize::MAX,
                };
                for length in shortest..=runs[here] {
                    let Some((rest, _)) = best[here + length * (width + 1)] else { continue };
                    let score = rest + self.points(column, length, own);
                    if most.is_none_or(|(known, _)| score > known) {
                        most = Some((score, length));
                    }
                }
                best[here] = most;
            }
        }
        let (score, _) = best[0]?;
        let (mut row, mut column, mut places) = (0, 0, Vec::with_capacity(rows));
        while row < rows {
            let length = best[row * width + column].map_or(0, |(_, length)| length);
            places.extend(column..column + length);
            row += length;
            column += length.max(1);
        }
        Some((score, places))
    }

    fn points(&self, column: usize, length: usize, own: usize) -> i32 {
        let letters = length as i32;
        let begins = self.begins[column];
        let ends = !self.letters.get(column + length).is_some_and(|next| next.is_alphanumeric());
        let in_own = own.saturating_sub(column).min(length) as i32;
        LETTER * letters + IN_ROW * (letters - 1) - PIECE
            + OWN * in_own
            + if begins { BEGINS } else { 0 }
            + if begins && ends { WHOLE } else { 0 }
    }
}

/// Whether the letters of `word` stand in `text` in their order: cheap, and rarely so.
fn is_in_order(word: &[char], text: &[char]) -> bool {
    let mut text = text.iter();
    word.iter().all(|letter| text.any(|other| other == letter))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn places(word: &str, text: &str) -> Option<Vec<usize>> {
        Letters::of(text).find(&Letters::of(word), text.chars().count()).map(|(_, places)| places)
    }

    fn score(word: &str, text: &str) -> i32 {
        Letters::of(text).find(&Letters::of(word), 0).map_or(0, |(score, _)| score)
    }

    #[test]
    fn beginnings_of_words_and_three_letters_in_a_row_are_found() {
        assert_eq!(places("gtr", "Go to Run"), Some(vec![0, 3, 6]));
        assert_eq!(places("lidat", "validation"), Some(vec![2, 3, 4, 5, 6]));
        assert_eq!(places("repv3", "Replay v3"), Some(vec![0, 1, 2, 7, 8]));
        assert_eq!(places("3", "v3"), Some(vec![1]), "a number begins anew");
    }

    #[test]
    fn letters_strewn_over_a_sentence_are_not() {
        assert_eq!(places("race", "Which singers are older than the average concert?"), None);
        assert_eq!(places("sing", "Save Training"), None);
        assert_eq!(places("nor", "Which singers are older than the average concert?"), None);
        assert_eq!(places("o", "Run for one"), Some(vec![8]), "one letter is found where a word begins");
        assert_eq!(places("x", "Run"), None);
    }

    #[test]
    fn the_better_place_is_taken_though_another_comes_first() {
        assert_eq!(places("run", "The prune, the run"), Some(vec![15, 16, 17]));
        assert!(score("run", "a run") > score("run", "a prune"));
        assert!(score("run", "a run") > score("run", "a runner"));
    }

    #[test]
    fn other_alphabets_are_found_whatever_their_case() {
        assert_eq!(places("größe", "Die GRÖSSE und die GRÖẞE"), Some(vec![19, 20, 21, 22, 23]));
        assert_eq!(places("東京", "都は東京"), Some(vec![2, 3]));
    }

    #[test]
    fn nothing_typed_is_found_everywhere() {
        assert_eq!(places("", "Run"), Some(vec![]));
        assert_eq!(places("a", ""), None);
    }
}

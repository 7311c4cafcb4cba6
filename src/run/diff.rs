//! What an edit changed in a prompt, word by word: the pieces that stayed, went and came, and the lines that are new.

use similar::{ChangeTag, TextDiff};

/// What happened to a stretch of text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Change {
    Kept,
    Removed,
    Added,
}

/// A stretch of text with what happened to it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Piece {
    pub change: Change,
    pub text: String,
}

/// The way from one text to another. The kept and added pieces, joined, are the new text; the kept and removed ones the old.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct WordDiff {
    pub pieces: Vec<Piece>,
    /// Words that came.
    pub added: usize,
    /// Words that went.
    pub removed: usize,
}

/// Compares two texts word by word. Neighbouring changed words make one piece with the spaces between them.
pub fn word_diff(old: &str, new: &str) -> WordDiff {
    let mut diff = WordDiff::default();
    let (mut removed, mut added, mut gap) = (String::new(), String::new(), String::new());
    for change in TextDiff::from_words(old, new).iter_all_changes() {
        let (tag, text) = (change.tag(), change.value());
        if tag == ChangeTag::Equal {
            // A space between two replaced words belongs to both replacements; anything else ends them.
            let joins = text.chars().all(|c| c == ' ') && !removed.is_empty() && !added.is_empty() && gap.is_empty();
            if joins {
                gap.push_str(text);
            } else {
                diff.flush(&mut removed, &mut added, &mut gap);
                diff.push(Change::Kept, text);
            }
            continue;
        }
        if !gap.is_empty() {
            removed.push_str(&gap);
            added.push_str(&gap);
            gap.clear();
        }
        if tag == ChangeTag::Delete {
            removed.push_str(text);
        } else {
            added.push_str(text);
        }
    }
    diff.flush(&mut removed, &mut added, &mut gap);
    diff
}

/// The lines of `new` that `old` does not have, in order, without indentation, list marks and lines that only lead over to
/// what follows (`Rules:`).
pub fn added_lines(old: &str, new: &str) -> Vec<String> {
    let bare = |line: &str| line.trim_start_matches(|c: char| "-*•#0123456789.) \t".contains(c)).trim().to_owned();
    let known: Vec<String> = old.lines().map(bare).collect();
    new.lines().map(bare).filter(|line| !line.is_empty() && !line.ends_with(':') && !known.contains(line)).collect()
}

impl WordDiff {
    fn flush(&mut self, removed: &mut String, added: &mut String, gap: &mut String) {
        self.removed += removed.split_whitespace().count();
        self.added += added.split_whitespace().count();
        self.push(Change::Removed, &std::mem::take(removed));
        self.push(Change::Added, &std::mem::take(added));
        self.push(Change::Kept, &std::mem::take(gap));
    }

    fn push(&mut self, change: Change, text: &str) {
        match self.pieces.last_mut() {
            _ if text.is_empty() => {}
            Some(last) if last.change == change => last.text.push_str(text),
            _ => self.pieces.push(Piece { change, text: text.to_owned() }),
        }
    }
}

/// A stretch of two texts side by side: it ends with a line break that both have.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SideBySide {
    /// Kept and removed pieces.
    pub old: Vec<Piece>,
    /// Kept and added pieces.
    pub new: Vec<Piece>,
}

impl SideBySide {
    /// Whether the old and the new side have nothing that the other has not: where there is one column, such a side need not be
    /// read as well. Of two sides that are the same, the old one.
    pub fn within(&self) -> (bool, bool) {
        let is_kept = |side: &[Piece]| side.iter().all(|piece| piece.change == Change::Kept);
        (is_kept(&self.old), is_kept(&self.new) && !is_kept(&self.old))
    }

    /// Whether both sides so far end with their lines, or have none.
    fn is_whole_lines(&self) -> bool {
        let ends = |side: &[Piece]| side.last().is_none_or(|piece| piece.text.ends_with('\n'));
        ends(&self.old) && ends(&self.new)
    }
}

/// The two texts of a difference beside each other, cut where a line ends in both; so lines that stayed stand level.
pub fn side_by_side(diff: &WordDiff) -> Vec<SideBySide> {
    let mut rows = vec![SideBySide::default()];
    for piece in &diff.pieces {
        let lines = match piece.change {
            Change::Kept => piece.text.split_inclusive('\n').collect(),
            Change::Removed | Change::Added => vec![piece.text.as_str()],
        };
        for text in lines {
            let part = Piece { change: piece.change, text: text.to_owned() };
            if piece.change == Change::Kept && rows.last().is_some_and(SideBySide::is_whole_lines) {
                rows.push(SideBySide::default());
            }
            if let Some(row) = rows.last_mut() {
                match piece.change {
                    Change::Removed => row.old.push(part),
                    Change::Added => row.new.push(part),
                    Change::Kept => {
                        row.old.push(part.clone());
                        row.new.push(part);
                    }
                }
            }
            if piece.change == Change::Kept && text.ends_with('\n') {
                rows.push(SideBySide::default());
            }
        }
    }
    rows.retain(|row| !row.old.is_empty() || !row.new.is_empty());
    rows
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn side_by_side_each_column_is_its_text_and_kept_lines_stand_level() {
        let (old, new) = ("Write SQL.\nUse joins.\nEnd.", "Write SQL.\nUse\nouter joins.\nNew.\nEnd.");
        let rows = side_by_side(&word_diff(old, new));
        let column = |side: fn(&SideBySide) -> &Vec<Piece>| -> Vec<String> {
            rows.iter().map(|row| side(row).iter().map(|piece| piece.text.as_str()).collect()).collect()
        };
        let (left, right) = (column(|row| &row.old), column(|row| &row.new));
        assert_eq!((left.concat(), right.concat()), (old.to_owned(), new.to_owned()));
        assert_eq!((left[0].as_str(), right[0].as_str()), ("Write SQL.\n", "Write SQL.\n"));
        assert_eq!(left.last().map(String::as_str), Some("End."));
        assert_eq!(right.last().map(String::as_str), Some("End."));
        assert!(side_by_side(&word_diff("", "")).is_empty());
    }

    #[test]
    fn a_side_without_anything_of_its_own_lies_within_the_other() {
        let within = |old: &str, new: &str| {
            side_by_side(&word_diff(old, new)).last().map(SideBySide::within).unwrap_or_default()
        };
        assert_eq!(within("One.\nTwo.", "One.\nTwo.\nThree."), (true, false));
        assert_eq!(within("One.\nTwo.\nThree.", "One.\nTwo."), (false, true));
        assert_eq!(within("One.\nTwo.", "One.\nThree."), (false, false));
        assert_eq!(within("One.", "One."), (true, false), "the same");
    }

    fn shown(old: &str, new: &str) -> String {
        let mark = |piece: &Piece| match piece.change {
            Change::Kept => piece.text.clone(),
            Change::Removed => format!("[-{}-]", piece.text),
            Change::Added => format!("[+{}+]", piece.text),
        };
        word_diff(old, new).pieces.iter().map(mark).collect()
    }

    #[test]
    fn replaced_words_make_one_piece_each_way() {
        assert_eq!(shown("Use a join here.", "Use no subquery here."), "Use [-a join-][+no subquery+] here.");
    }

    #[test]
    fn an_added_line_is_one_piece() {
        assert_eq!(shown("1. One.\n\n{t}", "1. One.\n2. Two words.\n\n{t}"), "1. One.[+\n2. Two words.+]\n\n{t}");
    }

    #[test]
    fn the_pieces_give_back_both_texts() {
        let (old, new) = ("a  b\nc d {t} e f", "a x  b\n\nc y {t} g f h");
        let side = |without: Change| -> String {
            let pieces = word_diff(old, new).pieces;
            pieces.iter().filter(|piece| piece.change != without).map(|piece| piece.text.as_str()).collect()
        };
        assert_eq!((side(Change::Added).as_str(), side(Change::Removed).as_str()), (old, new));
    }

    #[test]
    fn words_are_counted_both_ways() {
        let diff = word_diff("one two three", "one 2 three four five");
        assert_eq!((diff.added, diff.removed), (3, 1));
        assert_eq!(word_diff("same", "same").pieces.len(), 1);
    }

    #[test]
    fn renumbered_rules_are_not_new_lines() {
        let old = "Rules\n1. One.\n2. Two.";
        assert_eq!(added_lines(old, "Rules\n1. New.\n2. One.\n- Two.\nAnd:"), ["New."]);
    }
}

//! A card's marks as one drawing of a few paths: a round's cards come all at once, and a batch may hold a hundred questions each.

use std::fmt::Write;

use crate::run::view::Mark;

/// Marks in a row, at most; more rows are as full as each other.
const IN_A_ROW: usize = 20;
/// From one mark to the next, and the side of one, in units of the drawing.
const PITCH: usize = 18;
const SIDE: usize = 16;

/// What a mark says at a glance. No answer and an unfinished one look alike.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Look {
    Right,
    Wrong,
    Missing,
    /// Not asked yet.
    Open,
}

impl Look {
    pub const ALL: [Self; 4] = [Look::Right, Look::Wrong, Look::Missing, Look::Open];

    fn of(mark: Option<&Mark>) -> Self {
        match mark {
            Some(Mark::Right) => Look::Right,
            Some(Mark::Wrong) => Look::Wrong,
            Some(Mark::NoAnswer | Mark::Unfinished) => Look::Missing,
            None => Look::Open,
        }
    }

    /// Its sign on a square at 0, 0; lines to be stroked.
    fn sign(self) -> &'static str {
        match self {
            Look::Right => "m4.5 8.5l2.5 2.5 4.5-5.5",
            Look::Wrong => "m5 5l6 6m0-6l-6 6",
            Look::Missing => "m8 4v4.5m0 3v.1",
            Look::Open => "",
        }
    }
}

/// Where all marks of a card are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Marks {
    /// Units of the drawing.
    pub width: usize,
    pub height: usize,
    /// For each look: the squares, and the signs on them, as paths.
    pub paths: [(Look, String, String); 4],
}

impl Marks {
    /// `marks` in their order, and squares without a sign up to `size`, row by row.
    pub fn of(marks: &[Mark], size: usize) -> Self {
        let size = size.max(marks.len());
        let rows = size.div_ceil(IN_A_ROW).max(1);
        let columns = size.div_ceil(rows).max(1);
        let mut paths = Look::ALL.map(|look| (look, String::new(), String::new()));
        for index in 0..size {
            let (x, y) = (index % columns * PITCH, index / columns * PITCH);
            let look = Look::of(marks.get(index));
            for (_, squares, signs) in paths.iter_mut().filter(|(of, ..)| *of == look) {
                // Writing to a string does not fail.
                let _ = write!(
                    squares,
                    "M{} {y}h10a3 3 0 0 1 3 3v10a3 3 0 0 1-3 3h-10a3 3 0 0 1-3-3v-10a3 3 0 0 1 3-3z",
                    x + 3
                );
                if look != Look::Open {
                    let _ = write!(signs, "M{x} {y}{}", look.sign());
                }
            }
        }
        Self { width: columns * PITCH - (PITCH - SIDE), height: rows * PITCH - (PITCH - SIDE), paths }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn squares(marks: &Marks, look: Look) -> usize {
        marks.paths.iter().filter(|(of, ..)| *of == look).map(|(_, squares, _)| squares.matches('M').count()).sum()
    }

    #[test]
    fn every_question_has_a_square_and_every_answered_one_a_sign() {
        let marks = Marks::of(&[Mark::Right, Mark::Wrong, Mark::Right, Mark::NoAnswer, Mark::Unfinished], 8);
        assert_eq!(Look::ALL.map(|look| squares(&marks, look)), [2, 1, 2, 3]);
        let signs = marks.paths.each_ref().map(|(.., signs)| signs.matches('M').count());
        assert_eq!(signs, [2, 1, 2, 0]);
    }

    #[test]
    fn rows_are_as_full_as_each_other() {
        let shape = |size| {
            let Marks { width, height, .. } = Marks::of(&[], size);
            ((width + 2) / PITCH, (height + 2) / PITCH)
        };
        assert_eq!([1, 16, 20, 24, 32, 100].map(shape), [(1, 1), (16, 1), (20, 1), (12, 2), (16, 2), (20, 5)]);
    }

    #[test]
    fn the_last_square_ends_where_the_drawing_does() {
        let marks = Marks::of(&[Mark::Right], 24);
        let (.., open, _) = &marks.paths[3];
        let last = open.rsplit('M').next().unwrap();
        assert!(last.starts_with(&format!("{} {}h", marks.width - SIDE + 3, marks.height - SIDE)), "{last}");
    }

    #[test]
    fn more_marks_than_questions_are_all_drawn_and_none_at_all_breaks_nothing() {
        assert_eq!(squares(&Marks::of(&[Mark::Wrong; 3], 2), Look::Wrong), 3);
        let none = Marks::of(&[], 0);
        assert!(none.paths.iter().all(|(_, squares, signs)| squares.is_empty() && signs.is_empty()));
    }
}

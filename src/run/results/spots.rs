//! The list as a grid that keys walk along: which places hold a link, where each key leads, which columns of a row exist, and
//! how far a scroller has to go. One place at a time is a stop of the Tab key, as in the grid pattern of WAI-ARIA.

use super::{Line, Listing};

/// A place of the grid.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Spot {
    /// A position in `Listing::lines`; `None` in the heads of the columns.
    pub line: Option<usize>,
    /// 0 is the question; the prompts follow in the order of `Listing::versions`.
    pub column: usize,
}

/// What a key asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    Up,
    Down,
    Left,
    Right,
    RowStart,
    RowEnd,
    PageUp,
    PageDown,
    First,
    Last,
}

/// What of the grid can be gone to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Extent {
    /// Whether the heads are in view; they lead to their prompts.
    pub has_heads: bool,
    /// Whether a question is a link itself.
    pub has_questions: bool,
    /// Prompts that are in view: a narrow page shows the compared ones alone.
    pub prompts: usize,
    /// Lines that a page key passes.
    pub page: usize,
}

/// A part of a row's columns.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Piece {
    Cell(usize),
    /// Columns from `first` on that do not exist now.
    Gap {
        first: usize,
        columns: usize,
    },
}

impl Step {
    /// The step of a key, by its name as the browser tells it.
    pub fn of_key(key: &str, ctrl: bool) -> Option<Self> {
        match (key, ctrl) {
            ("ArrowUp", false) => Some(Step::Up),
            ("ArrowDown", false) => Some(Step::Down),
            ("ArrowLeft", false) => Some(Step::Left),
            ("ArrowRight", false) => Some(Step::Right),
            ("Home", false) => Some(Step::RowStart),
            ("End", false) => Some(Step::RowEnd),
            ("PageUp", false) => Some(Step::PageUp),
            ("PageDown", false) => Some(Step::PageDown),
            ("Home", true) => Some(Step::First),
            ("End", true) => Some(Step::Last),
            _ => None,
        }
    }
}

impl Listing {
    /// Whether there is a link at a place.
    pub fn has_link(&self, spot: Spot, extent: &Extent) -> bool {
        let Spot { line, column } = spot;
        if column > extent.prompts.min(self.versions.len()) {
            return false;
        }
        match line.map(|at| self.lines.get(at)) {
            None => extent.has_heads && column > 0,
            Some(Some(Line::Question(row))) => {
                let cells = &self.rows[*row].row.cells;
                match column.checked_sub(1) {
                    Some(prompt) => cells[prompt].is_some(),
                    // A question leads to the rollout of one of the compared.
                    None => extent.has_questions && [self.after, 0].into_iter().any(|at| cells[at].is_some()),
                }
            }
            Some(_) => false,
        }
    }

    /// Where the Tab key leads before anything was moved: into `line` if it is given and has a link, else to the first cell.
    pub fn first_spot(&self, line: Option<usize>, extent: &Extent) -> Spot {
        let columns = || (1..=extent.prompts).chain([0]);
        let in_line = |at: usize| {
            columns().map(|column| Spot { line: Some(at), column }).find(|spot| self.has_link(*spot, extent))
        };
        let first = line.and_then(in_line).or_else(|| (0..self.lines.len()).find_map(in_line));
        first.unwrap_or(Spot { line: None, column: 1 })
    }

    /// Where a step leads from a place, over what holds no link; `None` if it leads nowhere else.
    pub fn step(&self, from: Spot, step: Step, extent: &Extent) -> Option<Spot> {
        let number = self.lines.len();
        let find =
            |mut spots: &mut dyn Iterator<Item = Spot>| Iterator::find(&mut spots, |spot| self.has_link(*spot, extent));
        let of_row = |column| Spot { column, ..from };
        let of_column = |line: usize| Spot { line: Some(line), ..from };
        let columns = 0..=extent.prompts;
        let below = from.line.map_or(0, |at| at + 1);
        let found = match step {
            Step::Left => find(&mut (0..from.column).rev().map(of_row)),
            Step::Right => find(&mut (from.column + 1..=extent.prompts).map(of_row)),
            Step::RowStart => find(&mut columns.map(of_row)),
            Step::RowEnd => find(&mut columns.rev().map(of_row)),
            Step::Up => {
                let heads = Spot { line: None, ..from };
                find(&mut (0..from.line?).rev().map(of_column).chain([heads]))
            }
            Step::Down => find(&mut (below..number).map(of_column)),
            // As far as a page goes; if there is nothing, on to what is nearest.
            Step::PageUp => {
                let (at, to) = (from.line?, from.line?.saturating_sub(extent.page));
                find(&mut (to..at).chain((0..to).rev()).map(of_column))
            }
            Step::PageDown => {
                let to = (below + extent.page).min(number);
                find(&mut (below..to).rev().chain(to..number).map(of_column))
            }
            Step::First => {
                let in_line = |at: usize| columns.clone().map(move |column| Spot { line: Some(at), column });
                find(&mut (0..number).flat_map(in_line))
            }
            Step::Last => {
                let in_line = |at: usize| columns.clone().rev().map(move |column| Spot { line: Some(at), column });
                find(&mut (0..number).rev().flat_map(in_line))
            }
        };
        found.filter(|spot| *spot != from)
    }
}

/// Of `number` columns those from `begin` to `end` and the `kept` one as cells, the others in gaps.
pub fn pieces(number: usize, (begin, end): (usize, usize), kept: Option<usize>) -> Vec<Piece> {
    let mut pieces = Vec::new();
    let mut gap = 0;
    for column in 0..number {
        if (begin..end).contains(&column) || kept == Some(column) {
            if gap > 0 {
                pieces.push(Piece::Gap { first: column - gap, columns: gap });
            }
            gap = 0;
            pieces.push(Piece::Cell(column));
        } else {
            gap += 1;
        }
    }
    if gap > 0 {
        pieces.push(Piece::Gap { first: number - gap, columns: gap });
    }
    pieces
}

/// Lines that a page key passes: as many as are in view at once, where `rows` of them are `height` pixels high.
pub fn page_of(view: f64, rows: usize, height: f64) -> usize {
    if rows == 0 || height <= 0.0 { 1 } else { ((view * rows as f64 / height) as usize).max(1) }
}

/// Where a scroller that stands at `at` has to go so that what lies from `start` to `end` is in view, all in pixels: no further
/// than needed. The first `covered` of its `size` pixels lie under what stays in place.
pub fn scrolled_to(at: f64, size: f64, covered: f64, start: f64, end: f64) -> f64 {
    if start < at + covered {
        start - covered
    } else if end > at + size {
        (end - size).min(start - covered)
    } else {
        at
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::run::{
        results::{Cell, Listed, QuestionRow},
        view::Mark,
    };

    /// A heading over each two questions; `x` is a cell, `.` none. The first two prompts are compared.
    fn listing(rows: &[&str]) -> Listing {
        let cell = Cell { rollout: 0, mark: Mark::Right, diagnosis: None, is_sql_error: false };
        let row = |cells: &str| QuestionRow {
            example: "q".into(),
            cells: cells.chars().map(|sign| (sign == 'x').then_some(cell)).collect(),
        };
        let mut lines = Vec::new();
        for at in 0..rows.len() {
            if at % 2 == 0 {
                lines.push(Line::Heading { words: "kind".into(), questions: 2 });
            }
            lines.push(Line::Question(at));
        }
        Listing {
            versions: (0..rows[0].len() as u32).map(crate::domain::id::Version).collect(),
            after: 1,
            rows: rows.iter().map(|cells| Listed { row: row(cells), example: 0 }).collect(),
            lines,
            ..Listing::default()
        }
    }

    const ALL: Extent = Extent { has_heads: true, has_questions: true, prompts: 4, page: 2 };

    fn spot(line: usize, column: usize) -> Spot {
        Spot { line: Some(line), column }
    }

    fn head(column: usize) -> Spot {
        Spot { line: None, column }
    }

    // Lines: 0 heading, 1 and 2 questions, 3 heading, 4 and 5 questions.
    fn some() -> Listing {
        listing(&["xx.x", "x..x", ".xxx", "xx.."])
    }

    #[test]
    fn arrows_pass_over_headings_and_what_was_not_run() {
        let (list, step) = (some(), |from, step| some().step(from, step, &ALL));
        assert_eq!(step(spot(1, 2), Step::Right), Some(spot(1, 4)));
        assert_eq!(step(spot(1, 4), Step::Left), Some(spot(1, 2)));
        assert_eq!(step(spot(1, 2), Step::Down), Some(spot(4, 2)), "the next row has no such cell");
        assert_eq!(step(spot(4, 2), Step::Up), Some(spot(1, 2)));
        assert_eq!(step(spot(1, 1), Step::Left), Some(spot(1, 0)), "the question");
        assert_eq!((step(spot(1, 0), Step::Left), step(spot(1, 4), Step::Right)), (None, None));
        assert_eq!(step(spot(5, 1), Step::Down), None);
        assert!(!list.has_link(spot(0, 1), &ALL) && !list.has_link(spot(9, 1), &ALL));
    }

    #[test]
    fn the_heads_lie_above_the_first_line_and_no_question_is_there() {
        let step = |from, step| some().step(from, step, &ALL);
        assert_eq!(step(spot(1, 2), Step::Up), Some(head(2)));
        assert_eq!(step(head(3), Step::Down), Some(spot(4, 3)));
        assert_eq!((step(head(1), Step::Left), step(head(1), Step::Up)), (None, None));
        assert_eq!((step(head(2), Step::RowStart), step(head(2), Step::RowEnd)), (Some(head(1)), Some(head(4))));
        let without = Extent { has_heads: false, ..ALL };
        assert_eq!(some().step(spot(1, 2), Step::Up, &without), None);
    }

    #[test]
    fn home_and_end_go_to_the_ends_of_a_row_and_with_ctrl_of_the_list() {
        let step = |from, step| some().step(from, step, &ALL);
        assert_eq!(
            (step(spot(2, 1), Step::RowStart), step(spot(2, 1), Step::RowEnd)),
            (Some(spot(2, 0)), Some(spot(2, 4)))
        );
        assert_eq!(step(spot(2, 0), Step::RowStart), None, "it is there already");
        assert_eq!((step(spot(4, 3), Step::First), step(spot(1, 0), Step::Last)), (Some(spot(1, 0)), Some(spot(5, 2))));
        assert_eq!(Step::of_key("Home", true), Some(Step::First));
        assert_eq!(Step::of_key("Home", false), Some(Step::RowStart));
        assert_eq!((Step::of_key("ArrowUp", true), Step::of_key("Enter", false)), (None, None));
    }

    #[test]
    fn page_keys_pass_a_page_or_go_on_to_what_is_nearest() {
        let list = listing(&["xx", "xx", "xx", "xx", "x.", "x."]);
        let extent = Extent { prompts: 2, page: 3, ..ALL };
        let step = |from, step| list.step(from, step, &extent);
        // Lines: 0 heading, 1, 2, 3 heading, 4, 5, 6 heading, 7, 8.
        assert_eq!(step(spot(1, 1), Step::PageDown), Some(spot(4, 1)));
        assert_eq!(step(spot(4, 1), Step::PageDown), Some(spot(7, 1)));
        assert_eq!(step(spot(7, 1), Step::PageDown), Some(spot(8, 1)), "to the last");
        assert_eq!(step(spot(5, 2), Step::PageDown), None, "nothing more in this column");
        assert_eq!(step(spot(8, 1), Step::PageUp), Some(spot(5, 1)));
        assert_eq!(step(spot(2, 1), Step::PageUp), Some(spot(1, 1)));
        assert_eq!(step(spot(1, 1), Step::PageUp), None, "not into the heads");
        assert_eq!(step(head(2), Step::PageDown), Some(spot(2, 2)));
    }

    #[test]
    fn a_narrow_page_has_the_compared_prompts_alone() {
        let narrow = Extent { prompts: 2, ..ALL };
        assert_eq!(some().step(spot(1, 2), Step::Right, &narrow), None);
        assert_eq!(some().step(spot(1, 1), Step::RowEnd, &narrow), Some(spot(1, 2)));
        assert!(!some().has_link(spot(1, 4), &narrow) && some().has_link(spot(1, 4), &ALL));
    }

    #[test]
    fn tab_leads_to_the_first_cell_or_into_the_row_that_one_comes_back_to() {
        assert_eq!(some().first_spot(None, &ALL), spot(1, 1));
        assert_eq!(some().first_spot(Some(4), &ALL), spot(4, 2), "its first prompt was not asked");
        assert_eq!(some().first_spot(Some(0), &ALL), spot(1, 1), "a heading is no place to stop");
        assert_eq!(Listing::default().first_spot(None, &ALL), head(1));
    }

    #[test]
    fn a_row_has_the_columns_in_view_and_the_one_with_the_focus() {
        use Piece::{Cell, Gap};
        let gap = |first, columns| Gap { first, columns };
        assert_eq!(pieces(3, (0, 8), None), [Cell(0), Cell(1), Cell(2)]);
        assert_eq!(pieces(6, (2, 4), None), [gap(0, 2), Cell(2), Cell(3), gap(4, 2)]);
        assert_eq!(pieces(6, (0, 2), Some(4)), [Cell(0), Cell(1), gap(2, 2), Cell(4), gap(5, 1)]);
        assert_eq!(pieces(0, (0, 8), None), []);
    }

    #[test]
    fn a_scroller_goes_no_further_than_needed_and_not_under_the_heads() {
        let to = |start, end| scrolled_to(1000.0, 400.0, 80.0, start, end);
        assert_eq!(to(1100.0, 1130.0), 1000.0, "in view");
        assert_eq!(to(1050.0, 1080.0), 970.0, "under the heads");
        assert_eq!(to(1390.0, 1420.0), 1020.0, "below");
        assert_eq!(to(1300.0, 1900.0), 1220.0, "higher than the view: its beginning");
        assert_eq!(page_of(300.0, 10, 310.0), 9);
        assert_eq!((page_of(100.0, 2, 900.0), page_of(100.0, 0, 0.0)), (1, 1));
    }
}

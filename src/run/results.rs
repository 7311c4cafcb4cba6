//! Questions by candidates: what the Results screen shows, filters and counts.

mod groups;
mod listing;
mod only;
mod spots;
mod turned;
mod walk;

pub use self::{
    groups::{Group, Grouping, Tally, groups},
    listing::{Columns, Line, Listed, Listing, Order, Query},
    only::Only,
    spots::{Extent, Piece, Spot, Step, page_of, pieces, scrolled_to},
    turned::{Turned, turned},
    walk::{Around, Sibling, neighbours, siblings},
};
use crate::{
    domain::{
        dataset::Example,
        id::{ExampleId, Version},
        rollout::{Diagnosis, Execution, Outcome, Purpose, Rollout},
    },
    run::view::{Mark, RunView},
};

/// A split as the results show it: for validation also the rounds' batches, which are drawn from it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum SplitChoice {
    #[default]
    Validation,
    HeldOut,
    Train,
}

/// Which questions are shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Filter {
    #[default]
    All,
    /// Wrong before, right after.
    Fixed,
    /// Right before, wrong after.
    Broken,
    /// Any two of the shown candidates disagree.
    Different,
    /// Some shown candidate gave no answer, or SQL that does not run.
    Errors,
    /// The second of the compared candidates is wrong.
    Wrong,
}

/// One question with a cell for each shown candidate.
#[derive(Clone, Debug, PartialEq)]
pub struct QuestionRow {
    pub example: ExampleId,
    /// In the order of the shown candidates; `None` = not run.
    pub cells: Vec<Option<Cell>>,
}

/// A rollout in the table.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Cell {
    /// Its position in `RunView::rollouts`.
    pub rollout: usize,
    pub mark: Mark,
    pub diagnosis: Option<Diagnosis>,
    /// Whether the query gave no result (or there was none).
    pub is_sql_error: bool,
}

/// How a question went from the first shown candidate to another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Turn {
    Fixed,
    Broken,
}

impl SplitChoice {
    pub const ALL: [SplitChoice; 3] = [SplitChoice::Validation, SplitChoice::HeldOut, SplitChoice::Train];

    /// The name in a URL.
    pub fn slug(self) -> &'static str {
        match self {
            SplitChoice::Validation => "validation",
            SplitChoice::HeldOut => "held-out",
            SplitChoice::Train => "train",
        }
    }

    /// The split with this name in a URL; validation for any other.
    pub fn of_slug(slug: &str) -> Self {
        Self::ALL.into_iter().find(|split| split.slug() == slug).unwrap_or_default()
    }

    /// The split that a rollout belongs to.
    pub fn of(purpose: Purpose) -> Self {
        match purpose {
            Purpose::Train => SplitChoice::Train,
            Purpose::Batch | Purpose::Validation => SplitChoice::Validation,
            Purpose::HeldOut => SplitChoice::HeldOut,
        }
    }

    /// The purpose whose score counts on the whole split; a training batch never covers it.
    pub fn purpose(self) -> Purpose {
        match self {
            SplitChoice::Validation => Purpose::Validation,
            SplitChoice::HeldOut => Purpose::HeldOut,
            SplitChoice::Train => Purpose::Train,
        }
    }
}

impl Filter {
    pub const ALL: [Filter; 6] =
        [Filter::All, Filter::Different, Filter::Fixed, Filter::Broken, Filter::Errors, Filter::Wrong];

    /// The name in a URL, which is also the word on the screen in lower case.
    pub fn slug(self) -> &'static str {
        match self {
            Filter::All => "all",
            Filter::Fixed => "fixed",
            Filter::Broken => "broken",
            Filter::Different => "different",
            Filter::Errors => "errors",
            Filter::Wrong => "wrong",
        }
    }

    /// The filter with this name in a URL; all for any other.
    pub fn of_slug(slug: &str) -> Self {
        Self::ALL.into_iter().find(|filter| filter.slug() == slug).unwrap_or_default()
    }

    /// Whether a row passes. `before` and `after` are the positions of the compared candidates among its cells.
    pub fn admits(self, row: &QuestionRow, before: usize, after: usize) -> bool {
        match self {
            Filter::All => true,
            Filter::Fixed => row.turn(before, after) == Some(Turn::Fixed),
            Filter::Broken => row.turn(before, after) == Some(Turn::Broken),
            Filter::Different => {
                let mut judged = row.cells.iter().flatten().filter_map(Cell::is_right);
                judged.next().is_some_and(|first| judged.any(|other| other != first))
            }
            Filter::Errors => row.cells.iter().flatten().any(Cell::is_error),
            Filter::Wrong => row.cells[after].as_ref().is_some_and(|cell| cell.mark == Mark::Wrong),
        }
    }
}

impl Cell {
    /// The cell of a rollout that stands at `position`.
    pub fn of(rollout: &Rollout, position: usize) -> Self {
        let (diagnosis, is_sql_error) = match &rollout.outcome {
            Outcome::Judged(judgement) => (judgement.diagnosis, matches!(judgement.predicted, Execution::Failed(_))),
            Outcome::NoAnswer { .. } | Outcome::Unfinished => (None, false),
        };
        Self { rollout: position, mark: Mark::from(&rollout.outcome), diagnosis, is_sql_error }
    }

    /// Whether it was judged right or wrong; `None` without a verdict.
    pub fn is_right(&self) -> Option<bool> {
        match self.mark {
            Mark::Right => Some(true),
            Mark::Wrong => Some(false),
            Mark::NoAnswer | Mark::Unfinished => None,
        }
    }

    /// Whether it has no answer, or SQL that does not run.
    pub fn is_error(&self) -> bool {
        self.is_sql_error || self.is_right().is_none()
    }

    /// Why it is not right, in a few words; `None` if it is.
    pub fn why(&self) -> Option<&'static str> {
        match (self.mark, self.diagnosis) {
            (Mark::Right, _) => None,
            (Mark::NoAnswer, _) => Some("no answer"),
            (Mark::Unfinished, _) => Some("not done in time"),
            (Mark::Wrong, Some(diagnosis)) => Some(diagnosis.words()),
            (Mark::Wrong, None) => Some("wrong"),
        }
    }
}

impl QuestionRow {
    /// How the question went from the candidate at `before` to the one at `after`; `None` if they agree or one has no verdict.
    pub fn turn(&self, before: usize, after: usize) -> Option<Turn> {
        let right = |at: usize| self.cells[at].as_ref().and_then(Cell::is_right);
        match (right(before), right(after)) {
            (Some(false), Some(true)) => Some(Turn::Fixed),
            (Some(true), Some(false)) => Some(Turn::Broken),
            _ => None,
        }
    }
}

/// The rows of a split for `versions`, in the order of the split.
pub fn rows(view: &RunView, split: SplitChoice, versions: &[Version]) -> Vec<QuestionRow> {
    let cells = |place| versions.iter().map(|version| view.board.cell(split, *version, place)).collect();
    let ids = view.split(split).iter().enumerate();
    ids.map(|(place, id)| QuestionRow { example: id.clone(), cells: cells(place) }).collect()
}

/// Whether a question matches what was typed into the search field.
pub fn matches(example: &Example, search: &str) -> bool {
    let search = search.trim().to_lowercase();
    let has = |text: &str| text.to_lowercase().contains(&search);
    search.is_empty() || has(&example.question) || has(example.db.as_str()) || has(example.id.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(marks: &[Option<Mark>]) -> QuestionRow {
        let cell =
            |mark: &Option<Mark>| mark.map(|mark| Cell { rollout: 0, mark, diagnosis: None, is_sql_error: false });
        QuestionRow { example: "q1".into(), cells: marks.iter().map(cell).collect() }
    }

    fn admitted(row: &QuestionRow) -> Vec<&'static str> {
        Filter::ALL.into_iter().filter(|filter| filter.admits(row, 0, row.cells.len() - 1)).map(Filter::slug).collect()
    }

    #[test]
    fn filters_tell_fixed_broken_different_errors_and_wrong_apart() {
        use Mark::{Right, Wrong};
        assert_eq!(admitted(&row(&[Some(Wrong), Some(Right)])), ["all", "different", "fixed"]);
        assert_eq!(admitted(&row(&[Some(Right), Some(Wrong)])), ["all", "different", "broken", "wrong"]);
        assert_eq!(admitted(&row(&[Some(Right), Some(Wrong), Some(Right)])), ["all", "different"]);
        assert_eq!(admitted(&row(&[Some(Wrong), Some(Wrong)])), ["all", "wrong"]);
    }

    #[test]
    fn no_answer_is_neither_right_nor_wrong() {
        use Mark::{NoAnswer, Wrong};
        assert_eq!(admitted(&row(&[Some(Wrong), Some(NoAnswer)])), ["all", "errors"]);
        assert_eq!(admitted(&row(&[None, None])), ["all"]);
    }

    #[test]
    fn names_in_a_url_lead_back_to_what_they_name() {
        assert!(Filter::ALL.into_iter().all(|filter| Filter::of_slug(filter.slug()) == filter));
        assert!(SplitChoice::ALL.into_iter().all(|split| SplitChoice::of_slug(split.slug()) == split));
        assert_eq!(Filter::of_slug("nonsense"), Filter::All);
    }
}

//! The list of questions as it is shown: which candidates are its columns, which questions pass, and in what order.
//! Made once for a choice and walked along by the inspector, so that both have the same order.

use std::collections::HashMap;

use super::{Filter, Only, QuestionRow, SplitChoice, Turn, groups, matches, rows};
use crate::{
    domain::{
        dataset::Example,
        id::{ExampleId, Version},
    },
    run::view::RunView,
};

/// Which candidates are columns.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Columns {
    /// Every candidate that has a rollout on the split.
    #[default]
    All,
    /// The two that are compared.
    Compared,
}

/// In what order questions stand.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Order {
    /// By what became of them from the first of the compared to the second.
    #[default]
    Change,
    /// As in the split.
    Split,
    Database,
    Hardness,
    /// Those first that most candidates have wrong.
    MostWrong,
}

/// What is to be listed.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Query {
    pub split: SplitChoice,
    /// The compared candidates.
    pub before: Version,
    pub after: Version,
    pub columns: Columns,
    pub filter: Filter,
    pub order: Order,
    pub search: String,
    pub only: Option<Only>,
}

/// A list of questions.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Listing {
    /// The compared candidates, then the others by number.
    pub versions: Vec<Version>,
    /// The place of the second of the compared among `versions`; the first stands at 0.
    pub after: usize,
    /// Questions that pass the search and the group, in the order of the split.
    pub rows: Vec<Listed>,
    /// What is shown of them.
    pub lines: Vec<Line>,
    /// Of `rows`, how many each filter admits, in the order of `Filter::ALL`.
    pub counts: [usize; 6],
    /// Whether the data says how hard questions are.
    pub has_hardness: bool,
}

/// A question of the list.
#[derive(Clone, Debug, PartialEq)]
pub struct Listed {
    pub row: QuestionRow,
    /// Its position among the run's examples.
    pub example: usize,
}

/// A line of the list.
#[derive(Clone, Debug, PartialEq)]
pub enum Line {
    /// Over the questions of one kind.
    Heading { words: String, questions: usize },
    /// A position in `Listing::rows`.
    Question(usize),
}

impl Order {
    pub const ALL: [Order; 5] = [Order::Change, Order::Split, Order::Database, Order::Hardness, Order::MostWrong];

    /// The name in a URL.
    pub fn slug(self) -> &'static str {
        match self {
            Order::Change => "change",
            Order::Split => "split",
            Order::Database => "database",
            Order::Hardness => "hardness",
            Order::MostWrong => "most-wrong",
        }
    }

    /// The order with this name in a URL; by change for any other.
    pub fn of_slug(slug: &str) -> Self {
        Self::ALL.into_iter().find(|order| order.slug() == slug).unwrap_or_default()
    }

    /// The order in words.
    pub fn words(self) -> &'static str {
        match self {
            Order::Change => "by change",
            Order::Split => "as in the split",
            Order::Database => "by database",
            Order::Hardness => "by hardness",
            Order::MostWrong => "most often wrong first",
        }
    }
}

impl Listing {
    /// The list that `query` asks for.
    pub fn of(view: &RunView, query: &Query) -> Self {
        let versions = columns(view, query);
        let after = usize::from(query.before != query.after);
        let examples: &[Example] = view.started.as_ref().map_or(&[], |started| &started.examples);
        let by_id: HashMap<&ExampleId, usize> = examples.iter().enumerate().map(|(at, e)| (&e.id, at)).collect();
        let passes = |row: QuestionRow| {
            let example = *by_id.get(&row.example)?;
            let question = &examples[example];
            let is_of = query.only.as_ref().is_none_or(|only| only.admits(question, &row, [0, after]));
            (is_of && matches(question, &query.search)).then_some(Listed { row, example })
        };
        let rows: Vec<Listed> = rows(view, query.split, &versions).into_iter().filter_map(passes).collect();
        let admitted = |filter: Filter| rows.iter().filter(|listed| filter.admits(&listed.row, 0, after)).count();
        let counts = Filter::ALL.map(admitted);
        let mut shown: Vec<usize> =
            (0..rows.len()).filter(|at| query.filter.admits(&rows[*at].row, 0, after)).collect();
        let kind = |at: &usize| kind_of(query, after, &rows[*at], &examples[rows[*at].example]);
        // Sorting keeps the order of the split within each kind.
        match query.order {
            Order::Split => {}
            Order::MostWrong => {
                let wrong = |at: &usize| {
                    let judged = rows[*at].row.cells.iter().flatten().filter_map(super::Cell::is_right);
                    judged.filter(|right| !right).count()
                };
                shown.sort_by_key(|at| std::cmp::Reverse(wrong(at)));
            }
            Order::Change | Order::Database | Order::Hardness => shown.sort_by_cached_key(kind),
        }
        let lines = match query.order {
            Order::Split | Order::MostWrong => shown.into_iter().map(Line::Question).collect(),
            Order::Change | Order::Database | Order::Hardness => headed(&shown, kind),
        };
        let has_hardness = examples.iter().any(|example| example.hardness.is_some());
        Self { versions, after, rows, lines, counts, has_hardness }
    }

    /// The questions in the order of the list.
    pub fn questions(&self) -> impl Iterator<Item = &Listed> {
        self.lines.iter().filter_map(|line| match line {
            Line::Question(at) => self.rows.get(*at),
            Line::Heading { .. } => None,
        })
    }

    /// The line that a question stands in.
    pub fn line_of(&self, example: &str) -> Option<usize> {
        let is_it = |line: &Line| matches!(line, Line::Question(at) if self.rows[*at].row.example.as_str() == example);
        self.lines.iter().position(is_it)
    }
}

/// The compared first, whatever their numbers: they stay in view however many others there are.
fn columns(view: &RunView, query: &Query) -> Vec<Version> {
    let mut versions = vec![query.before];
    if query.after != query.before {
        versions.push(query.after);
    }
    if query.columns == Columns::All {
        let others = view.board.versions(query.split).filter(|other| ![query.before, query.after].contains(other));
        versions.extend(others.collect::<Vec<_>>());
    }
    versions
}

/// The kind that a question belongs to in an order with headings: its rank and its words.
fn kind_of(query: &Query, after: usize, listed: &Listed, example: &Example) -> (usize, String) {
    match query.order {
        Order::Database => (0, example.db.to_string()),
        Order::Hardness => {
            let name = groups::hardness(example);
            (groups::hardness_rank(name), name.to_owned())
        }
        Order::Change | Order::Split | Order::MostWrong => {
            let right = |at: usize| listed.row.cells[at].and_then(|cell| cell.is_right());
            if after == 0 {
                return match right(0) {
                    Some(false) => (0, "Wrong".into()),
                    Some(true) => (1, "Right".into()),
                    None => (2, "Without a verdict".into()),
                };
            }
            match (listed.row.turn(0, after), right(0), right(after)) {
                (Some(Turn::Fixed), ..) => (0, format!("Fixed: {} wrong, {} right", query.before, query.after)),
                (Some(Turn::Broken), ..) => (1, format!("Broken: {} right, {} wrong", query.before, query.after)),
                (None, Some(false), Some(false)) => (2, "Both wrong".into()),
                (None, Some(true), Some(true)) => (3, "Both right".into()),
                (None, ..) => (4, "Without a verdict from one of the two".into()),
            }
        }
    }
}

fn headed(shown: &[usize], kind: impl Fn(&usize) -> (usize, String)) -> Vec<Line> {
    let kinds: Vec<_> = shown.iter().map(&kind).collect();
    let mut lines = Vec::with_capacity(shown.len() + 8);
    let mut at = 0;
    for chunk in kinds.chunk_by(|a, b| a == b) {
        lines.push(Line::Heading { words: chunk[0].1.clone(), questions: chunk.len() });
        lines.extend(shown[at..at + chunk.len()].iter().copied().map(Line::Question));
        at += chunk.len();
    }
    lines
}

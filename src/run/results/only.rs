//! One group of questions, as a group's link names it: of a database, of a hardness, or failed in one way.

use super::{Grouping, QuestionRow, groups::hardness};
use crate::domain::dataset::Example;

/// The group.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Only {
    pub by: Grouping,
    /// The database's name, the hardness, or the words of the failure.
    pub name: String,
}

impl Only {
    /// The group in a URL: `database/world_1`.
    pub fn slug(&self) -> String {
        format!("{}/{}", self.by.slug(), self.name)
    }

    /// The group of that name in a URL.
    pub fn of_slug(slug: &str) -> Option<Self> {
        let (by, name) = slug.split_once('/')?;
        let by = Grouping::ALL.into_iter().find(|known| known.slug() == by)?;
        Some(Self { by, name: name.to_owned() })
    }

    /// Whether a question belongs to it. `compared` are the positions of the compared candidates among the row's cells.
    pub fn admits(&self, example: &Example, row: &QuestionRow, compared: [usize; 2]) -> bool {
        match self.by {
            Grouping::Database => example.db.as_str() == self.name,
            Grouping::Hardness => hardness(example) == self.name,
            Grouping::Failure => {
                let cells = compared.into_iter().filter_map(|at| row.cells[at]);
                cells.filter_map(|cell| cell.why()).any(|why| why == self.name)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_in_a_url_lead_back_to_the_group_also_with_a_slash_in_it() {
        let only = Only { by: Grouping::Database, name: "a/b".into() };
        assert_eq!(Only::of_slug(&only.slug()), Some(only));
        assert_eq!(Only::of_slug("nonsense/x"), None);
        assert_eq!(Only::of_slug(""), None);
    }
}

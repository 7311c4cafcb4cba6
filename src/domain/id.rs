//! Identifiers as newtypes, so that a question cannot be mistaken for a database.
//! All are short, printable texts (or a number that prints as one) and serialize as such.

use std::fmt;

use serde::{Deserialize, Serialize};

macro_rules! text_id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(String);

        impl $name {
            /// The id's text.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl From<&str> for $name {
            fn from(text: &str) -> Self {
                Self(text.to_owned())
            }
        }

        impl From<String> for $name {
            fn from(text: String) -> Self {
                Self(text)
            }
        }
    };
}

text_id!(
    /// One question of a dataset, unique within it: `q0017`.
    ExampleId
);
text_id!(
    /// A database's name within a dataset: Spider's `db_id`.
    DbId
);
text_id!(
    /// A dataset in the store.
    DatasetId
);
text_id!(
    /// A run in the store.
    RunId
);
text_id!(
    /// A place in a run that may have one effect, as a path: `r02/p1/b3/train/q0017/write1`.
    /// Equal paths mean equal effects: the journal answers a path that it already holds.
    StepId
);

impl StepId {
    /// The step `part` below this one.
    pub fn child(&self, part: impl fmt::Display) -> Self {
        if self.0.is_empty() { Self(part.to_string()) } else { Self(format!("{}/{part}", self.0)) }
    }
}

/// A candidate's number in the order of creation; `v0` is the seed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Version(pub u32);

impl Version {
    /// The seed prompt's version.
    pub const SEED: Version = Version(0);
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "v{}", self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn steps_join_with_slashes_and_start_without_one() {
        assert_eq!(StepId::default().child("r01").child("p0").as_str(), "r01/p0");
    }

    #[test]
    fn versions_print_as_in_the_paper() {
        assert_eq!(Version(3).to_string(), "v3");
    }
}

//! A prompt in the search, with where it came from.

use serde::{Deserialize, Serialize};

use super::{id::Version, prompt::PromptTemplate};

/// A prompt version.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Candidate {
    pub version: Version,
    pub template: PromptTemplate,
    pub origin: Origin,
}

/// Where a candidate came from.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Origin {
    Seed,
    /// The editor applied a critique to the parent.
    Edit {
        parent: Version,
        place: Place,
    },
    /// The critique was empty, so the parent's own text became a new version (only when the original is reproduced).
    ParentCopy {
        parent: Version,
        place: Place,
    },
    /// It was made in another run, under this version there, and is only checked.
    Checked {
        version: Version,
    },
}

/// One expansion of a round. Rounds count from 1, slots and branches from 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Place {
    pub round: u32,
    /// Position in the round's list of parents.
    pub slot: usize,
    /// Branch of that parent.
    pub branch: usize,
}

/// Why an edit did not become a candidate.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Rejection {
    /// The critic had nothing to say.
    EmptyCritique,
    /// The editor answered with nothing.
    EmptyEdit,
    /// The edit lost required placeholders or invented some.
    Placeholders { missing: Vec<String>, unknown: Vec<String> },
    /// The same text is already a candidate.
    Duplicate { of: Version },
}

impl Candidate {
    /// The version this one was edited from; `None` for the seed. What is only checked stands beside its run's seed.
    pub fn parent(&self) -> Option<Version> {
        match self.origin {
            Origin::Seed => None,
            Origin::Edit { parent, .. } | Origin::ParentCopy { parent, .. } => Some(parent),
            Origin::Checked { .. } => Some(Version::SEED),
        }
    }

    /// The round it was proposed in; 0 without one.
    pub fn round(&self) -> u32 {
        match self.origin {
            Origin::Seed | Origin::Checked { .. } => 0,
            Origin::Edit { place, .. } | Origin::ParentCopy { place, .. } => place.round,
        }
    }
}

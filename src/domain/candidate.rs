//! A prompt in the search, with where it came from.

use serde::{Deserialize, Serialize};

use super::{
    id::{ExampleId, Version},
    prompt::PromptTemplate,
};

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
    /// The editor said the parent in other words, or the parent's edit on branch `edit` of the same round.
    Paraphrase {
        parent: Version,
        place: Place,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        edit: Option<usize>,
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
    /// Its parent was right on all training questions of the round.
    NoFailures { questions: usize },
    /// The editor answered with nothing.
    EmptyEdit,
    /// The edit lost placeholders, invented some, or has one more often than its parent.
    Placeholders {
        missing: Vec<String>,
        unknown: Vec<String>,
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        repeated: Vec<String>,
    },
    /// Curly brackets that are no placeholder, where the parent has none: an answer in JSON, for example.
    StrayBraces { line: String },
    /// It is longer than edited prompts may be.
    TooLong { chars: usize, most: usize },
    /// It is a scrap of its parent: a remark instead of a prompt.
    TooShort { words: usize, parent_words: usize },
    /// It holds a training question, its gold query, or a value that only such a query has.
    Copied { example: ExampleId, text: String },
    /// The same text is already a candidate.
    Duplicate { of: Version },
    /// A candidate differs from it by next to nothing.
    NearDuplicate { of: Version },
}

impl Rejection {
    /// What is wrong with the edit, as the end of a sentence that begins with "An edit was not used:".
    pub fn words(&self) -> String {
        let names = |names: &[String]| names.iter().map(|name| format!("{{{name}}}")).collect::<Vec<_>>().join(", ");
        match self {
            Rejection::EmptyCritique => "the critic had nothing to say".into(),
            Rejection::NoFailures { questions } => {
                format!("its parent was right on all {questions} training questions of the round")
            }
            Rejection::EmptyEdit => "the editor answered with nothing".into(),
            Rejection::Placeholders { missing, unknown, repeated } => {
                let faults = [("lost", missing), ("made up", unknown), ("repeats", repeated)];
                let told = faults.into_iter().filter(|(_, list)| !list.is_empty());
                let told: Vec<String> = told.map(|(verb, list)| format!("{verb} {}", names(list))).collect();
                format!("it {}", told.join(" and "))
            }
            Rejection::StrayBraces { line } => format!("it has curly brackets that are no placeholder: {line}"),
            Rejection::TooLong { chars, most } => format!("it has {chars} characters, at most {most} may be"),
            Rejection::TooShort { words: 1, parent_words } => {
                format!("it is 1 word where its parent has {parent_words}: no prompt")
            }
            Rejection::TooShort { words, parent_words } => {
                format!("it is {words} words where its parent has {parent_words}: no prompt")
            }
            Rejection::Copied { example, text } => format!("it copies from training question {example}: {text}"),
            Rejection::Duplicate { of } => format!("the same text as {of}"),
            Rejection::NearDuplicate { of } => format!("next to the same text as {of}"),
        }
    }

    /// Whether the editor can mend it when it is told.
    pub fn can_be_repaired(&self) -> bool {
        !matches!(
            self,
            Rejection::EmptyCritique
                | Rejection::NoFailures { .. }
                | Rejection::Duplicate { .. }
                | Rejection::NearDuplicate { .. }
        )
    }
}

impl Candidate {
    /// The version this one was edited from; `None` for the seed. What is only checked stands beside its run's seed.
    pub fn parent(&self) -> Option<Version> {
        match self.origin {
            Origin::Seed => None,
            Origin::Edit { parent, .. } | Origin::ParentCopy { parent, .. } | Origin::Paraphrase { parent, .. } => {
                Some(parent)
            }
            Origin::Checked { .. } => Some(Version::SEED),
        }
    }

    /// The round it was proposed in; 0 without one.
    pub fn round(&self) -> u32 {
        match self.origin {
            Origin::Seed | Origin::Checked { .. } => 0,
            Origin::Edit { place, .. } | Origin::ParentCopy { place, .. } | Origin::Paraphrase { place, .. } => {
                place.round
            }
        }
    }
}

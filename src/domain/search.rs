//! Which search a run makes. All of them work over the same ports, journal and screens.

use serde::{Deserialize, Serialize};

/// A search. A journal or a settings file that names none is of APO: it was written before there was a choice.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Method {
    /// Beam search with textual gradients, as Agent Lightning v0.3.0 does it.
    #[default]
    Apo,
    /// Challengers race the best prompt, paired question by question.
    Racing,
    /// Beam search with critiques of errors, paraphrases, and a bandit that spreads the evaluations.
    Protegi,
}

impl Method {
    /// All of them, in the order of the screens.
    pub const ALL: [Method; 3] = [Method::Racing, Method::Apo, Method::Protegi];

    /// The name on the screens.
    pub fn name(self) -> &'static str {
        match self {
            Method::Apo => "APO (as published)",
            Method::Racing => "Paired racing",
            Method::Protegi => "ProTeGi",
        }
    }

    /// The name within a sentence.
    pub fn short_name(self) -> &'static str {
        match self {
            Method::Apo => "APO",
            Method::Racing => "racing",
            Method::Protegi => "ProTeGi",
        }
    }
}

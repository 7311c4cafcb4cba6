//! Places that are linked from several screens, and the names of versions in a URL.

use super::route::{Location, Route, encoded};
use crate::domain::id::{DbId, ExampleId, StepId, Version};

/// A candidate's screen.
pub fn candidate(version: Version) -> Location {
    Location::from(Route::Candidate).with("version", &version.to_string())
}

/// The settings of a check of a candidate.
pub fn check(version: Version) -> Location {
    Location::from(Route::Check).with("version", &version.to_string())
}

/// A rollout's screen.
pub fn rollout(step: &StepId) -> Location {
    Location::from(Route::Example).with("step", step.as_str())
}

/// The playground with a prompt of the run on the screens.
pub fn ask(version: Version) -> Location {
    Location::from(Route::Playground).with("prompt", &version.to_string())
}

/// The playground on a database.
pub fn ask_about(db: &DbId) -> Location {
    Location::from(Route::Playground).with("db", db.as_str())
}

/// The playground with a question of the data in its field.
pub fn ask_again(example: &ExampleId) -> Location {
    Location::from(Route::Playground).with("example", example.as_str())
}

/// The settings of a new run, also while another is on the screens.
pub fn new_run() -> Location {
    Location::from(Route::Run).with("view", "setup")
}

/// The run as it was after its first `at` events.
pub fn replay(at: usize) -> Location {
    Location::from(Route::Run).with("at", &at.to_string())
}

/// A question among the current data.
pub fn question(id: &ExampleId) -> Location {
    Location::from(Route::Data).with("q", id.as_str())
}

/// The version of a name such as `v3`.
pub fn version(name: Option<&str>) -> Option<Version> {
    name?.strip_prefix('v')?.parse().ok().map(Version)
}

/// The selections of Results that also hold on the screens that it leads to: they say along which list a reader walks.
const LIST: [&str; 8] = ["view", "filter", "order", "search", "only", "columns", "against", "candidate"];

/// The rollouts of a list, each with the list to walk along. Made once, it links thousands of cells.
#[derive(Clone, Debug)]
pub struct Rollouts {
    prefix: String,
}

impl Rollouts {
    /// Those that are listed at `here`.
    pub fn of(here: &Location) -> Self {
        let list = listed(Route::Example, here).href();
        let joint = if list.contains('?') { '&' } else { '?' };
        Self { prefix: format!("{list}{joint}step=") }
    }

    /// The link to a rollout.
    pub fn to(&self, step: &StepId) -> String {
        format!("{}{}", self.prefix, encoded(step.as_str()))
    }
}

/// Results as they were left for a rollout: the same list, with the row of that question marked.
pub fn results(here: &Location, split: &str, example: &str) -> Location {
    listed(Route::Results, here).with("split", split).with("row", example)
}

fn listed(route: Route, here: &Location) -> Location {
    LIST.into_iter().fold(Location::from(route), |place, key| place.with(key, here.get(key).unwrap_or_default()))
}

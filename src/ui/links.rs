//! Places that are linked from several screens, and the names of versions in a URL.

use super::route::{Location, Route};
use crate::domain::id::{StepId, Version};

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

/// The settings of a new run, also while another is on the screens.
pub fn new_run() -> Location {
    Location::from(Route::Run).with("view", "setup")
}

/// The version of a name such as `v3`.
pub fn version(name: Option<&str>) -> Option<Version> {
    name?.strip_prefix('v')?.parse().ok().map(Version)
}

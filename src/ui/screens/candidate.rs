//! Candidate.

use leptos::prelude::*;

use crate::ui::kit::PageHead;

/// The screen.
#[component]
pub fn CandidateScreen() -> impl IntoView {
    view! { <PageHead title="Candidate" /> }
}

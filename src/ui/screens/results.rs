//! Results.

use leptos::prelude::*;

use crate::ui::kit::PageHead;

/// The screen.
#[component]
pub fn ResultsScreen() -> impl IntoView {
    view! { <PageHead title="Results" /> }
}

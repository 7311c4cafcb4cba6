//! Run.

use leptos::prelude::*;

use crate::ui::kit::PageHead;

/// The screen.
#[component]
pub fn RunScreen() -> impl IntoView {
    view! { <PageHead title="Run" /> }
}

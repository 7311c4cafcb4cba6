//! Models.

use leptos::prelude::*;

use crate::ui::kit::PageHead;

/// The screen.
#[component]
pub fn ModelsScreen() -> impl IntoView {
    view! { <PageHead title="Models" /> }
}

//! Prompt.

use leptos::prelude::*;

use crate::ui::kit::PageHead;

/// The screen.
#[component]
pub fn PromptScreen() -> impl IntoView {
    view! { <PageHead title="Prompt" /> }
}

//! Example.

use leptos::prelude::*;

use crate::ui::kit::PageHead;

/// The screen.
#[component]
pub fn ExampleScreen() -> impl IntoView {
    view! { <PageHead title="Example" /> }
}

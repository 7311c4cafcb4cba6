//! Home.

use leptos::prelude::*;

use crate::ui::kit::PageHead;

/// The screen.
#[component]
pub fn HomeScreen() -> impl IntoView {
    view! { <PageHead title="Home" /> }
}

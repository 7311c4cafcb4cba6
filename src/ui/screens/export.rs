//! Export.

use leptos::prelude::*;

use crate::ui::kit::PageHead;

/// The screen.
#[component]
pub fn ExportScreen() -> impl IntoView {
    view! { <PageHead title="Export" /> }
}

//! Settings.

use leptos::prelude::*;

use crate::ui::kit::PageHead;

/// The screen.
#[component]
pub fn SettingsScreen() -> impl IntoView {
    view! { <PageHead title="Settings" /> }
}

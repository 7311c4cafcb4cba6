//! Data.

use leptos::prelude::*;

use crate::ui::kit::PageHead;

/// The screen.
#[component]
pub fn DataScreen() -> impl IntoView {
    view! { <PageHead title="Data" /> }
}

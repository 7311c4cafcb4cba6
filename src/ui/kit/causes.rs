//! What a problem may come from, likeliest first, with what to do about each.

use leptos::prelude::*;

use crate::run::remedy::Cause;

/// The numbered causes; the first is the likeliest.
#[component]
pub fn Causes(causes: Vec<Cause>) -> impl IntoView {
    let cause = |cause: Cause| view! { <li>{cause.words} " " {cause.remedy}</li> };
    view! { <ol class="causes">{causes.into_iter().map(cause).collect_view()}</ol> }
}

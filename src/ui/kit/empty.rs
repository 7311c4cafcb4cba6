//! What stands where there is nothing yet: what belongs here, why it is empty, one next step.

use leptos::prelude::*;

use super::{Glyph, Icon};

/// An empty state; the children are its next step.
#[component]
pub fn Empty(
    glyph: Glyph,
    #[prop(into)] title: String,
    #[prop(into)] words: String,
    #[prop(optional)] children: Option<Children>,
) -> impl IntoView {
    view! {
        <div class="empty">
            <Icon glyph=glyph />
            <b>{title}</b>
            <p>{words}</p>
            {children.map(|children| view! { <div class="row">{children()}</div> })}
        </div>
    }
}

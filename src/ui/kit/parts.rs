//! Short facts in a narrow place: a line breaks between them, not within one.

use leptos::prelude::*;

/// The longest part that is kept whole, in characters: one that is longer breaks at its spaces.
const WHOLE: usize = 18;

/// Words that break after their commas. An address may break after each of its parts.
#[component]
pub fn Parts(#[prop(into)] words: String) -> impl IntoView {
    let one = |part: &str| {
        let (part, is_short) = (part.to_owned(), part.trim().chars().count() <= WHOLE);
        if is_short {
            view! { <span class="nowrap">{part}</span> }.into_any()
        } else if part.contains("://") {
            let parts = part.split_inclusive('/').map(|part| view! { {part.to_owned()} <wbr /> });
            parts.collect_view().into_any()
        } else {
            part.into_any()
        }
    };
    words
        .split_inclusive(", ")
        .map(|part| {
            let (part, space) = part.strip_suffix(' ').map_or((part, ""), |part| (part, " "));
            view! { {one(part)} {space} }
        })
        .collect_view()
}

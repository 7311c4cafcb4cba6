//! The name of a database or a table, which is one long word to a browser.

use leptos::prelude::*;

/// The name, which may break after each underscore: a narrow column then cuts none of its words.
pub fn name_spans(name: &str) -> impl IntoView + use<> {
    let parts = name.split_inclusive('_').map(|part| view! { {part.to_owned()} <wbr /> });
    parts.collect_view()
}

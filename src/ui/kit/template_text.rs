//! A prompt as text, its placeholders marked.

use leptos::prelude::*;

use crate::domain::prompt::{Piece, PromptTemplate};

/// The pieces of a template, for a `.text` or a `pre.code`; as text they are the template.
pub fn template_spans(text: &str) -> impl IntoView + use<> {
    let template = PromptTemplate(text.to_owned());
    let span = |piece: &Piece<'_>| match piece {
        Piece::Text(text) => (*text).to_owned().into_any(),
        Piece::Placeholder(name) => view! { <span class="slot">{format!("{{{name}}}")}</span> }.into_any(),
    };
    template.pieces().iter().map(span).collect_view()
}

//! SQL in colours, by SQLite's own tokens.

use leptos::prelude::*;

use super::Side;
use crate::{
    run::sql_diff::{Marked, unmarked},
    text2sql::sql_tokens::TokenClass,
};

/// A statement, wrapped, in colours.
#[component]
pub fn Sql(#[prop(into)] text: Signal<String>) -> impl IntoView {
    view! { <pre class="code">{move || text.with(|text| sql_spans(text))}</pre> }
}

/// The tokens of a statement as spans, for a `pre.code` or a mirror under an input.
pub fn sql_spans(sql: &str) -> impl IntoView + use<> {
    marked_spans(unmarked(sql), Side::Predicted)
}

/// The same, with the tokens marked that differ from the other side's statement. Neighbours of one kind are one element.
pub fn marked_spans(tokens: Vec<Marked>, side: Side) -> impl IntoView + use<> {
    let side = (side == Side::Gold).then_some("want");
    let stretches = tokens.chunk_by(|a, b| a.differs == b.differs);
    stretches
        .map(|stretch| {
            let spans = stretch.iter().map(span).collect_view();
            if stretch[0].differs { view! { <mark data-side=side>{spans}</mark> }.into_any() } else { spans.into_any() }
        })
        .collect_view()
}

fn span(token: &Marked) -> AnyView {
    let name = match token.class {
        TokenClass::Keyword => "k",
        TokenClass::String | TokenClass::QuotedName => "s",
        TokenClass::Number | TokenClass::Parameter => "n",
        TokenClass::Function => "f",
        TokenClass::Comment => "c",
        TokenClass::Name | TokenClass::Punctuation | TokenClass::Whitespace | TokenClass::Unknown => "",
    };
    let text = token.text.clone();
    if name.is_empty() { text.into_any() } else { view! { <span class=name>{text}</span> }.into_any() }
}

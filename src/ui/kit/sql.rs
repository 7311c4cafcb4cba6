//! SQL in colours, by SQLite's own tokens.

use leptos::prelude::*;

use crate::text2sql::sql_tokens::{TokenClass, highlight};

/// A statement, wrapped, in colours.
#[component]
pub fn Sql(#[prop(into)] text: Signal<String>) -> impl IntoView {
    view! { <pre class="code">{move || text.with(|text| sql_spans(text))}</pre> }
}

/// The tokens of a statement as spans, for a `pre.code` or a mirror under an input.
pub fn sql_spans(sql: &str) -> impl IntoView + use<> {
    let span = |(class, text): (TokenClass, &str)| {
        let name = match class {
            TokenClass::Keyword => "k",
            TokenClass::String | TokenClass::QuotedName => "s",
            TokenClass::Number | TokenClass::Parameter => "n",
            TokenClass::Function => "f",
            TokenClass::Comment => "c",
            TokenClass::Name | TokenClass::Punctuation | TokenClass::Whitespace | TokenClass::Unknown => "",
        };
        let text = text.to_owned();
        if name.is_empty() { text.into_any() } else { view! { <span class=name>{text}</span> }.into_any() }
    };
    highlight(sql).into_iter().map(span).collect_view()
}

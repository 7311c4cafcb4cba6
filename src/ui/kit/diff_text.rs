//! A difference between two texts, word by word.

use leptos::prelude::*;

use super::template_spans;
use crate::run::diff::{Change, Piece};

/// A stretch of a difference, with its placeholders.
pub fn diff_piece(piece: &Piece) -> AnyView {
    let text = template_spans(&piece.text);
    match piece.change {
        Change::Kept => text.into_any(),
        Change::Removed => view! { <del>{text}</del> }.into_any(),
        Change::Added => view! { <ins>{text}</ins> }.into_any(),
    }
}

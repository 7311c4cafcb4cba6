//! Expected amounts in words: the middle, and what is exceeded once in ten times where that differs.

use crate::run::forecast::Span;

/// `120`, or `120 to 150`, as `words` writes the numbers.
pub fn span_words(span: Span, words: impl Fn(f64) -> String) -> String {
    let (least, most) = (words(span.p50), words(span.p90));
    if least == most { least } else { format!("{least} to {most}") }
}

//! How long a provider asks to wait, wherever it says so. Most headers are hidden from a page, so the words of the message
//! are searched too.

use super::Reply;

/// Milliseconds from the headers, where the browser shows them.
pub(super) fn in_headers(reply: &Reply) -> Option<f64> {
    let number = |name: &str| reply.header(name)?.trim().parse::<f64>().ok();
    let used_up = |kind: &str| {
        let none_left = reply.header(&format!("x-ratelimit-remaining-{kind}"))?.trim() == "0";
        reply.header(&format!("x-ratelimit-reset-{kind}")).filter(|_| none_left).and_then(durations_ms)
    };
    let said = number("retry-after-ms").or_else(|| number("retry-after").map(|seconds| seconds * 1000.0));
    said.or_else(|| ["requests", "tokens"].into_iter().filter_map(used_up).reduce(f64::max))
}

/// Milliseconds of "try again in 5.2s", "retry after 20 seconds" and the like.
pub(super) fn in_words(message: &str) -> Option<f64> {
    let message = message.to_ascii_lowercase();
    let phrases = ["try again in ", "try again after ", "retry in ", "retry after "];
    phrases.iter().find_map(|phrase| durations_ms(&message[message.find(phrase)? + phrase.len()..]))
}

/// Milliseconds of durations in a row, such as `7m12.5s`.
fn durations_ms(text: &str) -> Option<f64> {
    let (mut rest, mut total) = (text.trim_start(), None);
    while let Some((ms, length)) = duration_ms(rest) {
        total = Some(total.unwrap_or(0.0) + ms);
        rest = &rest[length..];
    }
    total
}

/// Milliseconds of one number with its unit at the beginning of `text`, and its length in bytes.
pub(super) fn duration_ms(text: &str) -> Option<(f64, usize)> {
    let digits = text.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(text.len());
    let number: f64 = text[..digits].parse().ok()?;
    let blank = usize::from(text[digits..].starts_with(' '));
    let unit = &text[digits + blank..];
    let unit = &unit[..unit.find(|c: char| !c.is_ascii_alphabetic()).unwrap_or(unit.len())];
    let factor = match unit {
        "ms" | "millisecond" | "milliseconds" => 1.0,
        "s" | "sec" | "second" | "seconds" => 1e3,
        "m" | "min" | "minute" | "minutes" => 6e4,
        "h" | "hour" | "hours" => 3.6e6,
        _ => return None,
    };
    Some((number * factor, digits + blank + unit.len()))
}

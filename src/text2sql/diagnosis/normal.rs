//! Values brought to one spelling, to find that two results differ in spelling only.

use crate::{
    domain::sql::{ResultTable, Value},
    text2sql::equivalence::{RowOrder, result_eq},
};

/// What is made alike.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Normal {
    /// Text that is a number becomes the number; reals without a fraction become integers.
    Types,
    /// Text becomes lower case, without space around it.
    Case,
    /// Dates in common formats, also as `20200131`, become year and the two smaller numbers; midnight is dropped.
    Dates,
}

/// The table with all values brought to one spelling.
pub(super) fn normalized(table: &ResultTable, normal: Normal) -> ResultTable {
    map(table, |value| match (normal, value) {
        (Normal::Types, value) => number(value),
        (Normal::Case, Value::Text(text)) => Value::Text(text.trim().to_lowercase()),
        (Normal::Dates, Value::Text(text)) => date(text).unwrap_or_else(|| value.clone()),
        (Normal::Dates, Value::Integer(number)) => compact_date(&number.to_string()).unwrap_or_else(|| value.clone()),
        (_, value) => value.clone(),
    })
}

/// Whether one result is the other rounded to some number of decimals, or both agree to nine.
pub(super) fn rounded_equals(gold: &ResultTable, predicted: &ResultTable, order: RowOrder) -> bool {
    let has_real = |table: &ResultTable| table.rows.iter().flatten().any(|value| matches!(value, Value::Real(_)));
    if !has_real(gold) && !has_real(predicted) {
        return false;
    }
    (0..=9).rev().any(|decimals| {
        let (gold_rounded, predicted_rounded) = (rounded(gold, decimals), rounded(predicted, decimals));
        let is_a_rounding = decimals == 9
            || normalized(gold, Normal::Types) == gold_rounded
            || normalized(predicted, Normal::Types) == predicted_rounded;
        is_a_rounding && result_eq(&gold_rounded, &predicted_rounded, order)
    })
}

fn rounded(table: &ResultTable, decimals: i32) -> ResultTable {
    let unit = 10_f64.powi(decimals);
    map(table, |value| match number(value) {
        Value::Real(number) => whole(if number.abs() < 1e15 { (number * unit).round() / unit } else { number }),
        value => value,
    })
}

fn map(table: &ResultTable, change: impl Fn(&Value) -> Value) -> ResultTable {
    let rows = table.rows.iter().map(|row| row.iter().map(&change).collect()).collect();
    ResultTable { rows, ..ResultTable::default() }
}

fn number(value: &Value) -> Value {
    match value {
        Value::Real(number) => whole(*number),
        Value::Text(text) => {
            let text = text.trim();
            let starts_as_number = text.starts_with(|c: char| c.is_ascii_digit() || matches!(c, '-' | '+' | '.'));
            match (text.parse::<i64>(), text.parse::<f64>()) {
                (Ok(number), _) => Value::Integer(number),
                (_, Ok(number)) if starts_as_number && number.is_finite() => whole(number),
                _ => value.clone(),
            }
        }
        value => value.clone(),
    }
}

fn whole(number: f64) -> Value {
    if number.fract() == 0.0 && number.abs() < 9e15 { Value::Integer(number as i64) } else { Value::Real(number) }
}

/// A date in any of the usual spellings. Which of two small numbers is the month is not always to be known, so they are sorted.
fn date(text: &str) -> Option<Value> {
    let text = text.trim();
    if let Some(date) = compact_date(text) {
        return Some(date);
    }
    let (day, time) = match text.find(':') {
        Some(colon) => {
            let start = text[..colon].rfind([' ', 'T'])?;
            (&text[..start], text[start + 1..].trim_end_matches('Z'))
        }
        None => (text, ""),
    };
    let parts: Vec<&str> = day.split(['-', '/', '.', ' ', ',']).filter(|part| !part.is_empty()).collect();
    let [first, second, third] = parts[..] else { return None };
    let (year, others) = if first.len() == 4 { (first, [second, third]) } else { (third, [first, second]) };
    let year = year.parse().ok().filter(|_| year.len() == 4)?;
    let is_midnight = time.chars().all(|c| matches!(c, '0' | ':' | '.'));
    key(year, day_or_month(others[0])?, day_or_month(others[1])?, if is_midnight { "" } else { time })
}

fn compact_date(digits: &str) -> Option<Value> {
    if digits.len() != 8 || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    key(digits[..4].parse().ok()?, digits[4..6].parse().ok()?, digits[6..].parse().ok()?, "")
}

fn key(year: u32, one: u32, other: u32, time: &str) -> Option<Value> {
    let (small, large) = (one.min(other), one.max(other));
    ((1000..3000).contains(&year) && (1..=12).contains(&small) && large <= 31)
        .then(|| Value::Text(format!("{year:04} {small:02} {large:02} {time}")))
}

fn day_or_month(part: &str) -> Option<u32> {
    const MONTHS: [&str; 12] = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
    if part.len() <= 2 {
        return part.parse().ok();
    }
    let start = part.get(..3)?.to_ascii_lowercase();
    MONTHS.iter().position(|month| *month == start).map(|at| at as u32 + 1)
}

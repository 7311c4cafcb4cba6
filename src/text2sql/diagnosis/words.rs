//! The difference between two results as a few short sentences with at most three example rows a side.

use super::rows::{RowDifference, aligned_columns, equal_columns, in_columns, row_difference};
use crate::{
    domain::{
        rollout::Diagnosis,
        sql::{ResultTable, Value},
    },
    text2sql::preview::literal,
};

/// Example rows of a kind.
const EXAMPLES: usize = 3;
/// Characters of an example row, and of a value in it.
const ROW: usize = 72;
const CELL: usize = 30;
/// Characters of a list of column names.
const NAMES: usize = 100;

/// How `predicted` differs from `gold`, given why.
pub(super) fn difference(diagnosis: Diagnosis, gold: &ResultTable, predicted: &ResultTable) -> String {
    let aligned = aligned_columns(gold, predicted);
    let columns: Vec<usize> = aligned.iter().copied().flatten().collect();
    let lost = || row_difference(gold, predicted, &columns);
    match diagnosis {
        Diagnosis::EmptyResult => {
            format!("The result is empty, {}: {}.", expected(gold.rows.len(), "row"), examples(&gold.rows))
        }
        Diagnosis::TooManyRows if gold.rows.is_empty() => format!(
            "The result has {}, expected is an empty result. Too much: {}.",
            count(predicted.rows.len(), "row"),
            examples(&predicted.rows)
        ),
        Diagnosis::TooFewColumns | Diagnosis::TooManyColumns => column_words(gold, predicted, &aligned),
        Diagnosis::TooFewRows | Diagnosis::TooManyRows => {
            let RowDifference { missing, extra } = lost();
            let counts = counts(gold, predicted);
            format!("{counts}.{}{}", part(" Missing: ", &missing), part(" Too much: ", &extra))
        }
        Diagnosis::DuplicatesOnly => duplicate_words(gold, predicted, &columns),
        Diagnosis::OrderOnly => order_words(gold, &in_columns(predicted, &columns)),
        Diagnosis::TypeOnly => spelling("Only types differ (text, integer, real).", &lost()),
        Diagnosis::CaseOnly => spelling("Only letter case or the space around texts differs.", &lost()),
        Diagnosis::NumberRounding => spelling("Numbers differ only by rounding.", &lost()),
        Diagnosis::DateFormat => spelling("Dates are right, in another format.", &lost()),
        _ => value_words(gold, predicted, &aligned, &lost()),
    }
}

/// How the columns stand and how they should, where that is all that differs.
pub(super) fn column_order(gold: &ResultTable, predicted: &ResultTable) -> String {
    format!(
        "The rows are right, but the columns come as {}; expected is {}.",
        names(&predicted.columns),
        names(&gold.columns)
    )
}

fn column_words(gold: &ResultTable, predicted: &ResultTable, aligned: &[Option<usize>]) -> String {
    let equal = equal_columns(gold, predicted, aligned);
    let have = format!("The result has {} ({})", count(predicted.columns.len(), "column"), names(&predicted.columns));
    let verb = if gold.columns.len() == 1 { "is" } else { "are" };
    let heading = format!("{have}, expected {verb} {} ({}).", gold.columns.len(), names(&gold.columns));
    let right = equal.iter().filter(|is_equal| **is_equal).count();
    if right == predicted.columns.len() {
        let missing: Vec<String> = names_where(&gold.columns, |at| !equal[at]);
        format!("{heading} All that is there is right; missing: {}.", names(&missing))
    } else if right == gold.columns.len() {
        let extra: Vec<String> = names_where(&predicted.columns, |at| !aligned.contains(&Some(at)));
        format!("{heading} All that is expected is there; too much: {}.", names(&extra))
    } else if gold.rows.len() != predicted.rows.len() {
        format!("{heading} {}.", counts(gold, predicted))
    } else {
        heading
    }
}

fn duplicate_words(gold: &ResultTable, predicted: &ResultTable, columns: &[usize]) -> String {
    let RowDifference { missing, extra } = row_difference(gold, predicted, columns);
    let heading = format!("{}; only how often rows occur differs.", counts(gold, predicted));
    let predicted = in_columns(predicted, columns);
    let times = |table: &ResultTable, row: &Vec<Value>| table.rows.iter().filter(|other| *other == row).count();
    let mut rows: Vec<&Vec<Value>> = Vec::new();
    for row in extra.iter().chain(&missing) {
        if rows.len() < EXAMPLES && !rows.contains(&row) {
            rows.push(row);
        }
    }
    let examples: Vec<String> = rows
        .into_iter()
        .map(|row| {
            let is = count(times(&predicted, row), "time");
            format!(" {} occurs {is}, expected is {}.", shown(row), times(gold, row))
        })
        .collect();
    heading + &examples.concat()
}

fn order_words(gold: &ResultTable, predicted: &ResultTable) -> String {
    let heading = "The rows are right, their order is not.";
    match gold.rows.iter().zip(&predicted.rows).enumerate().find(|(_, (expected, is))| expected != is) {
        Some((at, (expected, is))) => {
            format!("{heading} Row {} is {}, expected is {}.", at + 1, shown(is), shown(expected))
        }
        None => heading.to_owned(),
    }
}

fn spelling(heading: &str, RowDifference { missing, extra }: &RowDifference) -> String {
    format!("{heading}{}{}", part(" Expected: ", missing), part(" Instead: ", extra))
}

fn value_words(gold: &ResultTable, predicted: &ResultTable, aligned: &[Option<usize>], lost: &RowDifference) -> String {
    let (wrong, all) = (lost.missing.len(), gold.rows.len());
    let verb = if wrong == 1 { "differs" } else { "differ" };
    let equal = equal_columns(gold, predicted, aligned);
    let different: Vec<usize> = (0..equal.len()).filter(|&at| !equal[at]).collect();
    let place = match different[..] {
        [only] if equal.len() > 1 => {
            let name = aligned[only].and_then(|at| predicted.columns.get(at)).cloned().unwrap_or_default();
            format!(", only in the column {}", names(&[name]))
        }
        _ => String::new(),
    };
    let rows = if all == 1 { "The only row".to_owned() } else { format!("{wrong} of {}", count(all, "row")) };
    spelling(&format!("{rows} {verb}{place}."), lost)
}

fn counts(gold: &ResultTable, predicted: &ResultTable) -> String {
    let (is, expected) = (predicted.rows.len(), gold.rows.len());
    let verb = if expected == 1 { "is" } else { "are" };
    format!("The result has {}, expected {verb} {expected}", count(is, "row"))
}

fn expected(number: usize, noun: &str) -> String {
    format!("expected {} {}", if number == 1 { "is" } else { "are" }, count(number, noun))
}

fn count(number: usize, noun: &str) -> String {
    if number == 1 { format!("1 {noun}") } else { format!("{number} {noun}s") }
}

fn part(label: &str, rows: &[Vec<Value>]) -> String {
    if rows.is_empty() { String::new() } else { format!("{label}{}.", examples(rows)) }
}

fn examples(rows: &[Vec<Value>]) -> String {
    let mut different: Vec<&Vec<Value>> = Vec::new();
    for row in rows {
        if different.len() == EXAMPLES {
            break;
        }
        if !different.contains(&row) {
            different.push(row);
        }
    }
    let examples: Vec<String> = different.iter().map(|row| shown(row)).collect();
    let more = rows.len() - examples.len();
    examples.join(", ") + &if more > 0 { format!(" and {more} more") } else { String::new() }
}

fn shown(row: &[Value]) -> String {
    format!("({})", joined(row.iter().map(|value| literal(value, CELL)), row.len(), ROW))
}

fn names(columns: &[String]) -> String {
    joined(columns.iter().map(|name| name.chars().take(CELL).collect()), columns.len(), NAMES)
}

/// Parts with commas between them, as many as fit into `limit` characters (at least one), and how many more there are.
fn joined(parts: impl Iterator<Item = String>, all: usize, limit: usize) -> String {
    let mut text = String::new();
    for (at, part) in parts.enumerate() {
        if at > 0 && text.chars().count() + part.chars().count() + 2 > limit {
            return format!("{text} and {} more", all - at);
        }
        if at > 0 {
            text.push_str(", ");
        }
        text.push_str(&part);
    }
    text
}

fn names_where(columns: &[String], test: impl Fn(usize) -> bool) -> Vec<String> {
    columns.iter().enumerate().filter(|(at, _)| test(*at)).map(|(_, name)| name.clone()).collect()
}

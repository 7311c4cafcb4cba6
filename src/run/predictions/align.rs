//! Which prediction is for which question. Positions count all rows of the file that the dataset came from, so that predictions for
//! questions which the import left out are passed over.

use std::collections::HashMap;

use super::{Prediction, Predictions, PredictionsError, Row};
use crate::domain::{dataset::Example, id::DbId};

/// Aligns the lines of a text. A blank line is an empty answer, unless the counts say that blank lines separate or end.
pub(super) fn lines(file: &str, rows: Vec<Row>, examples: &[Example]) -> Result<Predictions, PredictionsError> {
    let is_blank = |row: &Row| row.sql.trim().is_empty();
    let fits = |count: usize| count == examples.len() || Some(count) == last_number(examples);
    let all = rows.len();
    let trailing = rows.iter().rev().take_while(|row| is_blank(row)).count();
    let blank = rows.iter().filter(|row| is_blank(row)).count();
    let kept: Vec<Row> = if let Some(count) = (all - trailing..=all).rev().find(|count| fits(*count)) {
        rows.into_iter().take(count).collect()
    } else if fits(all - blank) {
        rows.into_iter().filter(|row| !is_blank(row)).collect()
    } else {
        return Err(PredictionsError::OtherCount {
            file: file.to_owned(),
            found: all - trailing,
            blank: blank - trailing,
            expected: examples.len(),
        });
    };
    let blank_lines = all - kept.len();
    Ok(Predictions { blank_lines, ..by_position(file, kept, examples)? })
}

/// Aligns rows by their questions' numbers, which start at 0 or 1 and leave none out, or are ids such as `q0017`; other numbers mean
/// nothing here, and rows are aligned by position.
pub(super) fn by_number(file: &str, rows: Vec<Row>, examples: &[Example]) -> Result<Predictions, PredictionsError> {
    let mut seen = HashMap::new();
    for row in &rows {
        let Some(id) = &row.id else { continue };
        if seen.insert(id.as_str(), ()).is_some() {
            return Err(PredictionsError::SameQuestion { file: file.to_owned(), place: row.place, id: id.clone() });
        }
    }
    let numbers: Option<Vec<usize>> = rows.iter().map(|row| number(row.id.as_deref()?)).collect();
    let mut numbered: Vec<(usize, Row)> = match numbers {
        Some(numbers) => numbers.into_iter().zip(rows).collect(),
        None => return by_position(file, rows, examples),
    };
    let file_order = numbered.clone();
    numbered.sort_by_key(|(number, _)| *number);
    let first = numbered.first().map_or(0, |(number, _)| *number);
    let leaves_none_out = first <= 1 && numbered.iter().enumerate().all(|(at, (number, _))| *number == first + at);
    let rows = if leaves_none_out { numbered } else { file_order };
    by_position(file, rows.into_iter().map(|(_, row)| row).collect(), examples)
}

fn by_position(file: &str, rows: Vec<Row>, examples: &[Example]) -> Result<Predictions, PredictionsError> {
    let found = rows.len();
    let other_count =
        || PredictionsError::OtherCount { file: file.to_owned(), found, blank: 0, expected: examples.len() };
    let mut rows: Vec<Option<Row>> = rows.into_iter().map(Some).collect();
    let chosen: Option<Vec<Row>> = if found == examples.len() {
        rows.into_iter().collect()
    } else if last_number(examples) == Some(found) {
        examples.iter().map(|example| rows.get_mut(number(example.id.as_str())?.checked_sub(1)?)?.take()).collect()
    } else {
        None
    };
    let chosen = chosen.ok_or_else(other_count)?;
    let all: Result<Vec<Prediction>, PredictionsError> =
        examples.iter().zip(chosen).map(|(example, row)| prediction(file, row, example, examples)).collect();
    Ok(Predictions { file: file.to_owned(), all: all?, unused: found - examples.len(), blank_lines: 0 })
}

fn prediction(file: &str, row: Row, example: &Example, examples: &[Example]) -> Result<Prediction, PredictionsError> {
    let Row { place, db, sql, .. } = row;
    let names = |db: &DbId, name: &str| db.as_str().to_lowercase() == name.to_lowercase();
    // A name that is no database of these questions tells nothing.
    if let Some(found) =
        db.filter(|found| !names(&example.db, found) && examples.iter().any(|other| names(&other.db, found)))
    {
        return Err(PredictionsError::OtherDatabase {
            file: file.to_owned(),
            place,
            found,
            expected: example.db.clone(),
        });
    }
    Ok(Prediction { example: example.id.clone(), place, sql })
}

/// The number of the last question, if all are numbered and rise.
fn last_number(examples: &[Example]) -> Option<usize> {
    let numbers: Vec<usize> = examples.iter().map(|example| number(example.id.as_str())).collect::<Option<_>>()?;
    numbers.last().copied().filter(|_| numbers.is_sorted_by(|a, b| a < b))
}

/// `17` and `q0017` as a number.
fn number(id: &str) -> Option<usize> {
    id.strip_prefix('q').unwrap_or(id).parse().ok()
}

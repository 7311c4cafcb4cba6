//! Reading an exported run some lines at a time: one of tens of thousands of lines takes a while, and the page that reads it
//! has other things to do in between.

use std::{iter::Enumerate, str::Lines};

use serde_json::{Value, error::Category};

use super::ReadError;
use crate::domain::event::{Entry, Event, JOURNAL_VERSION};

/// A run that is being read.
pub struct Reading<'a> {
    lines: Enumerate<Lines<'a>>,
    entries: Vec<Entry>,
    left_out: Option<usize>,
}

impl<'a> Reading<'a> {
    /// Begins with the text of a file.
    pub fn of(text: &'a str) -> Self {
        let lines = text.trim_start_matches('\u{feff}').lines().enumerate();
        Self { lines, entries: Vec::new(), left_out: None }
    }

    /// Reads at most so many lines more; whether there may be others.
    pub fn go_on(&mut self, lines: usize) -> Result<bool, ReadError> {
        for _ in 0..lines {
            let Some((at, text)) = self.lines.next() else { return Ok(false) };
            if !text.trim().is_empty() {
                self.take(at + 1, text)?;
            }
        }
        Ok(true)
    }

    fn take(&mut self, line: usize, text: &str) -> Result<(), ReadError> {
        let entry: Entry =
            serde_json::from_str(text).map_err(|error| ReadError::Entry { line, message: why(&error) })?;
        let (expected, found) = (self.entries.len() as u64, entry.seq);
        if found != expected {
            return Err(ReadError::Order { line, expected, found });
        }
        if self.left_out.is_none() && says_more(text, &entry) {
            self.left_out = Some(line);
        }
        self.entries.push(entry);
        Ok(())
    }

    /// The run, and the first line of its file that says more than its entry does: a field that this version of the page does
    /// not know, and that is therefore neither shown nor exported again. Fields that it would add do not count.
    pub fn finish(self) -> Result<(Vec<Entry>, Option<usize>), ReadError> {
        match self.entries.first().map(|entry| &entry.event) {
            None => Err(ReadError::Empty),
            Some(Event::RunStarted(started)) if started.journal_version > JOURNAL_VERSION => {
                Err(ReadError::Newer { found: started.journal_version })
            }
            Some(Event::RunStarted(_)) => Ok((self.entries, self.left_out)),
            Some(_) => Err(ReadError::NoStart),
        }
    }
}

/// What is wrong with a JSON text, without the parser's own words where they say nothing to a reader.
pub(super) fn why(error: &serde_json::Error) -> String {
    let text = error.to_string();
    match error.classify() {
        Category::Eof => "it ends in the middle".to_owned(),
        Category::Syntax | Category::Io => "it is not JSON".to_owned(),
        Category::Data => text.rsplit_once(" at line ").map_or(text.as_str(), |(what, _)| what).to_owned(),
    }
}

fn says_more(line: &str, entry: &Entry) -> bool {
    if serde_json::to_string(entry).is_ok_and(|kept| kept == line) {
        return false;
    }
    let kept = serde_json::to_value(entry).ok();
    let (Some(kept), Ok(said)) = (kept, serde_json::from_str(line)) else { return false };
    has_more(&said, &kept)
}

/// Whether `said` has a field with something in it that `kept` lacks.
fn has_more(said: &Value, kept: &Value) -> bool {
    match (said, kept) {
        (Value::Object(said), Value::Object(kept)) => said.iter().any(|(name, value)| match kept.get(name) {
            Some(kept) => has_more(value, kept),
            None => !value.is_null(),
        }),
        (Value::Array(said), Value::Array(kept)) => said.iter().zip(kept).any(|(said, kept)| has_more(said, kept)),
        _ => false,
    }
}

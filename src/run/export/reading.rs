//! Reading an exported run some lines at a time: one of tens of thousands of lines takes a while, and the page that reads it
//! has other things to do in between.

use std::borrow::Cow;

use serde_json::{Value, error::Category};

use super::ReadError;
use crate::domain::event::{Entry, Event, JOURNAL_VERSION};

/// A run that is being read.
pub struct Reading<'a> {
    lines: Numbered<'a>,
    entries: Vec<Entry>,
}

impl<'a> Reading<'a> {
    /// Begins with the text of a file.
    pub fn of(text: &'a str) -> Self {
        Self { lines: Numbered::of(text), entries: Vec::new() }
    }

    /// Reads at most so many entries more, and gives their lines as they stand in the file, without the end of the last one and
    /// without empty ones. None if there are no others.
    pub fn go_on(&mut self, entries: usize) -> Result<Option<Cow<'a, str>>, ReadError> {
        let begun = self.entries.len();
        let mut read = Vec::new();
        while self.entries.len() - begun < entries
            && let Some(line) = self.lines.next()
        {
            self.take(&line)?;
            read.push(line);
        }
        if self.entries.is_empty() {
            return Err(ReadError::Empty);
        }
        Ok((!read.is_empty()).then(|| self.lines.joined(&read)))
    }

    fn take(&mut self, line: &Line<'_>) -> Result<(), ReadError> {
        let entry: Entry = serde_json::from_str(line.text)
            .map_err(|error| ReadError::Entry { line: line.number, message: why(&error) })?;
        let (expected, found) = (self.entries.len() as u64, entry.seq);
        if found != expected {
            return Err(ReadError::Order { line: line.number, expected, found });
        }
        if expected == 0 {
            begins_a_run(&entry.event)?;
        }
        self.entries.push(entry);
        Ok(())
    }

    /// What was read so far.
    pub fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// The run.
    pub fn finish(self) -> Vec<Entry> {
        self.entries
    }
}

/// A look, some lines at a time, for what a file says beyond the entries that were read from it: fields that this version of
/// the page does not know, and that are therefore neither shown nor exported again. Fields that it would add do not count.
pub struct LeftOut<'a> {
    lines: Numbered<'a>,
    at: usize,
    written: Vec<u8>,
}

/// How far such a look is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Looked {
    /// There are more lines.
    Further,
    /// This line, counted from 1, is the first that says more.
    Found(usize),
    Nothing,
}

impl<'a> LeftOut<'a> {
    /// Begins with the text of a file that can be read.
    pub fn of(text: &'a str) -> Self {
        Self { lines: Numbered::of(text), at: 0, written: Vec::new() }
    }

    /// Looks at so many more of the `entries` that were read from it.
    pub fn go_on(&mut self, entries: &[Entry], at_most: usize) -> Looked {
        for _ in 0..at_most {
            let (Some(line), Some(entry)) = (self.lines.next(), entries.get(self.at)) else { return Looked::Nothing };
            self.at += 1;
            self.written.clear();
            let is_same =
                serde_json::to_writer(&mut self.written, entry).is_ok() && self.written == line.text.as_bytes();
            if !is_same && says_more(line.text, entry) {
                return Looked::Found(line.number);
            }
        }
        Looked::Further
    }
}

/// The lines of a file that are not empty.
struct Numbered<'a> {
    text: &'a str,
    /// Where the next line begins.
    at: usize,
    number: usize,
}

struct Line<'a> {
    /// From 1.
    number: usize,
    start: usize,
    text: &'a str,
}

impl<'a> Numbered<'a> {
    fn of(text: &'a str) -> Self {
        Self { text: text.trim_start_matches('\u{feff}'), at: 0, number: 0 }
    }

    /// Lines that follow each other, without the end of the last one: as they stand in the text, if nothing is between them.
    fn joined(&self, lines: &[Line<'a>]) -> Cow<'a, str> {
        let (Some(first), Some(last)) = (lines.first(), lines.last()) else { return Cow::Borrowed("") };
        let part = &self.text[first.start..last.start + last.text.len()];
        let length = lines.iter().map(|line| line.text.len() + 1).sum::<usize>() - 1;
        match part.len() == length {
            true => Cow::Borrowed(part),
            false => Cow::Owned(lines.iter().map(|line| line.text).collect::<Vec<_>>().join("\n")),
        }
    }
}

impl<'a> Iterator for Numbered<'a> {
    type Item = Line<'a>;

    fn next(&mut self) -> Option<Line<'a>> {
        loop {
            let start = self.at;
            let text = self.text[start..].lines().next()?;
            self.number += 1;
            let rest = self.text[start + text.len()..].trim_start_matches('\r');
            self.at = self.text.len() - rest.strip_prefix('\n').unwrap_or(rest).len();
            if !text.trim().is_empty() {
                return Some(Line { number: self.number, start, text });
            }
        }
    }
}

fn begins_a_run(event: &Event) -> Result<(), ReadError> {
    match event {
        Event::RunStarted(started) if started.journal_version > JOURNAL_VERSION => {
            Err(ReadError::Newer { found: started.journal_version })
        }
        Event::RunStarted(_) => Ok(()),
        _ => Err(ReadError::NoStart),
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

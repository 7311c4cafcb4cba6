//! The dialect of SQL that Spider's evaluator understands, parsed as it parses: one SELECT with joins, conditions, nested queries and
//! a set operator; aliases on tables only, no outer joins, no functions but five aggregates, no CASE, no lists after IN. What it
//! does not understand is an error here, and in an evaluation the empty query (for a prediction) or no rating (for a gold query).
//! Deviations: missing AND or OR between two conditions is an error; periods inside a text never end a sentence.

mod clauses;
mod conditions;
mod query;
mod tables;
mod words;

use std::collections::HashMap;

use thiserror::Error;

pub use self::{
    query::{
        Aggregate, Arithmetic, Column, ColumnUnit, Condition, Conditions, Connector, Direction, From, Operator,
        OrderBy, Query, Selected, SetOperator, TableUnit, Value, ValueUnit,
    },
    tables::Tables,
};

/// Queries nested deeper than this are not parsed, for the sake of the stack.
const MAX_DEPTH: usize = 50;

/// Why a query is not in Spider's dialect.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum DialectError {
    #[error("a quote is never closed")]
    UnclosedQuote,
    #[error("it ends too early")]
    EndsEarly,
    #[error("it has no FROM")]
    NoFrom,
    #[error("{expected} was expected where it says {found}")]
    Unexpected { expected: &'static str, found: String },
    #[error("{name} is neither a table nor an alias of one")]
    UnknownTable { name: String },
    #[error("{name} is no column of its tables, or is a form that Spider's exact match does not know")]
    UnknownColumn { name: String },
    #[error("the alias {name} is also the name of a table")]
    AliasIsTable { name: String },
    #[error("more than {MAX_DEPTH} queries are nested in each other")]
    TooDeep,
}

/// Parses `sql` over the tables of its database. Text after the query's end is ignored.
pub fn parse(sql: &str, tables: &Tables) -> Result<Query, DialectError> {
    let words = words::words(sql)?;
    let names = Names::new(&words, tables)?;
    Parser { words: &words, at: 0, names: &names, depth: 0 }.query()
}

/// What table names and aliases mean, anywhere in the query.
struct Names<'a> {
    tables: &'a Tables,
    aliases: HashMap<&'a str, &'a str>,
}

impl<'a> Names<'a> {
    fn new(words: &'a [String], tables: &'a Tables) -> Result<Self, DialectError> {
        let mut aliases = HashMap::new();
        for at in (0..words.len()).filter(|at| words[*at] == "as") {
            let alias = words.get(at + 1).ok_or(DialectError::EndsEarly)?;
            let meant = at.checked_sub(1).map_or("", |before| &words[before]);
            aliases.insert(alias.as_str(), meant);
        }
        if let Some(name) = tables.names().find(|name| aliases.contains_key(name)) {
            return Err(DialectError::AliasIsTable { name: name.to_owned() });
        }
        Ok(Self { tables, aliases })
    }

    /// The table that a word stands for.
    fn table(&self, word: &str) -> Result<&str, DialectError> {
        let unknown = || DialectError::UnknownTable { name: word.to_owned() };
        if let Some(meant) = self.aliases.get(word) {
            return Ok(meant);
        }
        self.tables.names().find(|name| *name == word).ok_or_else(unknown)
    }
}

/// A place in a list of words. Each method takes what it is named after.
struct Parser<'a> {
    words: &'a [String],
    at: usize,
    names: &'a Names<'a>,
    depth: usize,
}

impl<'a> Parser<'a> {
    /// The word here, if the text goes on.
    fn peek(&self) -> Option<&'a str> {
        self.words.get(self.at).map(String::as_str)
    }

    /// The word here, which must be there.
    fn word(&self) -> Result<&'a str, DialectError> {
        self.peek().ok_or(DialectError::EndsEarly)
    }

    /// Steps over `word` if it is the one here.
    fn skip(&mut self, word: &str) -> bool {
        let is_here = self.peek() == Some(word);
        self.at += usize::from(is_here);
        is_here
    }

    fn expect(&mut self, word: &'static str) -> Result<(), DialectError> {
        let found = self.word()?;
        match self.skip(word) {
            true => Ok(()),
            false => Err(DialectError::Unexpected { expected: word, found: found.to_owned() }),
        }
    }

    fn is_at_clause(&self) -> bool {
        self.peek().is_some_and(starts_clause)
    }

    /// Whether a clause, a closing bracket or a semicolon is here.
    fn is_at_end_of_clause(&self) -> bool {
        self.is_at_clause() || matches!(self.peek(), Some(")" | ";"))
    }
}

fn starts_clause(word: &str) -> bool {
    matches!(word, "select" | "from" | "where" | "group" | "order" | "limit" | "intersect" | "union" | "except")
}

fn joins(word: &str) -> bool {
    matches!(word, "join" | "on" | "as")
}

#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests;

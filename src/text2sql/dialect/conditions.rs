//! Conditions, and the columns and values in them.

use super::{
    DialectError, Parser, joins,
    query::{Aggregate, Arithmetic, Column, ColumnUnit, Condition, Conditions, Connector, Operator, Value, ValueUnit},
    starts_clause,
};

impl Conditions {
    /// Adds the conditions of another join, with AND between.
    pub(super) fn extend(&mut self, more: Conditions) {
        if !self.all.is_empty() {
            self.connectors.push(Connector::And);
        }
        self.all.extend(more.all);
        self.connectors.extend(more.connectors);
    }
}

impl<'a> Parser<'a> {
    pub(super) fn conditions(&mut self, tables: &[&str]) -> Result<Conditions, DialectError> {
        let mut conditions = Conditions::default();
        while self.peek().is_some() {
            conditions.all.push(self.condition(tables)?);
            let Some(next) = self.peek() else { break };
            if self.is_at_end_of_clause() || joins(next) {
                break;
            }
            let found = || DialectError::Unexpected { expected: "and or or", found: next.to_owned() };
            conditions.connectors.push(Connector::of(next).ok_or_else(found)?);
            self.at += 1;
        }
        Ok(conditions)
    }

    fn condition(&mut self, tables: &[&str]) -> Result<Condition, DialectError> {
        let left = self.value_unit(tables)?;
        self.word()?;
        let negated = self.skip("not");
        let word = self.word()?;
        let unknown = || DialectError::Unexpected { expected: "a comparison", found: word.to_owned() };
        let operator = Operator::of(word).ok_or_else(unknown)?;
        self.at += 1;
        let right = Some(self.value(tables)?);
        let mut upper = None;
        if operator == Operator::Between {
            self.expect("and")?;
            upper = Some(self.value(tables)?);
        }
        Ok(Condition { negated, operator, left, right, upper })
    }

    fn value(&mut self, tables: &[&str]) -> Result<Value, DialectError> {
        let start = self.at;
        self.word()?;
        let is_block = self.skip("(");
        let word = self.word()?;
        let value = if word == "select" {
            Value::Query(Box::new(self.query()?))
        } else if word.contains('"') {
            self.at += 1;
            Value::Text(word.to_owned())
        } else if let Some(number) = number(word) {
            self.at += 1;
            Value::Number(number)
        } else {
            // Only the start of what stands here is parsed; the rest, up to a word that must end it, is passed over unseen.
            let ends = |word: &String| matches!(word.as_str(), "," | ")" | "and") || starts_clause(word) || joins(word);
            let end = self.words[self.at..].iter().position(ends).map_or(self.words.len(), |length| self.at + length);
            let words = &self.words[start..end];
            self.at = end;
            Value::Column(Parser { words, at: 0, names: self.names, depth: self.depth }.column_unit(tables)?)
        };
        if is_block {
            self.expect(")")?;
        }
        Ok(value)
    }

    pub(super) fn value_unit(&mut self, tables: &[&str]) -> Result<ValueUnit, DialectError> {
        self.word()?;
        let is_block = self.skip("(");
        let first = self.column_unit(tables)?;
        let mut second = None;
        if let Some(operator) = self.peek().and_then(Arithmetic::of) {
            self.at += 1;
            second = Some((operator, self.column_unit(tables)?));
        }
        if is_block {
            self.expect(")")?;
        }
        Ok(ValueUnit { first, second })
    }

    pub(super) fn column_unit(&mut self, tables: &[&str]) -> Result<ColumnUnit, DialectError> {
        self.word()?;
        let is_block = self.skip("(");
        self.word()?;
        if let Some(aggregate) = self.aggregate() {
            self.expect("(")?;
            self.word()?;
            let distinct = self.skip("distinct");
            let column = self.column(tables)?;
            self.expect(")")?;
            // A bracket around the whole stays open, as in the reference.
            return Ok(ColumnUnit { aggregate, column, distinct });
        }
        let distinct = self.skip("distinct");
        let column = self.column(tables)?;
        if is_block {
            self.expect(")")?;
        }
        Ok(ColumnUnit { aggregate: Aggregate::None, column, distinct })
    }

    /// Steps over an aggregate's name.
    pub(super) fn aggregate(&mut self) -> Option<Aggregate> {
        let aggregate = self.peek().and_then(Aggregate::of);
        self.at += usize::from(aggregate.is_some());
        aggregate
    }

    /// A column with its table's name or alias before it, or of the first table that has one of that name.
    fn column(&mut self, tables: &[&str]) -> Result<Column, DialectError> {
        let word = self.word()?;
        let unknown = || DialectError::UnknownColumn { name: word.to_owned() };
        let column = match word.split_once('.') {
            _ if word == "*" => Some(Column::All),
            Some((table, column)) => self.names.tables.column(self.names.table(table)?, column),
            None => tables.iter().find_map(|table| self.names.tables.column(table, word)),
        };
        self.at += 1;
        column.ok_or_else(unknown)
    }
}

/// A number as Python reads one, which includes `1_000`, `nan` and `infinity`.
fn number(word: &str) -> Option<f64> {
    let digit_at = |at: Option<usize>| at.and_then(|at| word.as_bytes().get(at)).is_some_and(u8::is_ascii_digit);
    let separates = |at: usize| digit_at(at.checked_sub(1)) && digit_at(Some(at + 1));
    if !word.match_indices('_').all(|(at, _)| separates(at)) {
        return None;
    }
    word.replace('_', "").parse().ok()
}

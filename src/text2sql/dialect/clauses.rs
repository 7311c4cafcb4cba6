//! Queries and their clauses. FROM is parsed before SELECT, since columns without a table are looked up in its tables.

use super::{
    DialectError, MAX_DEPTH, Parser,
    query::{Aggregate, ColumnUnit, Direction, From, OrderBy, Query, Selected, SetOperator, TableUnit, ValueUnit},
};

impl<'a> Parser<'a> {
    pub(super) fn query(&mut self) -> Result<Query, DialectError> {
        if self.depth == MAX_DEPTH {
            return Err(DialectError::TooDeep);
        }
        self.depth += 1;
        let start = self.at;
        self.word()?;
        let is_block = self.skip("(");
        let select_at = std::mem::replace(&mut self.at, start);
        let (from, tables) = self.from()?;
        let after_from = std::mem::replace(&mut self.at, select_at);
        let (distinct, select) = self.select(&tables)?;
        self.at = after_from;
        let filter = if self.skip("where") { self.conditions(&tables)? } else { Default::default() };
        let group_by = self.group_by(&tables)?;
        let having = if self.skip("having") { self.conditions(&tables)? } else { Default::default() };
        let order_by = self.order_by(&tables)?;
        let has_limit = self.limit()?;
        self.semicolons();
        if is_block {
            self.expect(")")?;
        }
        self.semicolons();
        let set_operation = match self.peek().and_then(SetOperator::of) {
            Some(operator) => {
                self.at += 1;
                Some((operator, Box::new(self.query()?)))
            }
            None => None,
        };
        self.depth -= 1;
        Ok(Query { distinct, select, from, filter, group_by, having, order_by, has_limit, set_operation })
    }

    /// The next FROM, wherever it is, and the names of its tables.
    fn from(&mut self) -> Result<(From, Vec<&'a str>), DialectError> {
        let rest = self.words.get(self.at..).unwrap_or_default();
        self.at += 1 + rest.iter().position(|word| word == "from").ok_or(DialectError::NoFrom)?;
        let (mut from, mut tables) = (From::default(), Vec::new());
        while self.peek().is_some() {
            let is_block = self.skip("(");
            if self.word()? == "select" {
                from.units.push(TableUnit::Query(Box::new(self.query()?)));
            } else {
                self.skip("join");
                let table = self.table()?;
                from.units.push(TableUnit::Table(table.to_owned()));
                tables.push(table);
            }
            if self.skip("on") {
                let on = self.conditions(&tables)?;
                from.conditions.extend(on);
            }
            if is_block {
                self.expect(")")?;
            }
            if self.is_at_end_of_clause() {
                break;
            }
        }
        Ok((from, tables))
    }

    fn table(&mut self) -> Result<&'a str, DialectError> {
        let name = self.names.table(self.word()?)?;
        if !self.names.tables.is_table(name) {
            return Err(DialectError::UnknownTable { name: name.to_owned() });
        }
        self.at += 1;
        if self.peek() == Some("as") {
            self.at += 2;
        }
        Ok(name)
    }

    fn select(&mut self, tables: &[&str]) -> Result<(bool, Vec<Selected>), DialectError> {
        self.expect("select")?;
        let distinct = self.skip("distinct");
        let mut select = Vec::new();
        while self.peek().is_some() && !self.is_at_clause() {
            let aggregate = self.aggregate();
            let value = self.value_unit(tables)?;
            select.push(Selected { aggregate: aggregate.unwrap_or(Aggregate::None), value });
            self.skip(",");
        }
        Ok((distinct, select))
    }

    fn group_by(&mut self, tables: &[&str]) -> Result<Vec<ColumnUnit>, DialectError> {
        if !self.skip("group") {
            return Ok(Vec::new());
        }
        self.expect("by")?;
        let mut columns = Vec::new();
        while self.peek().is_some() && !self.is_at_end_of_clause() {
            columns.push(self.column_unit(tables)?);
            if !self.skip(",") {
                break;
            }
        }
        Ok(columns)
    }

    fn order_by(&mut self, tables: &[&str]) -> Result<Option<OrderBy>, DialectError> {
        if !self.skip("order") {
            return Ok(None);
        }
        self.expect("by")?;
        let mut order = OrderBy { direction: Direction::Ascending, by: Vec::<ValueUnit>::new() };
        while self.peek().is_some() && !self.is_at_end_of_clause() {
            order.by.push(self.value_unit(tables)?);
            if let Some(direction) = self.peek().and_then(Direction::of) {
                order.direction = direction;
                self.at += 1;
            }
            if !self.skip(",") {
                break;
            }
        }
        Ok(Some(order))
    }

    /// Whatever the word after LIMIT is.
    fn limit(&mut self) -> Result<bool, DialectError> {
        let has_limit = self.skip("limit");
        if has_limit {
            self.word()?;
            self.at += 1;
        }
        Ok(has_limit)
    }

    fn semicolons(&mut self) {
        while self.skip(";") {}
    }
}

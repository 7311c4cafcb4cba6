//! A statement set out for reading: each clause on a line, conditions and subqueries indented, operators spaced. Only
//! whitespace changes: the tokens are the same before and after, letter for letter.

use super::sql_tokens::{Token, TokenClass, tokens};

/// Longest select list that stays on one line, in characters.
const WIDTH: usize = 68;
const INDENT: &str = "  ";

/// `sql` on several lines. What is no valid SQL (an unclosed quote) and what has nothing to set out come back as they are.
pub fn format_sql(sql: &str) -> String {
    let tokens: Vec<Token<'_>> = tokens(sql).filter(|(class, _)| *class != TokenClass::Whitespace).collect();
    if tokens.iter().any(|(class, _)| *class == TokenClass::Unknown) {
        return sql.trim().to_owned();
    }
    let mut layout = Layout::default();
    for at in 0..tokens.len() {
        layout.place(&tokens, at);
    }
    layout.text
}

/// What a parenthesis holds.
#[derive(Clone, Copy, PartialEq)]
enum Inside {
    /// Arguments, a list of values, a condition: stays on its line.
    Line,
    /// A query of its own.
    Query,
    /// What lies between CASE and END.
    Case,
}

#[derive(Default)]
struct Layout {
    text: String,
    open: Vec<Inside>,
    /// Whether BETWEEN waits for its AND, at the present depth.
    between: bool,
    /// Whether the present clause is a list that is too long for a line.
    breaks_commas: bool,
}

impl Layout {
    fn place(&mut self, tokens: &[Token<'_>], at: usize) {
        let (class, text) = tokens[at];
        let before = at.checked_sub(1).map(|before| tokens[before]);
        let word = if class == TokenClass::Keyword { text.to_ascii_uppercase() } else { String::new() };
        if text == ")" && self.open.pop() == Some(Inside::Query) {
            self.line(0);
            self.breaks_commas = false;
        } else if before.is_some_and(|(class, text)| class == TokenClass::Comment && text.starts_with("--")) {
            self.line(0);
        } else if let Some(before) = before {
            self.separate(tokens, at, before, &word);
        }
        self.text.push_str(text);
        match text {
            "(" => {
                let next = tokens[at + 1..].iter().find(|(class, _)| *class != TokenClass::Comment);
                let is_query = next.is_some_and(|(_, text)| is_any(text, &["SELECT", "WITH", "VALUES"]));
                self.open.push(if is_query { Inside::Query } else { Inside::Line });
                if is_query {
                    self.line(0);
                }
            }
            "," if self.breaks_commas && self.on_clause_level() => self.line(1),
            _ => {}
        }
        match word.as_str() {
            "CASE" => self.open.push(Inside::Case),
            "END" if self.open.last() == Some(&Inside::Case) => drop(self.open.pop()),
            "BETWEEN" => self.between = true,
            "AND" => self.between = false,
            "SELECT" => self.breaks_commas = list_width(&tokens[at + 1..]) > WIDTH,
            "FROM" | "WHERE" | "GROUP" | "ORDER" => self.breaks_commas = false,
            _ => {}
        }
    }

    /// What stands between a token and the one before it: a line break, a space or nothing.
    fn separate(&mut self, tokens: &[Token<'_>], at: usize, before: Token<'_>, word: &str) {
        if self.text.ends_with([' ', '\n']) {
            return;
        }
        let (class, text) = tokens[at];
        if self.on_clause_level() && starts_line(word, before.1) {
            return self.line(0);
        }
        let joins_conditions = word == "OR" || (word == "AND" && !self.between);
        if joins_conditions && self.on_clause_level() {
            return self.line(1);
        }
        if !is_glued(before, (class, text)) {
            self.text.push(' ');
        }
    }

    /// Whether a clause's word stands here for the statement or a subquery, not within an expression.
    fn on_clause_level(&self) -> bool {
        self.open.last().is_none_or(|inside| *inside == Inside::Query)
    }

    fn line(&mut self, further: usize) {
        while self.text.ends_with(' ') {
            self.text.pop();
        }
        self.text.push('\n');
        let depth = self.open.iter().filter(|inside| **inside == Inside::Query).count();
        self.text.push_str(&INDENT.repeat(depth + further));
    }
}

fn is_any(text: &str, words: &[&str]) -> bool {
    words.iter().any(|word| text.eq_ignore_ascii_case(word))
}

/// Whether a keyword begins a line. `LEFT OUTER JOIN` begins one as a whole, and so does `UNION ALL`.
fn starts_line(word: &str, before: &str) -> bool {
    match word {
        "FROM" => !is_any(before, &["DISTINCT"]),
        "WHERE" | "GROUP" | "HAVING" | "ORDER" | "LIMIT" | "UNION" | "INTERSECT" | "EXCEPT" | "WINDOW" => true,
        "SELECT" | "VALUES" => true,
        "JOIN" => !is_any(before, &["LEFT", "RIGHT", "FULL", "INNER", "OUTER", "CROSS", "NATURAL"]),
        "INNER" | "OUTER" | "CROSS" => !is_any(before, &["LEFT", "RIGHT", "FULL", "NATURAL"]),
        "LEFT" | "RIGHT" | "FULL" => !is_any(before, &["NATURAL"]),
        "NATURAL" => true,
        _ => false,
    }
}

/// Whether two tokens stand together, where that cannot make one token of them.
fn is_glued(before: Token<'_>, next: Token<'_>) -> bool {
    let is_name = |(class, _): Token<'_>| matches!(class, TokenClass::Name | TokenClass::QuotedName);
    match (before.1, next.1) {
        (_, "," | ")" | ";") => !matches!(before.0, TokenClass::Comment),
        ("(", _) => !matches!(next.0, TokenClass::Comment),
        (_, "(") => is_name(before) || is_any(before.1, &["CAST", "LEFT", "RAISE", "REPLACE", "RIGHT"]),
        (_, ".") => is_name(before),
        (".", text) => is_name(next) || text == "*",
        _ => false,
    }
}

/// Characters of the list that follows SELECT, up to the next clause on its level.
fn list_width(rest: &[Token<'_>]) -> usize {
    let (mut depth, mut width) = (0_usize, 0);
    for (class, text) in rest {
        match *text {
            "(" => depth += 1,
            ")" if depth == 0 => break,
            ")" => depth -= 1,
            _ => {}
        }
        if depth == 0
            && *class == TokenClass::Keyword
            && is_any(text, &["FROM", "UNION", "INTERSECT", "EXCEPT", "WHERE"])
        {
            break;
        }
        width += text.chars().count() + 1;
    }
    width
}

#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn words(sql: &str) -> Vec<Token<'_>> {
        tokens(sql).filter(|(class, _)| *class != TokenClass::Whitespace).collect()
    }

    #[test]
    fn clauses_stand_on_lines_of_their_own() {
        let sql = "select T1.name , count ( * ) from singer as T1 left join concert on T1.id = concert.sid and x=1 where T1.age>20 \
                   and T1.age between 1 and 3 or not T1.name like '%a%' group by T1.name having count(*)>=2 order by T1.name desc limit 3";
        expect_test::expect![[r#"
            select T1.name, count(*)
            from singer as T1
            left join concert on T1.id = concert.sid
              and x = 1
            where T1.age > 20
              and T1.age between 1 and 3
              or not T1.name like '%a%'
            group by T1.name
            having count(*) >= 2
            order by T1.name desc
            limit 3"#]]
        .assert_eq(&format_sql(sql));
    }

    #[test]
    fn subqueries_are_indented_and_sets_stand_between_their_queries() {
        let sql = "SELECT a FROM t WHERE b IN (SELECT b FROM u WHERE c IN (1, 2)) AND d = (SELECT max(d) FROM t) EXCEPT SELECT a FROM v";
        expect_test::expect![[r#"
            SELECT a
            FROM t
            WHERE b IN (
              SELECT b
              FROM u
              WHERE c IN (1, 2)
            )
              AND d = (
              SELECT max(d)
              FROM t
            )
            EXCEPT
            SELECT a
            FROM v"#]]
        .assert_eq(&format_sql(sql));
    }

    #[test]
    fn a_long_select_list_takes_a_line_for_each_column() {
        let sql = "SELECT first_column_of_many, second_column_of_many, coalesce(a, b), third_column_of_many FROM t ORDER BY a, b";
        expect_test::expect![[r#"
            SELECT first_column_of_many,
              second_column_of_many,
              coalesce(a, b),
              third_column_of_many
            FROM t
            ORDER BY a, b"#]]
        .assert_eq(&format_sql(sql));
    }

    #[test]
    fn comments_keep_their_ends_and_signs_their_distance() {
        assert_eq!(format_sql("SELECT 1 -- one\n, 2 - -3"), "SELECT 1 -- one\n, 2 - - 3");
        assert_eq!(format_sql("SELECT 1 FROM 'open"), "SELECT 1 FROM 'open");
        assert_eq!(format_sql("  "), "");
    }

    proptest! {
        #[test]
        fn only_whitespace_changes(sql in "(SELECT|FROM|WHERE|AND|BETWEEN|JOIN|LEFT|UNION|ORDER|BY|a|b1|t\\.|\\.5|1|[(),;.*=<>|-]|'x y'|\"q\"|--c\n|/\\*d\\*/| |x'00'|\n){0,40}") {
            let set_out = format_sql(&sql);
            prop_assert_eq!(words(&set_out), words(&sql));
        }

        #[test]
        fn setting_out_twice_changes_nothing(sql in "SELECT [a-c](, [a-c]){0,3} FROM t( WHERE a = \\(SELECT b FROM u\\)( AND c > 1)?)?( ORDER BY a)?") {
            let once = format_sql(&sql);
            prop_assert_eq!(format_sql(&once), once);
        }
    }
}

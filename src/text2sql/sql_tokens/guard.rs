//! What may be run at all: one statement that reads, without parameters. Refused here, before SQLite sees it; the
//! connection's `query_only` stands behind it.

use super::{Token, TokenClass, is_space, tokens};
use crate::domain::sql::QueryError;

/// PRAGMAs that only tell, and tell the same with an argument.
const ASKING_PRAGMAS: [&str; 6] =
    ["foreign_key_list", "index_info", "index_list", "index_xinfo", "table_info", "table_xinfo"];

/// PRAGMAs that only tell when they are given nothing.
const BARE_PRAGMAS: [&str; 10] = [
    "application_id",
    "collation_list",
    "database_list",
    "encoding",
    "foreign_keys",
    "function_list",
    "page_count",
    "schema_version",
    "table_list",
    "user_version",
];

/// Whether `sql` may be run: exactly one statement (one `;` after it is fine), which only reads (SELECT, WITH, VALUES, EXPLAIN
/// of one of these, or a PRAGMA that only tells), without bind parameters and NUL characters.
pub fn guard(sql: &str) -> Result<(), QueryError> {
    if sql.contains('\0') {
        return Err(QueryError::NotRunnable { message: "the statement contains a NUL character".into() });
    }
    // SQLite passes over semicolons before a statement, not after it.
    let all: Vec<Token<'_>> =
        tokens(sql).filter(|token| !is_space(token)).skip_while(|(_, text)| *text == ";").collect();
    let end = all.iter().position(|(_, text)| *text == ";").unwrap_or(all.len());
    let (statement, after) = (&all[..end], all.get(end + 1..).unwrap_or_default());
    if statement.is_empty() {
        return Err(QueryError::Empty);
    }
    if let Some(keyword) = writing_keyword(statement) {
        return Err(QueryError::NotReadOnly { keyword });
    }
    if !after.is_empty() {
        return Err(QueryError::SeveralStatements);
    }
    match all.iter().find(|(class, _)| *class == TokenClass::Parameter) {
        Some((_, text)) => Err(QueryError::NotRunnable {
            message: format!("the statement has a bind parameter ({text}) in place of a value"),
        }),
        None => Ok(()),
    }
}

/// What makes the statement more than a reading one: its first word, or the word that follows its WITH clause.
fn writing_keyword(statement: &[Token<'_>]) -> Option<String> {
    let first = statement.first().map_or("", |(_, text)| text);
    match first.to_ascii_uppercase().as_str() {
        "SELECT" | "VALUES" => None,
        "WITH" => verb_after_with(statement).map(|verb| format!("WITH … {verb}")),
        // Some PRAGMAs take effect while they are compiled, hence also under EXPLAIN.
        "EXPLAIN" => {
            let plan = statement.get(1..3).is_some_and(|two| is_word(&two[0], "QUERY") && is_word(&two[1], "PLAN"));
            let explained = &statement[if plan { 3 } else { 1 }..];
            if explained.is_empty() { None } else { writing_keyword(explained) }
        }
        "PRAGMA" if is_asking_pragma(&statement[1..]) => None,
        keyword => Some(keyword.chars().take(40).collect()),
    }
}

/// INSERT, UPDATE, DELETE or REPLACE, when that is what the WITH clause is for.
fn verb_after_with(statement: &[Token<'_>]) -> Option<String> {
    let mut depth = 0_usize;
    for (at, (class, text)) in statement.iter().enumerate() {
        match (*class, text.to_ascii_uppercase().as_str()) {
            (_, "(") => depth += 1,
            (_, ")") => depth = depth.saturating_sub(1),
            (TokenClass::Keyword, "SELECT" | "VALUES") if depth == 0 => return None,
            (TokenClass::Keyword, verb @ ("INSERT" | "UPDATE" | "DELETE")) if depth == 0 => {
                return Some(verb.to_owned());
            }
            // REPLACE may also be a name or a function.
            (TokenClass::Keyword, "REPLACE") if statement.get(at + 1).is_some_and(|next| is_word(next, "INTO")) => {
                return Some("REPLACE".to_owned());
            }
            _ => {}
        }
    }
    None
}

fn is_asking_pragma(after: &[Token<'_>]) -> bool {
    let after = if after.get(1).is_some_and(|(_, text)| *text == ".") { &after[2..] } else { after };
    let Some((_, name)) = after.first() else { return false };
    let name = name.to_ascii_lowercase();
    match after.len() {
        1 => BARE_PRAGMAS.contains(&name.as_str()),
        _ => after[1].1 == "(" && ASKING_PRAGMAS.contains(&name.as_str()),
    }
}

fn is_word((_, text): &Token<'_>, word: &str) -> bool {
    text.eq_ignore_ascii_case(word)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_reading_statement_may_run() {
        for sql in [
            "SELECT 1",
            "\u{feff} -- why\n select 1 ; -- done",
            "VALUES (1), (2)",
            "WITH a AS (SELECT 1) SELECT replace(x, 'a', 'b') FROM a",
            "EXPLAIN QUERY PLAN SELECT 1",
            "PRAGMA user_version",
            "PRAGMA main.table_info('singer')",
            ";; SELECT 1",
        ] {
            assert_eq!(guard(sql), Ok(()), "{sql}");
        }
    }

    #[test]
    fn what_could_write_is_refused_with_its_keyword() {
        for (sql, keyword) in [
            ("drop table a", "DROP"),
            ("WITH a AS (SELECT 1) DELETE FROM b", "WITH … DELETE"),
            ("WITH a AS (SELECT 1) REPLACE INTO b SELECT * FROM a", "WITH … REPLACE"),
            ("EXPLAIN PRAGMA query_only = 0", "PRAGMA"),
            ("EXPLAIN QUERY PLAN DELETE FROM a", "DELETE"),
            ("PRAGMA user_version = 7", "PRAGMA"),
            ("PRAGMA user_version(7)", "PRAGMA"),
            ("ATTACH 'x' AS y", "ATTACH"),
            ("Here is the query", "HERE"),
            ("(SELECT 1)", "("),
        ] {
            assert_eq!(guard(sql), Err(QueryError::NotReadOnly { keyword: keyword.into() }), "{sql}");
        }
    }

    #[test]
    fn nothing_and_several_are_told_apart() {
        for sql in ["", "  ", "-- only a comment", "/* and */ ;", ";;"] {
            assert_eq!(guard(sql), Err(QueryError::Empty), "{sql}");
        }
        for sql in ["SELECT 1; SELECT 2", "SELECT 1;;", "; SELECT 1; --\n;"] {
            assert_eq!(guard(sql), Err(QueryError::SeveralStatements), "{sql}");
        }
    }

    #[test]
    fn parameters_and_nul_cannot_run() {
        for sql in ["SELECT ?", "SELECT :x", "SELECT 1\0"] {
            assert!(matches!(guard(sql), Err(QueryError::NotRunnable { .. })), "{sql}");
        }
        assert_eq!(guard("SELECT '?'"), Ok(()));
    }
}

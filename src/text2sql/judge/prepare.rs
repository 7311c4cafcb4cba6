//! What the reference does to both queries before it runs them.

use crate::{
    domain::sql::{JudgeOptions, QueryError, ResultComparison},
    text2sql::{
        equivalence::RowOrder,
        sql_tokens::{first_statement, without_distinct},
    },
};

/// A query as it is run.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Prepared {
    pub sql: String,
    pub order: RowOrder,
}

/// Repairs operators that were split by a space (also inside strings), cuts to the first statement and drops DISTINCT unless it
/// is to be kept, and puts 2020 for the current year in MySQL's words. Blank text is `Empty` where it is cut. For BIRD, queries stay as
/// they are.
pub(super) fn prepare(sql: &str, options: JudgeOptions) -> Result<Prepared, QueryError> {
    if options.comparison == ResultComparison::Bird {
        return Ok(Prepared { sql: sql.to_owned(), order: RowOrder::Free });
    }
    let mut sql = sql.replace("> =", ">=").replace("< =", "<=").replace("! =", "!=");
    if !options.keep_distinct {
        if sql.trim().is_empty() {
            return Err(QueryError::Empty);
        }
        sql = without_distinct(first_statement(&sql));
    }
    let order = if sql.to_ascii_lowercase().contains("order by") { RowOrder::Matters } else { RowOrder::Free };
    Ok(Prepared { sql: with_year_2020(&sql), order })
}

/// `YEAR(CURDATE())`, in any case and with any spaces, and the spaces after it, become 2020.
fn with_year_2020(sql: &str) -> String {
    let mut replaced = String::with_capacity(sql.len());
    let mut rest = sql;
    while let Some(next) = rest.chars().next() {
        let (text, after) = match after_current_year(rest) {
            Some(after) => ("2020", after),
            None => rest.split_at(next.len_utf8()),
        };
        replaced.push_str(text);
        rest = after;
    }
    replaced
}

/// What follows the expression, if `text` starts with it.
fn after_current_year(text: &str) -> Option<&str> {
    ["YEAR", "(", "CURDATE", "(", ")", ")"].iter().try_fold(text, |rest, part| {
        let head = rest.get(..part.len())?;
        head.eq_ignore_ascii_case(part).then(|| rest[part.len()..].trim_start())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn prepared(sql: &str, keep_distinct: bool) -> String {
        prepare(sql, JudgeOptions { keep_distinct, ..JudgeOptions::default() }).expect("not blank").sql
    }

    #[test]
    fn split_operators_are_repaired_only_over_one_space() {
        assert_eq!(
            prepared("a > = 1 AND b < = 2 AND c ! = '> =' AND d < > 3 AND e >  = 4", true),
            "a >= 1 AND b <= 2 AND c != '>=' AND d < > 3 AND e >  = 4"
        );
    }

    #[test]
    fn distinct_and_later_statements_go_unless_distinct_is_kept() {
        let sql = "SELECT DISTINCT a FROM b; DROP TABLE b";
        assert_eq!(prepared(sql, false), "SELECT  a FROM b;");
        assert_eq!(prepared(sql, true), sql);
    }

    #[test]
    fn the_current_year_is_2020() {
        assert_eq!(prepared("SELECT Year ( curdate( ) ) - 1, 'YEAR(CURDATE())'", true), "SELECT 2020- 1, '2020'");
        assert_eq!(prepared("SELECT YEAR(NOW())", true), "SELECT YEAR(NOW())");
    }

    #[test]
    fn order_matters_when_the_words_stand_anywhere_with_one_space() {
        let order = |sql| prepare(sql, JudgeOptions::default()).expect("not blank").order;
        assert_eq!(order("select a from b Order By c"), RowOrder::Matters);
        assert_eq!(order("SELECT 'order by'"), RowOrder::Matters);
        assert_eq!(order("SELECT a FROM b ORDER  BY c"), RowOrder::Free);
        assert_eq!(order("SELECT a FROM b ORDER\nBY c"), RowOrder::Free);
        assert_eq!(order("SELECT a FROM b; -- order by"), RowOrder::Free);
    }

    #[test]
    fn for_bird_nothing_is_changed() {
        let options = JudgeOptions { comparison: ResultComparison::Bird, ..JudgeOptions::default() };
        let sql = "SELECT DISTINCT a FROM b WHERE c > = 1 ORDER BY YEAR(CURDATE())";
        assert_eq!(prepare(sql, options), Ok(Prepared { sql: sql.to_owned(), order: RowOrder::Free }));
    }

    #[test]
    fn blank_text_has_no_first_statement() {
        assert_eq!(prepare(" \n", JudgeOptions::default()), Err(QueryError::Empty));
        assert_eq!(prepared(" ", true), " ");
    }
}

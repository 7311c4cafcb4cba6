//! Where the first statement ends, and the removal of DISTINCT: the two cuts that the reference evaluator makes with
//! sqlparse before it runs anything.

use super::tokens;

/// `sql` up to and with the first `;` outside quotes and comments; the whole text when there is none.
pub fn first_statement(sql: &str) -> &str {
    let mut end = 0;
    for (_, text) in tokens(sql) {
        end += text.len();
        if text == ";" {
            break;
        }
    }
    &sql[..end]
}

/// `sql` without every bare word DISTINCT, in any case and at any depth (`COUNT(DISTINCT x)` too). The spaces around it stay.
pub fn without_distinct(sql: &str) -> String {
    tokens(sql).map(|(_, text)| text).filter(|text| !text.eq_ignore_ascii_case("distinct")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_statement_ends_at_a_semicolon_outside_quotes_and_comments() {
        assert_eq!(first_statement("SELECT ';' /* ; */; SELECT 2"), "SELECT ';' /* ; */;");
        assert_eq!(first_statement("; SELECT 1"), ";");
        assert_eq!(first_statement("SELECT 1"), "SELECT 1");
    }

    #[test]
    fn distinct_goes_everywhere_but_from_quotes_and_comments() {
        assert_eq!(
            without_distinct("SELECT distinct a, COUNT(DISTINCT b), 'distinct', \"distinct\" -- distinct"),
            "SELECT  a, COUNT( b), 'distinct', \"distinct\" -- distinct"
        );
        assert_eq!(without_distinct("SELECT distinct_a"), "SELECT distinct_a");
    }
}

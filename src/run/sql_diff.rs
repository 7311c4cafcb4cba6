//! Where two queries differ, token by token: spaces, line breaks and the case of words do not count.

use similar::{Algorithm, DiffOp, capture_diff_slices};

use crate::text2sql::sql_tokens::{TokenClass, highlight};

/// A token of a query, for colouring.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Marked {
    pub class: TokenClass,
    pub text: String,
    /// The other query has nothing like it at this place.
    pub differs: bool,
}

/// The tokens of both queries, those marked that have no partner in the other. Joined, they are the queries.
pub fn sql_diff(predicted: &str, gold: &str) -> (Vec<Marked>, Vec<Marked>) {
    let (mut ours, mut theirs) = (unmarked(predicted), unmarked(gold));
    let (words, other_words) = (words(&ours), words(&theirs));
    let text = |words: &[(usize, String)]| words.iter().map(|(_, text)| text.clone()).collect::<Vec<_>>();
    for op in capture_diff_slices(Algorithm::Myers, &text(&words), &text(&other_words)) {
        if !matches!(op, DiffOp::Equal { .. }) {
            words[op.old_range()].iter().for_each(|(at, _)| ours[*at].differs = true);
            other_words[op.new_range()].iter().for_each(|(at, _)| theirs[*at].differs = true);
        }
    }
    bridge(&mut ours);
    bridge(&mut theirs);
    (ours, theirs)
}

/// The tokens of one query, none marked.
pub fn unmarked(sql: &str) -> Vec<Marked> {
    let marked = |(class, text): (TokenClass, &str)| Marked { class, text: text.to_owned(), differs: false };
    highlight(sql).into_iter().map(marked).collect()
}

/// Positions of the tokens with a meaning, with what they are compared by.
fn words(tokens: &[Marked]) -> Vec<(usize, String)> {
    let has_meaning = |token: &Marked| {
        let is_space = matches!(token.class, TokenClass::Whitespace | TokenClass::Comment);
        !is_space && token.text != ";"
    };
    let text = |token: &Marked| match token.class {
        TokenClass::String | TokenClass::QuotedName => token.text.clone(),
        _ => token.text.to_lowercase(),
    };
    tokens.iter().enumerate().filter(|(_, token)| has_meaning(token)).map(|(at, token)| (at, text(token))).collect()
}

/// A space between two marked tokens on one line is marked, too: one mark instead of many.
fn bridge(tokens: &mut [Marked]) {
    for at in 1..tokens.len().saturating_sub(1) {
        let is_space = tokens[at].class == TokenClass::Whitespace && !tokens[at].text.contains('\n');
        if is_space && tokens[at - 1].differs && tokens[at + 1].differs {
            tokens[at].differs = true;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn marked(tokens: &[Marked]) -> String {
        tokens
            .iter()
            .map(|token| if token.differs { format!("[{}]", token.text) } else { token.text.clone() })
            .collect()
    }

    #[test]
    fn only_what_the_other_query_lacks_is_marked() {
        let (ours, theirs) =
            sql_diff("SELECT name, age FROM t WHERE a = 1", "select name\nfrom t where a = 2 limit 3;");
        assert_eq!(marked(&ours), "SELECT name[,][ ][age] FROM t WHERE a = [1]");
        assert_eq!(marked(&theirs), "select name\nfrom t where a = [2][ ][limit][ ][3];");
    }

    #[test]
    fn case_spaces_and_comments_do_not_count_but_the_case_of_strings_does() {
        let (ours, theirs) = sql_diff("SELECT Name /* a */ FROM T", "select  name from t -- b");
        assert!(ours.iter().chain(&theirs).all(|token| !token.differs));
        let (ours, _) = sql_diff("SELECT 'A'", "SELECT 'a'");
        assert_eq!(marked(&ours), "SELECT ['A']");
    }

    #[test]
    fn an_empty_query_leaves_the_other_one_marked_whole() {
        let (ours, theirs) = sql_diff("", "SELECT 1");
        assert_eq!((marked(&ours), marked(&theirs)), (String::new(), "[SELECT][ ][1]".into()));
    }
}
